//! The resolution at which text is looked for: the coarsest at which the detector still sees it.
//!
//! The detector's work grows with the square of the scale, and it needs letters about ten pixels
//! high. So their size is estimated first, at a small part of that work: the outlines of letters are
//! components of strong gradient, and the upper quartile of the components' thickness follows the
//! height of a line, whatever its direction. Since pictures hold other outlines too, the detector's
//! own boxes have the last word: boxes that came out too thin ask for a finer look.

use image::RgbImage;

use super::components::labelled_runs;
use super::models::{DETECT_MULTIPLE, Workers};
use super::resample::resample_on;

/// Outlines are looked for in at most this many pixels.
const OUTLINE_PIXELS: f32 = 2.3e6;
/// Thickness in the detector's pixels that the upper quartile of outlines is brought to.
const OUTLINE_TARGET: f32 = 15.0;
/// Fewer outlines than this say nothing.
const MIN_OUTLINES: usize = 8;
/// Pixels of the detector's picture where nothing is known about the text.
const BLIND_PIXELS: f32 = 0.7e6;
/// Most pixels of the detector's picture at the first look.
const FIRST_PIXELS: f32 = 2.5e6;
/// Most pixels of the detector's picture at a finer look.
const FINER_PIXELS: f32 = 8.0e6;
/// Most pixels that the detector is given at a time, unless the picture is wider than long tiles allow.
const TILE_PIXELS: u32 = 1_300_000;
/// Tiles overlap their neighbours by this many times [`DETECT_MULTIPLE`] pixels on each side.
const TILE_OVERLAP: u32 = 2;
/// Text is enlarged at most this much.
const MAX_ENLARGEMENT: f32 = 2.5;
/// Lines thinner than this, in the detector's pixels, ask for a finer look.
const THIN_LINE: f32 = 12.0;
/// Thickness of a line, in the detector's pixels, that a finer look aims at.
const LINE_TARGET: f32 = 20.0;

/// The size of a picture at `scale`, each side rounded to what the detector takes.
pub(crate) fn working_size(image: &RgbImage, scale: f32) -> [u32; 2] {
    let side = |n: u32| {
        let m = DETECT_MULTIPLE as f32;
        (n as f32 * scale / m).round().max(1.0) as u32 * DETECT_MULTIPLE
    };
    [side(image.width()), side(image.height())]
}

/// A part of the detector's picture that is looked at on its own, to bound memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tile {
    /// Left, top, right and bottom of what is looked at.
    pub(crate) seen: [u32; 4],
    /// Left, top, right and bottom of what is kept of it.
    pub(crate) kept: [u32; 4],
}

/// Tiles whose kept parts cover a picture of `size` once. They overlap along its longer side.
pub(crate) fn tiles(size: [u32; 2]) -> Vec<Tile> {
    let along = usize::from(size[1] >= size[0]);
    let (long, across) = (size[along], size[1 - along]);
    let units = long / DETECT_MULTIPLE;
    let most = (TILE_PIXELS / (across * DETECT_MULTIPLE)).max(4 * TILE_OVERLAP);
    if units <= most {
        let whole = [0, 0, size[0], size[1]];
        return vec![Tile { seen: whole, kept: whole }];
    }
    let count = units.div_ceil(most - 2 * TILE_OVERLAP);
    let edge = |n: u32| units * n / count;
    let part = |from: u32, to: u32| {
        let mut rect = [0, 0, size[0], size[1]];
        (rect[along], rect[along + 2]) = (from * DETECT_MULTIPLE, to * DETECT_MULTIPLE);
        rect
    };
    (0..count)
        .map(|n| Tile {
            seen: part(edge(n).saturating_sub(TILE_OVERLAP), (edge(n + 1) + TILE_OVERLAP).min(units)),
            kept: part(edge(n), edge(n + 1)),
        })
        .collect()
}

/// What `tile` shows of `image`, when the whole picture has `size` for the detector.
pub(crate) fn tile_image(workers: &dyn Workers, image: &RgbImage, size: [u32; 2], tile: &Tile) -> RgbImage {
    let [x, y] = [image.width() as f32 / size[0] as f32, image.height() as f32 / size[1] as f32];
    let [left, top, right, bottom] = tile.seen;
    let rect = [left as f32 * x, top as f32 * y, right as f32 * x, bottom as f32 * y];
    resample_on(workers, image, rect, right - left, bottom - top)
}

