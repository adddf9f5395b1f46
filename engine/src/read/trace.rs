//! One line on its way through the recognizer.

use image::RgbImage;
use image::imageops::replace;

use super::ctc::{entry, runs};
use super::direction::{is_tall, mend_lines};
use super::geometry::{quad_bounds, quad_height, quad_width};
use super::models::{CtcStep, LINE_HEIGHT, RecognizeText, STEP_WIDTH};
use super::page::{Page, quarter_turns};
use super::recognize::{Followed, Reader, Strip};
use super::{CancelToken, Picture, Quad};
use crate::clock::CallClock;
use crate::ocr::OcrCall;
use crate::{Engine, Error, Result};

/// One line on its way through the recognizer.
#[derive(Debug, Clone, PartialEq)]
pub struct LineTrace {
    /// The corners in pixels of the picture as displayed, in the order in which the text was read.
    pub quad: Quad,
    /// Whether it was read as a column of upright characters, which are laid out side by side.
    pub column: bool,
    /// What the recognizer sees, 48 pixels high. A line that is too long for it is seen in pieces; they
    /// stand one behind another here.
    pub strip: RgbImage,
    /// Pixels of the strip a step.
    pub step_width: u32,
    /// Its steps from left to right.
    pub steps: Vec<TraceStep>,
    /// What the steps read: repetitions joined, blanks dropped.
    pub chars: Vec<TraceChar>,
    /// The text: that of `chars`, without spaces at the ends and repeated ones.
    pub text: String,
    /// Mean confidence of the text's characters but spaces, 0 to 1; 0 without text.
    pub confidence: f32,
    /// Wall time of cutting the strip, in milliseconds.
    pub crop_ms: f64,
    /// Wall time of the network, in milliseconds.
    pub recognize_ms: f64,
    /// Wall time from the network's steps to the text, in milliseconds.
    pub decode_ms: f64,
}

/// One step of the recognizer.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceStep {
    /// The most probable entry of the dictionary; `None` is the blank.
    pub text: Option<String>,
    /// Its probability, 0 to 1.
    pub probability: f32,
}

/// What consecutive steps read.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceChar {
    /// An entry of the dictionary: a character, seldom several.
    pub text: String,
    /// Highest probability over its steps, 0 to 1.
    pub confidence: f32,
    /// Its first step.
    pub first: usize,
    /// Number of its steps; 0 for the space that stands where a long line was cut at one.
    pub count: usize,
}

/// Follows the line inside of `quad` through `recognizer`.
pub(crate) fn trace_line(
    recognizer: &dyn RecognizeText,
    picture: &Picture<'_>,
    quad: &Quad,
    cancel: &CancelToken,
) -> Result<LineTrace> {
    check(picture, quad)?;
    let mut page = Page::new(picture);
    page.turn(quarter_turns(quad));
    let clock = CallClock::start();
    let reader = Reader { recognizer, charset: None, cancel, clock: &clock };
    let strip = settle(&reader, &page.image, page.place.to_page(quad))?;
    let clock = CallClock::start();
    let followed = Reader { clock: &clock, ..reader }.follow(&page.image, &strip)?;
    let spent = clock.finish();
    let Followed { pieces, text } = followed;
    let dictionary = recognizer.dictionary();
    let (mut steps, mut chars): (Vec<TraceStep>, Vec<TraceChar>) = Default::default();
    for (_, piece, spaced) in &pieces {
        append(&mut chars, piece, steps.len(), *spaced, dictionary);
        steps.extend(piece.iter().map(|step| TraceStep {
            text: entry(dictionary, step.class).map(str::to_owned),
            probability: step.prob,
        }));
    }
    let untouched = strip.quad == page.place.to_page(quad);
    Ok(LineTrace {
        quad: if untouched { *quad } else { page.place.to_picture(&strip.quad) },
        column: strip.column,
        strip: side_by_side(pieces.into_iter().map(|(image, ..)| image)),
        step_width: STEP_WIDTH,
        steps,
        chars,
        text: text.chars.iter().map(|c| c.ch).collect(),
        confidence: text.confidence,
        crop_ms: spent.pre,
        recognize_ms: spent.infer,
        decode_ms: spent.post,
    })
}

