//! From the characters of a line to words with boxes.

use super::geometry::{quad_slice, quad_turned};
use super::recognize::{Strip, StripChar};
use super::{Quad, Word};

/// The words of a line: parted by spaces, and where writing without spaces meets writing with them.
pub(crate) fn words(chars: &[StripChar], strip: &Strip) -> Vec<Word> {
    let advance = typical_advance(chars);
    let mut out = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        if chars[start].ch == ' ' {
            start += 1;
            continue;
        }
        let mut end = start + 1;
        while end < chars.len() && chars[end].ch != ' ' && !parts(chars[end - 1].ch, chars[end].ch) {
            end += 1;
        }
        out.push(word(chars, start, end, advance, strip));
        start = end;
    }
    out
}

fn word(chars: &[StripChar], start: usize, end: usize, advance: f32, strip: &Strip) -> Word {
    let inside = &chars[start..end];
    let (first, last) = (inside[0].at, inside[inside.len() - 1].at);
    let half = if inside.len() > 1 { (last - first) / (inside.len() - 1) as f32 } else { advance } / 2.0;
    let before = start.checked_sub(1).map_or(0.0, |i| (chars[i].at + first) / 2.0);
    let after = chars.get(end).map_or(1.0, |c| (c.at + last) / 2.0);
    let from = (first - half).max(before).clamp(0.0, 1.0);
    let to = (last + half).min(after).clamp(from, 1.0);
    Word {
        text: inside.iter().map(|c| c.ch).collect(),
        confidence: inside.iter().map(|c| c.confidence).sum::<f32>() / inside.len() as f32,
        quad: part(strip, from, to),
    }
}

/// The part of a strip between two places along its text.
fn part(strip: &Strip, from: f32, to: f32) -> Quad {
    if strip.column {
        quad_turned(&quad_slice(&quad_turned(&strip.quad, 1), from, to), 3)
    } else {
        quad_slice(&strip.quad, from, to)
    }
}

/// Median distance between neighbouring characters; the whole strip when there is only one.
fn typical_advance(chars: &[StripChar]) -> f32 {
    let mut steps: Vec<f32> = chars.windows(2).map(|w| w[1].at - w[0].at).collect();
    if steps.is_empty() {
        return 1.0;
    }
    let middle = steps.len() / 2;
    *steps.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// Whether a word ends between two letters because only one of them is of a script that is written
/// without spaces. Digits and punctuation stay with what they touch.
fn parts(a: char, b: char) -> bool {
    let spaced = |c: char| c.is_alphabetic() && !is_unspaced(c);
    (is_unspaced(a) && spaced(b)) || (spaced(a) && is_unspaced(b))
}

/// Han, Hiragana, Katakana, Bopomofo and their full-width relatives.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3040}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Vec<StripChar> {
        let n = text.chars().count() as f32;
        text.chars()
            .enumerate()
            .map(|(i, ch)| StripChar { ch, confidence: 0.9, at: (i as f32 + 0.5) / n })
            .collect()
    }

    const STRIP: Strip = Strip { quad: [[0., 0.], [100., 0.], [100., 10.], [0., 10.]], column: false };

    #[test]
    fn words_are_parted_by_spaces_and_lie_where_their_letters_do() {
        let words = words(&line("ab cde fg."), &STRIP);
        assert_eq!(words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["ab", "cde", "fg."]);
        assert!((words[1].quad[0][0] - 30.0).abs() < 1e-3 && (words[1].quad[1][0] - 60.0).abs() < 1e-3);
        assert_eq!(words[1].quad[2][1], 10.0);
    }

    #[test]
    fn scripts_without_spaces_part_from_those_with() {
        let words = words(&line("価格12円Tax込み"), &STRIP);
        assert_eq!(words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["価格12円", "Tax", "込み"]);
    }

    #[test]
    fn columns_are_sliced_downwards() {
        let strip = Strip { quad: [[0., 0.], [10., 0.], [10., 100.], [0., 100.]], column: true };
        let words = words(&line("ab cd"), &strip);
        let expected = [[0.0, 60.0], [10.0, 60.0], [10.0, 100.0], [0.0, 100.0]];
        for (found, corner) in words[1].quad.iter().zip(expected) {
            assert!((found[0] - corner[0]).abs() < 1e-3 && (found[1] - corner[1]).abs() < 1e-3);
        }
    }

    #[test]
    fn odd_lines_have_sensible_words() {
        assert!(words(&[], &STRIP).is_empty());
        assert!(words(&line("   "), &STRIP).is_empty());
        let one = words(&line("x"), &STRIP);
        assert_eq!(one[0].quad, STRIP.quad);
    }
}
