//! Small pictures for lists.

use image::{RgbImage, imageops};
use jpeg_encoder::{ColorType, Encoder};

/// Longest side in pixels.
const LONGEST: u32 = 320;

/// JPEG quality, 1 to 100.
const QUALITY: u8 = 80;

/// A JPEG of `image` whose longest side is at most 320 pixels; small pictures stay as large as
/// they are.
pub(super) fn thumbnail(image: &RgbImage) -> Result<Vec<u8>, jpeg_encoder::EncodingError> {
    let longest = image.width().max(image.height());
    if longest <= LONGEST {
        return encode(image);
    }
    let scaled = |side: u32| {
        let side = (u64::from(side) * u64::from(LONGEST) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(side).unwrap_or(LONGEST).max(1)
    };
    encode(&imageops::thumbnail(image, scaled(image.width()), scaled(image.height())))
}

fn encode(image: &RgbImage) -> Result<Vec<u8>, jpeg_encoder::EncodingError> {
    // No side is longer than LONGEST here.
    let (width, height) = (image.width() as u16, image.height() as u16);
    let mut out = Vec::new();
    Encoder::new(&mut out, QUALITY).encode(image.as_raw(), width, height, ColorType::Rgb)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn the_longest_side_is_320() {
        for ((w, h), expected) in [
            ((4000, 3000), (320, 240)),
            ((30, 1000), (10, 320)),
            ((5000, 2), (320, 1)),
            ((320, 320), (320, 320)),
            ((7, 5), (7, 5)),
            ((1, 1), (1, 1)),
        ] {
            let jpeg = thumbnail(&RgbImage::from_pixel(w, h, Rgb([200, 40, 90]))).unwrap();
            let small = image::load_from_memory(&jpeg).unwrap().into_rgb8();
            assert_eq!(small.dimensions(), expected);
            for (a, b) in small.get_pixel(0, 0).0.into_iter().zip([200u8, 40, 90]) {
                assert!(a.abs_diff(b) <= 4, "{a} {b}");
            }
        }
    }

    #[test]
    fn no_pixels_are_an_error() {
        assert!(thumbnail(&RgbImage::new(0, 0)).is_err());
    }
}
