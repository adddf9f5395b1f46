//! Raw frames and their pixels.

use std::time::Duration;

use glimpse_kernels::image::yuv::YuvToRgb;
pub use glimpse_kernels::image::yuv::{YuvMatrix as Matrix, YuvRange as Range};
use image::RgbImage;

use crate::{CameraError, FrameBytes, convert, jpeg};

/// How a frame's bytes are pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelFormat {
    /// A JPEG file, perhaps without the usual Huffman tables.
    Mjpeg,
    /// Two pixels in four bytes: Y0, U, Y1, V.
    Yuyv,
    /// A plane of Y, then a plane of U and V in turns, halved along both axes.
    Nv12,
    /// A plane of Y, then one of U, then one of V, the last two halved along both axes. The rows of U
    /// and V are half a stride apart, rounded up.
    I420,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue and an alpha that is not looked at.
    Rgba,
}

/// How YUV is to be understood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Colour {
    /// The matrix.
    pub matrix: Matrix,
    /// The range.
    pub range: Range,
}

impl Colour {
    /// The factors to RGB.
    pub fn to_rgb(self) -> YuvToRgb {
        YuvToRgb::new(self.matrix, self.range)
    }
}

/// One frame as a source gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// How its bytes are pixels.
    pub pixels: PixelFormat,
    /// Width in pixels. A JPEG's own size counts more.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bytes from one row to the next (both planes of NV12 have it, of I420 that of Y); nothing for a
    /// JPEG.
    pub stride: usize,
    /// How YUV is to be understood.
    pub colour: Colour,
    /// The bytes.
    pub data: FrameBytes,
    /// When it came, since the source was started.
    pub at: Duration,
    /// Its number from its source, counted from 1; numbers that are missing were lost on the way.
    pub sequence: u64,
}

/// Longest side of a frame in pixels.
pub(crate) const LONGEST_SIDE: u32 = 16_384;

/// Most pixels of a frame.
pub(crate) const MOST_PIXELS: u64 = 100_000_000;

/// Whether frames may have this size.
pub(crate) fn is_bearable(width: u32, height: u32) -> bool {
    let sides = 1..=LONGEST_SIDE;
    let pixels = u64::from(width) * u64::from(height);
    sides.contains(&width) && sides.contains(&height) && pixels <= MOST_PIXELS
}

impl Frame {
    /// Its sides in pixels: a JPEG's own. [`None`] for what is no whole JPEG.
    pub fn size(&self) -> Option<(u32, u32)> {
        match self.pixels {
            PixelFormat::Mjpeg => jpeg::head(&self.data).map(|head| (head.width, head.height)),
            _ => Some((self.width, self.height)),
        }
    }

    /// Its pixels.
    ///
    /// # Errors
    /// Those of [`to_rgb_in`](Self::to_rgb_in).
    pub fn to_rgb(&self) -> Result<RgbImage, CameraError> {
        let mut image = RgbImage::default();
        self.to_rgb_in(&mut image)?;
        Ok(image)
    }

    /// Its pixels in place of those of `image`, whose memory is used again where it is enough. JPEGs
    /// take new memory. After an error `image` is of any size.
    ///
    /// # Errors
    /// [`CameraError::BadFrame`] where there are fewer bytes than its size needs, a side is 0 or
    /// longer than 16,384 pixels, it has more than 100 million of them, or the JPEG does not decode.
    pub fn to_rgb_in(&self, image: &mut RgbImage) -> Result<(), CameraError> {
        if self.pixels == PixelFormat::Mjpeg {
            *image = jpeg::decode(&self.data)?;
            return Ok(());
        }
        if !is_bearable(self.width, self.height) {
            return Err(CameraError::BadFrame(format!("it is {} × {} pixels", self.width, self.height)));
        }
        let (width, height) = (self.width as usize, self.height as usize);
        let mut out = std::mem::take(image).into_raw();
        out.resize(width * height * 3, 0);
        let (data, stride, colour) = (&self.data, self.stride, self.colour);
        let converted = match self.pixels {
            PixelFormat::Yuyv => convert::yuyv(data, stride, width, colour, &mut out),
            PixelFormat::Nv12 => convert::nv12(data, stride, [width, height], colour, &mut out),
            PixelFormat::I420 => convert::i420(data, stride, [width, height], colour, &mut out),
            PixelFormat::Rgba => convert::rgba(data, stride, width, &mut out),
            PixelFormat::Rgb | PixelFormat::Mjpeg => convert::rgb(data, stride, width, &mut out),
        };
        match RgbImage::from_raw(self.width, self.height, out) {
            Some(whole) if converted.is_some() => {
                *image = whole;
                Ok(())
            }
            _ => {
                let bytes = self.data.len();
                let why = format!("{bytes} bytes are too few for {} × {} pixels", self.width, self.height);
                Err(CameraError::BadFrame(why))
            }
        }
    }

    /// A JPEG file of it; a camera's own is passed on as it came.
    ///
    /// # Errors
    /// Those of [`to_rgb`](Self::to_rgb).
    pub fn to_jpeg(&self) -> Result<Vec<u8>, CameraError> {
        match jpeg::head(&self.data) {
            Some(head) if self.pixels == PixelFormat::Mjpeg && head.has_tables => Ok(self.data.to_vec()),
            _ => jpeg::encode(&self.to_rgb()?),
        }
    }
}
