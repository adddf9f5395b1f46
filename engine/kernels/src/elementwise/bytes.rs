//! Operations on quantized images.

use super::to_byte;
use crate::dispatch::multiversion;

/// Bytes and the factor that takes them to the output's steps.
#[derive(Debug, Clone, Copy)]
pub struct Operand<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Input step over output step.
    pub factor: f32,
}

/// Where an input lies in a concatenation along channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConcatPart {
    /// Channels of the input.
    pub channels: usize,
    /// How many neighbouring output pixels of a row take the same input pixel.
    pub upsample: usize,
    /// Channels of the output.
    pub stride: usize,
}

impl ConcatPart {
    /// Checks that `out`, which starts at the part's first channel, has room for `input` elements,
    /// and gives the number of input pixels.
    pub(super) fn pixels(&self, input: usize, out: usize) -> usize {
        assert!(self.channels > 0 && self.upsample > 0 && self.channels <= self.stride);
        assert_eq!(input % self.channels, 0, "input is not whole pixels");
        let pixels = input / self.channels;
        if pixels > 0 {
            assert!(out >= (pixels * self.upsample - 1) * self.stride + self.channels);
        }
        pixels
    }
}

multiversion! {
    /// Adds to `sums[c]` the bytes of channel `c` over all pixels of `x` (`[pixels][channels]`,
    /// channels from the length of `sums`).
    ///
    /// # Panics
    /// If `x` is not whole pixels.
    pub fn channel_sums_u8(x: &[u8], sums: &mut [u32]) = exact channel_sums;

    /// `out = clamp(round_ties_even((x − zero_in)·multiplier[c] + offset))`, channels from the length
    /// of `multiplier`.
    ///
    /// # Panics
    /// If `out` is not whole pixels or `x` is shorter than it.
    pub fn scale_channels_u8(x: &[u8], multiplier: &[f32], zero_in: u8, offset: f32, out: &mut [u8])
        = exact scale_channels;

    /// `out = clamp(round_ties_even((a·fa + b·fb) + offset))`.
    ///
    /// # Panics
    /// If `a` or `b` is shorter than `out`.
    pub fn add_u8(a: Operand, b: Operand, offset: f32, out: &mut [u8]) = exact add;

    /// Like [`add_u8`](Self::add_u8), where every pixel of `b` (`channels` bytes) serves `upsample`
    /// neighbouring pixels of `a` and `out`. Gives one row; vertical repetition is the caller's.
    ///
    /// # Panics
    /// If `out` is not whole groups of `upsample` pixels, or `a` or `b` is too short.
    pub fn add_upsampled_u8(
        a: Operand,
        b: Operand,
        channels: usize,
        upsample: usize,
        offset: f32,
        out: &mut [u8],
    ) = exact add_upsampled;

    /// `out = clamp(round_ties_even(x·factor + offset))`; a plain copy for factor 1 and offset 0.
    ///
    /// # Panics
    /// If `x` is shorter than `out`.
    pub fn requant_u8(x: &[u8], factor: f32, offset: f32, out: &mut [u8]) = exact requant;

    /// [`requant_u8`](Self::requant_u8) of all of `x` into its channels of a wider image. `out` starts
    /// at the part's first channel of the first pixel; nothing between the parts is written.
    ///
    /// # Panics
    /// If `x` is not whole pixels or `out` is too short.
    pub fn concat_u8(x: &[u8], part: ConcatPart, factor: f32, offset: f32, out: &mut [u8]) = exact concat;

    /// `out = clamp(round_ties_even(x·factor + offset))` of real numbers; NaN gives 0.
    ///
    /// # Panics
    /// If `x` is shorter than `out`.
    pub fn quantize_u8(x: &[f32], factor: f32, offset: f32, out: &mut [u8]) = exact quantize;

    /// `out = (x − zero)·scale`.
    ///
    /// # Panics
    /// If `x` is shorter than `out`.
    pub fn dequantize_u8(x: &[u8], zero: u8, scale: f32, out: &mut [f32]) = exact dequantize;

    /// `out = table[x]`: any function of one byte.
    ///
    /// # Panics
    /// If `x` is shorter than `out`.
    pub fn map_u8(x: &[u8], table: &[u8; 256], out: &mut [u8]) = exact map;
}

/// Pixels whose bytes are summed in 16 bits before they are added to the sums.
const SUM_PIXELS: usize = 8;

