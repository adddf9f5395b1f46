//! A picture in the position in which its text is upright, and the way back to the picture.

use std::borrow::Cow;

use image::RgbImage;

use super::geometry::{Point, sub};
use super::{Picture, Quad};

/// A picture in the position in which its text is upright.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) image: Cow<'a, RgbImage>,
    pub(crate) place: Placement,
}

/// How a page lies on the picture as displayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placement {
    /// Quarter turns clockwise by which the picture's text is turned.
    pub(crate) turns: u8,
    /// Width and height of the decoded pixels, before they were turned back.
    decoded: [f32; 2],
    /// Pixels of the picture as displayed per decoded pixel.
    scale: [f32; 2],
}

impl<'a> Page<'a> {
    /// The picture as it is.
    pub(crate) fn new(picture: &'a Picture<'_>) -> Self {
        let image = picture.image();
        let decoded = [image.width() as f32, image.height() as f32];
        let place = Placement { turns: 0, decoded, scale: picture.scale() };
        Self { image: Cow::Borrowed(image), place }
    }

    /// Turns the page back, for text that is turned by `turns` quarter turns clockwise.
    pub(crate) fn turn(&mut self, turns: u8) {
        use image::imageops::{rotate90, rotate180_in_place, rotate270};
        self.place.turns = (self.place.turns + turns) % 4;
        match turns % 4 {
            1 => self.image = Cow::Owned(rotate270(self.image.as_ref())),
            2 => rotate180_in_place(self.image.to_mut()),
            3 => self.image = Cow::Owned(rotate90(self.image.as_ref())),
            _ => {}
        }
    }
}

impl Placement {
    /// A quad of the page in pixels of the picture as displayed.
    pub(crate) fn to_picture(self, quad: &Quad) -> Quad {
        let ([w, h], [sx, sy]) = (self.decoded, self.scale);
        quad.map(|[x, y]| {
            let [x, y] = match self.turns {
                1 => [w - y, x],
                2 => [w - x, h - y],
                3 => [y, h - x],
                _ => [x, y],
            };
            [x * sx, y * sy]
        })
    }

    /// A quad of the picture as displayed in pixels of the page.
    pub(crate) fn to_page(self, quad: &Quad) -> Quad {
        let ([w, h], [sx, sy]) = (self.decoded, self.scale);
        quad.map(|[x, y]| {
            let [x, y] = [x / sx, y / sy];
            match self.turns {
                1 => [y, w - x],
                2 => [w - x, h - y],
                3 => [h - y, x],
                _ => [x, y],
            }
        })
    }
}

/// Quarter turns clockwise by which the text in `quad` is turned: 1 where it runs downwards.
pub(crate) fn quarter_turns(quad: &Quad) -> u8 {
    let add = |a: Point, b: Point| [a[0] + b[0], a[1] + b[1]];
    let [x, y] = add(sub(quad[1], quad[0]), sub(quad[2], quad[3]));
    match (x.abs() >= y.abs(), x < 0.0, y < 0.0) {
        (true, false, _) => 0,
        (true, true, _) => 2,
        (false, _, false) => 1,
        (false, _, true) => 3,
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn there_and_back_is_the_same_place() {
        let image = RgbImage::from_fn(40, 30, |x, y| Rgb([x as u8, y as u8, 0]));
        let picture = Picture::shrunk(image.clone(), 160, 120);
        for turns in 0..4 {
            let mut page = Page::new(&picture);
            page.turn(turns);
            let line = [[4.0, 6.0], [15.0, 6.0], [15.0, 9.0], [4.0, 9.0]];
            let there = page.place.to_picture(&line);
            assert_eq!(quarter_turns(&there), turns);
            assert_eq!(page.place.to_page(&there), line);
            let pixel = |image: &RgbImage, [x, y]: [f32; 2]| *image.get_pixel(x as u32, y as u32);
            let middle = |q: &Quad| [(q[0][0] + q[2][0]) / 2.0, (q[0][1] + q[2][1]) / 2.0];
            let [x, y] = middle(&there);
            assert_eq!(pixel(&page.image, middle(&line)), pixel(&image, [x / 4.0, y / 4.0]), "{turns}");
        }
    }
}
