//! hOCR 1.2 (<https://kba.github.io/hocr-spec/1.2/>) as XHTML.

use std::fmt::Write;

use glimpse_engine::{Line, Reading, Word};

use super::Exported;
use super::geometry::{Run, bounds, is_column, is_followed_by_space};

/// Lines that are turned by less than this many degrees have a sloped baseline, others an angle.
const TURNED: f32 = 45.0;

/// The whole document.
pub(super) fn hocr(exported: &Exported<'_>, reading: &Reading) -> String {
    let name = exported.name.unwrap_or("picture");
    let mut out = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
"#,
    );
    let version = env!("CARGO_PKG_VERSION");
    push(&mut out, format_args!(" <head>\n  <title>{}</title>\n", escape(name)));
    out.push_str("  <meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\" />\n");
    push(&mut out, format_args!("  <meta name=\"ocr-system\" content=\"glimpse {version}\" />\n"));
    out.push_str("  <meta name=\"ocr-capabilities\" content=\"ocr_page ocr_par ocr_line ocrx_word\" />\n");
    out.push_str("  <meta name=\"ocr-number-of-pages\" content=\"1\" />\n </head>\n <body>\n");
    // A file name in a property stands in quotes, which it cannot hold itself.
    let image = name.replace(['"', '\\'], "_");
    push(
        &mut out,
        format_args!(
            "  <div class=\"ocr_page\" id=\"page_1\" title=\"image &quot;{}&quot;; bbox 0 0 {} {}; ppageno 0\">\n",
            escape(&image),
            reading.width,
            reading.height
        ),
    );
    let mut names = Names::default();
    for paragraph in &reading.paragraphs {
        let lines: Vec<&Line> = paragraph.lines.iter().filter_map(|&l| reading.lines.get(l)).collect();
        push_paragraph(&mut out, &lines, reading, &mut names);
    }
    out.push_str("  </div>\n </body>\n</html>\n");
    out
}

/// How many there are so far.
#[derive(Default)]
struct Names {
    paragraphs: usize,
    lines: usize,
    words: usize,
}

fn push_paragraph(out: &mut String, lines: &[&Line], reading: &Reading, names: &mut Names) {
    if lines.is_empty() {
        return;
    }
    names.paragraphs += 1;
    let number = names.paragraphs;
    let bbox = bbox(lines.iter().flat_map(|l| &l.quad), reading);
    push(out, format_args!("   <p class=\"ocr_par\" id=\"par_1_{number}\" dir=\"auto\" title=\"{bbox}\">\n"));
    for line in lines {
        push_line(out, line, reading, names);
    }
    out.push_str("   </p>\n");
}

fn push_line(out: &mut String, line: &Line, reading: &Reading, names: &mut Names) {
    names.lines += 1;
    let number = names.lines;
    let title = line_title(line, reading);
    push(out, format_args!("    <span class=\"ocr_line\" id=\"line_1_{number}\" title=\"{title}\">"));
    let whole = [Word { text: line.text.clone(), confidence: line.confidence, quad: line.quad }];
    let words = if line.words.is_empty() { &whole[..] } else { &line.words };
    let mut rest = line.text.as_str();
    for (i, word) in words.iter().enumerate() {
        names.words += 1;
        let number = names.words;
        let bbox = bbox(&word.quad, reading);
        let confidence = (word.confidence.clamp(0.0, 1.0) * 100.0).round();
        let space = is_followed_by_space(&mut rest, &word.text) && i + 1 < words.len();
        let space = if space { " " } else { "" };
        push(
            out,
            format_args!(
                "<span class=\"ocrx_word\" id=\"word_1_{number}\" title=\"{bbox}; x_wconf {confidence}\">{}</span>{space}",
                escape(&word.text)
            ),
        );
    }
    out.push_str("</span>\n");
}

/// Box, baseline or angle, and size of a line. A slope that is less than a pixel from end to end is
/// none.
fn line_title(line: &Line, reading: &Reading) -> String {
    let run = Run::new(&line.quad, is_column(&line.quad, &line.text));
    let [left, _, _, bottom] = bounds(&line.quad, reading.width, reading.height);
    let mut title = bbox(&line.quad, reading);
    let angle = run.angle();
    if angle.abs() < TURNED {
        let slope = if run.along[1].abs() < 1.0 { 0.0 } else { run.along[1] / run.along[0] };
        let start = run.baseline();
        let offset = start[1] + slope * (left as f32 - start[0]) - bottom as f32;
        push(&mut title, format_args!("; baseline {} {}", round(slope, 1000.0), round(offset, 1.0)));
    } else {
        // From 0 to 360, as the format's examples have it.
        push(&mut title, format_args!("; textangle {}", round(angle.rem_euclid(360.0), 10.0)));
    }
    push(&mut title, format_args!("; x_size {}", round(run.size(), 10.0)));
    title
}

fn bbox<'a>(points: impl IntoIterator<Item = &'a [f32; 2]>, reading: &Reading) -> String {
    let [left, top, right, bottom] = bounds(points, reading.width, reading.height);
    format!("bbox {left} {top} {right} {bottom}")
}

/// Rounded to parts of `steps`, never "-0" and never not finite.
fn round(value: f32, steps: f32) -> f32 {
    let rounded = (value * steps).round() / steps;
    if rounded == 0.0 || !rounded.is_finite() { 0.0 } else { rounded }
}

/// Text as XML 1.0 may hold it; other characters become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = out.write_fmt(what);
}
