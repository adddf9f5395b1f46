//! Maximum and mean over windows. Padding takes no part in either.

use std::ops::Range;

use super::to_byte;
use crate::dispatch::multiversion;
use crate::qgemm::ConvGeometry;

multiversion! {
    /// Greatest byte of every window, for the output rows `rows`, into `out`
    /// (`rows × output width × channels`). A window wholly in the padding gives 0.
    ///
    /// # Panics
    /// If a slice is too short for `geometry`.
    pub fn max_pool_u8(x: &[u8], geometry: &ConvGeometry, rows: Range<usize>, out: &mut [u8])
        = exact max_u8;

    /// `clamp(round_ties_even(mean·factor + offset))` of every window (its bytes inside the input),
    /// for the output rows `rows`, into `out`.
    ///
    /// # Panics
    /// If a slice is too short for `geometry`.
    pub fn avg_pool_u8(
        x: &[u8],
        geometry: &ConvGeometry,
        rows: Range<usize>,
        factor: f32,
        offset: f32,
        out: &mut [u8],
    ) = exact avg_u8;

    /// Greatest value of every window, for the output rows `rows`, into `out`. A window wholly in
    /// the padding gives −∞.
    ///
    /// # Panics
    /// If a slice is too short for `geometry`.
    pub fn max_pool_f32(x: &[f32], geometry: &ConvGeometry, rows: Range<usize>, out: &mut [f32])
        = exact max_f32;

    /// Mean of every window (its values inside the input), for the output rows `rows`, into `out`.
    /// A window wholly in the padding gives 0.
    ///
    /// # Panics
    /// If a slice is too short for `geometry`.
    pub fn avg_pool_f32(x: &[f32], geometry: &ConvGeometry, rows: Range<usize>, out: &mut [f32])
        = exact avg_f32;
}

/// Calls `window(out pixel, source pixels)` for every output pixel of `rows`.
#[inline(always)]
fn windows<T>(
    geometry: &ConvGeometry,
    rows: Range<usize>,
    out: &mut [T],
    mut window: impl FnMut(&mut [T], Window),
) {
    let g = geometry;
    assert!(rows.start <= rows.end && rows.end <= g.output[0] && g.channels > 0);
    let row_len = g.output[1] * g.channels;
    let out = &mut out[..(rows.end - rows.start) * row_len];
    for (i, pixel) in out.chunks_exact_mut(g.channels).enumerate() {
        let (oy, ox) = (rows.start + i / g.output[1], i % g.output[1]);
        window(
            pixel,
            Window {
                y: clip(oy * g.stride[0], g.kernel[0], g.padding[0], g.input[0]),
                x: clip(ox * g.stride[1], g.kernel[1], g.padding[1], g.input[1]),
                width: g.input[1],
                channels: g.channels,
            },
        );
    }
}

/// Input positions of one window, clipped to the input.
struct Window {
    y: (usize, usize),
    x: (usize, usize),
    width: usize,
    channels: usize,
}

impl Window {
    /// Number of input pixels.
    #[inline(always)]
    fn area(&self) -> usize {
        (self.y.1 - self.y.0) * (self.x.1 - self.x.0)
    }

    #[inline(always)]
    fn for_each<'a, T>(&self, input: &'a [T], mut pixel: impl FnMut(&'a [T])) {
        for y in self.y.0..self.y.1 {
            for x in self.x.0..self.x.1 {
                pixel(&input[(y * self.width + x) * self.channels..][..self.channels]);
            }
        }
    }
}

/// `start..start + len`, less `padding`, clipped to `0..limit`.
#[inline(always)]
fn clip(start: usize, len: usize, padding: usize, limit: usize) -> (usize, usize) {
    let to = (start + len).saturating_sub(padding).min(limit);
    (start.saturating_sub(padding).min(to), to)
}

/// For every output row of `rows`: fills it with `start`, then takes the input into it with `step`,
/// one tap after another, so that long runs of memory are worked on at once.
#[inline(always)]
fn taps<T: Copy>(
    input: &[T],
    geometry: &ConvGeometry,
    rows: Range<usize>,
    out: &mut [T],
    start: T,
    step: impl Fn(T, T) -> T,
) {
    let g = geometry;
    assert!(rows.start <= rows.end && rows.end <= g.output[0] && g.stride[1] > 0);
    assert!(g.channels > 0 && g.input[1] > 0);
    let (c, row_len) = (g.channels, g.output[1] * g.channels);
    let out = &mut out[..rows.len() * row_len];
    for (i, oy) in rows.enumerate() {
        let out = &mut out[i * row_len..][..row_len];
        out.fill(start);
        let (top, bottom) = clip(oy * g.stride[0], g.kernel[0], g.padding[0], g.input[0]);
        for input in input[top * g.input[1] * c..bottom * g.input[1] * c].chunks_exact(g.input[1] * c) {
            for kx in 0..g.kernel[1] {
                let first = g.padding[1].saturating_sub(kx).div_ceil(g.stride[1]);
                let end = (g.input[1] + g.padding[1]).saturating_sub(kx).div_ceil(g.stride[1]);
                let (first, end) = (first, end.min(g.output[1]));
                if first >= end {
                    continue;
                }
                let out = &mut out[first * c..end * c];
                let input = &input[(first * g.stride[1] + kx - g.padding[1]) * c..];
                if g.stride[1] == 1 {
                    merge(out, input, &step);
                } else {
                    let pixels = input.chunks(g.stride[1] * c);
                    out.chunks_exact_mut(c).zip(pixels).for_each(|(out, pixel)| merge(out, pixel, &step));
                }
            }
        }
    }
}

#[inline(always)]
fn merge<T: Copy>(out: &mut [T], input: &[T], step: impl Fn(T, T) -> T) {
    for (out, v) in out.iter_mut().zip(input) {
        *out = step(*out, *v);
    }
}

#[inline(always)]
fn max_u8(x: &[u8], geometry: &ConvGeometry, rows: Range<usize>, out: &mut [u8]) {
    taps(x, geometry, rows, out, 0, |a, v| a.max(v));
}

#[inline(always)]
fn max_f32(x: &[f32], geometry: &ConvGeometry, rows: Range<usize>, out: &mut [f32]) {
    taps(x, geometry, rows, out, f32::NEG_INFINITY, |a, v| if v > a { v } else { a });
}

/// Channels averaged together.
const LANES: usize = 16;

#[inline(always)]
fn avg_u8(x: &[u8], geometry: &ConvGeometry, rows: Range<usize>, factor: f32, offset: f32, out: &mut [u8]) {
    windows(geometry, rows, out, |out, window| {
        let share = 1.0 / window.area().max(1) as f32;
        for (chunk, out) in out.chunks_mut(LANES).enumerate() {
            let mut sums = [0u32; LANES];
            window.for_each(x, |pixel| {
                for (sum, v) in sums.iter_mut().zip(&pixel[chunk * LANES..]) {
                    *sum += u32::from(*v);
                }
            });
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = to_byte(sum as f32 * share * factor + offset);
            }
        }
    });
}

#[inline(always)]
fn avg_f32(x: &[f32], geometry: &ConvGeometry, rows: Range<usize>, out: &mut [f32]) {
    windows(geometry, rows, out, |out, window| {
        out.fill(0.0);
        window.for_each(x, |pixel| {
            for (out, v) in out.iter_mut().zip(pixel) {
                *out += *v;
            }
        });
        let share = 1.0 / window.area().max(1) as f32;
        for out in out.iter_mut() {
            *out *= share;
        }
    });
}
