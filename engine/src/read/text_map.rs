//! The text detector's map of a picture, to look at and to turn its knobs.

use image::GrayImage;
use image::imageops::{rotate90, rotate180, rotate270};
use serde::{Deserialize, Serialize};

use super::detect::{BoxRules, boxes_on};
use super::locate::{Located, find_text};
use super::models::{DetectText, ProbabilityMap, RecognizeText};
use super::page::Placement;
use super::recognize::Reader;
use super::{CancelToken, Picture, Quad};
use crate::clock::CallClock;
use crate::ocr::OcrCall;
use crate::{Engine, Result};

/// How likely each place of a picture is text, as the detector sees it when the reader has it look for
/// the last time.
#[derive(Debug, Clone)]
pub struct TextMap {
    map: ProbabilityMap,
    /// Width and height of the page that the map covers.
    page: [u32; 2],
    place: Placement,
    detect_ms: f64,
}

/// A box that is made of a [`TextMap`].
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextRegion {
    /// Corners in pixels of the picture as displayed.
    pub quad: Quad,
    /// Mean probability inside of its core, 0 to 1.
    pub score: f32,
}

impl TextMap {
    /// Width and height of the map as displayed over the picture: the size in pixels at which the
    /// detector looked. Zeros for a picture without pixels.
    pub fn size(&self) -> [u32; 2] {
        let ProbabilityMap { width, height, .. } = self.map;
        if self.place.turns.is_multiple_of(2) { [width, height] } else { [height, width] }
    }

    /// The map as displayed over the picture, which it covers: 0 is no text, 255 is certain.
    pub fn image(&self) -> GrayImage {
        let ProbabilityMap { width, height, data } = &self.map;
        let map = GrayImage::from_raw(*width, *height, data.clone()).unwrap_or_default();
        match self.place.turns {
            1 => rotate90(&map),
            2 => rotate180(&map),
            3 => rotate270(&map),
            _ => map,
        }
    }

    /// Wall time in milliseconds of scaling and the networks, over all the looks that the reader takes
    /// until it is content, where a page lies on its side that it reads a few lines to see so included.
    pub fn detect_ms(&self) -> f64 {
        self.detect_ms
    }

    /// The boxes that `rules` make of the map, in pixels of the picture as displayed. With the default
    /// rules they are those that are read. It is linear in the number of the map's pixels.
    ///
    /// # Errors
    /// [`Error::InvalidOption`](crate::Error::InvalidOption) where a knob is out of its range.
    pub fn boxes(&self, rules: &BoxRules) -> Result<Vec<TextRegion>> {
        rules.check()?;
        let boxes = boxes_on(&self.map, rules, self.page);
        let region = |(quad, score)| TextRegion { quad: self.place.to_picture(&quad), score };
        Ok(boxes.into_iter().map(region).collect())
    }
}

/// The last look that reading `picture` takes.
pub(crate) fn text_map(
    detector: &dyn DetectText,
    recognizer: &dyn RecognizeText,
    picture: &Picture<'_>,
    cancel: &CancelToken,
) -> Result<TextMap> {
    cancel.check()?;
    let clock = CallClock::start();
    let reader = Reader { recognizer, charset: None, cancel, clock: &clock };
    let Located { page, map, .. } = find_text(detector, &reader, picture)?;
    let spent = clock.spent();
    let (width, height) = page.image.dimensions();
    Ok(TextMap { map, page: [width, height], place: page.place, detect_ms: spent.pre + spent.infer })
}

impl Engine {
    /// Where the text detector sees text on `picture`: the map that reading works from.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled), [`Error::Model`](crate::Error::Model), and those of
    /// [`load`](Self::load).
    pub fn text_map(&self, picture: &Picture<'_>, cancel: &CancelToken) -> Result<TextMap> {
        let call = OcrCall::new(self.ocr()?, &self.pool);
        text_map(&call, &call, picture, cancel)
    }
}
