//! RGB to YUV, in fixed point.

use image::RgbImage;

use crate::{Colour, Matrix, Range};

/// Bits behind the point.
const BITS: u32 = 16;

const HALF: i32 = 1 << (BITS - 1);

/// Shares of red and blue in luma.
fn shares(matrix: Matrix) -> (f64, f64) {
    match matrix {
        Matrix::Bt601 => (0.299, 0.114),
        Matrix::Bt709 => (0.2126, 0.0722),
    }
}

/// Black, and steps from black to white, and from the least chroma to the greatest.
fn steps(range: Range) -> (f64, f64, f64) {
    match range {
        Range::Limited => (16.0, 219.0, 224.0),
        Range::Full => (0.0, 255.0, 255.0),
    }
}

/// One pixel as Y, U and V.
pub(crate) fn from_rgb(rgb: [u8; 3], colour: Colour) -> [u8; 3] {
    let (kr, kb) = shares(colour.matrix);
    let (black, luma, chroma) = steps(colour.range);
    let [r, g, b] = rgb.map(|v| f64::from(v) / 255.0);
    let y = kr * r + (1.0 - kr - kb) * g + kb * b;
    let u = (b - y) / (2.0 * (1.0 - kb));
    let v = (r - y) / (2.0 * (1.0 - kr));
    [black + y * luma, 128.0 + u * chroma, 128.0 + v * chroma].map(|v| v.round().clamp(0.0, 255.0) as u8)
}

/// The bytes of an I420 frame whose stride is its width: chroma is the mean of each two by two pixels.
pub(crate) fn i420_from_rgb(image: &RgbImage, colour: Colour) -> Vec<u8> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let table = FromRgb::new(colour);
    let mut out = Vec::with_capacity(width * height + 2 * width.div_ceil(2) * height.div_ceil(2));
    out.extend(image.as_raw().chunks_exact(3).map(|p| table.luma([p[0], p[1], p[2]].map(i32::from))));
    let (mut blue, mut red) = (Vec::new(), Vec::new());
    for rows in image.as_raw().chunks(2 * width * 3) {
        let (top, bottom) = rows.split_at(width * 3);
        // A last odd row or column counts twice.
        let bottom = if bottom.is_empty() { top } else { bottom };
        for (top, bottom) in top.chunks(6).zip(bottom.chunks(6)) {
            let right = top.len() - 3;
            let sum =
                |c: usize| [top[c], top[right + c], bottom[c], bottom[right + c]].map(i32::from).iter().sum();
            let [u, v] = table.chroma_of_four([sum(0), sum(1), sum(2)]);
            blue.push(u);
            red.push(v);
        }
    }
    out.extend(blue);
    out.extend(red);
    out
}

/// Factors from RGB to one kind of YUV.
#[derive(Debug, Clone, Copy)]
struct FromRgb {
    black: i32,
    y: [i32; 3],
    u: [i32; 3],
    v: [i32; 3],
}

impl FromRgb {
    fn new(colour: Colour) -> Self {
        let (kr, kb) = shares(colour.matrix);
        let (black, luma, chroma) = steps(colour.range);
        let kg = 1.0 - kr - kb;
        let fixed = |v: f64| (v * f64::from(1 << BITS)).round() as i32;
        let (l, blue, red) =
            (luma / 255.0, chroma / 255.0 / (2.0 * (1.0 - kb)), chroma / 255.0 / (2.0 * (1.0 - kr)));
        Self {
            black: black as i32,
            y: [kr * l, kg * l, kb * l].map(fixed),
            u: [-kr * blue, -kg * blue, (1.0 - kb) * blue].map(fixed),
            v: [(1.0 - kr) * red, -kg * red, -kb * red].map(fixed),
        }
    }

    fn luma(&self, rgb: [i32; 3]) -> u8 {
        (self.black + ((dot(self.y, rgb) + HALF) >> BITS)).clamp(0, 255) as u8
    }

    /// U and V of the mean of four pixels, of which these are the sums.
    fn chroma_of_four(&self, sums: [i32; 3]) -> [u8; 2] {
        [self.u, self.v].map(|f| (128 + ((dot(f, sums) + 2 * (1 << BITS)) >> (BITS + 2))).clamp(0, 255) as u8)
    }
}

fn dot(a: [i32; 3], b: [i32; 3]) -> i32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const COLOURS: [Colour; 4] = [
        Colour { matrix: Matrix::Bt601, range: Range::Limited },
        Colour { matrix: Matrix::Bt601, range: Range::Full },
        Colour { matrix: Matrix::Bt709, range: Range::Limited },
        Colour { matrix: Matrix::Bt709, range: Range::Full },
    ];

    #[test]
    fn pictures_become_i420_as_the_recommendations_have_it() {
        let mut state = 5u64;
        for (width, height) in [(1, 1), (2, 2), (3, 5), (8, 7), (17, 4)] {
            for colour in COLOURS {
                let image = RgbImage::from_fn(width, height, |_, _| {
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    image::Rgb([40, 48, 56].map(|shift| (state >> shift) as u8))
                });
                let data = i420_from_rgb(&image, colour);
                let (w, h) = (width as usize, height as usize);
                let (half, halved) = (w.div_ceil(2), h.div_ceil(2));
                assert_eq!(data.len(), w * h + 2 * half * halved);
                for (x, y, pixel) in image.enumerate_pixels() {
                    let expected = exact(pixel.0.map(f64::from), colour)[0];
                    let found = f64::from(data[y as usize * w + x as usize]);
                    assert!((found - expected).abs() < 0.51, "{colour:?} {found} {expected}");
                }
                for y in 0..halved {
                    for x in 0..half {
                        let mut mean = [0.0; 3];
                        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                            let at = ((2 * x + dx).min(w - 1) as u32, (2 * y + dy).min(h - 1) as u32);
                            for (mean, v) in mean.iter_mut().zip(image.get_pixel(at.0, at.1).0) {
                                *mean += f64::from(v) / 4.0;
                            }
                        }
                        let [_, u, v] = exact(mean, colour);
                        for (plane, expected) in [u, v].into_iter().enumerate() {
                            let found = f64::from(data[w * h + plane * half * halved + y * half + x]);
                            assert!((found - expected).abs() < 0.51, "{colour:?} {found} {expected}");
                        }
                    }
                }
            }
        }
    }

    /// RGB as Y, U and V, as the recommendations write it, but within a byte.
    fn exact(rgb: [f64; 3], colour: Colour) -> [f64; 3] {
        let (kr, kb) = shares(colour.matrix);
        let (black, luma, chroma) = steps(colour.range);
        let [r, g, b] = rgb.map(|v| v / 255.0);
        let y = kr * r + (1.0 - kr - kb) * g + kb * b;
        let (u, v) = ((b - y) / (2.0 * (1.0 - kb)), (r - y) / (2.0 * (1.0 - kr)));
        [black + luma * y, 128.0 + chroma * u, 128.0 + chroma * v].map(|v| v.clamp(0.0, 255.0))
    }

    #[test]
    fn there_and_back_is_near() {
        for colour in COLOURS {
            let table = colour.to_rgb();
            for rgb in [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [12, 200, 99]] {
                let [y, u, v] = from_rgb(rgb, colour);
                for (a, b) in table.pixel(y, u, v).into_iter().zip(rgb) {
                    assert!(a.abs_diff(b) <= 2, "{colour:?} {rgb:?}");
                }
            }
        }
    }
}
