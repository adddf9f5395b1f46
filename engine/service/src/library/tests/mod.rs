//! What the tests of the library share, and the tests of keeping and finding.

mod crash;
mod damage;
mod finding;
mod keeping;

use glimpse_engine::caption::CaptionToken;
use glimpse_engine::describe::DescribeTimings;
use glimpse_engine::find::FindTimings;
use glimpse_engine::{
    CaptionSource, Colour, Description, Found, Line, Object, Paragraph, Reading, Receipt, Tag, Timings,
};
use image::{Rgb, RgbImage};

use super::{EMBEDDING, Kept, Library};
use crate::api::{ItemId, LibraryQuery};

/// Pseudo-random numbers.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as u32
    }
}

/// A unit vector without negative numbers, as the encoder gives them.
pub(super) fn embedding(seed: u64) -> Vec<f32> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
    let values: Vec<f32> =
        (0..EMBEDDING).map(|_| (random.next() % 1000) as f32 / 1000.0).map(|v| v * v).collect();
    let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
    values.into_iter().map(|v| v / length).collect()
}

pub(super) fn reading(text: &str) -> Reading {
    let lines: Vec<Line> = text
        .lines()
        .map(|text| Line {
            text: text.into(),
            confidence: 0.9,
            quad: [[0.0, 0.0], [100.0, 0.0], [100.0, 20.0], [0.0, 20.0]],
            words: Vec::new(),
            char_confidences: Vec::new(),
        })
        .collect();
    let paragraphs = vec![Paragraph { lines: (0..lines.len()).collect() }];
    Reading {
        width: 40,
        height: 30,
        lines,
        paragraphs,
        timings: Timings::default(),
        receipt: Receipt::default(),
    }
}

pub(super) fn object(label: &str) -> Object {
    Object { label: label.into(), score: 0.75, bounds: [1.0, 2.0, 3.0, 4.0] }
}

pub(super) fn found(labels: &[&str]) -> Found {
    Found {
        width: 40,
        height: 30,
        objects: labels.iter().map(|l| object(l)).collect(),
        timings: FindTimings::default(),
        receipt: Receipt::default(),
    }
}

pub(super) fn description(caption: &str) -> Description {
    Description {
        width: 40,
        height: 30,
        caption: caption.into(),
        caption_source: CaptionSource::Grounded,
        learned_caption: "a dog".into(),
        caption_confidence: 0.5,
        tokens: vec![CaptionToken { id: 3, text: "a".into(), confidence: 0.5, attention: Vec::new() }],
        first_caption: None,
        tags: vec![Tag { label: "beagle".into(), class: 162, score: 0.75 }],
        objects: vec![object("dog")],
        colours: vec![Colour { name: "red".into(), hex: "#aa0000".into(), share: 0.5 }],
        text: None,
        timings: DescribeTimings::default(),
        receipt: Receipt::default(),
    }
}

/// Bytes that stand for an encoded picture: the library does not decode them.
pub(super) fn encoded(seed: u64, length: usize) -> Vec<u8> {
    let mut random = Random(seed + 77);
    (0..length).map(|_| random.next() as u8).collect()
}

pub(super) fn pixels() -> RgbImage {
    RgbImage::from_pixel(40, 30, Rgb([10, 200, 30]))
}

pub(super) fn kept<'a>(encoded: &'a [u8], pixels: &'a RgbImage) -> Kept<'a> {
    Kept {
        item: None,
        name: None,
        encoded,
        pixels,
        width: 40,
        height: 30,
        embedding: None,
        reading: None,
        description: None,
        found: None,
    }
}

/// Keeps a picture with this text, of its own bytes.
pub(super) fn keep_text(library: &Library, seed: u64, text: &str) -> ItemId {
    let (bytes, pixels, reading) = (encoded(seed, 100), pixels(), reading(text));
    library.keep(&Kept { reading: Some(&reading), ..kept(&bytes, &pixels) }).unwrap()
}

pub(super) fn ids(library: &Library, words: &str) -> Vec<i64> {
    let query = LibraryQuery { words: Some(words.into()), ..LibraryQuery::default() };
    library.search(&query, None).unwrap().items.into_iter().map(|i| i.id.0).collect()
}
