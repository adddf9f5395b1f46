//! Pixels of others' memory to upright RGB, in one pass.

use glimpse_engine::Error;
use glimpse_engine::read::ReadLimits;
use image::RgbImage;
use image::imageops::{rotate90, rotate180, rotate270};

use crate::error::{GlimpseError, Result};
use crate::numbers::natural;
use crate::options::Limits;

/// How bytes are pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PixelFormat {
    /// Red, green, blue: three bytes a pixel.
    Rgb,
    /// Red, green, blue, alpha; transparency lies over white.
    Rgba,
    /// Red, green, blue multiplied by alpha, then alpha: what Android's `Bitmap` holds.
    RgbaPremultiplied,
    /// Blue, green, red, alpha.
    Bgra,
    /// Blue, green, red multiplied by alpha, then alpha: what Apple's `kCVPixelFormatType_32BGRA` holds.
    BgraPremultiplied,
}

impl PixelFormat {
    fn bytes(self) -> u64 {
        match self {
            Self::Rgb => 3,
            _ => 4,
        }
    }
}

/// How pixels lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PixelLayout {
    /// How bytes are pixels.
    pub format: PixelFormat,
    /// Width in pixels, before it is turned.
    pub width: i32,
    /// Height in pixels, before it is turned.
    pub height: i32,
    /// Bytes from one row to the next; 0 where rows lie without gaps.
    #[uniffi(default = 0)]
    pub row_stride: i32,
    /// By how much it must be turned clockwise to be upright: 0, 90, 180 or 270.
    #[uniffi(default = 0)]
    pub rotation_degrees: i32,
}

/// A layout that was checked.
#[derive(Debug, Clone, Copy)]
struct Rows {
    width: u32,
    height: u32,
    /// Bytes of a row.
    row: usize,
    /// Bytes from one row to the next.
    stride: usize,
}

impl PixelLayout {
    /// Whether there are such pixels within `limits` in `bytes` bytes.
    fn check(&self, bytes: u64, limits: &Limits) -> Result<Rows> {
        let (width, height): (u32, u32) = (natural("width", self.width)?, natural("height", self.height)?);
        let stride: u64 = natural("row_stride", self.row_stride)?;
        if width == 0 || height == 0 {
            return Err(GlimpseError::ImageEmpty(format!("it has {width} × {height} pixels")));
        }
        let pixels = u64::from(width) * u64::from(height);
        let limit = ReadLimits::from(*limits).max_pixels;
        if pixels > limit {
            return Err(Error::ImageTooLarge { what: "pixels", value: pixels, limit }.into());
        }
        let row = u64::from(width) * self.format.bytes();
        let stride = if stride == 0 { row } else { stride };
        if stride < row {
            return Err(GlimpseError::option("row_stride", format!("a row of pixels has {row} bytes")));
        }
        if !matches!(self.rotation_degrees, 0 | 90 | 180 | 270) {
            return Err(GlimpseError::option("rotation_degrees", "not 0, 90, 180 or 270"));
        }
        // Strides are below 2^33, heights below 2^31.
        let needed = stride * u64::from(height - 1) + row;
        if bytes < needed {
            let why = format!("{bytes} bytes are too few for its pixels, which need {needed}");
            return Err(GlimpseError::ImageDamaged(why));
        }
        // Both are at most `bytes`, which lie in memory, but for the stride of a single row.
        let (row, stride) = (row as usize, usize::try_from(stride).unwrap_or(usize::MAX));
        Ok(Rows { width, height, row, stride })
    }
}

