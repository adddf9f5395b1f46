//! Pictures for the screen: files as a browser shows them, at the size that is asked for.

use bytes::Bytes;
use glimpse_engine::Picture as Decoded;
use image::RgbImage;
use image::imageops::{self, FilterType};

use crate::api::{Failure, ServiceCode};

/// Quality of JPEG files, 1 to 100.
const QUALITY: u8 = 88;
/// A larger side is no JPEG's.
const LONGEST_SIDE: u32 = 65_535;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its media type.
    pub media_type: &'static str,
}

/// The media type of a format, where browsers show it, and show it upright.
pub(crate) fn shown_by_browsers(format: &str) -> Option<&'static str> {
    Some(match format {
        "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "bmp" => "image/bmp",
        _ => return None,
    })
}

/// The media type of a file that browsers show, by its first bytes.
pub(crate) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let format = match image::guess_format(bytes).ok()? {
        image::ImageFormat::Jpeg => "jpeg",
        image::ImageFormat::Png => "png",
        image::ImageFormat::WebP => "webp",
        image::ImageFormat::Gif => "gif",
        image::ImageFormat::Bmp => "bmp",
        _ => return None,
    };
    shown_by_browsers(format)
}

/// `picture` as a JPEG whose longest side is at most `max` pixels.
///
/// # Errors
/// `internal` where it cannot be encoded.
pub(crate) fn jpeg(picture: &Decoded<'_>, max: Option<u32>) -> Result<File, Failure> {
    let max = max.unwrap_or(LONGEST_SIDE).min(LONGEST_SIDE);
    let scaled;
    let image = match fitted(picture.image(), max) {
        Some(smaller) => {
            scaled = smaller;
            &scaled
        }
        None => picture.image(),
    };
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, QUALITY);
    let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    let (width, height) = (side(image.width()), side(image.height()));
    encoder
        .encode(image.as_raw(), width, height, jpeg_encoder::ColorType::Rgb)
        .map_err(|error| Failure::new(ServiceCode::Internal, format!("cannot encode a JPEG: {error}")))?;
    Ok(File { bytes: bytes.into(), media_type: "image/jpeg" })
}

/// `image` made smaller so that its longest side is `max`; `None` where it is not longer.
fn fitted(image: &RgbImage, max: u32) -> Option<RgbImage> {
    let longest = image.width().max(image.height());
    if longest <= max {
        return None;
    }
    let scale = |side: u32| ((u64::from(side) * u64::from(max) / u64::from(longest)) as u32).max(1);
    let (width, height) = (scale(image.width()), scale(image.height()));
    // Means over whole pixels are as good from half the size down, and far faster.
    Some(if longest >= 2 * max {
        imageops::thumbnail(image, width, height)
    } else {
        imageops::resize(image, width, height, FilterType::Triangle)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32) -> Decoded<'static> {
        Decoded::from(RgbImage::from_pixel(width, height, image::Rgb([200, 100, 50])))
    }

    #[test]
    fn pictures_fit_and_keep_their_shape() {
        for (from, max, to) in [
            ((400, 200), Some(100), (100, 50)),
            ((200, 400), Some(300), (150, 300)),
            ((40, 20), Some(100), (40, 20)),
            ((40, 20), None, (40, 20)),
            ((1000, 1), Some(10), (10, 1)),
        ] {
            let file = jpeg(&picture(from.0, from.1), max).unwrap();
            let image = image::load_from_memory_with_format(&file.bytes, image::ImageFormat::Jpeg).unwrap();
            assert_eq!((image.width(), image.height()), to, "{from:?} in {max:?}");
            let middle = image.to_rgb8().get_pixel(to.0 / 2, to.1 / 2).0;
            assert!(
                middle.iter().zip([200, 100, 50]).all(|(a, b): (&u8, u8)| a.abs_diff(b) < 6),
                "{middle:?}"
            );
        }
    }

    #[test]
    fn sides_that_no_jpeg_has_are_made_shorter() {
        let file = jpeg(&picture(70_000, 2), None).unwrap();
        let image = image::load_from_memory(&file.bytes).unwrap();
        assert_eq!(image.width(), 65_535);
    }
}
