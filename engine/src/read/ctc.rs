//! Greedy decoding of connectionist temporal classification (Graves et al., ICML 2006): the most
//! probable class a step, repetitions joined, blanks dropped.

use super::models::{CtcStep, STEP_WIDTH};

/// One decoded character.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CtcChar {
    /// The character.
    pub(crate) ch: char,
    /// Highest probability over its steps, 0 to 1.
    pub(crate) confidence: f32,
    /// Pixel of the line image at the middle of its steps.
    pub(crate) x: f32,
}

/// The characters of a line, left to right. Classes without an entry in the dictionary are skipped.
pub(crate) fn decode(steps: &[CtcStep], dictionary: &[String]) -> Vec<CtcChar> {
    let mut out = Vec::new();
    let mut first = 0;
    for run in steps.chunk_by(|a, b| a.class == b.class) {
        let x = (first as f32 + run.len() as f32 / 2.0) * STEP_WIDTH as f32;
        first += run.len();
        let Some(text) = run[0].class.checked_sub(1).and_then(|c| dictionary.get(c as usize)) else {
            continue;
        };
        let confidence = run.iter().fold(0f32, |m, s| m.max(s.prob));
        out.extend(text.chars().map(|ch| CtcChar { ch, confidence, x }));
    }
    out
}

/// Which classes a recognizer may choose, the blank included, for a filter on characters. The space
/// is always allowed, since it separates what is.
pub(crate) fn allowed_classes(dictionary: &[String], allow: impl Fn(char) -> bool) -> Vec<bool> {
    std::iter::once(true)
        .chain(dictionary.iter().map(|entry| entry.chars().all(|c| c == ' ' || allow(c))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary() -> Vec<String> {
        ["a", "b", "c", " "].map(String::from).to_vec()
    }

    fn steps(classes: &[u32]) -> Vec<CtcStep> {
        classes.iter().enumerate().map(|(i, &class)| CtcStep { class, prob: 0.5 + i as f32 * 0.01 }).collect()
    }

    #[test]
    fn repetitions_join_unless_a_blank_parts_them() {
        let text: String =
            decode(&steps(&[0, 1, 1, 0, 1, 2, 2, 2, 0, 4, 3]), &dictionary()).iter().map(|c| c.ch).collect();
        assert_eq!(text, "aab c");
    }

    #[test]
    fn position_and_confidence_are_those_of_the_run() {
        let chars = decode(&steps(&[0, 0, 2, 2, 2, 0]), &dictionary());
        assert_eq!(chars.len(), 1);
        assert_eq!(chars[0].x, 3.5 * 8.0);
        assert!((chars[0].confidence - 0.54).abs() < 1e-6);
    }

    #[test]
    fn nothing_and_unknown_classes_give_nothing() {
        assert!(decode(&[], &dictionary()).is_empty());
        assert!(decode(&steps(&[0, 0]), &dictionary()).is_empty());
        assert!(decode(&steps(&[99, u32::MAX]), &dictionary()).is_empty());
    }

    #[test]
    fn charset_keeps_blank_and_space() {
        assert_eq!(allowed_classes(&dictionary(), |c| c == 'b'), [true, false, true, false, true]);
    }
}
