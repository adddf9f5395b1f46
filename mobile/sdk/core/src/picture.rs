//! A picture in the engine's memory.

use std::path::Path;

use glimpse_engine as engine;

use crate::error::Result;
use crate::numbers::int;
use crate::options::Limits;
use crate::pixels::{PixelLayout, bytes_at, to_rgb};
use crate::yuv::{YuvFrame, YuvLayout, YuvPlanes};

/// A decoded picture, upright, to be looked at any number of times. It holds 3 bytes a pixel; close it when
/// it is no longer looked at.
#[derive(Debug, uniffi::Object)]
pub struct Picture(pub(crate) engine::Picture<'static>);

#[uniffi::export]
impl Picture {
    /// Decodes the first frame of a JPEG, PNG, WebP, GIF, BMP or TIFF and turns it as its EXIF
    /// orientation says; transparency lies over white. The limits are checked before memory is taken.
    ///
    /// Fails with `image_empty`, `image_too_large`, `image_format`, `image_damaged`, `image_unsupported`.
    #[uniffi::constructor(default(limits = None))]
    pub fn decode(bytes: Vec<u8>, limits: Option<Limits>) -> Result<Self> {
        Ok(Self(engine::Picture::decode(&bytes, &limits.unwrap_or_default().into())?))
    }

    /// Decodes the file at `path`.
    ///
    /// Fails as `decode` does, and with `not_found`, `permission_denied`, `is_a_directory`, `io`.
    #[uniffi::constructor(default(limits = None))]
    pub fn open(path: String, limits: Option<Limits>) -> Result<Self> {
        Ok(Self(engine::Picture::open(Path::new(&path), &limits.unwrap_or_default().into())?))
    }

    /// Takes over pixels. Where they lie outside of the language's own memory, `from_address` saves a copy.
    ///
    /// Fails with `image_empty` for no pixels, `image_damaged` for too few bytes, `image_too_large`,
    /// `invalid_option`.
    #[uniffi::constructor(default(limits = None))]
    pub fn from_pixels(bytes: Vec<u8>, layout: PixelLayout, limits: Option<Limits>) -> Result<Self> {
        Ok(Self(to_rgb(&bytes, &layout, &limits.unwrap_or_default())?.into()))
    }

    /// Decodes the encoded picture of `length` bytes at `address`, as `decode` does, without copying them.
    /// They must be readable and must not change until this returns; nothing is kept of them. A length
    /// or an address that cannot be is refused with `invalid_option`.
    #[uniffi::constructor(default(limits = None))]
    fn decode_address(address: u64, length: u64, limits: Option<Limits>) -> Result<Self> {
        // SAFETY: the caller vouches for the memory, as documented; the bytes are used only in this call.
        let bytes = unsafe { bytes_at(address, length) }?;
        Ok(Self(engine::Picture::decode(bytes, &limits.unwrap_or_default().into())?))
    }

    /// Takes over the pixels in the `length` bytes at `address` (a direct `ByteBuffer`, a locked bitmap, a
    /// locked `CVPixelBuffer`) in one pass, without copying them first. They must be readable and must not
    /// change until this returns; nothing is kept of them. What does not fit `length` is refused.
    ///
    /// Fails as `from_pixels` does.
    #[uniffi::constructor(default(limits = None))]
    fn from_address(address: u64, length: u64, layout: PixelLayout, limits: Option<Limits>) -> Result<Self> {
        // SAFETY: the caller vouches for the memory, as documented; the bytes are used only in this call.
        let bytes = unsafe { bytes_at(address, length) }?;
        Ok(Self(to_rgb(bytes, &layout, &limits.unwrap_or_default())?.into()))
    }

    /// Takes over a camera's frame: Y, U and V, of which the last two may overlap. Where they lie outside of
    /// the language's own memory, `from_yuv_address` saves a copy.
    ///
    /// Fails as `from_pixels` does.
    #[uniffi::constructor(default(limits = None))]
    pub fn from_yuv(
        y: Vec<u8>,
        u: Vec<u8>,
        v: Vec<u8>,
        layout: YuvLayout,
        limits: Option<Limits>,
    ) -> Result<Self> {
        let frame = YuvFrame::new([&y, &u, &v], &layout, &limits.unwrap_or_default())?;
        Ok(Self(frame.to_image().into()))
    }

    /// Takes over the camera's frame in `planes` (an `android.media.Image`, a locked `CVPixelBuffer` of two
    /// planes) in one pass that crops, turns and converts. They must be readable and must not change until
    /// this returns; nothing is kept of them.
    ///
    /// Fails as `from_pixels` does.
    #[uniffi::constructor(default(limits = None))]
    fn from_yuv_address(planes: YuvPlanes, layout: YuvLayout, limits: Option<Limits>) -> Result<Self> {
        // SAFETY: the caller vouches for the memory, as documented; the bytes are used only in this call.
        let bytes = unsafe { planes.bytes() }?;
        Ok(Self(YuvFrame::new(bytes, &layout, &limits.unwrap_or_default())?.to_image().into()))
    }

    /// Width as displayed at full size, in pixels.
    pub fn width(&self) -> i32 {
        int(self.0.width())
    }

    /// Height as displayed at full size, in pixels.
    pub fn height(&self) -> i32 {
        int(self.0.height())
    }

    /// The format that it was encoded in: `"jpeg"`, `"png"`, `"webp"`, `"gif"`, `"bmp"` or `"tiff"`;
    /// `"rgb"` where it was given as pixels.
    pub fn format(&self) -> String {
        self.0.format().to_owned()
    }

    /// Wall time of decoding in milliseconds; 0 where it was given as pixels.
    pub fn decode_ms(&self) -> f64 {
        self.0.decode_ms()
    }
}
