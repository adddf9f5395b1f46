//! Whole frames to RGB, row by row. `out` has three bytes a pixel without gaps; [`None`] where `data`
//! or `stride` is too short for it.

use glimpse_kernels::Kernels;
use glimpse_kernels::image::yuv::{Yuv420, YuvView};

use crate::Colour;

pub(crate) fn rgb(data: &[u8], stride: usize, width: usize, out: &mut [u8]) -> Option<()> {
    for (row, out) in out.chunks_exact_mut(width * 3).enumerate() {
        out.copy_from_slice(row_of(data, row, stride, width * 3)?);
    }
    Some(())
}

pub(crate) fn rgba(data: &[u8], stride: usize, width: usize, out: &mut [u8]) -> Option<()> {
    for (row, out) in out.chunks_exact_mut(width * 3).enumerate() {
        let row = row_of(data, row, stride, width * 4)?;
        for (out, pixel) in out.chunks_exact_mut(3).zip(row.chunks_exact(4)) {
            out.copy_from_slice(&pixel[..3]);
        }
    }
    Some(())
}

/// A last odd pixel has a whole group of four bytes.
pub(crate) fn yuyv(data: &[u8], stride: usize, width: usize, colour: Colour, out: &mut [u8]) -> Option<()> {
    let table = colour.to_rgb();
    for (row, out) in out.chunks_exact_mut(width * 3).enumerate() {
        let row = row_of(data, row, stride, width.div_ceil(2) * 4)?;
        for (pair, group) in out.chunks_mut(6).zip(row.chunks_exact(4)) {
            let [y0, u, y1, v] = [group[0], group[1], group[2], group[3]];
            for (pixel, y) in pair.chunks_exact_mut(3).zip([y0, y1]) {
                pixel.copy_from_slice(&table.pixel(y, u, v));
            }
        }
    }
    Some(())
}

/// Odd sides have a last pair of chroma for the last pixel alone.
pub(crate) fn nv12(
    data: &[u8],
    stride: usize,
    [width, height]: [usize; 2],
    colour: Colour,
    out: &mut [u8],
) -> Option<()> {
    let (luma, chroma) = data.split_at_checked(stride.checked_mul(height)?)?;
    let frame = Yuv420::nv12([luma, chroma], [stride; 2], [width, height]).ok()?;
    Kernels::best().yuv_to_rgb(&frame, &YuvView::whole([width, height]), &colour.to_rgb(), out);
    Some(())
}

/// Odd sides have a last sample of chroma for the last pixel alone.
pub(crate) fn i420(
    data: &[u8],
    stride: usize,
    [width, height]: [usize; 2],
    colour: Colour,
    out: &mut [u8],
) -> Option<()> {
    let halved = stride.div_ceil(2);
    let (luma, chroma) = data.split_at_checked(stride.checked_mul(height)?)?;
    let (blue, red) = chroma.split_at_checked(halved.checked_mul(height.div_ceil(2))?)?;
    let frame = Yuv420::new([luma, blue, red], [stride, halved, halved], 1, [width, height]).ok()?;
    Kernels::best().yuv_to_rgb(&frame, &YuvView::whole([width, height]), &colour.to_rgb(), out);
    Some(())
}

