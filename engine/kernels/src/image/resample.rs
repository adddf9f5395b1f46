//! Separable resampling of an upright rectangle.

use std::ops::Range;

use super::RgbView;
use super::quad::Quad;
use crate::dispatch::multiversion;

/// What the output pixels along one axis are made of: each of the same number of neighbouring source
/// pixels, with weights that may be 0.
#[derive(Debug, Clone)]
struct Axis {
    /// First source pixel of each output pixel.
    starts: Vec<usize>,
    /// `[output pixels][taps]`.
    weights: Vec<f32>,
    taps: usize,
    /// All source pixels in use.
    span: Range<usize>,
}

impl Axis {
    fn new(len: usize, from: f32, to: f32, count: usize) -> Self {
        let scale = (to - from) / count as f32;
        let support = scale.abs().max(1.0);
        let edge = len.saturating_sub(1) as f32;
        let reach = |i: usize| {
            let center = from + (i as f32 + 0.5) * scale;
            let first = (center - support - 0.5).ceil().clamp(0.0, edge) as usize;
            let last = (center + support - 0.5).floor().clamp(0.0, edge) as usize;
            (center, first, last.max(first))
        };
        let weight = |x: usize, center: f32| (1.0 - ((x as f32 + 0.5) - center).abs() / support).max(0.0);
        let taps = (0..count).map(reach).map(|(_, first, last)| last - first + 1).max().unwrap_or(1);
        let mut axis =
            Self { starts: Vec::with_capacity(count), weights: vec![0.0; count * taps], taps, span: len..0 };
        for (i, weights) in axis.weights.chunks_exact_mut(taps).enumerate() {
            let (center, first, last) = reach(i);
            let start = first.min(len - taps);
            let sum: f32 = (first..=last).map(|x| weight(x, center)).sum();
            if sum > 1e-6 {
                for x in first..=last {
                    weights[x - start] = weight(x, center) / sum;
                }
            } else {
                weights[first - start] = 1.0;
            }
            axis.span = axis.span.start.min(start)..axis.span.end.max(start + taps);
            axis.starts.push(start);
        }
        axis
    }
}

/// A rectangle of a picture resampled to a size: a triangle filter as wide as the shrinking needs,
/// so bilinear when it grows, antialiased when it shrinks.
#[derive(Debug, Clone)]
pub struct Resampling {
    source: [usize; 2],
    columns: Axis,
    rows: Axis,
}

impl Resampling {
    /// From `[x0, y0, x1, y1]` of a picture of size `source` (width, height) to `target`. Coordinates
    /// may lie beyond the border, and run backwards for a mirror image; those that are not finite
    /// count as the border.
    ///
    /// # Panics
    /// If a size is zero.
    pub fn new(source: [usize; 2], rect: [f32; 4], target: [usize; 2]) -> Self {
        assert!(source.iter().chain(&target).all(|n| *n > 0), "no pixels");
        let limit = |v: f32| if v.is_finite() { v.clamp(-1e6, 1e6) } else { 0.0 };
        let [x0, y0, x1, y1] = rect.map(limit);
        Self {
            source,
            columns: Axis::new(source[0], x0, x1, target[0]),
            rows: Axis::new(source[1], y0, y1, target[1]),
        }
    }

    /// From the whole of a picture of size `source` (width, height) to `target`.
    ///
    /// # Panics
    /// If a size is zero.
    pub fn whole(source: [usize; 2], target: [usize; 2]) -> Self {
        Self::new(source, [0.0, 0.0, source[0] as f32, source[1] as f32], target)
    }

    /// Width and height of the result.
    pub fn size(&self) -> [usize; 2] {
        [self.columns.starts.len(), self.rows.starts.len()]
    }

    /// Neighbouring rows of the picture that a row of the result is made of.
    pub(crate) fn row_taps(&self) -> usize {
        self.rows.taps
    }

    /// The first of the rows that row `row` of the result is made of.
    pub(crate) fn row_start(&self, row: usize) -> usize {
        self.rows.starts[row]
    }

    /// `f32`s of scratch memory that [`Kernels::resample_rgb`](crate::Kernels::resample_rgb) needs.
    pub fn scratch_len(&self) -> usize {
        3 * self.columns.span.len() + 1
    }
}

