//! The resolution at which text is looked for.

use image::RgbImage;

use super::models::DETECT_MULTIPLE;
use super::resample::resample;

/// Longest side that the detector is given.
const MAX_SIDE: f32 = 4096.0;

/// `image` at `scale`, each side rounded to what the detector takes.
pub(crate) fn working_image(image: &RgbImage, scale: f32) -> RgbImage {
    let side = |n: u32| {
        let m = DETECT_MULTIPLE as f32;
        ((n as f32 * scale).min(MAX_SIDE) / m).round().max(1.0) as u32 * DETECT_MULTIPLE
    };
    let (w, h) = (side(image.width()), side(image.height()));
    resample(image, [0.0, 0.0, image.width() as f32, image.height() as f32], w, h)
}

/// The scale at which to look for text on `image`.
pub(crate) fn choose(image: &RgbImage) -> f32 {
    let short = image.width().min(image.height()) as f32;
    let long = image.width().max(image.height()) as f32;
    (736.0 / short).max(1.0).min(2000.0 / long)
}
