//! What a person reads where no terminal shows it live: moments as they happen, a table at the end.

use std::fmt::Write as _;
use std::io::Write as _;

use glimpse_live::{LiveEvent, Moment, MomentKind};
use glimpse_telemetry::{Probe, Telemetry};
use unicode_width::UnicodeWidthStr;

use super::Output;
use crate::human::duration;
use crate::output::write_out;

/// Lines on standard output or, where that has the overlay, on standard error.
#[derive(Debug)]
pub(super) struct Totals {
    to_stderr: bool,
}

impl Totals {
    pub(super) fn new() -> Self {
        Self { to_stderr: false }
    }

    /// Leaves standard output alone.
    pub(super) fn quiet() -> Self {
        Self { to_stderr: true }
    }

    fn write(&self, text: &str) -> std::io::Result<()> {
        if self.to_stderr { anstream::stderr().write_all(text.as_bytes()) } else { write_out(text) }
    }
}

impl Output for Totals {
    fn event(&mut self, event: &LiveEvent) -> std::io::Result<()> {
        match line(event) {
            Some(line) => self.write(&(line + "\n")),
            None => Ok(()),
        }
    }
}

/// What is told of an event: a line, or the table at the end.
pub(super) fn line(event: &LiveEvent) -> Option<String> {
    match event {
        LiveEvent::Started { width, height, fps, .. } if *width > 0 => {
            let rate = if *fps > 0.0 { format!(" at {fps} a second") } else { String::new() };
            Some(format!("frames of {width}×{height}{rate}"))
        }
        LiveEvent::Moment { moment } => Some(moment_line(moment)),
        LiveEvent::Source { message, .. } => Some(format!("source: {message}")),
        LiveEvent::Ended { message, telemetry, .. } => {
            Some(format!("\n{message}\n{}", totals(telemetry).trim_end()))
        }
        LiveEvent::Started { .. } | LiveEvent::Observation { .. } | LiveEvent::Telemetry { .. } => None,
    }
}

/// `0:03 a dog enters`.
pub(super) fn moment_line(moment: &Moment) -> String {
    let seconds = (moment.at_ms.max(0.0) / 1e3) as u64;
    let when = format!("{}:{:02}", seconds / 60, seconds % 60);
    let what = &moment.what;
    match moment.kind {
        MomentKind::Scene => format!("{when} — another scene"),
        MomentKind::Enters => format!("{when} {what} enters"),
        MomentKind::Leaves => format!("{when} {what} leaves"),
        MomentKind::Text => format!("{when} text: {what}"),
        MomentKind::Caption => format!("{when} {what}"),
    }
}

/// Counts, stages and the device's values, as lines.
pub(super) fn totals(telemetry: &Telemetry) -> String {
    let mut out = String::new();
    let f = &telemetry.frames;
    // Writing to a String never fails.
    let _ = writeln!(
        out,
        "frames: {} came, {} analysed ({} of them still), {} dropped, {} skipped, {} damaged; {} \
         observations taken, {} missed",
        f.captured, f.analysed, f.reused, f.dropped, f.skipped, f.damaged, f.delivered, f.undelivered
    );
    out.push_str(&stages(telemetry));
    out.push_str(&device(telemetry));
    out
}

/// The table of stages.
pub(super) fn stages(telemetry: &Telemetry) -> String {
    let mut out = String::new();
    if telemetry.stages.is_empty() {
        return out;
    }
    let _ =
        writeln!(out, "{:<14}{:>8}{:>10}{:>10}{:>10}{:>10}", "stage", "runs", "p50", "p90", "p99", "most");
    for stage in &telemetry.stages {
        let time = |ms: f64| format!("{:>10}", duration(ms));
        let [p50, p90, p99, most] = [stage.p50_ms, stage.p90_ms, stage.p99_ms, stage.max_ms].map(time);
        let _ = writeln!(out, "{:<14}{:>8}{p50}{p90}{p99}{most}", stage.stage, stage.count);
    }
    out
}

/// The device's values, each with why it is unknown where it is.
pub(super) fn device(telemetry: &Telemetry) -> String {
    let mut out = String::new();
    let probes = [
        ("memory", &telemetry.memory),
        ("at most", &telemetry.memory_peak),
        ("processor", &telemetry.cpu),
        ("heat", &telemetry.temperature),
        ("power", &telemetry.power),
        ("battery", &telemetry.battery),
    ];
    for (name, probe) in probes {
        let gap = 14usize.saturating_sub(name.width());
        let _ = writeln!(out, "{name}{:gap$}{}", "", value(probe));
    }
    out
}

fn value(probe: &Probe) -> String {
    match probe.value {
        None => format!("–  ({})", probe.source),
        Some(bytes) if matches!(probe.unit.as_str(), "B" | "bytes") => {
            format!("{:.1} MiB", bytes / (1024.0 * 1024.0))
        }
        Some(value) => format!("{value:.1} {}", probe.unit),
    }
}

#[cfg(test)]
mod tests {
    use glimpse_telemetry::StageSummary;

    use super::*;

    #[test]
    fn moments_have_minutes_and_seconds() {
        let moment = Moment { at_ms: 63_400.0, kind: MomentKind::Enters, what: "a dog".into(), id: Some(3) };
        assert_eq!(moment_line(&moment), "1:03 a dog enters");
        let moment = Moment { at_ms: 0.0, kind: MomentKind::Text, what: "EXIT".into(), id: None };
        assert_eq!(moment_line(&moment), "0:00 text: EXIT");
    }

    #[test]
    fn unknown_values_are_a_dash_with_the_reason() {
        let mut telemetry = Telemetry::default();
        telemetry.power.source = "no battery".into();
        telemetry.memory.value = Some(3.0 * 1024.0 * 1024.0);
        telemetry.memory.unit = "B".into();
        telemetry.stages = vec![StageSummary { stage: "find".into(), count: 7, ..StageSummary::default() }];
        let text = totals(&telemetry);
        assert!(text.contains("power         –  (no battery)"), "{text}");
        assert!(text.contains("3.0 MiB") && text.contains("find                 7"), "{text}");
    }
}