multiversion! {
    /// The rows `rows` of the result into `out` (RGB). `scratch` has at least
    /// [`Resampling::scratch_len`] elements of any content.
    ///
    /// # Panics
    /// If `source` is of another size than `plan` was made for, or a slice is too short.
    pub fn resample_rgb(
        plan: &Resampling,
        source: RgbView<'_>,
        rows: Range<usize>,
        scratch: &mut [f32],
        out: &mut [u8],
    ) = exact resample;

    /// Row `row` of the result from the rows of the picture that it is made of, the first of them
    /// [`Resampling::row_start`].
    pub(crate) fn mix_row(
        plan: &Resampling,
        row: usize,
        source: &[u8],
        scratch: &mut [f32],
        out: &mut [u8],
    ) = exact mix_row;
}

#[inline(always)]
fn resample(plan: &Resampling, source: RgbView<'_>, rows: Range<usize>, scratch: &mut [f32], out: &mut [u8]) {
    assert!(source.size() == plan.source, "plan of another picture");
    let row_len = 3 * plan.columns.starts.len();
    let out = &mut out[..rows.len() * row_len];
    let stride = 3 * source.width;
    for (out, row) in out.chunks_exact_mut(row_len).zip(rows) {
        let rows = &source.pixels[plan.rows.starts[row] * stride..][..plan.rows.taps * stride];
        mix_row(plan, row, rows, scratch, out);
    }
}

#[inline(always)]
fn mix_row(plan: &Resampling, row: usize, rows: &[u8], scratch: &mut [f32], out: &mut [u8]) {
    let columns = &plan.columns;
    let scratch = &mut scratch[..plan.scratch_len()];
    let stride = 3 * plan.source[0];
    let (first, span) = (3 * columns.span.start, 3 * columns.span.len());
    let taps = plan.rows.taps;
    let weights = &plan.rows.weights[row * taps..][..taps];
    mix_rows(&rows[..taps * stride], stride, first, weights, &mut scratch[..span]);
    match columns.taps {
        1 => mix_columns(columns, columns.weights.as_chunks::<1>().0, scratch, out),
        2 => mix_columns(columns, columns.weights.as_chunks::<2>().0, scratch, out),
        3 => mix_columns(columns, columns.weights.as_chunks::<3>().0, scratch, out),
        4 => mix_columns(columns, columns.weights.as_chunks::<4>().0, scratch, out),
        5 => mix_columns(columns, columns.weights.as_chunks::<5>().0, scratch, out),
        _ => mix_many_columns(columns, scratch, out),
    }
}

/// Bytes summed in registers over all rows.
const LANES: usize = 32;

/// `out[i] = Σ_k weights[k]·rows[k·stride + first + i]`.
#[inline(always)]
fn mix_rows(rows: &[u8], stride: usize, first: usize, weights: &[f32], out: &mut [f32]) {
    let (chunks, rest) = out.as_chunks_mut::<LANES>();
    let mut at = first;
    for out in chunks {
        let mut acc = [0.0f32; LANES];
        for (row, w) in rows.chunks_exact(stride).zip(weights) {
            let Some(row) = row[at..].first_chunk::<LANES>() else { return };
            for (acc, v) in acc.iter_mut().zip(row) {
                *acc += *w * f32::from(*v);
            }
        }
        *out = acc;
        at += LANES;
    }
    rest.fill(0.0);
    for (row, w) in rows.chunks_exact(stride).zip(weights) {
        for (out, v) in rest.iter_mut().zip(&row[at..]) {
            *out += *w * f32::from(*v);
        }
    }
}

/// The pixels of one output row from the mixed source row, whose first pixel is the span's.
#[inline(always)]
fn mix_columns<const N: usize>(columns: &Axis, weights: &[[f32; N]], row: &[f32], out: &mut [u8]) {
    let (out, _) = out.as_chunks_mut::<3>();
    for ((pixel, start), weights) in out.iter_mut().zip(&columns.starts).zip(weights) {
        *pixel = mix(weights, &row[3 * (start - columns.span.start)..][..3 * N + 1]);
    }
}

/// [`mix_columns`] of any number of taps.
#[inline(always)]
fn mix_many_columns(columns: &Axis, row: &[f32], out: &mut [u8]) {
    let (out, _) = out.as_chunks_mut::<3>();
    let taps = columns.taps;
    let weights = columns.weights.chunks_exact(taps);
    for ((pixel, start), weights) in out.iter_mut().zip(&columns.starts).zip(weights) {
        *pixel = mix(weights, &row[3 * (start - columns.span.start)..][..3 * taps + 1]);
    }
}

