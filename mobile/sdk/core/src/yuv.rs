//! Frames of cameras, in YUV, to upright RGB in one pass.

use std::sync::OnceLock;

use glimpse_engine::Error;
use glimpse_engine::read::ReadLimits;
use glimpse_kernels::Kernels;
use glimpse_kernels::image::Turn;
use glimpse_kernels::image::yuv::{Yuv420, YuvError, YuvRange, YuvToRgb, YuvView};

use crate::error::{GlimpseError, Result};
use crate::numbers::natural;
use crate::options::Limits;
use crate::pixels::bytes_at;

/// What Y, U and V are made from red, green and blue by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Enum)]
pub enum YuvMatrix {
    /// ITU-R BT.601: JPEG's, and most cameras' of phones.
    #[default]
    Bt601,
    /// ITU-R BT.709: HD video's.
    Bt709,
}

impl From<YuvMatrix> for glimpse_kernels::image::yuv::YuvMatrix {
    fn from(matrix: YuvMatrix) -> Self {
        match matrix {
            YuvMatrix::Bt601 => Self::Bt601,
            YuvMatrix::Bt709 => Self::Bt709,
        }
    }
}

/// How a frame of three planes lies in memory, whose chroma is halved along both axes: NV12, NV21, I420, and
/// Android's `YUV_420_888`, which may be any of them. Odd sides have a last sample of chroma for the last pixel
/// alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct YuvLayout {
    /// Width in pixels, before it is turned.
    pub width: i32,
    /// Height in pixels, before it is turned.
    pub height: i32,
    /// Bytes from one row of Y to the next.
    pub y_row_stride: i32,
    /// Bytes from one row of U to the next.
    pub u_row_stride: i32,
    /// Bytes from one row of V to the next.
    pub v_row_stride: i32,
    /// Bytes from one sample of U or V to the next: 1, or 2 where they lie in turns (NV12, NV21), or apart.
    pub chroma_pixel_stride: i32,
    /// What is wanted of it; all where unset.
    #[uniffi(default = None)]
    pub crop: Option<YuvCrop>,
    /// By how much it must be turned clockwise to be upright: 0, 90, 180 or 270.
    #[uniffi(default = 0)]
    pub rotation_degrees: i32,
    /// The matrix.
    #[uniffi(default = None)]
    pub matrix: Option<YuvMatrix>,
    /// Whether black and white are 0 and 255, as in JPEG, and not 16 and 235, as in video.
    #[uniffi(default = false)]
    pub full_range: bool,
}

/// A part of a frame, in pixels before the turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct YuvCrop {
    /// Left edge.
    pub left: i32,
    /// Upper edge.
    pub top: i32,
    /// Right edge, outside.
    pub right: i32,
    /// Lower edge, outside.
    pub bottom: i32,
}

/// A plane in memory that outlives the call it is given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct YuvPlane {
    /// Of its first byte.
    pub address: u64,
    /// Bytes from there on that can be read; it may end with the last sample of its last row.
    pub length: u64,
}

/// Y, U and V in memory; those of U and V may overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct YuvPlanes {
    /// Luma.
    pub y: YuvPlane,
    /// Chroma, blue.
    pub u: YuvPlane,
    /// Chroma, red.
    pub v: YuvPlane,
}

impl YuvPlanes {
    /// The bytes of the planes.
    ///
    /// # Errors
    /// `invalid_option`, as of [`bytes_at`].
    ///
    /// # Safety
    /// As [`bytes_at`], of each plane.
    pub(crate) unsafe fn bytes<'a>(&self) -> Result<[&'a [u8]; 3]> {
        // SAFETY: the caller's promise, for each of them.
        let of = |plane: YuvPlane| unsafe { bytes_at(plane.address, plane.length) };
        Ok([of(self.y)?, of(self.u)?, of(self.v)?])
    }
}

/// A frame that was checked, before it is converted.
pub(crate) struct YuvFrame<'a> {
    frame: Yuv420<'a>,
    view: YuvView,
    table: YuvToRgb,
}

