//! Pictures of three bytes a pixel: resampling, perspective, quarter turns, conversion, also of cameras'
//! frames.
//!
//! Coordinates are in pixels, the first pixel covering 0 to 1 on each axis. Beyond the border the
//! border's pixels repeat. All operations give the same bytes on every instruction set.

mod quad;
mod resample;
mod turn;
mod warp;
pub mod yuv;

pub use resample::Resampling;
pub use turn::{Turn, turn_rgb};
pub use warp::Warp;

use crate::dispatch::multiversion;

/// A borrowed RGB picture, rows without gaps.
#[derive(Debug, Clone, Copy)]
pub struct RgbView<'a> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
}

impl<'a> RgbView<'a> {
    /// `width × height` pixels.
    ///
    /// # Panics
    /// If `pixels` has another length than `3·width·height`.
    pub fn new(pixels: &'a [u8], [width, height]: [usize; 2]) -> Self {
        assert_eq!(pixels.len(), 3 * width * height);
        Self { pixels, width, height }
    }

    /// Width and height.
    pub fn size(&self) -> [usize; 2] {
        [self.width, self.height]
    }
}

multiversion! {
    /// Copies RGB into pixels of four bytes whose last is `fill`.
    ///
    /// # Panics
    /// If `out` is not whole pixels or `rgb` is shorter.
    pub fn rgb_to_rgbx(rgb: &[u8], fill: u8, out: &mut [u8]) = exact rgb_to_rgbx;
}

#[inline(always)]
fn rgb_to_rgbx(rgb: &[u8], fill: u8, out: &mut [u8]) {
    let (out, rest) = out.as_chunks_mut::<4>();
    assert!(rest.is_empty(), "output is not whole pixels");
    let (rgb, _) = rgb.as_chunks::<3>();
    let rgb = &rgb[..out.len()];
    for (out, [r, g, b]) in out.iter_mut().zip(rgb) {
        *out = [*r, *g, *b, fill];
    }
}

#[cfg(test)]
mod tests {
    use crate::Kernels;

    #[test]
    fn fourth_byte_is_filled() {
        let rgb: Vec<u8> = (0..3 * 67).map(|i| i as u8).collect();
        for kernels in Kernels::available() {
            let mut out = vec![0; 4 * 67];
            kernels.rgb_to_rgbx(&rgb, 9, &mut out);
            for (out, rgb) in out.chunks(4).zip(rgb.chunks(3)) {
                assert!(out[..3] == *rgb && out[3] == 9);
            }
        }
    }
}
