//! How well text was read and kept: accuracy and flicker.

use std::collections::BTreeMap;

use super::{assign, iou};
use crate::TruthText;

/// A line as it was shown on a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadLine {
    /// Its track.
    pub id: u64,
    /// What it is said to say.
    pub text: String,
    /// Corners in pixels.
    pub quad: [[f32; 2]; 4],
}

/// How well text was read and kept.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TextScore {
    /// 1 less edits (Levenshtein) per true character, over all lines and frames from `settle` frames
    /// after a line appeared; a line that is not shown counts as if it were empty. At least 0.
    pub accuracy: f64,
    /// True characters that this is of.
    pub characters: usize,
    /// Changes of what is shown of a line (its text, its track, whether it is shown) from one frame
    /// to the next, per 100 frames of a line, likewise after `settle`.
    pub flicker: f64,
    /// The changes themselves.
    pub changes: usize,
    /// Characters that were shown where there is no line, per true character.
    pub extra: f64,
    /// The most frames that a line took from its appearance until it was shown as it is; `None` where
    /// one never was.
    pub slowest: Option<u64>,
}

/// What became of a true line.
#[derive(Default)]
struct Life {
    /// Frames that it has been there.
    age: u64,
    /// Track and text that were shown last.
    before: Option<(u64, String)>,
    /// Its age when it was first shown as it is.
    right_at: Option<u64>,
}

/// Compares shown lines with the truth, frame by frame. A shown line is of the true one that its
/// bounding box overlaps most, by 0.3 at least. Frames of a line that is not wholly visible count in
/// nothing.
pub fn text(frames: &[(Vec<TruthText>, Vec<ReadLine>)], settle: u64) -> TextScore {
    let mut score = TextScore::default();
    let mut lives: BTreeMap<u64, Life> = BTreeMap::new();
    let (mut edits, mut shown_for_nothing, mut transitions) = (0, 0, 0);
    for (truth, read) in frames {
        let overlap = |i: usize, j: usize| {
            let share = iou(&bounds(&truth[i].quad), &bounds(&read[j].quad));
            if share >= 0.3 { (share * 10_000.0) as i64 } else { 0 }
        };
        let pairs = assign(truth.len(), read.len(), overlap);
        let paired = |j: usize| pairs.iter().any(|p| p.1 == j);
        let alone = read.iter().enumerate().filter(|&(j, _)| !paired(j));
        shown_for_nothing += alone.map(|(_, line)| line.text.chars().count()).sum::<usize>();
        for (i, line) in truth.iter().enumerate() {
            let shown = pairs.iter().find(|p| p.0 == i).map(|p| &read[p.1]);
            let life = lives.entry(line.id).or_default();
            let now = shown.map(|s| (s.id, s.text.clone()));
            if life.right_at.is_none() && shown.is_some_and(|s| s.text == line.text) {
                life.right_at = Some(life.age);
            }
            if life.age >= settle && line.visible >= 1.0 {
                let length = line.text.chars().count();
                edits += shown.map_or(length, |s| strsim::levenshtein(&line.text, &s.text));
                score.characters += length;
                transitions += 1;
                score.changes += usize::from(life.age > settle && now != life.before);
            }
            life.before = now;
            life.age += 1;
        }
    }
    let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    score.accuracy = (1.0 - share(edits, score.characters)).max(0.0);
    score.extra = share(shown_for_nothing, score.characters);
    score.flicker = 100.0 * share(score.changes, transitions);
    score.slowest =
        lives.values().map(|life| life.right_at).try_fold(0, |most, at| at.map(|at| most.max(at)));
    score
}

/// The upright box around a quad.
fn bounds(quad: &[[f32; 2]; 4]) -> [f32; 4] {
    let low = |i: usize| quad.iter().map(|c| c[i]).fold(f32::INFINITY, f32::min);
    let high = |i: usize| quad.iter().map(|c| c[i]).fold(f32::NEG_INFINITY, f32::max);
    [low(0), low(1), high(0) - low(0), high(1) - low(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: [[f32; 2]; 4] = [[0.0, 0.0], [50.0, 0.0], [50.0, 10.0], [0.0, 10.0]];

    fn truth(text: &str) -> TruthText {
        TruthText { id: 1, text: text.into(), quad: PLACE, visible: 1.0 }
    }

    fn shown(id: u64, text: &str) -> ReadLine {
        ReadLine { id, text: text.into(), quad: PLACE }
    }

    #[test]
    fn accuracy_and_flicker_are_as_worked_by_hand() {
        // Wrong by one of four letters on one of four frames: 1 of 16; it changes to it and back.
        let frames: Vec<_> =
            ["EXIT", "EXLT", "EXIT", "EXIT"].map(|t| (vec![truth("EXIT")], vec![shown(5, t)])).into();
        let score = text(&frames, 0);
        assert_eq!((score.accuracy, score.changes, score.characters), (15.0 / 16.0, 2, 16));
        assert_eq!((score.flicker, score.extra, score.slowest), (50.0, 0.0, Some(0)));
    }

    #[test]
    fn what_settles_in_time_is_right() {
        let frames = vec![
            (vec![truth("Gate")], vec![]),
            (vec![truth("Gate")], vec![shown(5, "Cate")]),
            (vec![truth("Gate")], vec![shown(5, "Gate")]),
            (vec![truth("Gate")], vec![shown(5, "Gate")]),
        ];
        let score = text(&frames, 2);
        assert_eq!((score.accuracy, score.changes, score.slowest), (1.0, 0, Some(2)));
        assert_eq!(text(&frames, 0).accuracy, 1.0 - 5.0 / 16.0);
    }

    #[test]
    fn lines_that_change_their_track_vanish_or_are_invented_are_told() {
        let elsewhere = ReadLine { quad: PLACE.map(|[x, y]| [x, y + 90.0]), ..shown(9, "ab") };
        let frames = vec![
            (vec![truth("Gate")], vec![shown(5, "Gate")]),
            (vec![truth("Gate")], vec![shown(6, "Gate")]),
            (vec![truth("Gate")], vec![elsewhere]),
        ];
        let score = text(&frames, 0);
        assert_eq!((score.changes, score.extra), (2, 2.0 / 12.0));
        assert!((score.accuracy - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(text(&[(vec![truth("a")], vec![])], 0).slowest, None);
    }
}
