//! Which way up the text is: settled for the page from the recognizer's own confidence, then line by
//! line only where a line is read poorly.

use image::RgbImage;

use super::Quad;
use super::geometry::{quad_height, quad_slice, quad_turned, quad_width};
use super::recognize::{Reader, Strip, StripText};
use crate::Result;

/// A box this many times higher than wide is tall.
const TALL: f32 = 1.5;
/// Boxes that are read to settle a page.
const SAMPLES: usize = 4;
/// Longest part of a box that is read as a sample, as a multiple of its thickness.
const SAMPLE_RATIO: f32 = 12.0;
/// A page whose characters are this certain on average is the right way up.
const SURE: f32 = 0.85;
/// A line whose characters are this certain is not read another way.
const LINE_SURE: f32 = 0.75;
/// Another way of reading must be better by this much.
const MARGIN: f32 = 0.08;
/// Columns of upright characters win against turned lines that are this much more certain: the
/// recognizer reads columns lying on their side with confidence, but loses their punctuation.
const UPRIGHT_BONUS: f32 = 0.15;
/// Lines that are read upside down for a try, at most.
const MAX_RETRIES: usize = 12;

/// How the text of a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageText {
    /// Lines from left to right.
    Upright,
    /// The page is turned by this many quarter turns clockwise.
    Turned(u8),
    /// Upright characters in columns.
    Columns,
}

/// Whether the box is much higher than wide.
pub(crate) fn is_tall(q: &Quad) -> bool {
    quad_height(q) >= TALL * quad_width(q)
}

/// Whether more of the text, by length, lies in tall boxes than in wide ones.
pub(crate) fn mostly_tall(quads: &[Quad]) -> bool {
    let (mut tall, mut wide) = (0.0, 0.0);
    for q in quads {
        let (w, h) = (quad_width(q), quad_height(q));
        if h >= TALL * w {
            tall += h;
        } else if w >= TALL * h {
            wide += w;
        }
    }
    tall > wide
}

/// How the text of a page with mostly tall boxes lies, from a few of the longest.
pub(crate) fn settle_tall(reader: &Reader, image: &RgbImage, quads: &[Quad]) -> Result<PageText> {
    let samples = longest(quads.iter().filter(|q| is_tall(q)), quad_height);
    let mut strips = Vec::new();
    for q in &samples {
        let part = |turns| Strip { quad: sample(&quad_turned(q, turns)), column: false };
        let down = part(1);
        strips.extend([down, part(3), Strip { quad: quad_turned(&down.quad, 3), column: true }]);
    }
    let texts = reader.read(image, &strips)?;
    let way = |i: usize| {
        let of_way = || texts.iter().skip(i).step_by(3);
        (mean_certainty(of_way()), of_way().map(|t| t.chars.len()).sum::<usize>())
    };
    let ((down, down_chars), (up, up_chars), (upright, upright_chars)) = (way(0), way(1), way(2));
    let (turned, turned_chars, turns) = if down >= up { (down, down_chars, 1) } else { (up, up_chars, 3) };
    let complete = upright_chars * 10 >= turned_chars * 7;
    // Columns run downwards: what reads well from the bottom up is a turned page.
    let downwards = turns == 1;
    Ok(if downwards && complete && upright > (turned - UPRIGHT_BONUS).max(SURE - UPRIGHT_BONUS) {
        PageText::Columns
    } else if turned > SURE / 2.0 {
        PageText::Turned(turns)
    } else {
        PageText::Upright
    })
}

/// Whether a page that was read as upright stands on its head, from a few of its longest lines.
pub(crate) fn upside_down(
    reader: &Reader,
    image: &RgbImage,
    strips: &[Strip],
    texts: &[StripText],
) -> Result<bool> {
    if strips.is_empty() || mean_certainty(texts.iter()) >= SURE {
        return Ok(false);
    }
    let wide: Vec<Quad> = strips.iter().map(|s| s.quad).filter(|q| !is_tall(q)).collect();
    let samples = longest(wide.iter(), quad_width);
    let way = |turns: u8| -> Vec<Strip> {
        samples.iter().map(|q| Strip { quad: sample(&quad_turned(q, turns)), column: false }).collect()
    };
    let both = reader.read(image, &[way(0), way(2)].concat())?;
    let (upright, turned) = both.split_at(samples.len());
    Ok(mean_certainty(turned.iter()) > mean_certainty(upright.iter()) + MARGIN)
}

/// Reads again, in the other ways that their shape allows, the lines that were read poorly, and keeps
/// what is read with more certainty.
pub(crate) fn mend_lines(
    reader: &Reader,
    image: &RgbImage,
    strips: &mut [Strip],
    texts: &mut [StripText],
) -> Result<()> {
    let mut tries: Vec<(usize, Strip)> = Vec::new();
    let mut flips = 0;
    for (i, (strip, text)) in strips.iter().zip(texts.iter()).enumerate() {
        if text.confidence >= LINE_SURE {
            continue;
        }
        let line = |turns| Strip { quad: quad_turned(&strip.quad, turns), column: false };
        if strip.column {
            tries.extend([(i, line(1)), (i, line(3)), (i, line(0))]);
        } else if is_tall(&strip.quad) {
            tries.extend([(i, line(1)), (i, line(3)), (i, Strip { column: true, ..*strip })]);
        } else if flips < MAX_RETRIES {
            flips += 1;
            tries.push((i, line(2)));
        }
    }
    if tries.is_empty() {
        return Ok(());
    }
    let ways: Vec<Strip> = tries.iter().map(|t| t.1).collect();
    for ((i, strip), text) in tries.into_iter().zip(reader.read(image, &ways)?) {
        let enough = text.chars.len() >= 2 || texts[i].chars.len() < 2;
        if enough && text.confidence > texts[i].confidence + MARGIN {
            texts[i] = text;
            strips[i] = strip;
        }
    }
    Ok(())
}

/// Mean certainty of all characters.
fn mean_certainty<'a>(texts: impl Iterator<Item = &'a StripText>) -> f32 {
    let (mut sum, mut count) = (0.0, 0usize);
    for text in texts {
        count += text.chars.len().max(1);
        sum += text.confidence * text.chars.len() as f32;
    }
    if count == 0 { 0.0 } else { sum / count as f32 }
}

fn longest<'a>(quads: impl Iterator<Item = &'a Quad>, of: impl Fn(&Quad) -> f32) -> Vec<Quad> {
    let mut all: Vec<Quad> = quads.copied().collect();
    all.sort_by(|a, b| of(b).total_cmp(&of(a)));
    all.truncate(SAMPLES);
    all
}

/// The beginning of a quad.
fn sample(q: &Quad) -> Quad {
    let (w, h) = (quad_width(q), quad_height(q).max(1e-3));
    quad_slice(q, 0.0, (SAMPLE_RATIO * h / w.max(1e-3)).min(1.0))
}