impl<'a> YuvFrame<'a> {
    /// The frame that lies in `planes` (Y, U, V) as `layout` says.
    ///
    /// # Errors
    /// `image_empty` for no pixels, `image_damaged` for too few bytes, `image_too_large`, `invalid_option`.
    pub(crate) fn new(planes: [&'a [u8]; 3], layout: &YuvLayout, limits: &Limits) -> Result<Self> {
        let (width, height): (u32, u32) =
            (natural("width", layout.width)?, natural("height", layout.height)?);
        let (pixels, limit) = (u64::from(width) * u64::from(height), ReadLimits::from(*limits).max_pixels);
        if pixels > limit {
            return Err(Error::ImageTooLarge { what: "pixels", value: pixels, limit }.into());
        }
        let size = [width as usize, height as usize];
        let strides = [
            natural("y_row_stride", layout.y_row_stride)?,
            natural("u_row_stride", layout.u_row_stride)?,
            natural("v_row_stride", layout.v_row_stride)?,
        ];
        let step = natural("chroma_pixel_stride", layout.chroma_pixel_stride)?;
        let frame = Yuv420::new(planes, strides, step, size).map_err(refused)?;
        let crop: [usize; 4] = match layout.crop {
            None => [0, 0, size[0], size[1]],
            Some(crop) => [
                natural("crop.left", crop.left)?,
                natural("crop.top", crop.top)?,
                natural("crop.right", crop.right)?,
                natural("crop.bottom", crop.bottom)?,
            ],
        };
        let view = YuvView::new(crop, turn(layout.rotation_degrees)?).map_err(refused)?;
        if !view.fits(&frame) {
            return Err(refused(YuvError::Crop));
        }
        let range = if layout.full_range { YuvRange::Full } else { YuvRange::Limited };
        Ok(Self { frame, view, table: YuvToRgb::new(layout.matrix.unwrap_or_default().into(), range) })
    }

    /// Width and height of what is wanted of it, upright.
    pub(crate) fn size(&self) -> [usize; 2] {
        self.view.size()
    }

    /// Its pixels in RGB, rows without gaps, into `out`: three bytes for each of its [`size`](Self::size).
    pub(crate) fn to_rgb(&self, out: &mut [u8]) {
        static KERNELS: OnceLock<&'static Kernels> = OnceLock::new();
        KERNELS.get_or_init(Kernels::best).yuv_to_rgb(&self.frame, &self.view, &self.table, out);
    }

    /// The same as a picture.
    pub(crate) fn to_image(&self) -> image::RgbImage {
        let [width, height] = self.size();
        let mut image = image::RgbImage::new(width as u32, height as u32);
        self.to_rgb(&mut image);
        image
    }
}

fn turn(degrees: i32) -> Result<Option<Turn>> {
    match degrees {
        0 => Ok(None),
        90 => Ok(Some(Turn::Quarter)),
        180 => Ok(Some(Turn::Half)),
        270 => Ok(Some(Turn::ThreeQuarters)),
        _ => Err(GlimpseError::option("rotation_degrees", "not 0, 90, 180 or 270")),
    }
}

fn refused(why: YuvError) -> GlimpseError {
    match why {
        YuvError::NoPixels => GlimpseError::ImageEmpty(why.to_string()),
        YuvError::Short(_) => GlimpseError::ImageDamaged(why.to_string()),
        YuvError::PixelStride => GlimpseError::option("chroma_pixel_stride", why.to_string()),
        YuvError::RowStride(0) => GlimpseError::option("y_row_stride", why.to_string()),
        YuvError::RowStride(1) => GlimpseError::option("u_row_stride", why.to_string()),
        YuvError::RowStride(_) => GlimpseError::option("v_row_stride", why.to_string()),
        YuvError::Crop => GlimpseError::option("crop", why.to_string()),
        _ => GlimpseError::ImageDamaged(why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Limits = Limits { max_pixels: i64::MAX, max_bytes: i64::MAX };

    /// NV12 of 4 × 2 pixels whose rows lie 6 bytes apart: the left half is white, the right half red.
    const NV12: [u8; 6 + 4 + 4] = [255, 255, 76, 76, 7, 7, 255, 255, 76, 76, 128, 128, 85, 255];

    fn layout() -> YuvLayout {
        YuvLayout {
            width: 4,
            height: 2,
            y_row_stride: 6,
            u_row_stride: 4,
            v_row_stride: 4,
            chroma_pixel_stride: 2,
            crop: None,
            rotation_degrees: 0,
            matrix: None,
            full_range: true,
        }
    }

    fn planes() -> [&'static [u8]; 3] {
        [&NV12[..10], &NV12[10..], &NV12[11..]]
    }

    fn image(layout: &YuvLayout) -> Result<image::RgbImage> {
        Ok(YuvFrame::new(planes(), layout, &NONE)?.to_image())
    }

    #[test]
    fn planes_are_cropped_turned_and_converted() {
        let red = |pixel: &image::Rgb<u8>| pixel[0] > 250 && pixel[1] < 5 && pixel[2] < 5;
        let whole = image(&layout()).unwrap();
        assert_eq!(whole.dimensions(), (4, 2));
        assert!(whole.enumerate_pixels().all(|(x, _, p)| if x < 2 { p.0 == [255; 3] } else { red(p) }));
        let turned = image(&YuvLayout { rotation_degrees: 90, ..layout() }).unwrap();
        assert_eq!(turned.dimensions(), (2, 4));
        assert!(turned.enumerate_pixels().all(|(_, y, p)| if y < 2 { p.0 == [255; 3] } else { red(p) }));
        let crop = Some(YuvCrop { left: 1, top: 1, right: 3, bottom: 2 });
        let part = image(&YuvLayout { crop, ..layout() }).unwrap();
        assert_eq!((part.dimensions(), part.get_pixel(0, 0).0), ((2, 1), [255; 3]));
        assert!(red(part.get_pixel(1, 0)));
        let video = image(&YuvLayout { full_range: false, ..layout() }).unwrap();
        assert_ne!(video, whole);
        let hd = image(&YuvLayout { matrix: Some(YuvMatrix::Bt709), ..layout() }).unwrap();
        assert_ne!(hd, whole);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let code = |layout: YuvLayout| image(&layout).map(|_| ()).map_err(|error| error.code());
        let crop = |left, right| Some(YuvCrop { left, top: 0, right, bottom: 2 });
        assert_eq!(code(layout()), Ok(()));
        assert_eq!(code(YuvLayout { width: 0, ..layout() }), Err("image_empty"));
        assert_eq!(code(YuvLayout { height: 3, ..layout() }), Err("image_damaged"));
        for wrong in [
            YuvLayout { width: -4, ..layout() },
            YuvLayout { y_row_stride: 3, ..layout() },
            YuvLayout { u_row_stride: 2, ..layout() },
            YuvLayout { v_row_stride: -1, ..layout() },
            YuvLayout { chroma_pixel_stride: 3, ..layout() },
            YuvLayout { chroma_pixel_stride: 0, ..layout() },
            YuvLayout { rotation_degrees: 45, ..layout() },
            YuvLayout { crop: crop(2, 2), ..layout() },
            YuvLayout { crop: crop(2, 5), ..layout() },
            YuvLayout { crop: crop(-1, 2), ..layout() },
        ] {
            assert_eq!(code(wrong), Err("invalid_option"), "{wrong:?}");
        }
        let huge = YuvLayout { width: i32::MAX, height: i32::MAX, ..layout() };
        let limited = YuvFrame::new(planes(), &huge, &Limits::default()).err().map(|error| error.code());
        assert_eq!(limited, Some("image_too_large"));
        let unlimited = YuvFrame::new(planes(), &huge, &NONE).err().map(|error| error.code());
        assert_eq!(unlimited, Some("invalid_option"));
    }
}
