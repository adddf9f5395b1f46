//! Frames of live video as bytes: pushed ones on their way in, shown ones on their way out.

use std::time::Duration;

use glimpse_camera::{Colour, Frame, FrameBytes, PixelFormat};
use glimpse_live::JpegFrame;

use crate::api::{Failure, ServiceCode};

/// Most bytes of a pushed frame, its header included.
pub const MOST_FRAME_BYTES: usize = 16 << 20;
/// Bytes before the pixels of a pushed frame.
pub const FRAME_HEADER_BYTES: usize = 32;
/// Bytes before the JPEG of a shown frame.
pub const PICTURE_HEADER_BYTES: usize = 16;

/// Version of the header of pushed frames.
const VERSION: u8 = 1;
/// Most pixels of a pushed frame: a JPEG says so in few bytes and takes three each.
const MOST_PIXELS: u64 = 4096 * 4096;
/// Longest time stamp: ten years, in milliseconds.
const LATEST_MS: f64 = 3.2e11;

/// The frame that is `message`: a header of 32 bytes in little-endian order (version 1; format 0 JPEG,
/// 1 RGBA, 2 I420, 3 NV12; u16 width, u16 height, two bytes of 0; f64 time stamp in milliseconds; u64
/// number; u32 bytes a row; four bytes of 0), then its pixels and nothing else.
///
/// # Errors
/// `body_too_large` for more than [`MOST_FRAME_BYTES`], `bad_request` for anything else that is not so,
/// an unknown version and sizes that do not fit the bytes included.
pub fn pushed_frame(message: &[u8]) -> Result<Frame, Failure> {
    if message.len() > MOST_FRAME_BYTES {
        let message = format!("a frame has at most {MOST_FRAME_BYTES} bytes");
        return Err(Failure::new(ServiceCode::BodyTooLarge, message));
    }
    let Some((header, data)) = message.split_first_chunk::<FRAME_HEADER_BYTES>() else {
        return Err(refused(format!("a frame has a header of {FRAME_HEADER_BYTES} bytes")));
    };
    let header = Header::parse(header)?;
    let frame = Frame {
        pixels: header.pixels,
        width: header.width.into(),
        height: header.height.into(),
        stride: header.stride as usize,
        colour: Colour::default(),
        data: FrameBytes::default(),
        at: header.at,
        sequence: header.number,
    };
    check_size(&frame, data)?;
    let frame = Frame { data: data.to_vec().into(), ..frame };
    if frame.size() != Some((frame.width, frame.height)) {
        return Err(refused("the JPEG is not whole, or of another size than its header says".into()));
    }
    Ok(frame)
}

/// A header of 16 bytes in little-endian order (u64 number, f64 time stamp in milliseconds), then the
/// JPEG.
pub fn shown_frame(frame: &JpegFrame) -> Vec<u8> {
    let mut message = Vec::with_capacity(PICTURE_HEADER_BYTES + frame.jpeg.len());
    message.extend(frame.number.to_le_bytes());
    message.extend(frame.at_ms.to_le_bytes());
    message.extend(&frame.jpeg);
    message
}

struct Header {
    pixels: PixelFormat,
    width: u16,
    height: u16,
    at: Duration,
    number: u64,
    stride: u32,
}

impl Header {
    fn parse(header: &[u8; FRAME_HEADER_BYTES]) -> Result<Self, Failure> {
        let [version, format, w0, w1, h0, h1, r0, r1, ref rest @ ..] = *header;
        if version != VERSION {
            return Err(refused(format!("frames of version {version} are unknown; {VERSION} is known")));
        }
        let pixels = match format {
            0 => PixelFormat::Mjpeg,
            1 => PixelFormat::Rgba,
            2 => PixelFormat::I420,
            3 => PixelFormat::Nv12,
            other => return Err(refused(format!("there is no format {other}"))),
        };
        let (at, rest) = number_of(rest);
        let (number, rest) = number_of(rest);
        let (stride, reserved) = rest.split_at(4);
        if [r0, r1] != [0; 2] || reserved != [0; 4] {
            return Err(refused("the reserved bytes of a frame's header are 0".into()));
        }
        let at_ms = f64::from_bits(at);
        if !(0.0..=LATEST_MS).contains(&at_ms) {
            return Err(refused(format!("{at_ms} is no time stamp")));
        }
        Ok(Self {
            pixels,
            width: u16::from_le_bytes([w0, w1]),
            height: u16::from_le_bytes([h0, h1]),
            at: Duration::from_secs_f64(at_ms / 1e3),
            number,
            stride: stride.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte)),
        })
    }
}

/// The first eight bytes as a number, and what follows.
fn number_of(bytes: &[u8]) -> (u64, &[u8]) {
    let (first, rest) = bytes.split_at(8);
    (first.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)), rest)
}

