//! Words, invisibly where they stand on the picture.

use glimpse_engine::{Line, Reading, Word};
use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Str};
use unicode_bidi::{BidiInfo, Level};

use super::font::{ADVANCE, Codes};
use super::{FONT_NAME, Page};
use crate::export::geometry::{Run, is_column, is_followed_by_space};

/// Writes all lines in reading order.
pub(super) fn write(content: &mut Content, page: &Page, reading: &Reading, codes: &mut Codes) {
    content.begin_text();
    content.set_text_rendering_mode(TextRenderingMode::Invisible);
    for line in reading.paragraphs.iter().flat_map(|p| &p.lines).filter_map(|&l| reading.lines.get(l)) {
        write_line(content, page, line, codes);
    }
    content.end_text();
}

fn write_line(content: &mut Content, page: &Page, line: &Line, codes: &mut Codes) {
    let column = is_column(&line.quad, &line.text);
    let whole = [Word { text: line.text.clone(), confidence: line.confidence, quad: line.quad }];
    let words = if line.words.is_empty() { &whole[..] } else { &line.words };
    let mut rest = line.text.as_str();
    for (i, word) in words.iter().enumerate() {
        let run = Run::new(&word.quad, column);
        show(content, page, &run, &visual_order(&word.text), codes);
        let Some(next) = words.get(i + 1) else { break };
        if is_followed_by_space(&mut rest, &word.text) {
            show(content, page, &run.gap(&Run::new(&next.quad, column)), &[" "], codes);
        }
    }
}

/// The word's clusters from left to right: readers turn runs that are written from right to left
/// back when they take text out.
fn visual_order(word: &str) -> Vec<&str> {
    use unicode_segmentation::UnicodeSegmentation;
    let bidi = BidiInfo::new(word, None);
    let mut out: Vec<&str> = Vec::new();
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let level: Level = levels.get(run.start).copied().unwrap_or(Level::ltr());
            let start = out.len();
            out.extend(word[run].graphemes(true));
            if level.is_rtl() {
                out[start..].reverse();
            }
        }
    }
    out.retain(|cluster| !cluster.chars().all(char::is_control));
    out
}

/// Writes clusters evenly from the beginning of `run` to its end.
fn show(content: &mut Content, page: &Page, run: &Run, clusters: &[&str], codes: &mut Codes) {
    let (length, size) = (run.length() * page.scale, run.size() * page.scale);
    let visible = length > 0.0 && size > 0.0 && length.is_finite() && size.is_finite();
    if clusters.is_empty() || !visible {
        return;
    }
    let Some(bytes) = clusters.iter().map(|c| codes.code(c)).collect::<Option<Vec<u16>>>() else { return };
    let bytes: Vec<u8> = bytes.into_iter().flat_map(u16::to_be_bytes).collect();
    let natural = clusters.len() as f32 * ADVANCE * size;
    let unit = |v: [f32; 2], length: f32| [v[0] / length, -v[1] / length];
    let (along, up) = (unit(run.along, run.length()), unit(run.up, run.size()));
    let [x, y] = page.point(run.baseline());
    content.set_font(FONT_NAME, size);
    content.set_horizontal_scaling(100.0 * length / natural);
    content.set_text_matrix([along[0], along[1], up[0], up[1], x, y]);
    content.show(Str(&bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_ordered_as_they_are_seen() {
        assert_eq!(visual_order("abc").concat(), "abc");
        assert_eq!(visual_order("שלום"), ["ם", "ו", "ל", "ש"]);
        assert_eq!(visual_order("مَ12"), ["1", "2", "مَ"]);
        assert_eq!(visual_order("e\u{301}a"), ["e\u{301}", "a"]);
        assert!(visual_order("\n\0").is_empty() && visual_order("").is_empty());
    }
}
