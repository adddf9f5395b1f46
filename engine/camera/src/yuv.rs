//! YUV to RGB and back, in fixed point.

use crate::{Colour, Matrix, Range};

/// Bits behind the point.
const BITS: u32 = 16;

const HALF: i32 = 1 << (BITS - 1);

/// Factors of one kind of YUV.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToRgb {
    black: i32,
    y: i32,
    rv: i32,
    gu: i32,
    gv: i32,
    bu: i32,
}

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

impl ToRgb {
    pub(crate) fn new(colour: Colour) -> Self {
        let (kr, kb) = shares(colour.matrix);
        let (black, luma, chroma) = steps(colour.range);
        let fixed = |v: f64| (v * f64::from(1 << BITS)).round() as i32;
        let c = 255.0 / chroma;
        let kg = 1.0 - kr - kb;
        Self {
            black: black as i32,
            y: fixed(255.0 / luma),
            rv: fixed(2.0 * (1.0 - kr) * c),
            gu: fixed(-2.0 * (1.0 - kb) * kb / kg * c),
            gv: fixed(-2.0 * (1.0 - kr) * kr / kg * c),
            bu: fixed(2.0 * (1.0 - kb) * c),
        }
    }

    pub(crate) fn pixel(&self, y: u8, u: u8, v: u8) -> [u8; 3] {
        let y = (i32::from(y) - self.black) * self.y + HALF;
        let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
        let clip = |value: i32| (value >> BITS).clamp(0, 255) as u8;
        [clip(y + self.rv * v), clip(y + self.gu * u + self.gv * v), clip(y + self.bu * u)]
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

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const COLOURS: [Colour; 4] = [
        Colour { matrix: Matrix::Bt601, range: Range::Limited },
        Colour { matrix: Matrix::Bt601, range: Range::Full },
        Colour { matrix: Matrix::Bt709, range: Range::Limited },
        Colour { matrix: Matrix::Bt709, range: Range::Full },
    ];

    /// As the recommendations write it.
    fn reference(y: u8, u: u8, v: u8, colour: Colour) -> [f64; 3] {
        let (kr, kb) = match colour.matrix {
            Matrix::Bt601 => (0.299, 0.114),
            Matrix::Bt709 => (0.2126, 0.0722),
        };
        let [y, u, v] = match colour.range {
            Range::Limited => [
                (f64::from(y) - 16.0) / 219.0,
                (f64::from(u) - 128.0) / 224.0,
                (f64::from(v) - 128.0) / 224.0,
            ],
            Range::Full => {
                [f64::from(y) / 255.0, (f64::from(u) - 128.0) / 255.0, (f64::from(v) - 128.0) / 255.0]
            }
        };
        let r = y + 2.0 * (1.0 - kr) * v;
        let b = y + 2.0 * (1.0 - kb) * u;
        let g = (y - kr * r - kb * b) / (1.0 - kr - kb);
        [r, g, b].map(|v| (v * 255.0).clamp(0.0, 255.0))
    }

    #[test]
    fn every_value_is_that_of_the_recommendation() {
        for colour in COLOURS {
            let table = ToRgb::new(colour);
            for y in 0..=255 {
                for u in (0..=255).step_by(5) {
                    for v in (0..=255).step_by(3) {
                        let found = table.pixel(y, u, v);
                        for (a, b) in found.into_iter().zip(reference(y, u, v, colour)) {
                            assert!((f64::from(a) - b).abs() < 0.51, "{colour:?} {y} {u} {v}: {a} {b}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn there_and_back_is_near() {
        for colour in COLOURS {
            let table = ToRgb::new(colour);
            for rgb in [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [12, 200, 99]] {
                let [y, u, v] = from_rgb(rgb, colour);
                for (a, b) in table.pixel(y, u, v).into_iter().zip(rgb) {
                    assert!(a.abs_diff(b) <= 2, "{colour:?} {rgb:?}");
                }
            }
        }
    }
}