#[inline(always)]
fn channel_sums(x: &[u8], sums: &mut [u32]) {
    let channels = sums.len();
    if channels == 0 {
        return assert!(x.is_empty());
    }
    assert_eq!(x.len() % channels, 0, "input is not whole pixels");
    let mut blocks = x.chunks_exact(SUM_PIXELS * channels);
    for block in &mut blocks {
        let row = |p: usize| &block[p * channels..][..channels];
        let [a, b, c, d] = [row(0), row(1), row(2), row(3)];
        let [e, f, g, h] = [row(4), row(5), row(6), row(7)];
        for i in 0..channels {
            let low = u16::from(a[i]) + u16::from(b[i]) + u16::from(c[i]) + u16::from(d[i]);
            let high = u16::from(e[i]) + u16::from(f[i]) + u16::from(g[i]) + u16::from(h[i]);
            sums[i] += u32::from(low + high);
        }
    }
    for pixel in blocks.remainder().chunks_exact(channels) {
        for (sum, v) in sums.iter_mut().zip(pixel) {
            *sum += u32::from(*v);
        }
    }
}

#[inline(always)]
fn scale_channels(x: &[u8], multiplier: &[f32], zero_in: u8, offset: f32, out: &mut [u8]) {
    let channels = multiplier.len();
    assert!(channels > 0 && out.len().is_multiple_of(channels), "output is not whole pixels");
    let zero = f32::from(zero_in);
    let x = &x[..out.len()];
    for (out, x) in out.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
        for ((out, x), m) in out.iter_mut().zip(x).zip(multiplier) {
            *out = to_byte((f32::from(*x) - zero) * *m + offset);
        }
    }
}

#[inline(always)]
fn add(a: Operand, b: Operand, offset: f32, out: &mut [u8]) {
    let (x, y) = (&a.bytes[..out.len()], &b.bytes[..out.len()]);
    for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
        *out = to_byte(f32::from(*x) * a.factor + f32::from(*y) * b.factor + offset);
    }
}

#[inline(always)]
fn add_upsampled(a: Operand, b: Operand, channels: usize, upsample: usize, offset: f32, out: &mut [u8]) {
    let group = channels * upsample;
    assert!(group > 0 && out.len().is_multiple_of(group), "output is not whole groups of pixels");
    let x = &a.bytes[..out.len()];
    let y = &b.bytes[..out.len() / upsample];
    let groups = out.chunks_exact_mut(group).zip(x.chunks_exact(group));
    for ((out, x), y) in groups.zip(y.chunks_exact(channels)) {
        for (out, x) in out.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
            for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
                *out = to_byte(f32::from(*x) * a.factor + f32::from(*y) * b.factor + offset);
            }
        }
    }
}

#[inline(always)]
fn requant(x: &[u8], factor: f32, offset: f32, out: &mut [u8]) {
    let x = &x[..out.len()];
    if factor == 1.0 && offset == 0.0 {
        return out.copy_from_slice(x);
    }
    for (out, x) in out.iter_mut().zip(x) {
        *out = to_byte(f32::from(*x) * factor + offset);
    }
}

#[inline(always)]
fn concat(x: &[u8], part: ConcatPart, factor: f32, offset: f32, out: &mut [u8]) {
    let pixels = part.pixels(x.len(), out.len());
    let ConcatPart { channels, upsample, stride } = part;
    for p in 0..pixels {
        let at = p * upsample * stride;
        requant(&x[p * channels..][..channels], factor, offset, &mut out[at..at + channels]);
        for copy in 1..upsample {
            out.copy_within(at..at + channels, at + copy * stride);
        }
    }
}

#[inline(always)]
fn quantize(x: &[f32], factor: f32, offset: f32, out: &mut [u8]) {
    let x = &x[..out.len()];
    for (out, x) in out.iter_mut().zip(x) {
        *out = to_byte(*x * factor + offset);
    }
}

#[inline(always)]
fn dequantize(x: &[u8], zero: u8, scale: f32, out: &mut [f32]) {
    let x = &x[..out.len()];
    let zero = f32::from(zero);
    for (out, x) in out.iter_mut().zip(x) {
        *out = (f32::from(*x) - zero) * scale;
    }
}

#[inline(always)]
fn map(x: &[u8], table: &[u8; 256], out: &mut [u8]) {
    let x = &x[..out.len()];
    for (out, x) in out.iter_mut().zip(x) {
        *out = table[usize::from(*x)];
    }
}
