//! Where the text of a picture is: the detector's looks, and which way up the page lies.

use std::time::{Duration, Instant};

use image::RgbImage;

use super::detect::{BoxRules, boxes_on};
use super::direction::{PageText, mostly_tall, settle_tall};
use super::geometry::{quad_height, quad_width};
use super::models::{DetectText, ProbabilityMap};
use super::page::Page;
use super::recognize::Reader;
use super::scale::{self, Tile};
use super::{Picture, Quad};
use crate::Result;
use crate::clock::Work;

/// The text of a picture, not yet read.
#[derive(Debug)]
pub(crate) struct Located<'a> {
    /// The picture, its lines or columns upright, but perhaps on its head.
    pub(crate) page: Page<'a>,
    /// What the detector saw when it looked last.
    pub(crate) map: ProbabilityMap,
    /// The boxes on the page.
    pub(crate) quads: Vec<Quad>,
    /// Whether tall boxes are columns of upright characters.
    pub(crate) columns: bool,
    /// Wall time of the detector's looks.
    pub(crate) detect: Duration,
}

/// Finds the text of `picture`. Of pages that are mostly tall boxes a few are read, to see how they
/// lie.
pub(crate) fn find_text<'a>(
    detector: &dyn DetectText,
    reader: &Reader<'_>,
    picture: &'a Picture<'_>,
) -> Result<Located<'a>> {
    let started = Instant::now();
    let mut page = Page::new(picture);
    let (mut map, mut quads) = locate(detector, reader, &page)?;
    let mut detect = started.elapsed();
    let mut columns = false;
    if mostly_tall(&quads) {
        match settle_tall(reader, &page.image, &quads)? {
            PageText::Upright => {}
            PageText::Columns => columns = true,
            PageText::Turned(turns) => {
                let again = Instant::now();
                page.turn(turns);
                reader.clock.lap(Work::Pre);
                drop(map);
                (map, quads) = locate(detector, reader, &page)?;
                detect += again.elapsed();
            }
        }
    }
    Ok(Located { page, map, quads, columns, detect })
}

/// The detector's last look at a page, and its boxes.
fn locate(detector: &dyn DetectText, reader: &Reader, page: &Page) -> Result<(ProbabilityMap, Vec<Quad>)> {
    let image = page.image.as_ref();
    if image.width() == 0 || image.height() == 0 {
        return Ok(Default::default());
    }
    let scale = scale::first_look(image);
    let (map, quads) = look(detector, reader, image, scale)?;
    let mut thickness: Vec<f32> = quads.iter().map(|q| quad_width(q).min(quad_height(q))).collect();
    match scale::finer_look(image, scale, &mut thickness) {
        Some(finer) => {
            drop(map);
            look(detector, reader, image, finer)
        }
        None => Ok((map, quads)),
    }
}

/// What the detector sees at one scale, and its boxes.
fn look(
    detector: &dyn DetectText,
    reader: &Reader,
    image: &RgbImage,
    scale: f32,
) -> Result<(ProbabilityMap, Vec<Quad>)> {
    let [width, height] = scale::working_size(image, scale);
    let mut map = ProbabilityMap { width, height, data: Vec::new() };
    let tiles = scale::tiles([width, height]);
    for tile in &tiles {
        reader.cancel.check()?;
        let part = scale::tile_image(reader.recognizer, image, [width, height], tile);
        reader.clock.lap(Work::Pre);
        let found = detector.probability_map(&part, reader.cancel)?;
        reader.clock.lap(Work::Infer);
        if tiles.len() == 1 {
            map = found;
        } else {
            map.data.resize(width as usize * height as usize, 0);
            keep(&found, tile, &mut map);
            reader.clock.lap(Work::Post);
        }
    }
    reader.cancel.check()?;
    let boxes = boxes_on(&map, &BoxRules::default(), [image.width(), image.height()]);
    reader.clock.lap(Work::Post);
    Ok((map, boxes.into_iter().map(|(quad, _)| quad).collect()))
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
