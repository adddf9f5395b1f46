//! What a person sees: the text in reading order and one dim line about how it was read.

use std::fmt::Write as _;

use anstyle::Style;
use glimpse_engine::Reading;

/// Of secondary matters.
const DIM: Style = Style::new().dimmed();
/// Of file names.
const NAME: Style = Style::new().bold();

/// One picture: its name, its text and the line about size, lines and time.
pub(crate) fn picture(name: &str, reading: &Reading) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{NAME}{name}{NAME:#}");
    out.push_str(&reading.text());
    if reading.lines.is_empty() {
        let _ = writeln!(out, "{DIM}(no text found){DIM:#}");
    }
    let _ = writeln!(out, "{DIM}{}{DIM:#}", summary(reading));
    for note in &reading.receipt.notes {
        let _ = writeln!(out, "{DIM}{note}{DIM:#}");
    }
    out
}

/// Size, lines, time and what ran, in one line.
fn summary(reading: &Reading) -> String {
    let t = &reading.timings;
    let lines = reading.lines.len();
    let mut out = format!(
        "{}×{} · {lines} {} · {} (decode {}, detect {}, recognize {})",
        reading.width,
        reading.height,
        if lines == 1 { "line" } else { "lines" },
        duration(t.total),
        duration(t.decode),
        duration(t.detect),
        duration(t.recognize),
    );
    if reading.receipt.page_rotation != 0 {
        let _ = write!(out, " · page turned by {}°", reading.receipt.page_rotation);
    }
    if let Some(stage) = reading.receipt.stages.first() {
        let _ = write!(out, " · {} on {} ({})", stage.precision, stage.backend, stage.isa);
    }
    out
}

/// A part of 1 as a person reads it: `83 %`.
pub(crate) fn percent(part: f32) -> String {
    format!("{:.0} %", part * 100.0)
}

/// Milliseconds as a person reads them: `0.4 ms`, `38 ms`, `1.25 s`.
pub(crate) fn duration(ms: f64) -> String {
    if ms < 9.95 {
        format!("{ms:.1} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.2} s", ms / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_two_or_three_digits() {
        for (ms, text) in [
            (0.04, "0.0 ms"),
            (3.21, "3.2 ms"),
            (9.96, "10 ms"),
            (38.4, "38 ms"),
            (999.6, "1.00 s"),
            (1250.0, "1.25 s"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }
}
