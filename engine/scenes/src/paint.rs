//! A frame while it is drawn, and who owns each of its pixels.

use image::{Rgb, RgbImage, RgbaImage};

use crate::Random;

/// Owner of pixels that nothing covers.
pub(crate) const NOBODY: u8 = u8::MAX;

/// A frame while it is drawn.
pub(crate) struct Canvas {
    pub(crate) image: RgbImage,
    owners: Vec<u8>,
}

impl Canvas {
    /// A part of `background` from `left`, `top` on, as far as there is some.
    pub(crate) fn new(background: &RgbImage, [left, top]: [u32; 2], [width, height]: [u32; 2]) -> Self {
        let image = image::imageops::crop_imm(background, left, top, width, height).to_image();
        Self { owners: vec![NOBODY; (width * height) as usize], image }
    }

    /// Draws a sprite with its top left corner at `left`, `top`; returns how many of its pixels are
    /// more than half opaque, within the frame or not.
    pub(crate) fn put(&mut self, sprite: &RgbaImage, [left, top]: [i32; 2], owner: u8) -> usize {
        let mut pixels = 0;
        for (x, y, colour) in sprite.enumerate_pixels() {
            let alpha = u32::from(colour[3]);
            pixels += usize::from(alpha > 127);
            let (x, y) = (left + x as i32, top + y as i32);
            let inside = x >= 0 && y >= 0 && x < self.image.width() as i32 && y < self.image.height() as i32;
            if alpha == 0 || !inside {
                continue;
            }
            let under = self.image.get_pixel_mut(x as u32, y as u32);
            for (value, over) in under.0.iter_mut().zip(&colour.0[..3]) {
                *value = ((u32::from(*value) * (255 - alpha) + u32::from(*over) * alpha + 127) / 255) as u8;
            }
            if alpha > 127 {
                self.owners[y as usize * self.image.width() as usize + x as usize] = owner;
            }
        }
        pixels
    }

    /// Draws an upright bar from the frame's top to its bottom.
    pub(crate) fn bar(&mut self, left: i32, width: u32, colour: [u8; 3], owner: u8) {
        let (w, right) = (self.image.width() as i32, left + width as i32);
        for y in 0..self.image.height() {
            for x in left.clamp(0, w)..right.clamp(0, w) {
                // Rounded by light and shade, as a post is.
                let across = (x - left) as f32 / width as f32 * 2.0 - 0.8;
                let light = 1.0 - 0.45 * across * across;
                self.image.put_pixel(x as u32, y, Rgb(colour.map(|c| (f32::from(c) * light) as u8)));
                self.owners[(y as i32 * w + x) as usize] = owner;
            }
        }
    }

    /// How many pixels each owner has, `NOBODY` included.
    pub(crate) fn owned(&self) -> [usize; 256] {
        let mut counts = [0; 256];
        for &owner in &self.owners {
            counts[usize::from(owner)] += 1;
        }
        counts
    }
}

/// What a sensor adds to every value of every frame, another on each.
#[derive(Debug, Clone)]
pub(crate) struct Grain {
    values: Vec<i8>,
    seed: u64,
}

/// A prime, so that rows of no width repeat.
const GRAIN: usize = 65_521;

impl Grain {
    /// Normal noise of this deviation, 0 to 30.
    pub(crate) fn new(deviation: f32, seed: u64) -> Self {
        let mut random = Random::new(seed, 0x6721);
        let value = |random: &mut Random| (random.normal() * deviation).round().clamp(-100.0, 100.0) as i8;
        let values =
            if deviation > 0.0 { (0..GRAIN).map(|_| value(&mut random)).collect() } else { Vec::new() };
        Self { values, seed }
    }

    /// Adds frame `index`'s noise to it.
    pub(crate) fn add(&self, image: &mut RgbImage, index: u64) {
        if self.values.is_empty() {
            return;
        }
        let row = image.width() as usize * 3;
        let mut random = Random::new(self.seed, index.wrapping_add(1));
        for values in image.chunks_exact_mut(row) {
            let mut noise = self.values.iter().cycle().skip(random.below(GRAIN));
            for value in values {
                *value = value.saturating_add_signed(noise.next().copied().unwrap_or(0));
            }
        }
    }
}
