//! Backgrounds: colours that vary at all scales, and things that stand about.

use image::{Rgb, RgbImage};

use crate::Random;

/// How a background looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texture {
    /// Mean red, green and blue, 0 to 255.
    pub colour: [f32; 3],
    /// How far the brightness strays from that.
    pub contrast: f32,
    /// How far the colours stray from each other.
    pub variety: f32,
    /// Rectangles and discs that are put on it.
    pub shapes: usize,
    /// Deviation of single pixels.
    pub rough: f32,
}

impl Texture {
    /// One as a seed has it: bright or dark, busy or plain.
    pub(crate) fn random(random: &mut Random) -> Self {
        Self {
            colour: [0; 3].map(|_| random.between(60.0, 200.0)),
            contrast: random.between(15.0, 60.0),
            variety: random.between(4.0, 30.0),
            shapes: random.below(30),
            rough: random.between(1.0, 5.0),
        }
    }

    /// A calm one, on which things can be found and read.
    pub(crate) fn calm(random: &mut Random) -> Self {
        Self {
            colour: [0; 3].map(|_| random.between(80.0, 190.0)),
            contrast: random.between(20.0, 36.0),
            variety: random.between(4.0, 12.0),
            shapes: 0,
            rough: random.between(2.0, 4.0),
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, [width, height]: [u32; 2], random: &mut Random) -> RgbImage {
        let luma = layers(width, height, &[3, 6, 12, 24, 48], random);
        let tints: Vec<Vec<f32>> = (0..3).map(|_| layers(width, height, &[2, 5], random)).collect();
        let mut image = RgbImage::new(width, height);
        for (i, pixel) in image.pixels_mut().enumerate() {
            let rough = self.rough * (random.unit() + random.unit() + random.unit() - 1.5) * 2.0;
            let value =
                |c: usize| self.colour[c] + self.contrast * luma[i] + self.variety * tints[c][i] + rough;
            *pixel = Rgb([0, 1, 2].map(|c| value(c).clamp(0.0, 255.0) as u8));
        }
        for _ in 0..self.shapes {
            shape(&mut image, random);
        }
        image
    }
}

/// Sum of grids of random values, each interpolated and half as strong as the one before.
fn layers(width: u32, height: u32, cells: &[usize], random: &mut Random) -> Vec<f32> {
    let mut sum = vec![0.0; (width * height) as usize];
    let mut strength = 1.0;
    for &n in cells {
        let side = n + 2;
        let grid: Vec<f32> = (0..side * side).map(|_| random.between(-1.0, 1.0)).collect();
        for (y, row) in sum.chunks_exact_mut(width as usize).enumerate() {
            let v = y as f32 / height as f32 * n as f32;
            let (j, b) = (v as usize, smooth(v.fract()));
            for (x, value) in row.iter_mut().enumerate() {
                let u = x as f32 / width as f32 * n as f32;
                let (i, a) = (u as usize, smooth(u.fract()));
                let at = |i: usize, j: usize| grid[j * side + i];
                let top = at(i, j) + a * (at(i + 1, j) - at(i, j));
                let bottom = at(i, j + 1) + a * (at(i + 1, j + 1) - at(i, j + 1));
                *value += strength * (top + b * (bottom - top));
            }
        }
        strength *= 0.6;
    }
    sum
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

fn shape(image: &mut RgbImage, random: &mut Random) {
    let (width, height) = (image.width() as f32, image.height() as f32);
    let centre = [random.between(0.0, width), random.between(0.0, height)];
    let half = [random.between(0.01, 0.15) * width, random.between(0.01, 0.15) * height];
    let colour = [0; 3].map(|_| random.between(20.0, 235.0));
    let (round, cover) = (random.chance(0.4), random.between(0.5, 1.0));
    let rows =
        (centre[1] - half[1]).max(0.0) as u32..((centre[1] + half[1]).max(0.0) as u32).min(image.height());
    for y in rows {
        let columns =
            (centre[0] - half[0]).max(0.0) as u32..((centre[0] + half[0]).max(0.0) as u32).min(image.width());
        for x in columns {
            let (u, v) = ((x as f32 - centre[0]) / half[0], (y as f32 - centre[1]) / half[1]);
            if !round || u * u + v * v <= 1.0 {
                let pixel = image.get_pixel_mut(x, y);
                for (value, colour) in pixel.0.iter_mut().zip(colour) {
                    *value = (f32::from(*value) * (1.0 - cover) + colour * cover) as u8;
                }
            }
        }
    }
}
