//! The stages together, on networks that know nothing but where there is ink.

use image::{Rgb, RgbImage};

use super::decode::Picture;
use super::models::{CtcStep, DetectText, ProbabilityMap, RecognizeText, STEP_WIDTH, Workers};
use super::pipeline::read;
use super::{CancelToken, ReadOptions};
use crate::{Error, Result};

/// Finds dark pixels, and reads each line as one "a" a step that holds ink.
struct Ink {
    dictionary: Vec<String>,
    most_pixels: std::sync::atomic::AtomicU64,
}

impl Ink {
    fn new() -> Self {
        Self { dictionary: ["a", "b", " "].map(String::from).to_vec(), most_pixels: 0.into() }
    }
}

impl DetectText for Ink {
    fn probability_map(&self, image: &RgbImage, cancel: &CancelToken) -> Result<ProbabilityMap> {
        cancel.check()?;
        let (width, height) = image.dimensions();
        assert!(width > 0 && height > 0 && width.is_multiple_of(32) && height.is_multiple_of(32));
        let pixels = u64::from(width) * u64::from(height);
        self.most_pixels.fetch_max(pixels, std::sync::atomic::Ordering::Relaxed);
        Ok(ProbabilityMap { width, height, data: image.pixels().map(|p| 255 - p.0[1]).collect() })
    }
}

impl Workers for Ink {
    fn for_each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..count).rev().for_each(work);
    }
}

impl RecognizeText for Ink {
    fn recognize(
        &self,
        lines: &[RgbImage],
        charset: Option<&[bool]>,
        cancel: &CancelToken,
    ) -> Result<Vec<Vec<CtcStep>>> {
        cancel.check()?;
        let class = u32::from(charset.is_none_or(|c| c[1]));
        let step = |line: &RgbImage, n: u32| {
            let x = n * STEP_WIDTH + STEP_WIDTH / 2;
            let dark = (0..line.height()).any(|y| line.get_pixel(x, y).0[1] < 100);
            CtcStep { class: if dark && n.is_multiple_of(2) { class } else { 0 }, prob: 0.9 }
        };
        Ok(lines.iter().map(|l| (0..l.width() / STEP_WIDTH).map(|n| step(l, n)).collect()).collect())
    }

    fn dictionary(&self) -> &[String] {
        &self.dictionary
    }
}

fn with_bars(width: u32, height: u32, bars: &[[u32; 4]]) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let inside = bars.iter().any(|b| (b[0]..b[2]).contains(&x) && (b[1]..b[3]).contains(&y));
        Rgb([if inside { 0 } else { 255 }; 3])
    })
}

#[test]
fn bars_are_found_where_they_are() {
    let bars = [[100, 40, 400, 60], [100, 100, 300, 120], [100, 160, 350, 180]];
    let reading =
        read(&Ink::new(), &Ink::new(), &Picture::from(&with_bars(512, 256, &bars)), &ReadOptions::default())
            .unwrap();
    assert_eq!((reading.width, reading.height, reading.lines.len()), (512, 256, 3));
    for (line, bar) in reading.lines.iter().zip(bars) {
        let [left, top] = line.quad[0];
        let [right, bottom] = line.quad[2];
        assert!(
            left <= bar[0] as f32 && left > bar[0] as f32 - 30.0 && top <= bar[1] as f32,
            "{:?}",
            line.quad
        );
        assert!(right >= bar[2] as f32 && right < bar[2] as f32 + 30.0 && bottom >= bar[3] as f32);
        assert!(!line.text.is_empty() && line.text.chars().all(|c| c == 'a'));
        assert_eq!(line.text.chars().count(), line.char_confidences.len());
        assert!((line.confidence - 0.9).abs() < 1e-3);
    }
    let mut listed: Vec<usize> = reading.paragraphs.iter().flat_map(|p| p.lines.clone()).collect();
    listed.sort_unstable();
    assert_eq!(listed, [0, 1, 2]);
}

#[test]
fn quads_are_in_pixels_of_the_full_picture() {
    let small = with_bars(512, 256, &[[100, 100, 400, 120]]);
    let picture = Picture { image: std::borrow::Cow::Owned(small), width: 2048, height: 1024 };
    let reading = read(&Ink::new(), &Ink::new(), &picture, &ReadOptions::default()).unwrap();
    let quad = reading.lines[0].quad;
    assert!((300.0..=400.0).contains(&quad[0][0]) && (1600.0..1720.0).contains(&quad[1][0]), "{quad:?}");
    assert_eq!(reading.receipt.notes.len(), 1);
}

#[test]
fn pictures_of_any_size_are_survived() {
    for (w, h) in [(0, 0), (1, 1), (3, 2000), (2000, 3), (1, 5000), (31, 33), (64, 64)] {
        for value in [0, 128, 255] {
            let image = RgbImage::from_pixel(w, h, Rgb([value; 3]));
            let reading =
                read(&Ink::new(), &Ink::new(), &Picture::from(&image), &ReadOptions::default()).unwrap();
            assert_eq!((reading.width, reading.height), (w, h));
        }
    }
}

#[test]
fn large_pictures_are_looked_at_in_tiles() {
    let rows: Vec<[u32; 4]> = (0..100).map(|r| [40, 20 + r * 28, 2600, 26 + r * 28]).collect();
    let ink = Ink::new();
    let reading =
        read(&ink, &ink, &Picture::from(&with_bars(2700, 2830, &rows)), &ReadOptions::default()).unwrap();
    assert_eq!(reading.lines.len(), rows.len());
    assert!(ink.most_pixels.into_inner() <= 1_300_000);
}

#[test]
fn options_are_obeyed() {
    let image = with_bars(512, 256, &[[100, 40, 400, 60]]);
    let read = |options: ReadOptions| read(&Ink::new(), &Ink::new(), &Picture::from(&image), &options);
    let strict = ReadOptions { min_confidence: Some(0.95), ..ReadOptions::default() };
    assert!(read(strict).unwrap().lines.is_empty());
    let wrong = ReadOptions { min_confidence: Some(1.5), ..ReadOptions::default() };
    assert!(matches!(read(wrong), Err(Error::InvalidOption { option: "min_confidence", .. })));
    let only_b = ReadOptions { charset: Some(std::sync::Arc::new(['b'].into())), ..ReadOptions::default() };
    assert!(read(only_b).unwrap().lines.is_empty());
    let options = ReadOptions::default();
    options.cancel.cancel();
    assert!(matches!(read(options), Err(Error::Cancelled)));
}
