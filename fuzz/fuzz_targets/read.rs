//! Decoding and reading arbitrary bytes: every input ends in text or in a typed error.
//!
//! An input that starts with `RAW` and two bytes of size is taken as pixels, so that the stages after
//! the decoder are reached without first getting past the checksums of a picture format.

#![no_main]

use std::sync::LazyLock;

use glimpse_engine::read::ReadLimits;
use glimpse_engine::{Engine, EngineOptions, ReadOptions, Reading};
use image::RgbImage;
use libfuzzer_sys::fuzz_target;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let packs = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets").into();
    let options = EngineOptions { threads: 1, packs: Some(packs), ..EngineOptions::default() };
    Engine::open(options).expect("the packs of the repository open")
});

fuzz_target!(|data: &[u8]| {
    let limits = ReadLimits { max_pixels: 1 << 16, max_bytes: 1 << 20 };
    let options = ReadOptions { limits, min_confidence: Some(0.0), ..ReadOptions::default() };
    let result = match raw(data) {
        Some(picture) => ENGINE.read(&picture, &options),
        None => ENGINE.read_bytes(data, &options),
    };
    match result {
        Ok(reading) => check(&reading),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

/// The picture of an input that starts with `RAW`: width, height, then pixels, repeated as needed.
fn raw(data: &[u8]) -> Option<RgbImage> {
    let [width, height, pixels @ ..] = data.strip_prefix(b"RAW")? else { return None };
    let (width, height) = (u32::from(*width) + 1, u32::from(*height) + 1);
    let len = (width * height * 3) as usize;
    let data = if pixels.is_empty() { vec![255; len] } else { pixels.iter().copied().cycle().take(len).collect() };
    RgbImage::from_raw(width, height, data)
}

/// What holds of every reading.
fn check(reading: &Reading) {
    let mut seen = vec![0; reading.lines.len()];
    for &line in reading.paragraphs.iter().flat_map(|paragraph| &paragraph.lines) {
        seen[line] += 1;
    }
    assert!(seen.iter().all(|&times| times == 1), "a line is in exactly one paragraph");
    for line in &reading.lines {
        assert!((0.0..=1.0).contains(&line.confidence));
        assert!(line.quad.iter().flatten().all(|value| value.is_finite()));
        assert_eq!(line.char_confidences.len(), line.text.chars().count());
        for word in &line.words {
            assert!((0.0..=1.0).contains(&word.confidence));
            assert!(word.quad.iter().flatten().all(|value| value.is_finite()));
        }
    }
}
