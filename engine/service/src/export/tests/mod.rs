//! What the tests of exports share, and the formats that are text.

mod pdf;

use std::path::PathBuf;

use glimpse_engine::caption::CaptionToken;
use glimpse_engine::describe::DescribeTimings;
use glimpse_engine::find::FindTimings;
use glimpse_engine::{
    CaptionSource, Description, Found, Line, Object, Paragraph, Quad, Reading, Receipt, Tag, Timings, Word,
};

use super::{Exported, export};
use crate::api::ExportFormat;

/// A box of this size, turned counter-clockwise by `degrees` around its top-left corner.
fn quad(left: f32, top: f32, width: f32, height: f32, degrees: f32) -> Quad {
    let (sin, cos) = (-degrees.to_radians()).sin_cos();
    [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]
        .map(|[x, y]| [left + x * cos - y * sin, top + x * sin + y * cos])
}

/// A line of equally wide characters; its words stand where their characters do.
fn line(text: &str, left: f32, top: f32, size: f32, degrees: f32, right_to_left: bool) -> Line {
    let chars: Vec<char> = text.chars().collect();
    let advance = size * 0.5;
    let mut words = Vec::new();
    let mut start = 0;
    for part in text.split(' ') {
        let count = part.chars().count();
        let from = if right_to_left { chars.len() - start - count } else { start };
        let (sin, cos) = (-degrees.to_radians()).sin_cos();
        let shift = from as f32 * advance;
        let quad = quad(left + shift * cos, top + shift * sin, count as f32 * advance, size, degrees);
        if count > 0 {
            words.push(Word { text: part.into(), confidence: 0.875, quad });
        }
        start += count + 1;
    }
    Line {
        text: text.into(),
        confidence: 0.9,
        quad: quad(left, top, chars.len() as f32 * advance, size, degrees),
        words,
        char_confidences: Vec::new(),
    }
}

/// A column, read downwards.
fn column(text: &str, left: f32, top: f32, size: f32) -> Line {
    let height = text.chars().count() as f32 * size;
    let quad = quad(left, top, size, height, 0.0);
    let words = vec![Word { text: text.into(), confidence: 0.5, quad }];
    Line { text: text.into(), confidence: 0.5, quad, words, char_confidences: Vec::new() }
}

fn reading(width: u32, height: u32, paragraphs: Vec<Vec<Line>>) -> Reading {
    let mut lines = Vec::new();
    let paragraphs = paragraphs
        .into_iter()
        .map(|p| {
            let first = lines.len();
            lines.extend(p);
            Paragraph { lines: (first..lines.len()).collect() }
        })
        .collect();
    Reading { width, height, lines, paragraphs, timings: Timings::default(), receipt: Receipt::default() }
}

/// Lines of many scripts, upright, tilted, turned and running downwards.
fn sample() -> Reading {
    let first = vec![
        line("Total: 12.50 EUR", 40.0, 30.0, 24.0, 0.0, false),
        line("a < b & c > \"d\" #1 *x*", 40.0, 60.0, 20.0, 0.0, false),
    ];
    let second = vec![
        line("# Größe naïve Žluťoučký", 40.0, 110.0, 24.0, 0.0, false),
        line("Привет мир Ελλάδα", 40.0, 140.0, 24.0, 0.0, false),
    ];
    let others = vec![
        vec![line("東京 タワー 𠮷野家", 40.0, 190.0, 30.0, 0.0, false)],
        vec![line("مرحبا بالعالم", 300.0, 190.0, 24.0, 0.0, true)],
        vec![line("שלום עולם", 300.0, 230.0, 24.0, 0.0, true)],
        vec![line("tilted by five degrees", 40.0, 330.0, 24.0, 5.0, false)],
        vec![line("upwards text", 420.0, 380.0, 20.0, 90.0, false)],
        vec![line("upside down", 340.0, 400.0, 20.0, 180.0, false)],
        vec![column("縦書き文", 540.0, 40.0, 28.0)],
    ];
    reading(600, 420, [vec![first, second], others].concat())
}

fn described() -> Description {
    Description {
        width: 600,
        height: 420,
        caption: "A *dog* on the [grass].".into(),
        caption_source: CaptionSource::Grounded,
        first_caption: None,
        learned_caption: "a dog".into(),
        caption_confidence: 0.5,
        tokens: vec![CaptionToken { text: "a".into(), id: 3, confidence: 0.5, attention: Vec::new() }],
        tags: vec![Tag { label: "beagle".into(), class: 162, score: 0.75 }],
        objects: vec![object("dog")],
        colours: Vec::new(),
        text: Some("read while\ndescribing\n".into()),
        timings: DescribeTimings::default(),
        receipt: Receipt::default(),
    }
}

fn object(label: &str) -> Object {
    Object { label: label.into(), score: 0.75, bounds: [1.0, 2.0, 3.0, 4.0] }
}

fn found() -> Found {
    Found {
        width: 600,
        height: 420,
        objects: vec![object("dining table"), object("dog")],
        timings: FindTimings::default(),
        receipt: Receipt::default(),
    }
}

fn exported<'a>(encoded: &'a [u8]) -> Exported<'a> {
    Exported {
        name: Some("a \"b\" <c> & d.jpg"),
        encoded,
        width: 600,
        height: 420,
        reading: None,
        description: None,
        found: None,
    }
}

