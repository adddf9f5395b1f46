//! `f32` depthwise convolution.

use std::ops::Range;

use crate::Kernels;
use crate::conv::ConvGeometry;
use crate::dispatch::{fma, multiversion};

/// Weights `[kh][kw][channels]` and bias `[channels]`.
#[derive(Debug, Clone)]
pub struct FDepthwiseWeights {
    kernel: [usize; 2],
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl FDepthwiseWeights {
    /// Takes `weights` of shape `[kh, kw, channels]` and `bias` of `[channels]`.
    ///
    /// # Panics
    /// If the lengths do not fit each other or are zero.
    pub fn pack(weights: &[f32], [kh, kw, channels]: [usize; 3], bias: &[f32]) -> Self {
        assert_eq!(weights.len(), kh * kw * channels);
        assert!(bias.len() == channels && !weights.is_empty());
        Self { kernel: [kh, kw], weights: weights.to_vec(), bias: bias.to_vec() }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        4 * (self.weights.len() + self.bias.len())
    }
}

/// A depthwise convolution of any window and stride, ready to run on parts of its output.
#[derive(Debug, Clone, Copy)]
pub struct FDepthwise<'a> {
    /// Kernels to run.
    pub kernels: &'a Kernels,
    /// Weights.
    pub weights: &'a FDepthwiseWeights,
    /// Window. Padding counts as zeros.
    pub geometry: ConvGeometry,
}

impl FDepthwise<'_> {
    /// Computes the output rows `rows` into `out` (`rows × output width × channels`). `input` is the
    /// whole input.
    ///
    /// # Panics
    /// If a slice is too short or the weights are of another shape.
    pub fn run(&self, input: &[f32], rows: Range<usize>, out: &mut [f32]) {
        let g = &self.geometry;
        assert!(self.weights.kernel == g.kernel && self.weights.bias.len() == g.channels);
        assert!(rows.start <= rows.end && rows.end <= g.output[0] && g.stride[1] > 0);
        let input = &input[..g.input[0] * g.input[1] * g.channels];
        let row_len = g.output[1] * g.channels;
        let out = &mut out[..rows.len() * row_len];
        if row_len > 0 {
            for (y, out) in rows.zip(out.chunks_exact_mut(row_len)) {
                self.kernels.depthwise_row_f32(self.weights, g, y, input, out);
            }
        }
    }
}

multiversion! {
    /// One output row.
    fn depthwise_row_f32(
        weights: &FDepthwiseWeights,
        geometry: &ConvGeometry,
        y: usize,
        input: &[f32],
        out: &mut [f32],
    ) = fused row;
}

/// Output pixels computed together, so that a weight is loaded once for them.
const PIXELS: usize = 4;

#[inline(always)]
fn row<const FMA: bool>(w: &FDepthwiseWeights, g: &ConvGeometry, y: usize, input: &[f32], out: &mut [f32]) {
    let ky = inside(y * g.stride[0], g.kernel[0], g.padding[0], g.input[0]);
    // The output columns whose windows lie inside the input.
    let first = g.padding[1].div_ceil(g.stride[1]).min(g.output[1]);
    let end = (g.input[1] + g.padding[1])
        .checked_sub(g.kernel[1])
        .map_or(0, |last| last / g.stride[1] + 1)
        .clamp(first, g.output[1]);
    let taps = Taps { weights: w, geometry: g, input, y, ky };
    let (left, rest) = out.split_at_mut(first * g.channels);
    let (middle, right) = rest.split_at_mut((end - first) * g.channels);
    for (x, out) in left.chunks_exact_mut(g.channels).enumerate() {
        taps.pixels::<FMA, 1>(x, out);
    }
    let mut x = first;
    for out in middle.chunks_mut(PIXELS * g.channels) {
        if out.len() == PIXELS * g.channels {
            taps.pixels::<FMA, PIXELS>(x, out);
        } else {
            for (x, out) in (x..).zip(out.chunks_exact_mut(g.channels)) {
                taps.pixels::<FMA, 1>(x, out);
            }
        }
        x += PIXELS;
    }
    for (x, out) in (end..).zip(right.chunks_exact_mut(g.channels)) {
        taps.pixels::<FMA, 1>(x, out);
    }
}

/// The part of `0..len` that falls inside `0..limit` when shifted by `start − padding`.
#[inline(always)]
fn inside(start: usize, len: usize, padding: usize, limit: usize) -> Range<usize> {
    let end = (limit + padding).saturating_sub(start).min(len);
    padding.saturating_sub(start).min(end)..end
}

/// What the pixels of one output row share.
struct Taps<'a> {
    weights: &'a FDepthwiseWeights,
    geometry: &'a ConvGeometry,
    input: &'a [f32],
    y: usize,
    ky: Range<usize>,
}

