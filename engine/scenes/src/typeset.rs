//! From text to ink.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use image::RgbImage;

/// Ink is kept at this many times the size at which it is drawn, so that it can lie between pixels.
const FINE: f32 = 3.0;

/// A typeface. Both have ASCII, Latin-1, œ, š, ž, dashes, quotes, … and €.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Face {
    /// DejaVu Sans.
    Sans,
    /// DejaVu Sans Bold.
    Bold,
}

impl Face {
    fn font(self) -> &'static FontRef<'static> {
        static FONTS: OnceLock<[FontRef<'static>; 2]> = OnceLock::new();
        let load = |bytes| FontRef::try_from_slice(bytes).expect("it is part of this crate");
        let [sans, bold] = FONTS.get_or_init(|| {
            [
                load(include_bytes!("../font/DejaVuSans-subset.ttf")),
                load(include_bytes!("../font/DejaVuSans-Bold-subset.ttf")),
            ]
        });
        match self {
            Self::Sans => sans,
            Self::Bold => bold,
        }
    }

    /// Whether it has a glyph for every character of `text`.
    pub fn has(self, text: &str) -> bool {
        text.chars().all(|c| self.font().glyph_id(c).0 != 0)
    }
}

/// A line of ink, and nothing around it.
#[derive(Debug, Clone)]
pub(crate) struct Strip {
    /// Of the ink in pixels of the frame.
    pub size: [f32; 2],
    grid: [usize; 2],
    cover: Vec<f32>,
}

impl Strip {
    /// `text` with this many pixels from the top of the highest letters to the bottom of the lowest
    /// (from ascender to descender). Characters that the face lacks are drawn as its box.
    pub(crate) fn new(text: &str, face: Face, height: f32) -> Self {
        let font = face.font().as_scaled(PxScale::from(height * FINE));
        let mut pen = 0.0;
        let mut outlines = Vec::new();
        for c in text.chars() {
            let mut glyph = font.scaled_glyph(c);
            glyph.position = point(pen, font.ascent());
            pen += font.h_advance(glyph.id);
            outlines.extend(font.outline_glyph(glyph));
        }
        let mut low = [f32::INFINITY; 2];
        let mut high = [f32::NEG_INFINITY; 2];
        for outline in &outlines {
            let b = outline.px_bounds();
            low = [low[0].min(b.min.x), low[1].min(b.min.y)];
            high = [high[0].max(b.max.x), high[1].max(b.max.y)];
        }
        if outlines.is_empty() {
            return Self { size: [0.0; 2], grid: [0; 2], cover: Vec::new() };
        }
        let grid = [(high[0] - low[0]) as usize, (high[1] - low[1]) as usize];
        let mut cover = vec![0.0f32; grid[0] * grid[1]];
        for outline in &outlines {
            let b = outline.px_bounds();
            let [left, top] = [(b.min.x - low[0]) as usize, (b.min.y - low[1]) as usize];
            outline.draw(|x, y, c| {
                let (x, y) = (left + x as usize, top + y as usize);
                if x < grid[0] && y < grid[1] {
                    let value = &mut cover[y * grid[0] + x];
                    *value = (*value + c).min(1.0);
                }
            });
        }
        Self { size: grid.map(|side| side as f32 / FINE), grid, cover }
    }

    /// How much ink there is at a point, in pixels of the frame from the ink's top left corner: the
    /// mean over a square of one pixel.
    fn ink(&self, [x, y]: [f32; 2]) -> f32 {
        let from = |v: f32| ((v - 0.5) * FINE).round() as i64;
        let (left, top, n) = (from(x), from(y), FINE as i64);
        let mut sum = 0.0;
        for j in (top..top + n).filter(|j| (0..self.grid[1] as i64).contains(j)) {
            for i in (left..left + n).filter(|i| (0..self.grid[0] as i64).contains(i)) {
                sum += self.cover[j as usize * self.grid[0] + i as usize];
            }
        }
        sum / (FINE * FINE)
    }

