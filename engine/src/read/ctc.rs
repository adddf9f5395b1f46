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

/// Consecutive steps that read the same entry of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CtcRun<'a> {
    /// The entry: a character, or several.
    pub(crate) text: &'a str,
    /// Its first step.
    pub(crate) first: usize,
    /// Number of its steps.
    pub(crate) count: usize,
    /// Highest probability over its steps, 0 to 1.
    pub(crate) confidence: f32,
}

/// The text of `class`; `None` for the blank and for classes without an entry.
pub(crate) fn entry(dictionary: &[String], class: u32) -> Option<&str> {
    class.checked_sub(1).and_then(|c| dictionary.get(c as usize)).map(String::as_str)
}

/// What a line's steps read, left to right. Classes without an entry in the dictionary are skipped.
pub(crate) fn runs<'a>(steps: &[CtcStep], dictionary: &'a [String]) -> impl Iterator<Item = CtcRun<'a>> {
    let mut next = 0;
    steps.chunk_by(|a, b| a.class == b.class).filter_map(move |run| {
        let first = next;
        next += run.len();
        let text = entry(dictionary, run[0].class)?;
        let confidence = run.iter().fold(0f32, |m, s| m.max(s.prob));
        Some(CtcRun { text, first, count: run.len(), confidence })
    })
}

/// The characters of a line, left to right.
pub(crate) fn decode(steps: &[CtcStep], dictionary: &[String]) -> Vec<CtcChar> {
    let mut out = Vec::new();
    for CtcRun { text, first, count, confidence } in runs(steps, dictionary) {
        let x = (first as f32 + count as f32 / 2.0) * STEP_WIDTH as f32;
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