/// The scale of the first look at `image`.
pub(crate) fn first_look(image: &RgbImage) -> f32 {
    let pixels = area(image);
    match outline_thickness(image) {
        Some(thickness) => bounded(OUTLINE_TARGET / thickness, pixels, FIRST_PIXELS),
        None => bounded((BLIND_PIXELS / pixels).sqrt(), pixels, FIRST_PIXELS),
    }
}

/// A finer scale than `scale`, when the lines found there are so thin that others must have been
/// missed. `thickness` holds the lines' thickness in pixels of `image`.
pub(crate) fn finer_look(image: &RgbImage, scale: f32, thickness: &mut [f32]) -> Option<f32> {
    if thickness.is_empty() {
        return None;
    }
    let quarter = thickness.len() / 4;
    let thin = *thickness.select_nth_unstable_by(quarter, f32::total_cmp).1;
    if thin * scale >= THIN_LINE {
        return None;
    }
    let finer = bounded(LINE_TARGET / thin.max(1.0), area(image), FINER_PIXELS);
    (finer > scale * 1.2).then_some(finer)
}

fn area(image: &RgbImage) -> f32 {
    image.width() as f32 * image.height() as f32
}

fn bounded(scale: f32, pixels: f32, most: f32) -> f32 {
    scale.min(MAX_ENLARGEMENT).min((most / pixels.max(1.0)).sqrt())
}

/// Upper quartile of the thickness of the outlines on `image`, in its pixels, weighted by length.
fn outline_thickness(image: &RgbImage) -> Option<f32> {
    let step = (area(image) / OUTLINE_PIXELS).sqrt().ceil().max(1.0) as u32;
    let (width, luma) = reduced_luma(image, step);
    let edges = gradient(&luma, width);
    let mut outlines = outlines(&edges, width);
    if outlines.len() < MIN_OUTLINES {
        return None;
    }
    outlines.sort_unstable();
    let total: u64 = outlines.iter().map(|&(_, length)| u64::from(length)).sum();
    let mut seen = 0;
    let upper = outlines.iter().find(|&&(_, length)| {
        seen += u64::from(length);
        seen * 4 >= total * 3
    })?;
    Some((upper.0 - 1) as f32 * step as f32)
}

/// Brightness, averaged over squares of `step` pixels, and the width of its rows.
fn reduced_luma(image: &RgbImage, step: u32) -> (usize, Vec<u8>) {
    let (width, height) = ((image.width() / step) as usize, (image.height() / step) as usize);
    let step = step as usize;
    let stride = image.width() as usize * 3;
    let mut out = Vec::with_capacity(width * height);
    let mut sums = vec![0u32; width];
    let scale = (4 * step * step) as u32;
    for rows in image.as_raw().chunks_exact(stride * step).take(height) {
        sums.fill(0);
        for row in rows.chunks_exact(stride) {
            for (sum, pixels) in sums.iter_mut().zip(row.chunks_exact(3 * step)) {
                let brightness = |p: &[u8]| u32::from(p[0]) + 2 * u32::from(p[1]) + u32::from(p[2]);
                *sum += pixels.chunks_exact(3).map(brightness).sum::<u32>();
            }
        }
        out.extend(sums.iter().map(|s| (s / scale) as u8));
    }
    (width, out)
}

/// The greater of the horizontal and vertical central difference of each pixel; 0 on the border.
fn gradient(luma: &[u8], width: usize) -> Vec<u8> {
    let mut out = vec![0; luma.len()];
    if width < 3 {
        return out;
    }
    let rows = luma.len() / width;
    for y in 1..rows.saturating_sub(1) {
        let at = y * width;
        let target = &mut out[at + 1..at + width - 1];
        let (left, right) = (&luma[at..at + width - 2], &luma[at + 2..at + width]);
        let (up, down) = (&luma[at - width + 1..at - 1], &luma[at + width + 1..at + 2 * width - 1]);
        for ((((t, l), r), u), d) in target.iter_mut().zip(left).zip(right).zip(up).zip(down) {
            *t = l.abs_diff(*r).max(u.abs_diff(*d));
        }
    }
    out
}

