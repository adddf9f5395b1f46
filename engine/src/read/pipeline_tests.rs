//! The stages together, on networks that know nothing but where there is ink.

use image::{Rgb, RgbImage};

use super::models::{CtcStep, DetectText, ProbabilityMap, RecognizeText, STEP_WIDTH, Workers};
use super::pipeline;
use super::text_map::text_map;
use super::trace::trace_line;
use super::{BoxRules, CancelToken, Picture, ReadOptions, Reading};
use crate::clock::CallClock;
use crate::{Error, ErrorCode, Result};

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

fn read(ink: &Ink, picture: &Picture, options: &ReadOptions) -> Result<Reading> {
    pipeline::read(ink, ink, picture, options, &CallClock::start())
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
    let image = with_bars(512, 256, &bars);
    let reading = read(&Ink::new(), &Picture::from(&image), &ReadOptions::default()).unwrap();
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
    let picture = Picture::shrunk(small, 2048, 1024);
    let reading = read(&Ink::new(), &picture, &ReadOptions::default()).unwrap();
    let quad = reading.lines[0].quad;
    assert!((300.0..=400.0).contains(&quad[0][0]) && (1600.0..1720.0).contains(&quad[1][0]), "{quad:?}");
    assert_eq!(reading.receipt.notes.len(), 1);
}

#[test]
fn pictures_of_any_size_are_survived() {
    for (w, h) in [(0, 0), (1, 1), (3, 2000), (2000, 3), (1, 5000), (31, 33), (64, 64)] {
        for value in [0, 128, 255] {
            let image = RgbImage::from_pixel(w, h, Rgb([value; 3]));
            let reading = read(&Ink::new(), &Picture::from(&image), &ReadOptions::default()).unwrap();
            assert_eq!((reading.width, reading.height), (w, h));
        }
    }
}

#[test]
fn large_pictures_are_looked_at_in_tiles() {
    let rows: Vec<[u32; 4]> = (0..100).map(|r| [40, 20 + r * 28, 2600, 26 + r * 28]).collect();
    let ink = Ink::new();
    let picture = Picture::from(with_bars(2700, 2830, &rows));
    let reading = read(&ink, &picture, &ReadOptions::default()).unwrap();
    assert_eq!(reading.lines.len(), rows.len());
    assert!(ink.most_pixels.into_inner() <= 1_300_000);
}