    /// Draws it with its ink's top left corner at `at`, turned clockwise around that by `angle`
    /// radians, and, where there is one, a plate of another colour under it and `pad` pixels around.
    pub(crate) fn draw(
        &self,
        image: &mut RgbImage,
        at: [f32; 2],
        angle: f32,
        colour: [u8; 3],
        plate: Option<([u8; 3], f32)>,
    ) {
        let pad = plate.map_or(1.0, |(_, pad)| pad);
        let corners = quad(at, self.size, angle, pad + 1.0);
        let range = |axis: usize, side: u32| {
            let low = corners.iter().map(|c| c[axis]).fold(f32::INFINITY, f32::min).floor().max(0.0);
            let high = corners.iter().map(|c| c[axis]).fold(0.0, f32::max).ceil().min(side as f32);
            low as u32..high.max(0.0) as u32
        };
        let (sin, cos) = angle.sin_cos();
        for y in range(1, image.height()) {
            for x in range(0, image.width()) {
                let (dx, dy) = (x as f32 + 0.5 - at[0], y as f32 + 0.5 - at[1]);
                let place = [dx * cos + dy * sin, dy * cos - dx * sin];
                let pixel = image.get_pixel_mut(x, y);
                let mut mix = |over: [u8; 3], share: f32| {
                    for (value, over) in pixel.0.iter_mut().zip(over) {
                        *value = (f32::from(*value) * (1.0 - share) + f32::from(over) * share + 0.5) as u8;
                    }
                };
                if let Some((colour, _)) = plate {
                    // Distance to the plate's edge, so that a turned one is smooth.
                    let inside = |i: usize| (place[i] + pad).min(self.size[i] + pad - place[i]) + 0.5;
                    mix(colour, inside(0).min(inside(1)).clamp(0.0, 1.0));
                }
                let ink = self.ink(place);
                if ink > 0.0 {
                    mix(colour, ink);
                }
            }
        }
    }
}

/// Corners of a box of `size` with `pad` around, turned clockwise around its top left corner `at`.
pub(crate) fn quad(at: [f32; 2], size: [f32; 2], angle: f32, pad: f32) -> [[f32; 2]; 4] {
    let (sin, cos) = angle.sin_cos();
    let corner = |x: f32, y: f32| [at[0] + x * cos - y * sin, at[1] + x * sin + y * cos];
    let [right, bottom] = size.map(|side| side + pad);
    [corner(-pad, -pad), corner(right, -pad), corner(right, bottom), corner(-pad, bottom)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_fills_its_box_and_nothing_else() {
        let strip = Strip::new("Hxg", Face::Sans, 40.0);
        let mut image = RgbImage::new(160, 80);
        strip.draw(&mut image, [20.0, 10.0], 0.0, [255; 3], None);
        let lit: Vec<(u32, u32)> =
            image.enumerate_pixels().filter(|(.., p)| p[0] > 60).map(|(x, y, _)| (x, y)).collect();
        let xs = lit.iter().map(|p| p.0 as f32);
        let ys = lit.iter().map(|p| p.1 as f32);
        let (left, right) = (xs.clone().fold(1e9, f32::min), xs.fold(0.0, f32::max) + 1.0);
        let (top, bottom) = (ys.clone().fold(1e9, f32::min), ys.fold(0.0, f32::max) + 1.0);
        assert!((left - 20.0).abs() <= 1.0 && (right - 20.0 - strip.size[0]).abs() <= 1.0, "{left} {right}");
        assert!((top - 10.0).abs() <= 1.0 && (bottom - 10.0 - strip.size[1]).abs() <= 1.0, "{top} {bottom}");
    }

    #[test]
    fn faces_say_what_they_have() {
        assert!(Face::Sans.has("Straße 7, 4 €") && Face::Bold.has("Café"));
        assert!(!Face::Sans.has("漢"));
        assert_eq!(Strip::new(" ", Face::Sans, 20.0).size, [0.0; 2]);
    }
}
