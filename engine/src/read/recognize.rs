//! Reading strips of a picture: cut to the recognizer's height, read, and mapped back.

use std::sync::{Mutex, PoisonError};

use image::RgbImage;

use super::columns;
use super::crop::crop;
use super::ctc::decode;
use super::geometry::{quad_height, quad_width};
use super::models::{CtcStep, LINE_HEIGHT, RecognizeText, STEP_WIDTH};
use super::split::split_line;
use super::{CancelToken, Quad};
use crate::Result;
use crate::clock::{CallClock, Work};

/// Pixels of line images that are held at a time; 1 MiB is about 7,000.
const BATCH_WIDTH: u32 = 1 << 16;
/// Widest line image. Longer lines than this have no text that could be read.
const MAX_WIDTH: f32 = 48_000.0;
/// Line images up to this width are rounded to one step, longer ones to four, so that few shapes
/// occur.
const FINE_WIDTH: u32 = 320;

/// A part of the picture to be read as one line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Strip {
    /// The corners, in the order of the text when it is laid out from left to right.
    pub(crate) quad: Quad,
    /// Upright characters below one another.
    pub(crate) column: bool,
}

/// One character of a strip.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StripChar {
    /// The character.
    pub(crate) ch: char,
    /// Its probability, 0 to 1.
    pub(crate) confidence: f32,
    /// Where its middle lies along the strip: 0 at the beginning, 1 at the end.
    pub(crate) at: f32,
}

/// What a strip says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct StripText {
    /// The characters in reading order.
    pub(crate) chars: Vec<StripChar>,
    /// Mean probability of the characters; 0 without any.
    pub(crate) confidence: f32,
}

/// An image for the recognizer, and where its pixels lie on the strip.
#[derive(Debug)]
pub(crate) struct Piece {
    /// [`LINE_HEIGHT`] high, a multiple of [`STEP_WIDTH`] wide.
    pub(crate) image: RgbImage,
    /// `(x, at)`: pixel `x` lies `at` along the strip; linear in between, both ascending.
    pub(crate) knots: Vec<(f32, f32)>,
    /// Whether a space parts this piece from the one before.
    pub(crate) spaced: bool,
}

/// A recognizer with what one call asks of it.
pub(crate) struct Reader<'a> {
    pub(crate) recognizer: &'a dyn RecognizeText,
    pub(crate) charset: Option<Vec<bool>>,
    pub(crate) cancel: &'a CancelToken,
    pub(crate) clock: &'a CallClock,
}

/// A strip on its way through the recognizer: the pieces that it was cut into with the steps of each,
/// and whether a space parts it from the one before.
pub(crate) struct Followed {
    pub(crate) pieces: Vec<(RgbImage, Vec<CtcStep>, bool)>,
    pub(crate) text: StripText,
}

impl Reader<'_> {
    /// The text of each strip, in their order.
    pub(crate) fn read(&self, image: &RgbImage, strips: &[Strip]) -> Result<Vec<StripText>> {
        let mut order: Vec<(u32, usize)> =
            strips.iter().enumerate().map(|(i, s)| (line_width(s), i)).collect();
        order.sort_by_key(|&(width, i)| (std::cmp::Reverse(width), i));
        let mut out = vec![StripText::default(); strips.len()];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            self.cancel.check()?;
            let mut held = 0;
            let count =
                rest.iter().take_while(|(w, _)| (held == 0, held += w).0 || held <= BATCH_WIDTH).count();
            let (batch, later) = rest.split_at(count);
            rest = later;
            let indices: Vec<usize> = batch.iter().map(|&(_, i)| i).collect();
            self.read_batch(image, strips, &indices, &mut out)?;
        }
        Ok(out)
    }

    fn read_batch(
        &self,
        image: &RgbImage,
        strips: &[Strip],
        indices: &[usize],
        out: &mut [StripText],
    ) -> Result<()> {
        self.clock.lap(Work::Post);
        let slots: Vec<Mutex<Vec<Piece>>> = indices.iter().map(|_| Mutex::default()).collect();
        self.recognizer.for_each(indices.len(), &|n| {
            *slots[n].lock().unwrap_or_else(PoisonError::into_inner) = pieces(image, &strips[indices[n]]);
        });
        let (mut images, mut knots) = (Vec::new(), Vec::new());
        for (&i, pieces) in indices.iter().zip(slots) {
            for piece in pieces.into_inner().unwrap_or_else(PoisonError::into_inner) {
                images.push(piece.image);
                knots.push((i, piece.knots, piece.spaced));
            }
        }
        self.clock.lap(Work::Pre);
        if images.is_empty() {
            return Ok(());
        }
        let steps = self.recognizer.recognize(&images, self.charset.as_deref(), self.cancel)?;
        self.clock.lap(Work::Infer);
        for ((i, knots, spaced), steps) in knots.iter().zip(&steps) {
            self.append(&mut out[*i], steps, knots, *spaced);
        }
        indices.iter().for_each(|&i| out[i].settle());
        self.clock.lap(Work::Post);
        Ok(())
    }

    /// Reads one strip and keeps what was on the way.
    pub(crate) fn follow(&self, image: &RgbImage, strip: &Strip) -> Result<Followed> {
        self.cancel.check()?;
        let cut = pieces(image, strip);
        let (images, places): (Vec<RgbImage>, Vec<_>) =
            cut.into_iter().map(|piece| (piece.image, (piece.knots, piece.spaced))).unzip();
        self.clock.lap(Work::Pre);
        let steps = self.recognizer.recognize(&images, self.charset.as_deref(), self.cancel)?;
        self.clock.lap(Work::Infer);
        let mut text = StripText::default();
        for ((knots, spaced), steps) in places.iter().zip(&steps) {
            self.append(&mut text, steps, knots, *spaced);
        }
        text.settle();
        let spaced = places.iter().map(|(_, spaced)| *spaced);
        let pieces = images.into_iter().zip(steps).zip(spaced).map(|((image, steps), s)| (image, steps, s));
        Ok(Followed { pieces: pieces.collect(), text })
    }

    fn append(&self, text: &mut StripText, steps: &[CtcStep], knots: &[(f32, f32)], spaced: bool) {
        let chars = decode(steps, self.recognizer.dictionary());
        if spaced && !chars.is_empty() && !text.chars.is_empty() {
            let at = knots.first().map_or(0.0, |k| k.1);
            text.chars.push(StripChar { ch: ' ', confidence: 1.0, at });
        }
        text.chars.extend(chars.into_iter().map(|c| StripChar {
            ch: c.ch,
            confidence: c.confidence,
            at: interpolate(knots, c.x),
        }));
    }
}

