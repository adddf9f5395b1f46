//! Separable resampling of an upright rectangle of a picture.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use image::RgbImage;

use super::models::Workers;

/// Output rows that one thread makes at a time.
const BAND_ROWS: usize = 48;

/// The weights of the source pixels that one output pixel is made of.
#[derive(Debug)]
struct Taps {
    start: usize,
    weights: Range<usize>,
}

/// The taps of all output pixels along one axis; their weights lie in one list.
#[derive(Debug)]
struct Axis {
    taps: Vec<Taps>,
    weights: Vec<f32>,
}

impl Axis {
    /// Taps for `count` outputs over `from..to` of an axis of `len` pixels. A triangle as wide as
    /// the shrinking needs: bilinear when enlarging, antialiased when reducing.
    fn new(len: usize, from: f32, to: f32, count: usize) -> Self {
        let scale = (to - from) / count as f32;
        let support = scale.abs().max(1.0);
        let mut axis = Self { taps: Vec::with_capacity(count), weights: Vec::new() };
        for i in 0..count {
            let center = from + (i as f32 + 0.5) * scale;
            let edge = (len - 1) as f32;
            let first = (center - support - 0.5).ceil().clamp(0.0, edge) as usize;
            let last = (center + support - 0.5).floor().clamp(0.0, edge) as usize;
            let begin = axis.weights.len();
            let weight = |x: usize| (1.0 - ((x as f32 + 0.5) - center).abs() / support).max(0.0);
            let sum: f32 = (first..=last).map(weight).sum();
            if sum > 1e-6 {
                axis.weights.extend((first..=last).map(|x| weight(x) / sum));
            } else {
                axis.weights.push(1.0);
            }
            axis.taps.push(Taps { start: first, weights: begin..axis.weights.len() });
        }
        axis
    }

    fn span(&self) -> Range<usize> {
        let ends = self.taps.iter().map(|t| t.start + t.weights.len());
        let start = self.taps.iter().map(|t| t.start).min().unwrap_or(0);
        start..ends.max().unwrap_or(0)
    }
}

/// The rectangle `[x0, y0, x1, y1]` of `image`, `width` by `height`. Beyond the border the border's
/// pixels repeat. An empty picture or size gives an empty result.
pub(crate) fn resample(image: &RgbImage, rect: [f32; 4], width: u32, height: u32) -> RgbImage {
    resample_on(&CallingThread, image, rect, width, height)
}

/// [`resample`] on several threads, in bands of rows.
pub(crate) fn resample_on(
    workers: &dyn Workers,
    image: &RgbImage,
    rect: [f32; 4],
    width: u32,
    height: u32,
) -> RgbImage {
    let mut out = RgbImage::new(width, height);
    if width == 0 || height == 0 || image.width() == 0 || image.height() == 0 {
        return out;
    }
    let columns = Axis::new(image.width() as usize, rect[0], rect[2], width as usize);
    let rows = Axis::new(image.height() as usize, rect[1], rect[3], height as usize);
    let bands: Vec<_> = out.chunks_mut(width as usize * 3 * BAND_ROWS).map(Mutex::new).collect();
    workers.for_each(bands.len(), &|n| {
        let mut band = bands[n].lock().unwrap_or_else(PoisonError::into_inner);
        resample_rows(image, &columns, &rows, n * BAND_ROWS, &mut band);
    });
    drop(bands);
    out
}

/// Fills `target` with output rows from row `first` on.
fn resample_rows(image: &RgbImage, columns: &Axis, rows: &Axis, first: usize, target: &mut [u8]) {
    let stride = image.width() as usize * 3;
    let span = columns.span();
    let source = image.as_raw();
    let mut sum = vec![0f32; span.len() * 3];
    for (target, taps) in target.chunks_exact_mut(columns.taps.len() * 3).zip(&rows.taps[first..]) {
        sum.fill(0.0);
        for (k, &weight) in rows.weights[taps.weights.clone()].iter().enumerate() {
            let row = &source[(taps.start + k) * stride..][span.start * 3..span.end * 3];
            for (s, &p) in sum.iter_mut().zip(row) {
                *s += weight * f32::from(p);
            }
        }
        for (pixel, taps) in target.chunks_exact_mut(3).zip(&columns.taps) {
            let weights = &columns.weights[taps.weights.clone()];
            let mut rgb = [0.5f32; 3];
            for (&w, p) in weights.iter().zip(sum[(taps.start - span.start) * 3..].chunks_exact(3)) {
                rgb[0] += w * p[0];
                rgb[1] += w * p[1];
                rgb[2] += w * p[2];
            }
            pixel.copy_from_slice(&rgb.map(|v| v as u8));
        }
    }
}

/// No thread but the caller's.
struct CallingThread;

impl Workers for CallingThread {
    fn for_each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..count).for_each(work);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(w: u32, h: u32) -> RgbImage {
        RgbImage::from_fn(w, h, |x, y| image::Rgb([x as u8, y as u8, 7]))
    }

    #[test]
    fn same_size_is_the_same_picture() {
        let g = gradient(37, 11);
        assert_eq!(resample(&g, [0.0, 0.0, 37.0, 11.0], 37, 11), g);
    }

    #[test]
    fn a_part_is_cut_exactly() {
        let part = resample(&gradient(64, 64), [10.0, 20.0, 30.0, 28.0], 20, 8);
        assert_eq!(part.get_pixel(0, 0).0, [10, 20, 7]);
        assert_eq!(part.get_pixel(19, 7).0, [29, 27, 7]);
    }

    #[test]
    fn halving_averages() {
        let checks =
            RgbImage::from_fn(64, 64, |x, y| image::Rgb([if (x + y) % 2 == 0 { 0 } else { 255 }; 3]));
        let half = resample(&checks, [0.0, 0.0, 64.0, 64.0], 32, 32);
        assert!((1..31).all(|i| (126..=129).contains(&half.get_pixel(i, i).0[0])));
        assert!(half.pixels().all(|p| (100..=155).contains(&p.0[0])));
    }

    #[test]
    fn rectangles_beyond_the_border_repeat_it() {
        let out = resample(&gradient(8, 8), [-100.0, -100.0, -50.0, -50.0], 4, 4);
        assert!(out.pixels().all(|p| p.0 == [0, 0, 7]));
        let out = resample(&gradient(8, 8), [50.0, 3.0, 90.0, 3.0], 4, 4);
        assert!(out.pixels().all(|p| p.0[0] == 7));
        assert_eq!(resample(&RgbImage::new(0, 0), [0.0; 4], 3, 3).dimensions(), (3, 3));
    }
}