/// Weighted sum of neighbouring pixels; `row` has one value more than they need.
#[inline(always)]
fn mix(weights: &[f32], row: &[f32]) -> [u8; 3] {
    let mut sum = Quad::splat(0.0);
    for (k, w) in weights.iter().enumerate() {
        // The fourth lane is the next pixel's, and is dropped.
        let Some(rgb) = row[3 * k..].first_chunk::<4>() else { break };
        sum = sum + Quad::splat(*w) * Quad::load(rgb);
    }
    let [r, g, b, _] = sum.narrow();
    [r, g, b]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;
    use crate::test_support::Random;

    fn run(kernels: &Kernels, plan: &Resampling, source: RgbView<'_>) -> Vec<u8> {
        let [w, h] = plan.size();
        let mut out = vec![0; 3 * w * h];
        let mut scratch = vec![f32::NAN; plan.scratch_len()];
        for rows in [0..h / 2, h / 2..h] {
            let at = 3 * w * rows.start;
            kernels.resample_rgb(plan, source, rows, &mut scratch, &mut out[at..]);
        }
        out
    }

    /// Both axes at once, in `f64`.
    fn direct(plan: &Resampling, source: RgbView<'_>) -> Vec<f64> {
        let mut out = Vec::new();
        let axes = [&plan.rows, &plan.columns];
        let [rows, columns] = axes.map(|a| a.starts.iter().zip(a.weights.chunks(a.taps)));
        for (y, wy) in rows {
            for (x, wx) in columns.clone() {
                let mut sum = [0.0; 3];
                for (j, wy) in wy.iter().enumerate() {
                    for (i, wx) in wx.iter().enumerate() {
                        let at = 3 * ((y + j) * source.width + x + i);
                        for (sum, v) in sum.iter_mut().zip(&source.pixels[at..at + 3]) {
                            *sum += f64::from(*wy) * f64::from(*wx) * f64::from(*v);
                        }
                    }
                }
                out.extend(sum);
            }
        }
        out
    }

    #[test]
    fn matches_the_filter_and_agrees_everywhere() {
        let mut random = Random::new(14);
        for i in 0..60 {
            let size = [random.within(1, 90), random.within(1, 40)];
            let target = [random.within(1, 80), random.within(1, 50)];
            let pixels: Vec<u8> = (0..3 * size[0] * size[1]).map(|_| random.within(0, 255) as u8).collect();
            let mut corner = |n: usize| random.within(0, 3 * n) as f32 - n as f32 + 0.3;
            let rect = [corner(size[0]), corner(size[1]), corner(size[0]), corner(size[1])];
            let plan = if i % 3 == 0 {
                Resampling::whole(size, target)
            } else {
                Resampling::new(size, rect, target)
            };
            let view = RgbView::new(&pixels, size);
            let expected = direct(&plan, view);
            let reference = run(Kernels::available()[0], &plan, view);
            for kernels in Kernels::available() {
                let out = run(kernels, &plan, view);
                assert_eq!(out, reference, "{:?}", kernels.isa());
                assert!(out.iter().zip(&expected).all(|(a, e)| (f64::from(*a) - e).abs() < 0.501));
            }
        }
    }

    #[test]
    fn same_size_is_the_same_picture_and_halving_averages() {
        let size = [37, 12];
        let pixels: Vec<u8> = (0..3 * 37 * 12).map(|i| (i * 31 % 256) as u8).collect();
        let checks: Vec<u8> =
            (0..64 * 64 * 3).map(|i| if (i / 3 % 64 + i / 192) % 2 == 0 { 0 } else { 255 }).collect();
        for kernels in Kernels::available() {
            let view = RgbView::new(&pixels, size);
            assert_eq!(run(kernels, &Resampling::whole(size, size), view), pixels);
            let half = run(kernels, &Resampling::whole([64, 64], [32, 32]), RgbView::new(&checks, [64, 64]));
            assert!(half.iter().all(|v| (100..=155).contains(v)));
        }
    }

    #[test]
    fn coordinates_that_are_no_numbers_are_survived() {
        let pixels = [5; 27];
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
            let plan = Resampling::new([3, 3], [odd, 1.0, 2.0, odd], [4, 4]);
            let out = run(Kernels::best(), &plan, RgbView::new(&pixels, [3, 3]));
            assert!(out.iter().all(|v| *v == 5));
        }
    }
}