impl StripText {
    /// All pieces are read: spaces that part nothing go, and the confidence is known.
    fn settle(&mut self) {
        trim(&mut self.chars);
        let seen = self.chars.iter().filter(|c| c.ch != ' ');
        let (sum, count) = seen.fold((0.0, 0u32), |(s, n), c| (s + c.confidence, n + 1));
        self.confidence = if count == 0 { 0.0 } else { sum / count as f32 };
    }
}

/// Drops spaces at both ends and repeated ones.
fn trim(chars: &mut Vec<StripChar>) {
    chars.dedup_by(|b, a| a.ch == ' ' && b.ch == ' ');
    if chars.last().is_some_and(|c| c.ch == ' ') {
        chars.pop();
    }
    if chars.first().is_some_and(|c| c.ch == ' ') {
        chars.remove(0);
    }
}

/// The value at `x` of the polyline through `knots`, held constant outside.
fn interpolate(knots: &[(f32, f32)], x: f32) -> f32 {
    let i = knots.partition_point(|k| k.0 <= x);
    match (i.checked_sub(1).map(|j| knots[j]), knots.get(i)) {
        (Some((x0, a0)), Some(&(x1, a1))) => a0 + (a1 - a0) * (x - x0) / (x1 - x0).max(1e-6),
        (Some((_, a)), None) => a,
        (None, Some(&(_, a))) => a,
        (None, None) => 0.0,
    }
}

/// Width of a strip's line image before it is split.
fn line_width(strip: &Strip) -> u32 {
    let (w, h) = (quad_width(&strip.quad), quad_height(&strip.quad));
    let ratio = if strip.column { h / w.max(1e-3) } else { w / h.max(1e-3) };
    let width = (ratio * LINE_HEIGHT as f32).clamp(STEP_WIDTH as f32, MAX_WIDTH);
    round_width(width)
}

/// The width of the image for a line that is `width` pixels long at the recognizer's height.
pub(crate) fn round_width(width: f32) -> u32 {
    let step = if width > FINE_WIDTH as f32 { 4 * STEP_WIDTH } else { STEP_WIDTH };
    ((width / step as f32).round() as u32).max(1) * step
}

fn pieces(image: &RgbImage, strip: &Strip) -> Vec<Piece> {
    if strip.column {
        return columns::lay_out(image, &strip.quad);
    }
    let width = line_width(strip);
    split_line(crop(image, &strip.quad, width, LINE_HEIGHT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolation_is_linear_between_knots_and_constant_outside() {
        let knots = [(10.0, 0.0), (20.0, 0.5), (40.0, 1.0)];
        assert_eq!(interpolate(&knots, 0.0), 0.0);
        assert_eq!(interpolate(&knots, 15.0), 0.25);
        assert_eq!(interpolate(&knots, 30.0), 0.75);
        assert_eq!(interpolate(&knots, 90.0), 1.0);
        assert_eq!(interpolate(&[], 3.0), 0.0);
    }

    #[test]
    fn widths_are_whole_steps() {
        for w in 1..5000 {
            let rounded = round_width(w as f32);
            assert!(rounded >= STEP_WIDTH && rounded.is_multiple_of(STEP_WIDTH));
            assert!(rounded.abs_diff(w) <= 16);
        }
    }

    #[test]
    fn spaces_are_trimmed() {
        let mut chars: Vec<StripChar> =
            "  a  b ".chars().map(|ch| StripChar { ch, confidence: 1.0, at: 0.0 }).collect();
        trim(&mut chars);
        assert_eq!(chars.iter().map(|c| c.ch).collect::<String>(), "a b");
    }
}
