//! Operations on `f32` images.

use super::ConcatPart;
use crate::dispatch::multiversion;

multiversion! {
    /// `out = a + b`.
    ///
    /// # Panics
    /// If `a` or `b` is shorter than `out`.
    pub fn add_f32(a: &[f32], b: &[f32], out: &mut [f32]) = exact add;

    /// `out = a + b`, where every pixel of `b` (`channels` values) serves `upsample` neighbouring
    /// pixels of `a` and `out`. Gives one row; vertical repetition is the caller's.
    ///
    /// # Panics
    /// If `out` is not whole groups of `upsample` pixels, or `a` or `b` is too short.
    pub fn add_upsampled_f32(a: &[f32], b: &[f32], channels: usize, upsample: usize, out: &mut [f32])
        = exact add_upsampled;

    /// `out = x·multiplier[c]`, channels from the length of `multiplier`.
    ///
    /// # Panics
    /// If `out` is not whole pixels or `x` is shorter than it.
    pub fn scale_channels_f32(x: &[f32], multiplier: &[f32], out: &mut [f32]) = exact scale_channels;

    /// Adds to `sums[c]` the values of channel `c` over all pixels of `x`, channels from the length
    /// of `sums`. Runs of 64 pixels are summed in `f32`, the runs in `f64`.
    ///
    /// # Panics
    /// If `x` is not whole pixels.
    pub fn channel_sums_f32(x: &[f32], sums: &mut [f64]) = exact channel_sums;

    /// Copies `x` into its channels of a wider image; see
    /// [`concat_u8`](Self::concat_u8).
    ///
    /// # Panics
    /// If `x` is not whole pixels or `out` is too short.
    pub fn concat_f32(x: &[f32], part: ConcatPart, out: &mut [f32]) = exact concat;
}

#[inline(always)]
fn add(a: &[f32], b: &[f32], out: &mut [f32]) {
    let (a, b) = (&a[..out.len()], &b[..out.len()]);
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = a + b;
    }
}

#[inline(always)]
fn add_upsampled(a: &[f32], b: &[f32], channels: usize, upsample: usize, out: &mut [f32]) {
    let group = channels * upsample;
    assert!(group > 0 && out.len().is_multiple_of(group), "output is not whole groups of pixels");
    let (a, b) = (&a[..out.len()], &b[..out.len() / upsample]);
    let groups = out.chunks_exact_mut(group).zip(a.chunks_exact(group));
    for ((out, a), b) in groups.zip(b.chunks_exact(channels)) {
        for (out, a) in out.chunks_exact_mut(channels).zip(a.chunks_exact(channels)) {
            add(a, b, out);
        }
    }
}

#[inline(always)]
fn scale_channels(x: &[f32], multiplier: &[f32], out: &mut [f32]) {
    let channels = multiplier.len();
    assert!(channels > 0 && out.len().is_multiple_of(channels), "output is not whole pixels");
    let x = &x[..out.len()];
    for (out, x) in out.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
        for ((out, x), m) in out.iter_mut().zip(x).zip(multiplier) {
            *out = *x * *m;
        }
    }
}

/// Pixels summed in `f32`.
const RUN: usize = 64;
/// Channels summed together.
const LANES: usize = 16;

#[inline(always)]
fn channel_sums(x: &[f32], sums: &mut [f64]) {
    let channels = sums.len();
    if channels == 0 {
        return assert!(x.is_empty());
    }
    assert_eq!(x.len() % channels, 0, "input is not whole pixels");
    for run in x.chunks(RUN * channels) {
        for (chunk, sums) in sums.chunks_mut(LANES).enumerate() {
            let from = chunk * LANES;
            let mut acc = [0.0f32; LANES];
            for pixel in run.chunks_exact(channels) {
                let values = &pixel[from..from + sums.len()];
                if let Some(values) = values.first_chunk::<LANES>() {
                    for (acc, v) in acc.iter_mut().zip(values) {
                        *acc += *v;
                    }
                } else {
                    for (acc, v) in acc.iter_mut().zip(values) {
                        *acc += *v;
                    }
                }
            }
            for (sum, acc) in sums.iter_mut().zip(acc) {
                *sum += f64::from(acc);
            }
        }
    }
}

#[inline(always)]
fn concat(x: &[f32], part: ConcatPart, out: &mut [f32]) {
    let pixels = part.pixels(x.len(), out.len());
    let ConcatPart { channels, upsample, stride } = part;
    for p in 0..pixels {
        let pixel = &x[p * channels..][..channels];
        for copy in 0..upsample {
            out[(p * upsample + copy) * stride..][..channels].copy_from_slice(pixel);
        }
    }
}