/// Whether `data` is as long as the frame's sides and stride say; a JPEG's length says nothing.
fn check_size(frame: &Frame, data: &[u8]) -> Result<(), Failure> {
    let (width, height) = (u64::from(frame.width), u64::from(frame.height));
    let pixels = width * height;
    if pixels == 0 || pixels > MOST_PIXELS {
        return Err(refused(format!("a frame has 1 to {MOST_PIXELS} pixels, not {width} × {height}")));
    }
    let (stride, halved) = (frame.stride as u64, height.div_ceil(2));
    let (shortest, bytes) = match frame.pixels {
        PixelFormat::Rgba => (width * 4, stride * height),
        PixelFormat::I420 => (width, stride * height + 2 * halved * stride.div_ceil(2)),
        PixelFormat::Nv12 => (width.div_ceil(2) * 2, stride * (height + halved)),
        _ => return Ok(()),
    };
    if stride < shortest || bytes != data.len() as u64 {
        let length = data.len();
        return Err(refused(format!(
            "{length} bytes in rows of {stride} are not {width} × {height} pixels of {:?}",
            frame.pixels
        )));
    }
    Ok(())
}

fn refused(message: String) -> Failure {
    Failure::new(ServiceCode::BadRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(format: u8, width: u16, height: u16, stride: u32) -> Vec<u8> {
        let mut message = vec![1, format];
        message.extend(width.to_le_bytes());
        message.extend(height.to_le_bytes());
        message.extend([0; 2]);
        message.extend(1500.5f64.to_le_bytes());
        message.extend(7u64.to_le_bytes());
        message.extend(stride.to_le_bytes());
        message.extend([0; 4]);
        message
    }

    fn with_pixels(mut header: Vec<u8>, bytes: usize) -> Vec<u8> {
        header.extend(std::iter::repeat_n(9, bytes));
        header
    }

    #[test]
    fn frames_are_what_their_headers_say() {
        for (format, width, height, stride, bytes) in
            [(1, 5, 3, 20, 60), (1, 5, 3, 24, 72), (2, 5, 3, 5, 27), (2, 5, 3, 8, 40), (3, 5, 3, 6, 30)]
        {
            let message = with_pixels(header(format, width, height, stride), bytes);
            let frame = pushed_frame(&message).unwrap();
            assert_eq!((frame.width, frame.height, frame.sequence), (5, 3, 7));
            assert_eq!(frame.at, Duration::from_micros(1_500_500));
            assert_eq!(frame.to_rgb().unwrap().dimensions(), (5, 3), "format {format}, stride {stride}");
            for wrong in [bytes - 1, bytes + 1, 0] {
                let message = with_pixels(header(format, width, height, stride), wrong);
                assert_eq!(pushed_frame(&message).unwrap_err().code, "bad_request");
            }
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let good = with_pixels(header(2, 4, 4, 4), 24);
        assert!(pushed_frame(&good).is_ok());
        let with = |at: usize, bytes: &[u8]| {
            let mut message = good.clone();
            message[at..at + bytes.len()].copy_from_slice(bytes);
            message
        };
        for bad in [
            Vec::new(),
            good[..31].to_vec(),
            good[..32].to_vec(),
            with(0, &[2]),
            with(1, &[9]),
            with(2, &[0, 0]),
            with(2, &[255; 4]),
            with(6, &[1]),
            with(8, &f64::NAN.to_le_bytes()),
            with(8, &(-1.0f64).to_le_bytes()),
            with(8, &f64::INFINITY.to_le_bytes()),
            with(24, &3u32.to_le_bytes()),
            with(24, &u32::MAX.to_le_bytes()),
            with(31, &[1]),
            with_pixels(header(0, 4, 4, 0), 100),
        ] {
            assert_eq!(pushed_frame(&bad).unwrap_err().code, "bad_request", "{:?}", bad.get(..32));
        }
        let large = with_pixels(header(1, 4096, 4096, 16384), MOST_FRAME_BYTES);
        assert_eq!(pushed_frame(&large).unwrap_err().code, "body_too_large");
    }

    #[test]
    fn a_jpeg_is_as_large_as_it_says() {
        let image = image::RgbImage::from_pixel(8, 6, image::Rgb([1, 2, 3]));
        let mut jpeg = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
        encoder.encode(image.as_raw(), 8, 6, jpeg_encoder::ColorType::Rgb).unwrap();
        let message = |width, height| [header(0, width, height, 0), jpeg.clone()].concat();
        assert_eq!(pushed_frame(&message(8, 6)).unwrap().to_rgb().unwrap().dimensions(), (8, 6));
        assert_eq!(pushed_frame(&message(6, 8)).unwrap_err().code, "bad_request");
        assert_eq!(pushed_frame(&message(8, 6)[..60]).unwrap_err().code, "bad_request");
    }

    #[test]
    fn a_shown_frame_has_its_number_and_time() {
        let message = shown_frame(&JpegFrame { number: 258, at_ms: 2.5, jpeg: vec![0xff, 0xd8] });
        assert_eq!(message[..8], [2, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(message[8..16], 2.5f64.to_le_bytes());
        assert_eq!(message[16..], [0xff, 0xd8]);
    }
}
