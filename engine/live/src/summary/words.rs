//! Moments in English.

use glimpse_engine::describe::one_of;

use crate::types::{Moment, MomentKind};

/// Characters of a text that are quoted.
const MOST_QUOTED: usize = 80;
/// A text of more words is not a sign.
const WORDS_OF_SIGN: usize = 5;

/// A moment in English: `"0:03 a dog enters"`.
pub fn line(moment: &Moment) -> String {
    format!("{} {}", time(moment.at_ms), what(moment))
}

/// Moments in English, those of the same second in one line: `"0:03 a dog enters; sign: EXIT"`.
pub fn lines(moments: &[Moment]) -> Vec<String> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for moment in moments {
        let (time, what) = (time(moment.at_ms), what(moment));
        match lines.last_mut() {
            Some((last, text)) if *last == time => {
                text.push_str("; ");
                text.push_str(&what);
            }
            _ => lines.push((time, what)),
        }
    }
    lines.into_iter().map(|(time, what)| format!("{time} {what}")).collect()
}

fn what(moment: &Moment) -> String {
    let what = moment.what.trim();
    match moment.kind {
        MomentKind::Scene if what == "1" => "the first scene begins".to_owned(),
        MomentKind::Scene => "a new scene begins".to_owned(),
        MomentKind::Enters => format!("{} enters", one_of(what)),
        MomentKind::Leaves => format!("{} leaves", one_of(what)),
        MomentKind::Text if what.split_whitespace().count() <= WORDS_OF_SIGN => {
            format!("sign: {}", quoted(what))
        }
        MomentKind::Text => format!("text: {}", quoted(what)),
        MomentKind::Caption => what.to_owned(),
    }
}

/// Minutes and seconds, with hours where there are any.
fn time(ms: f64) -> String {
    let seconds = if ms.is_finite() { (ms.max(0.0) / 1000.0) as u64 } else { 0 };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

fn quoted(text: &str) -> String {
    match text.char_indices().nth(MOST_QUOTED) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
