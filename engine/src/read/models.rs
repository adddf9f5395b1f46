//! What the pipeline needs of its networks.

use image::RgbImage;

use super::CancelToken;
use crate::Result;

/// Height of every line image that is given to a recognizer.
pub(crate) const LINE_HEIGHT: u32 = 48;
/// Pixels of a line image that one time step of the recognizer covers.
pub(crate) const STEP_WIDTH: u32 = 8;
/// Sides of a picture given to a detector are multiples of this.
pub(crate) const DETECT_MULTIPLE: u32 = 32;

/// The text detector's opinion of every pixel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ProbabilityMap {
    /// Width in pixels, that of the picture.
    pub(crate) width: u32,
    /// Height in pixels, that of the picture.
    pub(crate) height: u32,
    /// Row by row, `width * height` values; 0 to 255 stand for a probability of 0 to 1.
    pub(crate) data: Vec<u8>,
}

/// One time step of the recognizer: its most probable class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CtcStep {
    /// 0 is the blank; class `c` is entry `c - 1` of the dictionary.
    pub(crate) class: u32,
    /// Probability of that class, 0 to 1.
    pub(crate) prob: f32,
}

/// A network that finds text.
pub(crate) trait DetectText: Sync {
    /// The probability of each pixel to lie in the core of a text line. Both sides of `image` are
    /// multiples of [`DETECT_MULTIPLE`] and not zero; the map has the picture's size.
    fn probability_map(&self, image: &RgbImage, cancel: &CancelToken) -> Result<ProbabilityMap>;
}

/// Threads that the pipeline's own stages may use.
pub(crate) trait Workers: Sync {
    /// Calls `work` with every number below `count` once, in parallel and in any order.
    fn for_each(&self, count: usize, work: &(dyn Fn(usize) + Sync));
}

/// A network that reads lines.
pub(crate) trait RecognizeText: Workers {
    /// The most probable class of every time step of each line, in the order of `lines`. Each image
    /// is [`LINE_HEIGHT`] high and a multiple of [`STEP_WIDTH`] wide, and has `width / STEP_WIDTH`
    /// steps. With `charset`, one flag a class, only classes whose flag is set are chosen.
    fn recognize(
        &self,
        lines: &[RgbImage],
        charset: Option<&[bool]>,
        cancel: &CancelToken,
    ) -> Result<Vec<Vec<CtcStep>>>;

    /// The text of each class but the blank: class `c` is entry `c - 1`. The last is the space.
    fn dictionary(&self) -> &[String];
}
