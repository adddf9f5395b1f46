//! Luma and chroma to red, green and blue, in fixed point.

/// Which mix of red, green and blue is luma.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum YuvMatrix {
    /// ITU-R BT.601.
    #[default]
    Bt601,
    /// ITU-R BT.709.
    Bt709,
}

/// Which values are black and white.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum YuvRange {
    /// Luma 16 to 235, chroma 16 to 240.
    #[default]
    Limited,
    /// 0 to 255.
    Full,
}

/// Bits behind the point.
const BITS: u32 = 16;

/// The factors of one kind of YUV, in 65,536ths. Channels are rounded to the nearest integer, halves
/// up, and cut to 0 to 255: `(bias + y·Y + r_v·V) >> 16` is red, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YuvToRgb {
    pub(crate) y: i32,
    pub(crate) rv: i32,
    pub(crate) gu: i32,
    pub(crate) gv: i32,
    pub(crate) bu: i32,
    /// What remains of a channel where luma and chroma are 0, with the half for rounding.
    pub(crate) bias: [i32; 3],
}

impl YuvToRgb {
    /// The factors of ITU-R BT.601-7 or BT.709-6, within the range of values.
    pub fn new(matrix: YuvMatrix, range: YuvRange) -> Self {
        let (kr, kb) = match matrix {
            YuvMatrix::Bt601 => (0.299, 0.114),
            YuvMatrix::Bt709 => (0.2126, 0.0722),
        };
        let (black, luma, chroma) = match range {
            YuvRange::Limited => (16, 219.0, 224.0),
            YuvRange::Full => (0, 255.0, 255.0),
        };
        let fixed = |v: f64| (v * f64::from(1 << BITS)).round() as i32;
        let (c, kg) = (255.0 / chroma, 1.0 - kr - kb);
        let y = fixed(255.0 / luma);
        let rv = fixed(2.0 * (1.0 - kr) * c);
        let gu = fixed(-2.0 * (1.0 - kb) * kb / kg * c);
        let gv = fixed(-2.0 * (1.0 - kr) * kr / kg * c);
        let bu = fixed(2.0 * (1.0 - kb) * c);
        let bias = [rv, gu + gv, bu].map(|chroma| (1 << (BITS - 1)) - black * y - 128 * chroma);
        Self { y, rv, gu, gv, bu, bias }
    }

    /// One pixel.
    #[inline(always)]
    pub fn pixel(&self, y: u8, u: u8, v: u8) -> [u8; 3] {
        let [y, u, v] = [y, u, v].map(i32::from);
        let luma = y * self.y;
        let clip = |value: i32| (value >> BITS).clamp(0, 255) as u8;
        let [r, g, b] = self.bias;
        [
            clip(luma + self.rv * v + r),
            clip(luma + self.gu * u + self.gv * v + g),
            clip(luma + self.bu * u + b),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the recommendations write it.
    fn direct([y, u, v]: [u8; 3], matrix: YuvMatrix, range: YuvRange) -> [f64; 3] {
        let (kr, kb) = if matrix == YuvMatrix::Bt601 { (0.299, 0.114) } else { (0.2126, 0.0722) };
        let (black, luma, chroma) =
            if range == YuvRange::Limited { (16.0, 219.0, 224.0) } else { (0.0, 255.0, 255.0) };
        let y = (f64::from(y) - black) / luma;
        let [u, v] = [u, v].map(|c| (f64::from(c) - 128.0) / chroma);
        let (r, b) = (y + 2.0 * (1.0 - kr) * v, y + 2.0 * (1.0 - kb) * u);
        [r, (y - kr * r - kb * b) / (1.0 - kr - kb), b].map(|v| (v * 255.0).clamp(0.0, 255.0))
    }

    #[test]
    fn every_value_is_that_of_the_recommendation() {
        for matrix in [YuvMatrix::Bt601, YuvMatrix::Bt709] {
            for range in [YuvRange::Limited, YuvRange::Full] {
                let table = YuvToRgb::new(matrix, range);
                for y in 0..=255 {
                    for u in (0..=255).step_by(5) {
                        for v in (0..=255).step_by(3) {
                            let found = table.pixel(y, u, v);
                            for (a, b) in found.into_iter().zip(direct([y, u, v], matrix, range)) {
                                assert!((f64::from(a) - b).abs() < 0.51, "{matrix:?} {range:?} {y} {u} {v}");
                            }
                        }
                    }
                }
            }
        }
    }
}