/// [`Error::InvalidOption`] unless `quad` is a part of `picture` that may hold text.
fn check(picture: &Picture<'_>, quad: &Quad) -> Result<()> {
    let wrong = |reason: &str| Err(Error::InvalidOption { option: "quad", reason: reason.into() });
    if !quad.iter().flatten().all(|v| v.is_finite()) {
        return wrong("a coordinate is not a number");
    }
    let [width, height] = [picture.width() as f32, picture.height() as f32];
    let [left, top, right, bottom] = quad_bounds(quad);
    if right <= 0.0 || bottom <= 0.0 || left >= width || top >= height {
        return wrong("it lies outside of the picture");
    }
    if left < -width || top < -height || right > 2.0 * width || bottom > 2.0 * height {
        return wrong("it reaches farther out of the picture than that is large");
    }
    if quad_width(quad) < 1.0 || quad_height(quad) < 1.0 {
        return wrong("it is thinner than a pixel");
    }
    Ok(())
}

/// The way in which reading would read `quad` of an upright page: tall ones as a line or as a column,
/// and what is read poorly in the other ways that its shape allows.
fn settle(reader: &Reader<'_>, image: &RgbImage, quad: Quad) -> Result<Strip> {
    let mut ways = vec![Strip { quad, column: false }];
    if is_tall(&quad) {
        ways.push(Strip { quad, column: true });
    }
    let mut texts = reader.read(image, &ways)?;
    if texts.len() == 2 && texts[1].confidence > texts[0].confidence {
        ways.swap(0, 1);
        texts.swap(0, 1);
    }
    mend_lines(reader, image, &mut ways[..1], &mut texts[..1])?;
    Ok(ways[0])
}

/// Adds what a piece reads whose first step is number `at`.
fn append(chars: &mut Vec<TraceChar>, steps: &[CtcStep], at: usize, spaced: bool, dictionary: &[String]) {
    let mut read = runs(steps, dictionary).peekable();
    if spaced && read.peek().is_some() && !chars.is_empty() {
        chars.push(TraceChar { text: " ".into(), confidence: 1.0, first: at, count: 0 });
    }
    chars.extend(read.map(|run| TraceChar {
        text: run.text.into(),
        confidence: run.confidence,
        first: at + run.first,
        count: run.count,
    }));
}

/// The pieces one behind another.
fn side_by_side(pieces: impl ExactSizeIterator<Item = RgbImage>) -> RgbImage {
    let mut pieces: Vec<RgbImage> = pieces.collect();
    if pieces.len() == 1 {
        return pieces.swap_remove(0);
    }
    let mut strip = RgbImage::new(pieces.iter().map(RgbImage::width).sum(), LINE_HEIGHT);
    let mut x = 0;
    for piece in &pieces {
        replace(&mut strip, piece, x, 0);
        x += i64::from(piece.width());
    }
    strip
}

impl Engine {
    /// Follows one line of `picture` through the recognizer. `quad` has its corners in pixels of the
    /// picture as displayed, in the order of the text: those of a [`Line`](super::Line) or of a
    /// [`TextRegion`](super::TextRegion). The line is read as [`read_picture`](Self::read_picture)
    /// reads it; where it is read poorly, also the other way up.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a quad that is no part of the picture; [`Error::Cancelled`],
    /// [`Error::Model`], and those of [`load`](Self::load).
    pub fn trace_line(&self, picture: &Picture<'_>, quad: &Quad, cancel: &CancelToken) -> Result<LineTrace> {
        let call = OcrCall::new(self.ocr()?, &self.pool);
        trace_line(&call, picture, quad, cancel)
    }
}
