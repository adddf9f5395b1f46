//! Separable resampling of an upright rectangle.

use std::ops::Range;

use super::RgbView;
use crate::dispatch::multiversion;
use crate::elementwise::to_byte;

/// The weights of the source pixels that one output pixel is made of.
#[derive(Debug, Clone)]
struct Taps {
    start: usize,
    weights: Range<usize>,
}

/// The taps of all output pixels along one axis; their weights lie in one list.
#[derive(Debug, Clone)]
struct Axis {
    taps: Vec<Taps>,
    weights: Vec<f32>,
    span: Range<usize>,
}

impl Axis {
    fn new(len: usize, from: f32, to: f32, count: usize) -> Self {
        let scale = (to - from) / count as f32;
        let support = scale.abs().max(1.0);
        let edge = len.saturating_sub(1) as f32;
        let mut axis = Self { taps: Vec::with_capacity(count), weights: Vec::new(), span: len..0 };
        for i in 0..count {
            let center = from + (i as f32 + 0.5) * scale;
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
            let taps = Taps { start: first, weights: begin..axis.weights.len() };
            axis.span.start = axis.span.start.min(first);
            axis.span.end = axis.span.end.max(first + taps.weights.len());
            axis.taps.push(taps);
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
        [self.columns.taps.len(), self.rows.taps.len()]
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
}

#[inline(always)]
fn resample(plan: &Resampling, source: RgbView<'_>, rows: Range<usize>, scratch: &mut [f32], out: &mut [u8]) {
    assert!(source.size() == plan.source, "plan of another picture");
    let (columns, taps) = (&plan.columns, &plan.rows.taps[rows]);
    let row_len = 3 * columns.taps.len();
    let scratch = &mut scratch[..plan.scratch_len()];
    let stride = 3 * source.width;
    let span = 3 * columns.span.start..3 * columns.span.end;
    for (out, taps) in out[..taps.len() * row_len].chunks_exact_mut(row_len).zip(taps) {
        let weights = &plan.rows.weights[taps.weights.clone()];
        let rows = &source.pixels[taps.start * stride..][..weights.len() * stride];
        mix_rows(rows, stride, span.start, weights, &mut scratch[..span.len()]);
        mix_columns(columns, scratch, out);
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
fn mix_columns(columns: &Axis, row: &[f32], out: &mut [u8]) {
    let (out, _) = out.as_chunks_mut::<3>();
    for (pixel, taps) in out.iter_mut().zip(&columns.taps) {
        let mut sum = [0.0f32; 4];
        let mut values = &row[3 * (taps.start - columns.span.start)..];
        for w in &columns.weights[taps.weights.clone()] {
            // The fourth lane is the next pixel's, and is dropped.
            let Some(rgb) = values.first_chunk::<4>() else { break };
            for (sum, v) in sum.iter_mut().zip(rgb) {
                *sum += *w * *v;
            }
            values = &values[3..];
        }
        *pixel = [to_byte(sum[0]), to_byte(sum[1]), to_byte(sum[2])];
    }
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
        for y in &plan.rows.taps {
            for x in &plan.columns.taps {
                let mut sum = [0.0; 3];
                for (j, wy) in plan.rows.weights[y.weights.clone()].iter().enumerate() {
                    for (i, wx) in plan.columns.weights[x.weights.clone()].iter().enumerate() {
                        let at = 3 * ((y.start + j) * source.width + x.start + i);
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
