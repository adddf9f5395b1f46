//! The JSON of one picture's result, as `glimpse … --json` prints it and scripts get it over HTTP.

use glimpse_engine::find::{FindTimings, Found, Object};
use glimpse_engine::see::TagTimings;
use glimpse_engine::{Description, Line, Paragraph, Reading, Receipt, Tag, Tags, Timings};
use serde::Serialize;

/// A picture that was read.
#[derive(Debug, Serialize)]
struct Read<'a> {
    image: &'a str,
    width: u32,
    height: u32,
    lines: &'a [Line],
    paragraphs: &'a [Paragraph],
    timings_ms: &'a Timings,
    receipt: &'a Receipt,
    peak_rss_bytes: Option<u64>,
}

/// A picture whose contents were named.
#[derive(Debug, Serialize)]
struct Tagged<'a> {
    image: &'a str,
    width: u32,
    height: u32,
    tags: &'a [Tag],
    sure: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    embedding: Option<&'a [f32]>,
    timings_ms: &'a TagTimings,
    receipt: &'a Receipt,
    peak_rss_bytes: Option<u64>,
}

/// A picture that was described.
#[derive(Debug, Serialize)]
struct Described<'a> {
    image: &'a str,
    #[serde(flatten)]
    description: &'a Description,
    peak_rss_bytes: Option<u64>,
}

/// A picture whose objects were looked for.
#[derive(Debug, Serialize)]
struct Seen<'a> {
    image: &'a str,
    width: u32,
    height: u32,
    objects: &'a [Object],
    timings_ms: &'a FindTimings,
    receipt: &'a Receipt,
    peak_rss_bytes: Option<u64>,
}

/// The line for a picture that was read, without the line break.
///
/// # Errors
/// Those of writing JSON, as with the others here.
pub fn read(image: &str, reading: &Reading, peak_rss_bytes: Option<u64>) -> serde_json::Result<String> {
    serde_json::to_string(&Read {
        image,
        width: reading.width,
        height: reading.height,
        lines: &reading.lines,
        paragraphs: &reading.paragraphs,
        timings_ms: &reading.timings,
        receipt: &reading.receipt,
        peak_rss_bytes,
    })
}

/// The line for a picture whose contents were named, without the line break.
///
/// # Errors
/// As with [`read`].
pub fn tags(
    image: &str,
    tags: &Tags,
    embedding: bool,
    peak_rss_bytes: Option<u64>,
) -> serde_json::Result<String> {
    serde_json::to_string(&Tagged {
        image,
        width: tags.width,
        height: tags.height,
        tags: &tags.tags,
        sure: tags.sure,
        embedding: embedding.then_some(&tags.embedding),
        timings_ms: &tags.timings,
        receipt: &tags.receipt,
        peak_rss_bytes,
    })
}

/// The line for a picture that was described, without the line break.
///
/// # Errors
/// As with [`read`].
pub fn describe(
    image: &str,
    description: &Description,
    peak_rss_bytes: Option<u64>,
) -> serde_json::Result<String> {
    serde_json::to_string(&Described { image, description, peak_rss_bytes })
}

/// The line for a picture whose objects were looked for, without the line break.
///
/// # Errors
/// As with [`read`].
pub fn found(image: &str, found: &Found, peak_rss_bytes: Option<u64>) -> serde_json::Result<String> {
    serde_json::to_string(&Seen {
        image,
        width: found.width,
        height: found.height,
        objects: &found.objects,
        timings_ms: &found.timings,
        receipt: &found.receipt,
        peak_rss_bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_has_the_promised_fields() {
        let reading = Reading {
            width: 4,
            height: 3,
            lines: vec![],
            paragraphs: vec![],
            timings: Timings::default(),
            receipt: Receipt::default(),
        };
        let line = read("x.png", &reading, Some(7)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert!(!line.contains('\n'));
        for field in
            ["image", "width", "height", "lines", "paragraphs", "timings_ms", "receipt", "peak_rss_bytes"]
        {
            assert!(value.get(field).is_some(), "{field} is missing in {line}");
        }
        for stage in ["decode", "detect", "recognize", "pre", "infer", "post", "total"] {
            assert!(value["timings_ms"][stage].is_number(), "{stage} is missing in {line}");
        }
    }
}