fn row_of(data: &[u8], row: usize, stride: usize, length: usize) -> Option<&[u8]> {
    if stride < length {
        return None;
    }
    data.get(row.checked_mul(stride)?..)?.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CameraError, Frame, Matrix, PixelFormat, Range};
    use std::time::Duration;

    struct Random(u64);

    impl Random {
        fn below(&mut self, n: usize) -> usize {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (self.0 >> 33) as usize % n
        }
    }

    fn frame(pixels: PixelFormat, width: usize, height: usize, stride: usize, random: &mut Random) -> Frame {
        let halved = height.div_ceil(2);
        let bytes = match pixels {
            PixelFormat::Nv12 => (height + halved) * stride,
            PixelFormat::I420 => height * stride + 2 * halved * stride.div_ceil(2),
            _ => height * stride,
        };
        Frame {
            pixels,
            width: width as u32,
            height: height as u32,
            stride,
            colour: Colour {
                matrix: [Matrix::Bt601, Matrix::Bt709][random.below(2)],
                range: [Range::Limited, Range::Full][random.below(2)],
            },
            data: (0..bytes).map(|_| random.below(256) as u8).collect::<Vec<u8>>().into(),
            at: Duration::ZERO,
            sequence: 1,
        }
    }

    /// Y, U and V of a pixel by the plain definition of its format.
    fn sample(frame: &Frame, x: usize, y: usize) -> [u8; 3] {
        let at = |i: usize| frame.data[i];
        let row = y * frame.stride;
        match frame.pixels {
            PixelFormat::Yuyv => [at(row + 2 * x), at(row + x / 2 * 4 + 1), at(row + x / 2 * 4 + 3)],
            PixelFormat::Nv12 => {
                let chroma = frame.height as usize * frame.stride + y / 2 * frame.stride + x / 2 * 2;
                [at(row + x), at(chroma), at(chroma + 1)]
            }
            PixelFormat::I420 => {
                let halved = frame.stride.div_ceil(2);
                let blue = frame.height as usize * frame.stride;
                let red = blue + halved * (frame.height as usize).div_ceil(2);
                let chroma = y / 2 * halved + x / 2;
                [at(row + x), at(blue + chroma), at(red + chroma)]
            }
            _ => unreachable!("not YUV"),
        }
    }

    fn reference([y, u, v]: [u8; 3], colour: Colour) -> [f64; 3] {
        let (kr, kb) = if colour.matrix == Matrix::Bt601 { (0.299, 0.114) } else { (0.2126, 0.0722) };
        let (black, luma, chroma) =
            if colour.range == Range::Limited { (16.0, 219.0, 224.0) } else { (0.0, 255.0, 255.0) };
        let y = (f64::from(y) - black) / luma;
        let (u, v) = ((f64::from(u) - 128.0) / chroma, (f64::from(v) - 128.0) / chroma);
        let (r, b) = (y + 2.0 * (1.0 - kr) * v, y + 2.0 * (1.0 - kb) * u);
        [r, (y - kr * r - kb * b) / (1.0 - kr - kb), b].map(|v| (v * 255.0).clamp(0.0, 255.0))
    }

    #[test]
    fn random_frames_of_odd_sizes_are_as_the_reference_has_them() {
        let mut random = Random(7);
        for round in 0..300 {
            let (width, height) = (1 + random.below(40), 1 + random.below(30));
            let pixels = [PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::I420][round % 3];
            let least = match pixels {
                PixelFormat::Yuyv => width.div_ceil(2) * 4,
                PixelFormat::Nv12 => width.div_ceil(2) * 2,
                _ => width,
            };
            let frame = frame(pixels, width, height, least + random.below(9), &mut random);
            let image = frame.to_rgb().unwrap();
            assert_eq!(image.dimensions(), (width as u32, height as u32));
            for (x, y, pixel) in image.enumerate_pixels() {
                let expected = reference(sample(&frame, x as usize, y as usize), frame.colour);
                for (a, b) in pixel.0.into_iter().zip(expected) {
                    assert!((f64::from(a) - b).abs() < 0.51, "{pixels:?} {width}x{height} {x} {y}: {a} {b}");
                }
            }
        }
    }

    #[test]
    fn rgb_loses_only_its_padding() {
        let mut random = Random(9);
        let frame = frame(PixelFormat::Rgb, 5, 4, 17, &mut random);
        let image = frame.to_rgb().unwrap();
        assert_eq!(image.get_pixel(4, 3).0[..], frame.data[3 * 17 + 12..3 * 17 + 15]);
    }

    #[test]
    fn rgba_loses_its_alpha_and_its_padding() {
        let mut random = Random(10);
        let frame = frame(PixelFormat::Rgba, 5, 4, 23, &mut random);
        let image = frame.to_rgb().unwrap();
        for (x, y, pixel) in image.enumerate_pixels() {
            let at = y as usize * 23 + x as usize * 4;
            assert_eq!(pixel.0[..], frame.data[at..at + 3]);
        }
    }

    #[test]
    fn short_frames_are_refused() {
        let mut random = Random(11);
        for (pixels, stride) in [
            (PixelFormat::Yuyv, 12),
            (PixelFormat::Nv12, 6),
            (PixelFormat::I420, 5),
            (PixelFormat::Rgb, 15),
            (PixelFormat::Rgba, 20),
        ] {
            let whole = frame(pixels, 5, 3, stride, &mut random);
            assert!(whole.to_rgb().is_ok());
            let mut short = whole.clone();
            short.data = whole.data[..whole.data.len() - 4].to_vec().into();
            let mut narrow = whole.clone();
            narrow.stride -= if pixels == PixelFormat::Nv12 { 2 } else { 1 };
            let mut huge = whole.clone();
            huge.width = u32::MAX;
            let mut overflow = whole.clone();
            overflow.stride = usize::MAX;
            let mut nothing = whole.clone();
            nothing.height = 0;
            for bad in [short, narrow, huge, overflow, nothing] {
                assert!(matches!(bad.to_rgb(), Err(CameraError::BadFrame(_))), "{bad:?}");
            }
        }
    }
}
