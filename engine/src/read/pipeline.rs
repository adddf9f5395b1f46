//! The stages in their order.

use std::borrow::Cow;
use std::time::Instant;

use image::RgbImage;

use super::decode::Picture;
use super::detect::{BoxRules, find_boxes};
use super::direction::{PageText, is_tall, mend_lines, mostly_tall, settle_tall, upside_down};
use super::geometry::{quad_height, quad_width};
use super::models::{DetectText, ProbabilityMap, RecognizeText};
use super::recognize::{Reader, Strip, StripText};
use super::scale::Tile;
use super::{Line, Paragraph, Quad, ReadOptions, Reading, ctc, order, scale, words};
use crate::{Error, Receipt, Result, Timings};

/// Lines below this confidence are dropped unless the caller says otherwise.
const MIN_CONFIDENCE: f32 = 0.5;

/// A picture in the position in which its text is upright.
struct Page<'a> {
    image: Cow<'a, RgbImage>,
    /// Quarter turns clockwise by which the picture's text is turned.
    turns: u8,
}

impl Page<'_> {
    /// Turns the page back, for text that is turned by `turns` quarter turns clockwise.
    fn turn(&mut self, turns: u8) {
        use image::imageops::{rotate90, rotate180_in_place, rotate270};
        self.turns = (self.turns + turns) % 4;
        match turns % 4 {
            1 => self.image = Cow::Owned(rotate270(self.image.as_ref())),
            2 => rotate180_in_place(self.image.to_mut()),
            3 => self.image = Cow::Owned(rotate90(self.image.as_ref())),
            _ => {}
        }
    }

    /// A quad of the upright page in pixels of the picture that was given, at its full size.
    fn to_picture(&self, quad: &Quad, picture: &Picture) -> Quad {
        let (w, h) = (picture.image.width() as f32, picture.image.height() as f32);
        let [sx, sy] = picture.scale();
        quad.map(|[x, y]| {
            let [x, y] = match self.turns {
                1 => [w - y, x],
                2 => [w - x, h - y],
                3 => [y, h - x],
                _ => [x, y],
            };
            [x * sx, y * sy]
        })
    }
}

/// Reads the text on a picture. `timings.decode` and most of the receipt are the caller's to fill.
pub(crate) fn read(
    detector: &dyn DetectText,
    recognizer: &dyn RecognizeText,
    picture: &Picture,
    options: &ReadOptions,
) -> Result<Reading> {
    let started = Instant::now();
    let min_confidence = options.min_confidence.unwrap_or(MIN_CONFIDENCE);
    if !(0.0..=1.0).contains(&min_confidence) {
        return Err(Error::InvalidOption { option: "min_confidence", reason: "not within 0 to 1".into() });
    }
    options.cancel.check()?;
    let charset = options
        .charset
        .as_ref()
        .map(|allowed| ctc::allowed_classes(recognizer.dictionary(), |c| allowed.contains(&c)));
    let reader = Reader { recognizer, charset, cancel: &options.cancel };
    let mut page = Page { image: Cow::Borrowed(picture.image.as_ref()), turns: 0 };
    let mut quads = locate(detector, &reader, &page)?;
    let mut detect = started.elapsed();
    let mut columns = false;
    if mostly_tall(&quads) {
        match settle_tall(&reader, &page.image, &quads)? {
            PageText::Upright => {}
            PageText::Columns => columns = true,
            PageText::Turned(turns) => {
                page.turn(turns);
                let again = Instant::now();
                quads = locate(detector, &reader, &page)?;
                detect += again.elapsed();
            }
        }
    }
    let (strips, texts) = read_strips(&reader, &mut page, &quads, columns)?;
    let lines =
        strips.iter().zip(&texts).filter(|(_, t)| t.confidence >= min_confidence && !t.chars.is_empty());
    let (strips, texts): (Vec<Strip>, Vec<&StripText>) = lines.map(|(s, t)| (*s, t)).unzip();
    let (lines, paragraphs) = arrange(&page, picture, &strips, &texts);
    let total = started.elapsed();
    let ms = |d: std::time::Duration| d.as_secs_f64() * 1e3;
    let mut receipt = Receipt { page_rotation: u16::from(page.turns) * 90, ..Receipt::default() };
    if picture.scale() != [1.0, 1.0] {
        receipt.notes.push(format!(
            "decoded at {}x{} of {}x{}",
            picture.image.width(),
            picture.image.height(),
            picture.width,
            picture.height
        ));
    }
    Ok(Reading {
        width: picture.width,
        height: picture.height,
        lines,
        paragraphs,
        timings: Timings { decode: 0.0, detect: ms(detect), recognize: ms(total - detect), total: ms(total) },
        receipt,
    })
}