impl Taps<'_> {
    /// `P` output pixels from column `x`, whose windows all lie inside the input unless `P` is 1.
    #[inline(always)]
    fn pixels<const FMA: bool, const P: usize>(&self, x: usize, out: &mut [f32]) {
        let g = self.geometry;
        let kx = inside(x * g.stride[1], g.kernel[1], g.padding[1], g.input[1]);
        let mut c = 0;
        while c + 16 <= g.channels {
            self.lanes::<FMA, P, 16>(x, kx.clone(), c, out);
            c += 16;
        }
        if c + 8 <= g.channels {
            self.lanes::<FMA, P, 8>(x, kx.clone(), c, out);
            c += 8;
        }
        while c < g.channels {
            self.lanes::<FMA, P, 1>(x, kx.clone(), c, out);
            c += 1;
        }
    }

    /// `L` channels from `c` of those pixels.
    #[inline(always)]
    fn lanes<const FMA: bool, const P: usize, const L: usize>(
        &self,
        x: usize,
        kx: Range<usize>,
        c: usize,
        out: &mut [f32],
    ) {
        let g = self.geometry;
        let Some(bias) = self.weights.bias[c..].first_chunk::<L>() else { return };
        let mut acc = [*bias; P];
        if kx.is_empty() {
            return out.chunks_exact_mut(g.channels).for_each(|out| out[c..c + L].copy_from_slice(bias));
        }
        let step = g.stride[1] * g.channels;
        let left = (x * g.stride[1] + kx.start - g.padding[1]) * g.channels + c;
        // Offsets of the last values read of a row of the input and of the weights.
        let ends =
            [left + (kx.len() - 1) * g.channels + (P - 1) * step + L, (kx.end - 1) * g.channels + c + L];
        for ky in self.ky.clone() {
            let iy = self.y * g.stride[0] + ky - g.padding[0];
            let values = &self.input[iy * g.input[1] * g.channels..][..ends[0]];
            let weights = &self.weights.weights[ky * g.kernel[1] * g.channels..][..ends[1]];
            let (values, weights) = (values.as_ptr().wrapping_add(left), weights.as_ptr());
            for (i, kx) in kx.clone().enumerate() {
                // SAFETY: the slices were cut at the ends of what the last tap reads.
                let w = unsafe { *weights.add(kx * g.channels + c).cast::<[f32; L]>() };
                for (p, acc) in acc.iter_mut().enumerate() {
                    // SAFETY: likewise.
                    let v = unsafe { *values.add(i * g.channels + p * step).cast::<[f32; L]>() };
                    for l in 0..L {
                        acc[l] = fma::<FMA>(v[l], w[l], acc[l]);
                    }
                }
            }
        }
        for (p, acc) in acc.iter().enumerate() {
            out[p * g.channels + c..][..L].copy_from_slice(acc);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Random;

    /// Largest error, as a part of one plus the number of terms.
    const RELATIVE: f64 = 3e-7;

    #[test]
    fn matches_the_sum() {
        let mut random = Random::new(13);
        let reals = |random: &mut Random, len: usize| -> Vec<f32> {
            (0..len).map(|_| random.within(0, 2_000_000) as f32 / 1e6 - 1.0).collect()
        };
        for i in 0..120 {
            let kernel = [[3, 3], [5, 5], [7, 7], [1, 7], [2, 3]][i % 5];
            let stride = [random.within(1, 3), random.within(1, 3)];
            let input = [random.within(1, 9), random.within(1, 30)];
            let padding = [random.within(0, kernel[0] / 2), random.within(0, kernel[1] / 2)];
            let side = |d: usize| (input[d] + 2 * padding[d]).saturating_sub(kernel[d]) / stride[d] + 1;
            // Beyond the natural size, windows lie wholly in the padding.
            let beyond = if i % 7 == 0 { 6 } else { 0 };
            let output = [side(0) + beyond, side(1) + beyond];
            let channels = [1, 3, 8, 16, 24, 48, 120, 121][random.within(0, 7)];
            let geometry = ConvGeometry { input, channels, output, kernel, stride, padding };
            let x = reals(&mut random, input[0] * input[1] * channels);
            let w = reals(&mut random, geometry.taps() * channels);
            let bias = reals(&mut random, channels);
            let weights = FDepthwiseWeights::pack(&w, [kernel[0], kernel[1], channels], &bias);
            for kernels in Kernels::available() {
                let depthwise = FDepthwise { kernels, weights: &weights, geometry };
                let mut out = vec![-77.0; output[0] * output[1] * channels + 3];
                let cut = output[0] / 2;
                depthwise.run(&x, 0..cut, &mut out);
                depthwise.run(&x, cut..output[0], &mut out[cut * output[1] * channels..]);
                for (at, got) in out[..output[0] * output[1] * channels].iter().enumerate() {
                    let (p, c) = (at / channels, at % channels);
                    let e: f64 = (0..geometry.taps())
                        .filter_map(|tap| Some((tap, geometry.source(p, tap)?)))
                        .map(|(tap, q)| f64::from(x[q * channels + c]) * f64::from(w[tap * channels + c]))
                        .sum();
                    let error = (f64::from(*got) - e - f64::from(bias[c])).abs();
                    assert!(error <= RELATIVE * (1 + geometry.taps()) as f64, "{geometry:?} at {at}");
                }
                assert!(out[output[0] * output[1] * channels..].iter().all(|v| *v == -77.0));
            }
        }
    }
}
