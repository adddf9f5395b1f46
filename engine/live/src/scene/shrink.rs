//! A frame made small.

use std::sync::Arc;

use image::RgbImage;

use super::Small;

/// Longest side of a small frame, or little more.
const LONGEST: u32 = 160;
/// Pixels that are looked at along a side of a square that becomes one: of larger squares not all.
const SAMPLES: usize = 4;

/// A frame at three sizes, each a quarter of the pixels of the one before, and its colours.
#[derive(Debug, Clone)]
pub(super) struct Thumbnail {
    pub(super) small: Arc<Small>,
    /// Halved.
    pub(super) half: Small,
    /// Halved again.
    pub(super) quarter: Small,
    /// Mean red, green and blue of each pixel of `half`.
    pub(super) colours: Vec<[u8; 3]>,
}

impl Thumbnail {
    /// Whether the frames have one size.
    pub(super) fn alike(&self, other: &Self) -> bool {
        let size = |t: &Self| (t.small.width, t.small.height, t.small.factor.to_bits());
        size(self) == size(other)
    }
}

/// Makes a frame small by the mean over squares. What does not fill a square at the right and the
/// bottom is left out.
pub(super) fn thumbnail(image: &RgbImage) -> Thumbnail {
    let (width, height) = (image.width(), image.height());
    let square = (width.max(height).div_ceil(LONGEST)).max(1);
    let (w, h) = ((width / square) as usize, (height / square) as usize);
    let square = square as usize;
    let row_bytes = width as usize * 3;
    let step = (square / SAMPLES).max(1);
    let samples = square.div_ceil(step);
    let bytes = image.as_raw();
    let mut sums = vec![0u16; w * square * 3];
    let mut luma = Vec::with_capacity(w * h);
    let mut rgb = Vec::with_capacity(w * h);
    for y in 0..h {
        sums.fill(0);
        for k in 0..samples {
            let from = (y * square + k * step) * row_bytes;
            for (sum, &value) in sums.iter_mut().zip(&bytes[from..from + w * square * 3]) {
                *sum += u16::from(value);
            }
        }
        let count = (samples * samples) as u32;
        for block in sums.chunks_exact(square * 3) {
            let mut total = [0u32; 3];
            for pixel in block.chunks_exact(3).step_by(step) {
                for (total, &value) in total.iter_mut().zip(pixel) {
                    *total += u32::from(value);
                }
            }
            let [r, g, b] = total;
            // ITU-R BT.601.
            luma.push(((77 * r + 150 * g + 29 * b + 128 * count) / (256 * count)) as u8);
            rgb.push(total.map(|v| (v / count) as u8));
        }
    }
    let small = Small { width: w, height: h, factor: square as f32, luma };
    let half = halved(&small);
    let quarter = halved(&half);
    let colours = (0..half.height)
        .flat_map(|y| (0..half.width).map(move |x| (2 * x, 2 * y)))
        .map(|(x, y)| {
            let at = |dx: usize, dy: usize, c: usize| u16::from(rgb[(y + dy) * w + x + dx][c]);
            [0, 1, 2].map(|c| ((at(0, 0, c) + at(1, 0, c) + at(0, 1, c) + at(1, 1, c)) / 4) as u8)
        })
        .collect();
    Thumbnail { small: Arc::new(small), half, quarter, colours }
}

/// Half as wide and high.
fn halved(small: &Small) -> Small {
    let (w, h) = (small.width / 2, small.height / 2);
    let mut luma = Vec::with_capacity(w * h);
    for y in 0..h {
        let top = &small.luma[2 * y * small.width..][..2 * w];
        let bottom = &small.luma[(2 * y + 1) * small.width..][..2 * w];
        luma.extend(top.chunks_exact(2).zip(bottom.chunks_exact(2)).map(|(a, b)| {
            ((u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]) + 2) / 4) as u8
        }));
    }
    Small { width: w, height: h, factor: small.factor * 2.0, luma }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    /// The mean over squares, by its definition.
    fn slowly(image: &RgbImage, square: u32) -> Vec<u8> {
        let (w, h) = (image.width() / square, image.height() / square);
        let luma = |p: &Rgb<u8>| 77.0 * f64::from(p[0]) + 150.0 * f64::from(p[1]) + 29.0 * f64::from(p[2]);
        (0..h)
            .flat_map(|y| (0..w).map(move |x| (x, y)))
            .map(|(x, y)| {
                let pixels = (0..square * square).map(|k| (x * square + k % square, y * square + k / square));
                let sum: f64 = pixels.map(|(x, y)| luma(image.get_pixel(x, y))).sum();
                (sum / 256.0 / f64::from(square * square)).round() as u8
            })
            .collect()
    }

    #[test]
    fn it_is_the_mean_over_squares() {
        let image = RgbImage::from_fn(646, 483, |x, y| {
            Rgb([(x * 7 % 256) as u8, (y * 5 % 256) as u8, (x ^ y) as u8])
        });
        let got = thumbnail(&image);
        assert_eq!((got.small.width, got.small.height, got.small.factor), (129, 96, 5.0));
        let image = image::imageops::crop_imm(&image, 0, 0, 640, 480).to_image();
        let got = thumbnail(&image);
        assert_eq!((got.small.width, got.small.height, got.small.factor), (160, 120, 4.0));
        assert_eq!((got.quarter.width, got.quarter.height, got.colours.len()), (40, 30, 80 * 60));
        let expected = slowly(&image, 4);
        assert!(got.small.luma.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= 1));
    }

    #[test]
    fn any_size_is_made_small() {
        for size in [[0, 0], [1, 1], [3, 2000], [2000, 3], [160, 120], [161, 1], [4000, 3000]] {
            let got = thumbnail(&RgbImage::from_pixel(size[0], size[1], Rgb([9, 9, 9])));
            assert_eq!(got.small.luma.len(), got.small.width * got.small.height, "{size:?}");
            assert!(got.small.width <= 160 && got.small.height <= 160);
            assert!(got.small.luma.iter().all(|&v| v == 9));
        }
    }
}