/// The quads of the text on a page.
fn locate(detector: &dyn DetectText, reader: &Reader, page: &Page) -> Result<Vec<Quad>> {
    let image = page.image.as_ref();
    if image.width() == 0 || image.height() == 0 {
        return Ok(Vec::new());
    }
    let scale = scale::first_look(image);
    let quads = look(detector, reader, image, scale)?;
    let mut thickness: Vec<f32> = quads.iter().map(|q| quad_width(q).min(quad_height(q))).collect();
    match scale::finer_look(image, scale, &mut thickness) {
        Some(finer) => look(detector, reader, image, finer),
        None => Ok(quads),
    }
}

/// The quads that the detector finds at one scale.
fn look(detector: &dyn DetectText, reader: &Reader, image: &RgbImage, scale: f32) -> Result<Vec<Quad>> {
    let [width, height] = scale::working_size(image, scale);
    let mut map = ProbabilityMap { width, height, data: Vec::new() };
    let tiles = scale::tiles([width, height]);
    for tile in &tiles {
        reader.cancel.check()?;
        let part = scale::tile_image(reader.recognizer, image, [width, height], tile);
        let found = detector.probability_map(&part, reader.cancel)?;
        if tiles.len() == 1 {
            map = found;
        } else {
            map.data.resize(width as usize * height as usize, 0);
            keep(&found, tile, &mut map);
        }
    }
    reader.cancel.check()?;
    let sx = image.width() as f32 / map.width.max(1) as f32;
    let sy = image.height() as f32 / map.height.max(1) as f32;
    let boxes = find_boxes(&map, &BoxRules::default());
    Ok(boxes.iter().map(|b| b.rect.corners().map(|[x, y]| [x * sx, y * sy])).collect())
}

/// Copies what is kept of a tile into the map of the whole picture.
fn keep(part: &ProbabilityMap, tile: &Tile, map: &mut ProbabilityMap) {
    let [left, top, right, bottom] = tile.kept;
    let count = (right - left) as usize;
    for y in top..bottom {
        let from = ((y - tile.seen[1]) * part.width + left - tile.seen[0]) as usize;
        let to = (y * map.width + left) as usize;
        map.data[to..to + count].copy_from_slice(&part.data[from..from + count]);
    }
}

/// Reads all boxes, and turns the page when it stands on its head.
fn read_strips(
    reader: &Reader,
    page: &mut Page,
    quads: &[Quad],
    columns: bool,
) -> Result<(Vec<Strip>, Vec<StripText>)> {
    let mut strips: Vec<Strip> =
        quads.iter().map(|&quad| Strip { quad, column: columns && is_tall(&quad) }).collect();
    let mut texts = reader.read(&page.image, &strips)?;
    if !columns && upside_down(reader, &page.image, &strips, &texts)? {
        page.turn(2);
        let (w, h) = (page.image.width() as f32, page.image.height() as f32);
        for strip in &mut strips {
            let [a, b, c, d] = strip.quad.map(|[x, y]| [w - x, h - y]);
            strip.quad = [c, d, a, b];
        }
        texts = reader.read(&page.image, &strips)?;
    }
    mend_lines(reader, &page.image, &mut strips, &mut texts)?;
    Ok((strips, texts))
}

/// Lines in reading order, in pixels of the picture, and their paragraphs.
fn arrange(
    page: &Page,
    picture: &Picture,
    strips: &[Strip],
    texts: &[&StripText],
) -> (Vec<Line>, Vec<Paragraph>) {
    let mut lines = Vec::with_capacity(strips.len());
    let mut paragraphs = Vec::new();
    for paragraph in order::reading_order(strips) {
        let first = lines.len();
        for i in paragraph {
            let (strip, text) = (&strips[i], texts[i]);
            let mut words = words::words(&text.chars, strip);
            words.iter_mut().for_each(|w| w.quad = page.to_picture(&w.quad, picture));
            lines.push(Line {
                text: text.chars.iter().map(|c| c.ch).collect(),
                confidence: text.confidence,
                quad: page.to_picture(&strip.quad, picture),
                words,
                char_confidences: text.chars.iter().map(|c| c.confidence).collect(),
            });
        }
        paragraphs.push(Paragraph { lines: (first..lines.len()).collect() });
    }
    (lines, paragraphs)
}
