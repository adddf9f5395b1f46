//! The stages in their order.

use std::time::Instant;

use super::direction::{is_tall, mend_lines, upside_down};
use super::locate::{Located, find_text};
use super::models::{DetectText, RecognizeText};
use super::page::{Page, Placement};
use super::recognize::{Reader, Strip, StripText};
use super::{Line, Paragraph, Picture, Quad, ReadOptions, Reading, ctc, order, words};
use crate::clock::{CallClock, Work, milliseconds};
use crate::{Error, Note, NoteCode, Receipt, Result, Timings};

/// Lines below this confidence are dropped unless the caller says otherwise.
const MIN_CONFIDENCE: f32 = 0.5;

/// Reads the text on a picture. All timings but `detect` and `recognize`, and most of the receipt, are
/// the caller's to fill. What passes on `clock` from here on is this call's.
pub(crate) fn read(
    detector: &dyn DetectText,
    recognizer: &dyn RecognizeText,
    picture: &Picture,
    options: &ReadOptions,
    clock: &CallClock,
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
    let reader = Reader { recognizer, charset, cancel: &options.cancel, clock };
    let Located { mut page, map, quads, columns, detect } = find_text(detector, &reader, picture)?;
    drop(map);
    let (strips, texts) = read_strips(&reader, &mut page, &quads, columns)?;
    let lines =
        strips.iter().zip(&texts).filter(|(_, t)| t.confidence >= min_confidence && !t.chars.is_empty());
    let (strips, texts): (Vec<Strip>, Vec<&StripText>) = lines.map(|(s, t)| (*s, t)).unzip();
    let (lines, paragraphs) = arrange(page.place, &strips, &texts);
    let recognize = started.elapsed() - detect;
    Ok(Reading {
        width: picture.width(),
        height: picture.height(),
        lines,
        paragraphs,
        timings: Timings {
            detect: milliseconds(detect),
            recognize: milliseconds(recognize),
            ..Timings::default()
        },
        receipt: receipt(picture, &page),
    })
}

fn receipt(picture: &Picture, page: &Page) -> Receipt {
    let mut receipt = Receipt { page_rotation: u16::from(page.place.turns) * 90, ..Receipt::default() };
    if picture.scale() != [1.0, 1.0] {
        let (seen, whole) = (picture.image(), [picture.width(), picture.height()]);
        receipt.notes.push(Note::new(
            NoteCode::DecodedSmaller,
            [
                ("width", seen.width().into()),
                ("height", seen.height().into()),
                ("whole_width", whole[0].into()),
                ("whole_height", whole[1].into()),
            ],
            format!("decoded at {}x{} of {}x{}", seen.width(), seen.height(), whole[0], whole[1]),
        ));
    }
    receipt
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
        reader.clock.lap(Work::Pre);
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
fn arrange(place: Placement, strips: &[Strip], texts: &[&StripText]) -> (Vec<Line>, Vec<Paragraph>) {
    let mut lines = Vec::with_capacity(strips.len());
    let mut paragraphs = Vec::new();
    for paragraph in order::reading_order(strips) {
        let first = lines.len();
        for i in paragraph {
            let (strip, text) = (&strips[i], texts[i]);
            let mut words = words::words(&text.chars, strip);
            words.iter_mut().for_each(|w| w.quad = place.to_picture(&w.quad));
            lines.push(Line {
                text: text.chars.iter().map(|c| c.ch).collect(),
                confidence: text.confidence,
                quad: place.to_picture(&strip.quad),
                words,
                char_confidences: text.chars.iter().map(|c| c.confidence).collect(),
            });
        }
        paragraphs.push(Paragraph { lines: (first..lines.len()).collect() });
    }
    (lines, paragraphs)
}
