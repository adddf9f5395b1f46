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

#[inline(always)]
fn max_u8(x: &[u8], geometry: &ConvGeometry, rows: Range<usize>, out: &mut [u8]) {
    windows(geometry, rows, out, |out, window| {
        out.fill(0);
        window.for_each(x, |pixel| {
            for (out, v) in out.iter_mut().zip(pixel) {
                *out = (*out).max(*v);
            }
        });
    });
}

#[inline(always)]
fn max_f32(x: &[f32], geometry: &ConvGeometry, rows: Range<usize>, out: &mut [f32]) {
    windows(geometry, rows, out, |out, window| {
        out.fill(f32::NEG_INFINITY);
        window.for_each(x, |pixel| {
            for (out, v) in out.iter_mut().zip(pixel) {
                *out = if *v > *out { *v } else { *out };
            }
        });
    });
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