/// The bytes at `address`.
///
/// # Errors
/// `invalid_option` for address 0, or for a length that no memory has.
///
/// # Safety
/// Where `length` is not 0, `length` bytes from `address` on are readable and do not change before the
/// lifetime that the caller picks ends.
pub(crate) unsafe fn bytes_at<'a>(address: u64, length: u64) -> Result<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    let (Ok(start), Ok(len)) = (usize::try_from(address), usize::try_from(length)) else {
        return Err(GlimpseError::option("length", "more than this machine can address"));
    };
    if start == 0 {
        return Err(GlimpseError::option("address", "it is 0"));
    }
    if isize::try_from(len).is_err() || start.checked_add(len).is_none() {
        return Err(GlimpseError::option("length", "more than this machine can address"));
    }
    // SAFETY: the address is not 0 and the bytes do not wrap around; the caller vouches that they can be
    // read and do not change. Bytes need no alignment.
    Ok(unsafe { std::slice::from_raw_parts(start as *const u8, len) })
}

/// Upright RGB of `bytes`.
pub(crate) fn to_rgb(bytes: &[u8], layout: &PixelLayout, limits: &Limits) -> Result<RgbImage> {
    let Rows { width, height, row, stride } = layout.check(bytes.len() as u64, limits)?;
    let mut out = RgbImage::new(width, height);
    for (to, from) in out.chunks_exact_mut(width as usize * 3).zip(bytes.chunks(stride)) {
        convert(layout.format, &from[..row], to);
    }
    Ok(match layout.rotation_degrees {
        90 => rotate90(&out),
        180 => rotate180(&out),
        270 => rotate270(&out),
        _ => out,
    })
}

