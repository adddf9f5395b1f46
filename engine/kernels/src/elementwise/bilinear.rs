//! Enlargement to twice the size, bilinear with half-pixel centres: an output pixel lies a quarter
//! of an input pixel from its nearest neighbour and three quarters from the next; edges repeat.

use super::to_byte;
use crate::dispatch::multiversion;

multiversion! {
    /// One row of twice the width. `near` and `far` are the input rows that the output row lies a
    /// quarter and three quarters of a row from (the same one at an edge), `[width][channels]`.
    /// `out = clamp(round_ties_even(sum·factor + offset))`, `sum` being sixteen times the
    /// interpolated byte.
    ///
    /// # Panics
    /// If `near` is not whole pixels or none, `far` is shorter, or `out` is shorter than twice it.
    pub fn enlarge_bilinear_u8(
        near: &[u8],
        far: &[u8],
        channels: usize,
        factor: f32,
        offset: f32,
        out: &mut [u8],
    ) = exact enlarge_u8;

    /// The same of real numbers: `out` is the interpolated value.
    ///
    /// # Panics
    /// As [`enlarge_bilinear_u8`](Self::enlarge_bilinear_u8).
    pub fn enlarge_bilinear_f32(near: &[f32], far: &[f32], channels: usize, out: &mut [f32])
        = exact enlarge_f32;
}

/// Calls `write(out pixel, input pixel, its neighbour on the output pixel's side)` for every output
/// pixel of a row.
#[inline(always)]
fn pixels<T>(width: usize, channels: usize, out: &mut [T], mut write: impl FnMut(&mut [T], usize, usize)) {
    for (x, pair) in out[..2 * width * channels].chunks_exact_mut(2 * channels).enumerate() {
        let (left, right) = pair.split_at_mut(channels);
        write(left, x * channels, x.saturating_sub(1) * channels);
        write(right, x * channels, (x + 1).min(width - 1) * channels);
    }
}

fn width(near: usize, far: usize, channels: usize) -> usize {
    assert!(channels > 0 && near > 0 && near.is_multiple_of(channels), "input is not whole pixels");
    assert!(far >= near, "the far row is short");
    near / channels
}

#[inline(always)]
fn enlarge_u8(near: &[u8], far: &[u8], channels: usize, factor: f32, offset: f32, out: &mut [u8]) {
    let width = width(near.len(), far.len(), channels);
    pixels(width, channels, out, |out, at, beside| {
        let (a, b) = (&near[at..][..channels], &near[beside..][..channels]);
        let (c, d) = (&far[at..][..channels], &far[beside..][..channels]);
        for i in 0..channels {
            let near = 3 * u16::from(a[i]) + u16::from(b[i]);
            let far = 3 * u16::from(c[i]) + u16::from(d[i]);
            out[i] = to_byte(f32::from(3 * near + far) * factor + offset);
        }
    });
}

#[inline(always)]
fn enlarge_f32(near: &[f32], far: &[f32], channels: usize, out: &mut [f32]) {
    let width = width(near.len(), far.len(), channels);
    pixels(width, channels, out, |out, at, beside| {
        let (a, b) = (&near[at..][..channels], &near[beside..][..channels]);
        let (c, d) = (&far[at..][..channels], &far[beside..][..channels]);
        for i in 0..channels {
            let near = 0.75 * a[i] + 0.25 * b[i];
            let far = 0.75 * c[i] + 0.25 * d[i];
            out[i] = 0.75 * near + 0.25 * far;
        }
    });
}

#[cfg(test)]
mod tests {
    use crate::Kernels;
    use crate::test_support::Random;

    /// Where output position `o` of a side lies on an input side of `n`, as two indices and the
    /// weight of the second.
    fn source(o: usize, n: usize) -> (usize, usize, f32) {
        let at = ((o as f32 + 0.5) / 2.0 - 0.5).max(0.0);
        let low = at.floor() as usize;
        (low.min(n - 1), (low + 1).min(n - 1), at - low as f32)
    }

    #[test]
    fn rows_are_interpolated() {
        let mut random = Random::new(5);
        for (width, channels) in [(1, 3), (2, 16), (7, 5), (13, 128)] {
            let row = |random: &mut Random| -> Vec<u8> {
                (0..width * channels).map(|_| random.within(0, 255) as u8).collect()
            };
            let (near, far) = (row(&mut random), row(&mut random));
            let mut expected = Vec::new();
            for o in 0..2 * width {
                let (l, r, t) = source(o, width);
                for c in 0..channels {
                    let of = |x: &[u8]| {
                        let at = |p: usize| f32::from(x[p * channels + c]);
                        at(l) * (1.0 - t) + at(r) * t
                    };
                    expected.push(0.75 * of(&near) + 0.25 * of(&far));
                }
            }
            for kernels in Kernels::available() {
                let mut bytes = vec![0; expected.len()];
                kernels.enlarge_bilinear_u8(&near, &far, channels, 0.5 / 16.0, 3.0, &mut bytes);
                for (b, e) in bytes.iter().zip(&expected) {
                    assert_eq!(f32::from(*b), (e * 0.5 + 3.0).round_ties_even());
                }
                let real = |x: &[u8]| x.iter().map(|b| f32::from(*b)).collect::<Vec<f32>>();
                let mut out = vec![0.0; expected.len()];
                kernels.enlarge_bilinear_f32(&real(&near), &real(&far), channels, &mut out);
                assert_eq!(out, expected);
            }
        }
    }
}
