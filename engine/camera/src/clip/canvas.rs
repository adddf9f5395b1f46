//! What animations are drawn on: each frame changes a part of what the one before left, over white.

use std::time::Duration;

use crate::files::rgb_frame;
use crate::{CameraError, Frame};
use image::RgbImage;

/// What happens to a frame's part of the canvas before the next frame is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disposal {
    Keep,
    /// It becomes white.
    Clear,
    /// It becomes what it was before the frame.
    Restore,
}

/// A part of the canvas; may lie outside of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

pub(super) struct Canvas {
    size: (u32, u32),
    /// Nothing before the first frame: a header may be larger than what follows it.
    image: RgbImage,
    before: Option<RgbImage>,
    last: Option<(Part, Disposal)>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self { size: (width, height), image: RgbImage::new(0, 0), before: None, last: None }
    }

    /// Draws the part's pixels, red, green, blue and alpha each: over what is there or, where they are
    /// to `replace` it, over white.
    pub(super) fn draw(&mut self, part: Part, rgba: &[u8], replace: bool, disposal: Disposal) {
        let (width, height) = self.size;
        if self.image.dimensions() != self.size {
            self.image = RgbImage::from_pixel(width, height, image::Rgb([255; 3]));
        }
        self.dispose();
        if disposal == Disposal::Restore {
            self.before = Some(self.image.clone());
        }
        self.last = Some((part, disposal));
        if part.width == 0 {
            return;
        }
        let rows = rgba.chunks_exact(part.width as usize * 4).take(part.height as usize);
        for (row, y) in rows.zip(part.top..height) {
            for (pixel, x) in row.chunks_exact(4).zip(part.left..width) {
                let below = &mut self.image.get_pixel_mut(x, y).0;
                for (below, above) in below.iter_mut().zip(pixel) {
                    let ground = if replace { 255 } else { *below };
                    *below = mix(*above, ground, pixel[3]);
                }
            }
        }
    }

    fn dispose(&mut self) {
        match self.last.take() {
            Some((part, Disposal::Clear)) => {
                let (width, height) = self.image.dimensions();
                for y in part.top..part.top.saturating_add(part.height).min(height) {
                    for x in part.left..part.left.saturating_add(part.width).min(width) {
                        self.image.get_pixel_mut(x, y).0 = [255; 3];
                    }
                }
            }
            Some((_, Disposal::Restore)) => {
                if let Some(before) = self.before.take() {
                    self.image = before;
                }
            }
            Some((_, Disposal::Keep)) | None => {}
        }
    }

    pub(super) fn frame(&self, at: Duration, sequence: u64) -> Frame {
        rgb_frame(self.image.clone(), at, sequence)
    }
}

/// `above` with this alpha over `below`.
pub(super) fn mix(above: u8, below: u8, alpha: u8) -> u8 {
    let (above, below, alpha) = (u32::from(above), u32::from(below), u32::from(alpha));
    ((above * alpha + below * (255 - alpha) + 127) / 255) as u8
}

/// Counts damage of an animation: decoders of compressed streams rarely find their way again, so that
/// the second damage in a row is the end.
#[derive(Debug, Default)]
pub(super) struct Damage {
    in_a_row: bool,
    pub(super) over: bool,
}

impl Damage {
    pub(super) fn none(&mut self) {
        self.in_a_row = false;
    }

    pub(super) fn one(&mut self, number: u64, why: &dyn std::fmt::Display) -> CameraError {
        self.over = self.in_a_row;
        self.in_a_row = true;
        CameraError::BadFrame(format!("frame {number}: {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: [u8; 4] = [255, 0, 0, 255];

    fn part(left: u32, top: u32, width: u32, height: u32) -> Part {
        Part { left, top, width, height }
    }

    fn at(canvas: &Canvas, x: u32, y: u32) -> [u8; 3] {
        canvas.image.get_pixel(x, y).0
    }

    #[test]
    fn parts_are_kept_cleared_and_restored() {
        let mut canvas = Canvas::new(4, 4);
        canvas.draw(part(0, 0, 2, 2), &RED.repeat(4), false, Disposal::Keep);
        canvas.draw(part(1, 1, 1, 1), &[0, 0, 255, 255], false, Disposal::Restore);
        assert_eq!((at(&canvas, 0, 0), at(&canvas, 1, 1)), ([255, 0, 0], [0, 0, 255]));
        canvas.draw(part(3, 3, 1, 1), &RED, false, Disposal::Clear);
        assert_eq!((at(&canvas, 1, 1), at(&canvas, 3, 3)), ([255, 0, 0], [255, 0, 0]));
        canvas.draw(part(2, 0, 1, 1), &[0, 0, 0, 128], false, Disposal::Keep);
        assert_eq!((at(&canvas, 3, 3), at(&canvas, 2, 0)), ([255; 3], [127; 3]));
        canvas.draw(part(0, 0, 1, 1), &[0, 0, 0, 0], true, Disposal::Keep);
        assert_eq!(at(&canvas, 0, 0), [255; 3]);
    }

    #[test]
    fn parts_outside_change_nothing_outside() {
        let mut canvas = Canvas::new(3, 3);
        for corner in [part(2, 2, 3, 3), part(3, 3, 2, 2), part(u32::MAX, 0, 2, 2), part(0, 0, 0, 5)] {
            for disposal in [Disposal::Clear, Disposal::Restore] {
                canvas.draw(corner, &RED.repeat(9), false, disposal);
            }
        }
        assert_eq!(at(&canvas, 0, 0), [255; 3]);
    }
}