/// One row.
fn convert(format: PixelFormat, from: &[u8], to: &mut [u8]) {
    let over_white =
        |c: u8, a: u8| ((u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a)) + 127) / 255) as u8;
    let onto_white = |c: u8, a: u8| c.saturating_add(255 - a);
    let (to, _) = to.as_chunks_mut::<3>();
    let (from4, _) = from.as_chunks::<4>();
    match format {
        PixelFormat::Rgb => to.as_flattened_mut().copy_from_slice(from),
        PixelFormat::Rgba => {
            for (to, &[r, g, b, a]) in to.iter_mut().zip(from4) {
                *to = if a == 255 { [r, g, b] } else { [r, g, b].map(|c| over_white(c, a)) };
            }
        }
        PixelFormat::Bgra => {
            for (to, &[b, g, r, a]) in to.iter_mut().zip(from4) {
                *to = if a == 255 { [r, g, b] } else { [r, g, b].map(|c| over_white(c, a)) };
            }
        }
        PixelFormat::RgbaPremultiplied => {
            for (to, &[r, g, b, a]) in to.iter_mut().zip(from4) {
                *to = [r, g, b].map(|c| onto_white(c, a));
            }
        }
        PixelFormat::BgraPremultiplied => {
            for (to, &[b, g, r, a]) in to.iter_mut().zip(from4) {
                *to = [r, g, b].map(|c| onto_white(c, a));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Limits = Limits { max_pixels: i64::MAX, max_bytes: i64::MAX };

    fn layout(format: PixelFormat, width: i32, height: i32) -> PixelLayout {
        PixelLayout { format, width, height, row_stride: 0, rotation_degrees: 0 }
    }

    #[test]
    fn formats_give_the_same_colours() {
        let wanted = [10, 20, 30, 255, 255, 255];
        let cases: [(PixelFormat, &[u8]); 5] = [
            (PixelFormat::Rgb, &[10, 20, 30, 255, 255, 255]),
            (PixelFormat::Rgba, &[10, 20, 30, 255, 9, 9, 9, 0]),
            (PixelFormat::RgbaPremultiplied, &[10, 20, 30, 255, 0, 0, 0, 0]),
            (PixelFormat::Bgra, &[30, 20, 10, 255, 9, 9, 9, 0]),
            (PixelFormat::BgraPremultiplied, &[30, 20, 10, 255, 0, 0, 0, 0]),
        ];
        for (format, bytes) in cases {
            assert_eq!(to_rgb(bytes, &layout(format, 2, 1), &NONE).unwrap().as_raw(), &wanted, "{format:?}");
        }
        let half = to_rgb(&[100, 0, 200, 128], &layout(PixelFormat::Rgba, 1, 1), &NONE).unwrap();
        let multiplied =
            to_rgb(&[50, 0, 100, 128], &layout(PixelFormat::RgbaPremultiplied, 1, 1), &NONE).unwrap();
        assert_eq!((half.as_raw(), multiplied.as_raw()), (&vec![177, 127, 227], &vec![177, 127, 227]));
    }

    #[test]
    fn strides_are_skipped_and_the_last_row_needs_none() {
        let bytes: Vec<u8> = (0..11 + 6).collect();
        let rows = PixelLayout { row_stride: 11, ..layout(PixelFormat::Rgb, 2, 2) };
        assert_eq!(
            to_rgb(&bytes, &rows, &NONE).unwrap().as_raw(),
            &[0, 1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 16]
        );
        let short = to_rgb(&bytes[..16], &rows, &NONE).unwrap_err();
        assert_eq!(short.code(), "image_damaged");
    }

    #[test]
    fn turned_clockwise() {
        let turned = |degrees| {
            let layout = PixelLayout { rotation_degrees: degrees, ..layout(PixelFormat::Rgb, 2, 1) };
            let image = to_rgb(&[1, 1, 1, 2, 2, 2], &layout, &NONE).unwrap();
            (image.dimensions(), image.as_raw().iter().step_by(3).copied().collect::<Vec<_>>())
        };
        assert_eq!(turned(0), ((2, 1), vec![1, 2]));
        assert_eq!(turned(90), ((1, 2), vec![1, 2]));
        assert_eq!(turned(180), ((2, 1), vec![2, 1]));
        assert_eq!(turned(270), ((1, 2), vec![2, 1]));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let code = |layout: PixelLayout, bytes: u64, limits: Limits| {
            layout.check(bytes, &limits).map(|_| ()).map_err(|error| error.code())
        };
        let square = layout(PixelFormat::Rgba, 4, 4);
        let huge = layout(PixelFormat::Rgba, i32::MAX, i32::MAX);
        assert_eq!(code(square, 64, NONE), Ok(()));
        assert_eq!(code(square, 63, NONE), Err("image_damaged"));
        assert_eq!(code(PixelLayout { width: 0, ..square }, 64, NONE), Err("image_empty"));
        assert_eq!(code(PixelLayout { row_stride: 15, ..square }, 64, NONE), Err("invalid_option"));
        assert_eq!(code(PixelLayout { rotation_degrees: 45, ..square }, 64, NONE), Err("invalid_option"));
        assert_eq!(code(square, 64, Limits { max_pixels: 15, ..NONE }), Err("image_too_large"));
        assert_eq!(code(huge, 64, Limits::default()), Err("image_too_large"));
        assert_eq!(code(PixelLayout { row_stride: i32::MAX, ..huge }, u64::MAX, NONE), Err("invalid_option"));
        assert_eq!(code(huge, u64::MAX, NONE), Ok(()));
        for negative in [
            PixelLayout { width: -4, ..square },
            PixelLayout { height: -4, ..square },
            PixelLayout { row_stride: -16, ..square },
            PixelLayout { rotation_degrees: -90, ..square },
        ] {
            assert_eq!(code(negative, 64, NONE), Err("invalid_option"));
        }
    }

    #[test]
    fn addresses_are_checked() {
        let bytes = [1u8, 2, 3];
        let address = bytes.as_ptr() as u64;
        // SAFETY: the addresses that are accepted are those of `bytes`, or none.
        unsafe {
            assert_eq!(bytes_at(address, 3).unwrap(), bytes);
            assert_eq!(bytes_at(0, 0).unwrap(), b"");
            assert_eq!(bytes_at(0, 3).unwrap_err().code(), "invalid_option");
            assert_eq!(bytes_at(address, u64::MAX).unwrap_err().code(), "invalid_option");
            assert_eq!(bytes_at(u64::MAX, 2).unwrap_err().code(), "invalid_option");
        }
    }
}