/// Thickness and length of each outline that may be that of a letter or a few.
fn outlines(edges: &[u8], width: usize) -> Vec<(u32, u32)> {
    let mut counts = [0usize; 256];
    edges.iter().for_each(|&e| counts[usize::from(e)] += 1);
    let mut above = 0;
    let strong = (0..256).rev().find(|&v| (above += counts[v], above * 100 >= edges.len()).1).unwrap_or(0);
    let threshold = (strong * 2 / 5).max(20) as u8;
    let runs = labelled_runs(edges, width, threshold);
    /// Bounding box and number of pixels.
    #[derive(Clone, Copy)]
    struct Extent {
        left: u32,
        right: u32,
        top: u32,
        bottom: u32,
        pixels: u32,
    }
    let mut extents: Vec<Option<Extent>> = vec![None; runs.len()];
    for r in &runs {
        let new = Extent { left: r.start, right: r.end, top: r.y, bottom: r.y + 1, pixels: r.end - r.start };
        let slot = &mut extents[r.label as usize];
        *slot = Some(slot.map_or(new, |e| Extent {
            left: e.left.min(new.left),
            right: e.right.max(new.right),
            top: e.top,
            bottom: new.bottom,
            pixels: e.pixels + new.pixels,
        }));
    }
    let letters = extents.into_iter().flatten().filter_map(|e| {
        let (w, h) = (e.right - e.left, e.bottom - e.top);
        let (short, long) = (w.min(h), w.max(h));
        let thickness = if long <= 2 * short { long } else { short };
        ((6..=150).contains(&thickness) && e.pixels >= w + h).then_some((thickness, long))
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    /// Lines of boxes with a hole, about as wide as high.
    fn letters(size: u32, side: u32) -> RgbImage {
        let stroke = (size / 6).max(1);
        RgbImage::from_fn(side, side, |x, y| {
            let (u, v) = (x % (size * 3 / 2), y % (size * 2));
            let inside = u < size && v < size;
            let hole = (stroke..size - stroke).contains(&u) && (stroke..size - stroke).contains(&v);
            Rgb([if inside && !hole { 20 } else { 230 }; 3])
        })
    }

    #[test]
    fn thickness_follows_the_letters() {
        for size in [10, 20, 40, 80] {
            let found = outline_thickness(&letters(size, 900)).unwrap();
            assert!((0.7..1.2).contains(&(found / size as f32)), "{size}: {found}");
        }
    }

    #[test]
    fn light_letters_on_dark_measure_the_same() {
        let mut image = letters(24, 600);
        let dark = outline_thickness(&image).unwrap();
        image.iter_mut().for_each(|v| *v = 255 - *v);
        assert_eq!(outline_thickness(&image).unwrap(), dark);
    }

    #[test]
    fn large_letters_need_fewer_pixels() {
        assert!(first_look(&letters(60, 1200)) < first_look(&letters(20, 1200)));
        let scale = first_look(&letters(30, 1200));
        assert!((0.35..0.7).contains(&scale), "{scale}");
    }

    #[test]
    fn empty_and_tiny_pictures_have_a_scale() {
        for (w, h) in [(1, 1), (3, 2000), (2000, 3), (1, 9000), (640, 480), (9000, 9000)] {
            let scale = first_look(&RgbImage::new(w, h));
            assert!(scale > 0.0 && scale.is_finite());
            for side in working_size(&RgbImage::new(w, h), scale) {
                assert!(side > 0 && side.is_multiple_of(DETECT_MULTIPLE));
            }
        }
    }

    #[test]
    fn tiles_cover_the_picture_once_and_stay_small() {
        for size in [[32, 32], [1024, 1024], [32, 9600], [9600, 320], [2816, 2848], [4096, 2048]] {
            let mut covered = 0;
            for tile in tiles(size) {
                let area = |r: [u32; 4]| (r[2] - r[0]) * (r[3] - r[1]);
                covered += area(tile.kept);
                assert!(area(tile.seen) <= TILE_PIXELS, "{size:?}: {tile:?}");
                assert!(tile.seen.iter().all(|v| v.is_multiple_of(DETECT_MULTIPLE)));
                let inside = tile.seen[0] <= tile.kept[0] && tile.seen[1] <= tile.kept[1];
                assert!(inside && tile.seen[2] >= tile.kept[2] && tile.seen[3] >= tile.kept[3]);
            }
            assert_eq!(covered, size[0] * size[1]);
        }
    }

    #[test]
    fn thin_lines_ask_for_a_finer_look() {
        let image = RgbImage::new(2000, 2000);
        assert_eq!(finer_look(&image, 0.5, &mut []), None);
        assert_eq!(finer_look(&image, 0.5, &mut [40.0, 50.0, 60.0]), None);
        let finer = finer_look(&image, 0.5, &mut [15.0, 16.0, 18.0, 40.0]).unwrap();
        assert!((1.0..1.5).contains(&finer), "{finer}");
        assert_eq!(finer_look(&image, 2.5, &mut [3.0; 5]), None);
    }
}
