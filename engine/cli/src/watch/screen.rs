//! A live view on a terminal, drawn over itself. It takes neither the whole screen nor the keyboard, so
//! that there is nothing to put back however the program ends.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::IsTerminal;

use glimpse_live::{AdaptState, LiveEvent, Observation, Pressure};
use glimpse_telemetry::Telemetry;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Output;
use super::report::{device, line, stages};
use crate::human::percent;

/// Objects, lines of text and tags that are shown, at most.
const SHOWN: usize = 6;
/// Moments that are shown.
const MOMENTS: usize = 6;
/// Times a second that it is drawn, at most.
const HZ: u8 = 8;

/// What was told last.
pub(super) struct Screen {
    bar: ProgressBar,
    telemetry: Option<(Telemetry, AdaptState)>,
    observation: Option<Observation>,
    moments: VecDeque<String>,
}

impl Screen {
    /// A view where standard output is a terminal.
    pub(super) fn on_terminal() -> Option<Self> {
        if !std::io::stdout().is_terminal() {
            return None;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout_with_hz(HZ));
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Some(Self { bar, telemetry: None, observation: None, moments: VecDeque::new() })
    }

    fn view(&self) -> String {
        let mut out = String::new();
        if let Some((telemetry, adapt)) = &self.telemetry {
            out.push_str(&head(telemetry, adapt));
            out.push_str(&stages(telemetry));
            out.push_str(&device(telemetry));
        }
        if let Some(observation) = &self.observation {
            out.push_str(&scene(observation));
        }
        for moment in &self.moments {
            let _ = writeln!(out, "  {moment}");
        }
        out
    }
}

impl Output for Screen {
    fn event(&mut self, event: &LiveEvent) -> std::io::Result<()> {
        match event {
            LiveEvent::Telemetry { telemetry, adapt } => {
                self.telemetry = Some((telemetry.clone(), adapt.clone()));
            }
            LiveEvent::Observation { observation } => self.observation = Some(observation.clone()),
            LiveEvent::Ended { .. } => {
                self.bar.finish_and_clear();
                return crate::output::write_out(&(line(event).unwrap_or_default() + "\n"));
            }
            LiveEvent::Started { .. } | LiveEvent::Moment { .. } | LiveEvent::Source { .. } => {
                if self.moments.len() == MOMENTS {
                    self.moments.pop_front();
                }
                self.moments.extend(line(event));
            }
        }
        self.bar.set_message(self.view());
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Rates, counts and the load.
fn head(telemetry: &Telemetry, adapt: &AdaptState) -> String {
    let (rates, frames, load) = (&telemetry.rates, &telemetry.frames, &adapt.load);
    let why = match adapt.pressure {
        Pressure::None => "nothing presses",
        Pressure::Time => "short of time",
        Pressure::Heat => "too warm",
        Pressure::Power => "too thirsty",
        Pressure::User => "as asked for",
    };
    format!(
        "{:.1} frames/s come, {:.1} analysed; {} dropped, {} skipped, {} damaged\n\
         load {} of {}: {why}; at most {} frames/s on {} {}\n",
        rates.captured,
        rates.analysed,
        frames.dropped,
        frames.skipped,
        frames.damaged,
        adapt.level + 1,
        adapt.levels,
        load.fps,
        load.threads,
        if load.threads == 1 { "thread" } else { "threads" },
    )
}

/// The sentence, the text and the objects.
fn scene(observation: &Observation) -> String {
    let mut out = String::new();
    if let Some(caption) = &observation.caption {
        let _ = writeln!(out, "caption: {}", caption.text);
    }
    for text in observation.texts.iter().take(SHOWN) {
        let _ = writeln!(out, "text {}: {} ({})", text.id, text.text, percent(text.confidence));
    }
    let objects: Vec<String> = observation
        .objects
        .iter()
        .take(SHOWN)
        .map(|object| format!("{} {} {}", object.label, object.id, percent(object.score)))
        .collect();
    let tags: Vec<&str> = observation.tags.iter().map(|tag| tag.label.as_str()).collect();
    if !objects.is_empty() {
        let _ = writeln!(out, "objects: {}", objects.join(", "));
    }
    if !tags.is_empty() {
        let _ = writeln!(out, "tags: {}", tags.join(", "));
    }
    out
}