#[test]
fn options_are_obeyed() {
    let image = with_bars(512, 256, &[[100, 40, 400, 60]]);
    let read = |options: ReadOptions| read(&Ink::new(), &Picture::from(&image), &options);
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

#[test]
fn the_map_gives_the_boxes_that_are_read() {
    let bars = [[100, 40, 400, 60], [100, 100, 300, 120], [100, 160, 350, 180]];
    for picture in
        [Picture::from(with_bars(512, 256, &bars)), Picture::shrunk(with_bars(512, 256, &bars), 2048, 1024)]
    {
        let map = text_map(&Ink::new(), &Ink::new(), &picture, &CancelToken::new()).unwrap();
        let [w, h] = map.size();
        assert_eq!(map.image().dimensions(), (w, h));
        assert!(map.detect_ms() > 0.0 && w.is_multiple_of(32) && h.is_multiple_of(32));
        let reading = read(&Ink::new(), &picture, &ReadOptions::default()).unwrap();
        let boxes = map.boxes(&BoxRules::default()).unwrap();
        assert_eq!(boxes.len(), 3);
        for line in &reading.lines {
            assert!(boxes.iter().any(|b| b.quad == line.quad), "{boxes:?} lacks {line:?}");
        }
        let tight = map.boxes(&BoxRules { unclip: 0.0, ..BoxRules::default() }).unwrap();
        let width = |b: &super::TextRegion| b.quad[1][0] - b.quad[0][0];
        assert!(tight.iter().zip(&boxes).all(|(t, b)| width(t) < width(b) && t.score == b.score));
        let wrong = map.boxes(&BoxRules { unclip: 4.1, ..BoxRules::default() });
        assert!(matches!(wrong, Err(Error::InvalidOption { option: "unclip", .. })));
    }
}

#[test]
fn the_map_of_nothing_is_empty() {
    let picture = Picture::from(RgbImage::new(0, 0));
    let map = text_map(&Ink::new(), &Ink::new(), &picture, &CancelToken::new()).unwrap();
    assert_eq!(map.size(), [0, 0]);
    assert!(map.boxes(&BoxRules::default()).unwrap().is_empty());
    let cancel = CancelToken::new();
    cancel.cancel();
    let picture = Picture::from(RgbImage::new(64, 64));
    assert!(matches!(text_map(&Ink::new(), &Ink::new(), &picture, &cancel), Err(Error::Cancelled)));
}

#[test]
fn a_line_is_followed_through_the_recognizer() {
    let image = with_bars(512, 256, &[[100, 40, 400, 60]]);
    let picture = Picture::from(&image);
    let line = &read(&Ink::new(), &picture, &ReadOptions::default()).unwrap().lines[0];
    let trace = trace_line(&Ink::new(), &picture, &line.quad, &CancelToken::new()).unwrap();
    assert_eq!((&trace.text, trace.confidence, trace.quad), (&line.text, line.confidence, line.quad));
    assert_eq!(trace.strip.height(), 48);
    assert_eq!(trace.strip.width(), trace.steps.len() as u32 * trace.step_width);
    let read: String = trace.chars.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(read, line.text);
    for c in &trace.chars {
        let steps = &trace.steps[c.first..c.first + c.count];
        assert!(c.count > 0 && steps.iter().all(|s| s.text.as_deref() == Some("a")));
        assert_eq!(c.confidence, 0.9);
    }
    assert!(trace.steps.iter().any(|s| s.text.is_none()));
}

#[test]
fn a_long_line_is_followed_piece_by_piece() {
    let image = with_bars(4000, 64, &[[20, 20, 3980, 44]]);
    let picture = Picture::from(&image);
    let quad = [[10.0, 16.0], [3990.0, 16.0], [3990.0, 48.0], [10.0, 48.0]];
    let trace = trace_line(&Ink::new(), &picture, &quad, &CancelToken::new()).unwrap();
    assert_eq!(trace.strip.width(), trace.steps.len() as u32 * trace.step_width);
    assert!(trace.strip.width() > 4000);
    let ends = trace.chars.windows(2).all(|c| c[0].first + c[0].count <= c[1].first);
    assert!(ends && trace.chars.last().unwrap().first > trace.steps.len() / 2);
}

#[test]
fn hostile_quads_have_an_error_or_no_text() {
    let image = with_bars(512, 256, &[]);
    let picture = Picture::from(&image);
    let trace = |quad| trace_line(&Ink::new(), &picture, &quad, &CancelToken::new());
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    let good = [[10.0, 10.0], [90.0, 10.0], [90.0, 30.0], [10.0, 30.0]];
    for value in [nan, inf, -inf, 1e30, -1e9] {
        for corner in 0..4 {
            for axis in 0..2 {
                let mut bad: super::Quad = good;
                bad[corner][axis] = value;
                assert_eq!(trace(bad).unwrap_err().code(), ErrorCode::InvalidOption, "{bad:?}");
            }
        }
    }
    let outside = good.map(|[x, y]| [x + 600.0, y]);
    let flat = [[10.0, 10.0], [90.0, 10.0], [90.0, 10.0], [10.0, 10.0]];
    for bad in [outside, flat, [[5.0; 2]; 4]] {
        assert_eq!(trace(bad).unwrap_err().code(), ErrorCode::InvalidOption, "{bad:?}");
    }
    let [a, b, c, d] = good;
    for odd in [[b, a, d, c], [c, d, a, b], [a, c, b, d], [a, a, c, c], [a, b, b, d]] {
        match trace(odd) {
            Ok(trace) => assert_eq!(trace.text, ""),
            Err(error) => assert_eq!(error.code(), ErrorCode::InvalidOption, "{odd:?}"),
        }
    }
    let empty = Picture::from(RgbImage::new(0, 0));
    assert!(trace_line(&Ink::new(), &empty, &good, &CancelToken::new()).is_err());
}
