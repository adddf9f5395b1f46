//! Projective sampling of a quad.

use std::ops::Range;

use super::RgbView;
use super::quad::Quad;
use crate::dispatch::multiversion;

/// A projective sampling: where output pixels come from, and how finely they are sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Warp {
    /// Takes `(x, y, 1)` of the output to `(X·W, Y·W, W)` of the source, row by row.
    pub matrix: [[f32; 3]; 3],
    /// Width of the output; any height goes.
    pub width: usize,
    /// Bilinear samples averaged into a pixel, across and down; 1 to 16 each.
    pub samples: [usize; 2],
}

multiversion! {
    /// The rows `rows` of the output into `out` (RGB). Points whose coordinates are not finite come
    /// from the border.
    ///
    /// # Panics
    /// If `source` or the output row is empty, `samples` is out of range, or `out` is too short.
    pub fn warp_rgb(source: RgbView<'_>, warp: &Warp, rows: Range<usize>, out: &mut [u8]) = exact sample_rows;
}

/// Output pixels whose points are computed together.
const LANES: usize = 16;

#[inline(always)]
fn sample_rows(source: RgbView<'_>, warp: &Warp, rows: Range<usize>, out: &mut [u8]) {
    assert!(source.width > 0 && source.height > 0 && warp.width > 0, "no pixels");
    assert!(warp.samples.iter().all(|n| (1..=16).contains(n)), "samples out of range");
    let [nx, ny] = warp.samples;
    let share = 1.0 / (nx * ny) as f32;
    let row_len = 3 * warp.width;
    let out = &mut out[..rows.len() * row_len];
    for (y, out) in rows.zip(out.chunks_exact_mut(row_len)) {
        for (chunk, out) in out.chunks_mut(3 * LANES).enumerate() {
            let (out, _) = out.as_chunks_mut::<3>();
            let mut sums = [Quad::splat(0.0); LANES];
            for sample in 0..nx * ny {
                let dx = ((sample % nx) as f32 + 0.5) / nx as f32;
                let dy = ((sample / nx) as f32 + 0.5) / ny as f32;
                let x = (chunk * LANES) as f32 + dx;
                let points = points(&warp.matrix, [x, y as f32 + dy], &source);
                for (sum, i) in sums[..out.len()].iter_mut().zip(0..) {
                    *sum = *sum + points.colour(i, &source);
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                let [r, g, b, _] = (sum * Quad::splat(share)).narrow();
                *out = [r, g, b];
            }
        }
    }
}

/// Points of the source: the pixel above and left of each, and the way from its centre.
struct Points {
    x: [u32; LANES],
    y: [u32; LANES],
    fx: [f32; LANES],
    fy: [f32; LANES],
}

/// The source points of [`LANES`] neighbouring output points, the first at `at`.
#[inline(always)]
fn points(m: &[[f32; 3]; 3], at: [f32; 2], source: &RgbView<'_>) -> Points {
    let base = m.map(|m| m[0] * at[0] + m[1] * at[1] + m[2]);
    let limit = [source.width, source.height].map(|n| ((n - 1) as f32, n.saturating_sub(2) as f32));
    let mut p = Points { x: [0; LANES], y: [0; LANES], fx: [0.0; LANES], fy: [0.0; LANES] };
    for i in 0..LANES {
        let step = i as f32;
        let w = base[2] + m[2][0] * step;
        let x = (base[0] + m[0][0] * step) / w - 0.5;
        let y = (base[1] + m[1][0] * step) / w - 0.5;
        (p.x[i], p.fx[i]) = split(x, limit[0]);
        (p.y[i], p.fy[i]) = split(y, limit[1]);
    }
    p
}

/// Adding it to `0 ≤ t < 2²²` leaves the nearest integer in the lowest bits.
const ROUND: f32 = 8_388_608.0;

/// `t` (0 for NaN), kept to `0..=edge`, as a whole number of at most `last` and the rest, at most 1.
#[inline(always)]
fn split(t: f32, (edge, last): (f32, f32)) -> (u32, f32) {
    let t = if t > 0.0 { t } else { 0.0 };
    let t = if t < edge { t } else { edge };
    let rounded = (t + ROUND) - ROUND;
    let whole = if rounded > t { rounded - 1.0 } else { rounded };
    let whole = if whole < last { whole } else { last };
    ((whole + ROUND).to_bits() & 0x7f_ffff, t - whole)
}

impl Points {
    /// Bilinear colour of point `i`; the fourth value means nothing.
    #[inline(always)]
    fn colour(&self, i: usize, source: &RgbView<'_>) -> Quad {
        let down = if source.height > 1 { 3 * source.width } else { 0 };
        let right = if source.width > 1 { 3 } else { 0 };
        let at = 3 * (self.y[i] as usize * source.width + self.x[i] as usize);
        let top_left = pixel(source.pixels, at);
        let top_right = pixel(source.pixels, at + right);
        let low_left = pixel(source.pixels, at + down);
        let low_right = pixel(source.pixels, at + down + right);
        let (fx, fy) = (Quad::splat(self.fx[i]), Quad::splat(self.fy[i]));
        let top = top_left + (top_right - top_left) * fx;
        let low = low_left + (low_right - low_left) * fx;
        top + (low - top) * fy
    }
}

/// The pixel at `at` and the byte after it; the last is 0 at the very end.
#[inline(always)]
fn pixel(bytes: &[u8], at: usize) -> Quad {
    Quad::widen(match bytes[at..].first_chunk::<4>() {
        Some(four) => u32::from_le_bytes(*four),
        None => u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], 0]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;
    use crate::test_support::Random;

    const IDENTITY: [[f32; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

    fn run(kernels: &Kernels, view: RgbView<'_>, warp: &Warp, height: usize) -> Vec<u8> {
        let mut out = vec![0; 3 * warp.width * height];
        for rows in [0..height / 3, height / 3..height] {
            let at = 3 * warp.width * rows.start;
            kernels.warp_rgb(view, warp, rows, &mut out[at..]);
        }
        out
    }

    fn sample(view: &RgbView<'_>, m: &[[f32; 3]; 3], x: f64, y: f64, c: usize) -> f64 {
        let row = |r: usize| f64::from(m[r][0]) * x + f64::from(m[r][1]) * y + f64::from(m[r][2]);
        let clamp = |v: f64, n: usize| (v - 0.5).clamp(0.0, (n - 1) as f64);
        let (sx, sy) = (clamp(row(0) / row(2), view.width), clamp(row(1) / row(2), view.height));
        let pixel = |dx: usize, dy: usize| {
            let x = (sx as usize + dx).min(view.width - 1);
            let y = (sy as usize + dy).min(view.height - 1);
            f64::from(view.pixels[3 * (y * view.width + x) + c])
        };
        let top = pixel(0, 0) + (pixel(1, 0) - pixel(0, 0)) * sx.fract();
        let low = pixel(0, 1) + (pixel(1, 1) - pixel(0, 1)) * sx.fract();
        top + (low - top) * sy.fract()
    }

    #[test]
    fn identity_is_a_copy() {
        for size in [[1, 1], [2, 9], [33, 17]] {
            let pixels: Vec<u8> = (0..3 * size[0] * size[1]).map(|i| (i * 37 % 256) as u8).collect();
            let warp = Warp { matrix: IDENTITY, width: size[0], samples: [1, 1] };
            for kernels in Kernels::available() {
                assert_eq!(run(kernels, RgbView::new(&pixels, size), &warp, size[1]), pixels);
            }
        }
    }

    #[test]
    fn matches_the_formula_and_agrees_everywhere() {
        let mut random = Random::new(15);
        for _ in 0..40 {
            let size = [random.within(1, 60), random.within(1, 60)];
            // Smooth, so that rounding of the coordinates shows little.
            let pixels: Vec<u8> = (0..3 * size[0] * size[1])
                .map(|i| (2 * (i / 3 % size[0]) + i / 3 / size[0] + 40 * (i % 3)) as u8)
                .collect();
            let mut real = |low: f32, high: f32| low + (high - low) * random.within(0, 1000) as f32 / 1e3;
            let matrix = [
                [real(0.3, 2.0), real(-0.8, 0.8), real(-9.0, 30.0)],
                [real(-0.8, 0.8), real(0.3, 2.0), real(-9.0, 30.0)],
                [real(0.0, 0.01), real(0.0, 0.01), 1.0],
            ];
            let warp = Warp {
                matrix,
                width: random.within(1, 40),
                samples: [random.within(1, 4), random.within(1, 4)],
            };
            let height = random.within(1, 20);
            let view = RgbView::new(&pixels, size);
            let reference = run(Kernels::available()[0], view, &warp, height);
            for kernels in Kernels::available() {
                assert_eq!(run(kernels, view, &warp, height), reference, "{:?}", kernels.isa());
            }
            let [nx, ny] = warp.samples;
            for (i, got) in reference.iter().enumerate() {
                let (x, y) = (i / 3 % warp.width, i / 3 / warp.width);
                let mut sum = 0.0;
                for s in 0..nx * ny {
                    let dx = ((s % nx) as f64 + 0.5) / nx as f64;
                    let dy = ((s / nx) as f64 + 0.5) / ny as f64;
                    sum += sample(&view, &matrix, x as f64 + dx, y as f64 + dy, i % 3);
                }
                let e = sum / (nx * ny) as f64;
                assert!((f64::from(*got) - e).abs() < 0.51, "{got} for {e}: {warp:?}");
            }
        }
    }

    #[test]
    fn any_matrix_is_survived() {
        let pixels = [7; 3 * 20];
        for odd in [f32::NAN, f32::INFINITY, 0.0, 1e30, -1e-30] {
            for at in 0..9 {
                let mut matrix = IDENTITY;
                matrix[at / 3][at % 3] = odd;
                let warp = Warp { matrix, width: 19, samples: [2, 1] };
                let out = run(Kernels::best(), RgbView::new(&pixels, [4, 5]), &warp, 6);
                assert!(out.iter().all(|v| *v == 7));
            }
        }
    }
}