/// Compares with the file in `tests/golden`, or writes it where `GLIMPSE_UPDATE` is set. The version
/// does not matter.
fn golden(name: &str, made: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let made = String::from_utf8(made.to_vec()).unwrap().replace(env!("CARGO_PKG_VERSION"), "VERSION");
    if std::env::var_os("GLIMPSE_UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!(made, expected, "{name} differs; GLIMPSE_UPDATE=1 writes it anew");
}

#[test]
fn files_are_as_they_were() {
    let (reading, described, found) = (sample(), described(), found());
    let all = Exported {
        reading: Some(&reading),
        description: Some(&described),
        found: Some(&found),
        ..exported(b"")
    };
    for (format, name) in [
        (ExportFormat::Text, "sample.txt"),
        (ExportFormat::Markdown, "sample.md"),
        (ExportFormat::Json, "sample.json"),
        (ExportFormat::Hocr, "sample.hocr"),
    ] {
        golden(name, &export(format, &all).unwrap());
    }
}

#[test]
fn what_is_not_there_is_not_exported() {
    let empty = reading(600, 420, Vec::new());
    let unread = exported(b"");
    let blank = Exported { reading: Some(&empty), ..unread };
    for (format, exported) in [
        (ExportFormat::Text, unread),
        (ExportFormat::Markdown, unread),
        (ExportFormat::Json, unread),
        (ExportFormat::Pdf, unread),
        (ExportFormat::Hocr, unread),
        (ExportFormat::Text, blank),
        (ExportFormat::Markdown, blank),
        (ExportFormat::Pdf, blank),
        (ExportFormat::Hocr, blank),
    ] {
        assert_eq!(export(format, &exported).unwrap_err().code, "nothing_to_export", "{format:?}");
    }
    assert!(export(ExportFormat::Json, &blank).is_ok());
    let (described, found) = (described(), found());
    let text = export(ExportFormat::Text, &Exported { description: Some(&described), ..unread }).unwrap();
    assert_eq!(text, b"read while\ndescribing\n");
    let markdown =
        export(ExportFormat::Markdown, &Exported { found: Some(&found), name: None, ..unread }).unwrap();
    assert_eq!(String::from_utf8(markdown).unwrap(), "## Labels\n\n- dining table\n- dog\n");
}

#[test]
fn json_is_what_was_given() {
    let (reading, described) = (sample(), described());
    let all = Exported { reading: Some(&reading), description: Some(&described), ..exported(b"") };
    let json: serde_json::Value = serde_json::from_slice(&export(ExportFormat::Json, &all).unwrap()).unwrap();
    assert_eq!(serde_json::from_value::<Reading>(json["reading"].clone()).unwrap(), reading);
    assert_eq!(serde_json::from_value::<Description>(json["description"].clone()).unwrap(), described);
    assert_eq!((json["width"].as_u64(), json.get("found")), (Some(600), None));
}

/// Class, title and text of every element that has a class.
fn elements(hocr: &str) -> Vec<(String, String, String)> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(hocr, options).unwrap();
    document
        .descendants()
        .filter_map(|n| {
            let text: String = n.descendants().filter(|d| d.is_text()).filter_map(|d| d.text()).collect();
            Some((n.attribute("class")?.to_string(), n.attribute("title")?.to_string(), text))
        })
        .collect()
}

#[test]
fn hocr_says_where_text_stands() {
    let reading = sample();
    let hocr = export(ExportFormat::Hocr, &Exported { reading: Some(&reading), ..exported(b"") }).unwrap();
    let elements = elements(&String::from_utf8(hocr).unwrap());
    let page = &elements[0];
    assert_eq!(
        (page.0.as_str(), page.1.as_str()),
        ("ocr_page", "image \"a _b_ <c> & d.jpg\"; bbox 0 0 600 420; ppageno 0")
    );
    let of = |class: &str| elements.iter().filter(|e| e.0 == class).collect::<Vec<_>>();
    assert_eq!(of("ocr_par").len(), reading.paragraphs.len());
    let lines = of("ocr_line");
    assert_eq!(lines.len(), reading.lines.len());
    for (line, element) in reading.lines.iter().zip(&lines) {
        assert_eq!(element.2, line.text);
    }
    assert_eq!(lines[0].1, "bbox 40 30 232 54; baseline 0 -5; x_size 24");
    let tilted = &lines[7].1;
    assert!(tilted.contains("baseline -0.087 -5"), "{tilted}");
    assert!(lines[8].1.contains("textangle 90;"), "{}", lines[8].1);
    assert!(lines[9].1.contains("textangle 180;"), "{}", lines[9].1);
    assert!(lines[10].1.contains("textangle 270;"), "{}", lines[10].1);
    let words = of("ocrx_word");
    assert_eq!(words.len(), reading.lines.iter().map(|l| l.words.len()).sum::<usize>());
    assert_eq!((words[1].1.as_str(), words[1].2.as_str()), ("bbox 124 30 184 54; x_wconf 88", "12.50"));
}

#[test]
fn hocr_holds_any_text() {
    let hostile = "\u{0}\u{b}]]><script>&#0;\u{fffe}\u{1f600}\"'";
    let mut reading = reading(60, 40, vec![vec![line("x", 1.0, 1.0, 10.0, 0.0, false)]]);
    reading.lines[0].words.clear();
    reading.lines[0].text = hostile.into();
    reading.lines[0].quad = [[f32::NAN; 2], [f32::INFINITY; 2], [-1e30, 1e30], [0.0, 0.0]];
    let exported = Exported { name: Some(hostile), reading: Some(&reading), ..exported(b"") };
    let hocr = String::from_utf8(export(ExportFormat::Hocr, &exported).unwrap()).unwrap();
    let word = elements(&hocr).into_iter().find(|e| e.0 == "ocrx_word").unwrap();
    assert_eq!(word.2, "\u{fffd}\u{fffd}]]><script>&#0;\u{fffd}\u{1f600}\"'");
}
