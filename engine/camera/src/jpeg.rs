//! JPEG frames: decoded, encoded, and told whole from broken.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

use crate::CameraError;
use crate::frame::{LONGEST_SIDE, is_bearable};

/// Quality of frames for the screen, 1 to 100.
const QUALITY: u8 = 85;

/// Says "motion JPEG", whose usual Huffman tables a file need not have.
const MOTION: [u8; 18] = *b"\xff\xe0\0\x10AVI1\0\0\0\0\0\0\0\0\0\0";

/// The frame's pixels.
pub(crate) fn decode(data: &[u8]) -> Result<RgbImage, CameraError> {
    let bad = |why: String| CameraError::BadFrame(why);
    let head = head(data).ok_or_else(|| bad("it is no whole JPEG".into()))?;
    if !is_bearable(head.width, head.height) {
        return Err(bad(format!("it is {} × {} pixels", head.width, head.height)));
    }
    let with_mark;
    let data = if head.has_tables {
        data
    } else {
        with_mark = [&data[..2], &MOTION, &data[2..]].concat();
        &with_mark
    };
    let mut reader = ImageReader::with_format(Cursor::new(data), ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    reader.limits(limits);
    reader.decode().map(|image| image.into_rgb8()).map_err(|e| bad(e.to_string()))
}

/// A JPEG file of `image`.
pub(crate) fn encode(image: &RgbImage) -> Result<Vec<u8>, CameraError> {
    let side = |v: u32| u16::try_from(v).map_err(|_| CameraError::BadFrame(format!("a side has {v} pixels")));
    let mut out = Vec::new();
    Encoder::new(&mut out, QUALITY)
        .encode(image.as_raw(), side(image.width())?, side(image.height())?, ColorType::Rgb)
        .map_err(|e| CameraError::BadFrame(e.to_string()))?;
    Ok(out)
}

/// What the segments before a JPEG's pixels say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Whether it brings its own Huffman tables.
    pub(crate) has_tables: bool,
}

/// Reads them; [`None`] where `data` is no JPEG or does not come to its end.
pub(crate) fn head(data: &[u8]) -> Option<Head> {
    let mut rest = data.strip_prefix(&[0xff, 0xd8])?;
    let (mut size, mut has_tables) = (None, false);
    loop {
        let [0xff, marker, high, low, after @ ..] = rest else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
        let (segment, after) = after.split_at_checked(length)?;
        match (*marker, segment) {
            (0xc4, _) => has_tables = true,
            (0xc0..=0xcf, [_, h1, h0, w1, w0, ..]) => {
                let pair = |a: u8, b: u8| u32::from(u16::from_be_bytes([a, b]));
                size = Some((pair(*w1, *w0), pair(*h1, *h0)));
            }
            (0xda, _) => {
                // Drivers fill a frame's buffer up with zeros.
                let ends = after.windows(2).rev().any(|w| w == [0xff, 0xd9]);
                let (width, height) = size?;
                return (ends && width > 0 && height > 0).then_some(Head { width, height, has_tables });
            }
            _ => {}
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn picture() -> RgbImage {
        RgbImage::from_fn(64, 48, |x, y| Rgb([(x * 4) as u8, (y * 5) as u8, 90]))
    }

    /// Without its Huffman tables, as USB cameras send frames.
    fn without_tables(jpeg: &[u8]) -> Vec<u8> {
        let mut out = jpeg[..2].to_vec();
        let mut at = 2;
        while jpeg[at + 1] != 0xda {
            let end = at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
            if jpeg[at + 1] != 0xc4 {
                out.extend(&jpeg[at..end]);
            }
            at = end;
        }
        out.extend(&jpeg[at..]);
        out
    }

    #[test]
    fn frames_with_and_without_tables_decode() {
        let jpeg = encode(&picture()).unwrap();
        assert_eq!(head(&jpeg), Some(Head { width: 64, height: 48, has_tables: true }));
        let decoded = decode(&jpeg).unwrap();
        let bare = without_tables(&jpeg);
        assert_eq!(head(&bare), Some(Head { width: 64, height: 48, has_tables: false }));
        assert!(bare.len() + 300 < jpeg.len());
        assert_eq!(decode(&bare).unwrap(), decoded);
        let padded = [&bare[..], &[0; 1000]].concat();
        assert_eq!(decode(&padded).unwrap(), decoded);
        for (a, b) in decoded.pixels().zip(picture().pixels()) {
            assert!(a.0.iter().zip(b.0).all(|(a, b)| a.abs_diff(b) < 24), "{a:?} {b:?}");
        }
    }

    #[test]
    fn broken_frames_are_refused() {
        let jpeg = encode(&picture()).unwrap();
        for cut in [0, 1, 2, 3, 20, jpeg.len() / 2, jpeg.len() - 2] {
            assert!(matches!(decode(&jpeg[..cut]), Err(CameraError::BadFrame(_))), "{cut}");
        }
        let mut state = 3u64;
        for _ in 0..500 {
            let mut bad = jpeg.clone();
            for _ in 0..4 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let at = (state >> 33) as usize % bad.len();
                bad[at] ^= (state >> 24) as u8;
            }
            // Any answer but a panic.
            let _ = decode(&bad);
        }
    }
}
