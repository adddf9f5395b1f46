//! A drawing in the place of a camera: the same frames on every machine.

use std::time::Duration;

use image::{Rgb, RgbImage};

use crate::files::{Clock, rgb_frame};
use crate::{CameraError, Colour, Format, Frame, FrameSource, PixelFormat, jpeg, yuv};

/// Glyphs of five columns and seven rows; bit 4 of a row is its left column.
const GLYPHS: [(char, [u8; 7]); 16] = [
    ('0', [14, 17, 19, 21, 25, 17, 14]),
    ('1', [4, 12, 4, 4, 4, 4, 14]),
    ('2', [14, 17, 1, 2, 4, 8, 31]),
    ('3', [31, 2, 4, 2, 1, 17, 14]),
    ('4', [2, 6, 10, 18, 31, 2, 2]),
    ('5', [31, 16, 30, 1, 1, 17, 14]),
    ('6', [6, 8, 16, 30, 17, 17, 14]),
    ('7', [31, 1, 2, 4, 8, 8, 8]),
    ('8', [14, 17, 17, 14, 17, 17, 14]),
    ('9', [14, 17, 17, 15, 1, 2, 12]),
    ('F', [31, 16, 16, 30, 16, 16, 16]),
    ('R', [30, 17, 17, 30, 20, 18, 17]),
    ('A', [14, 17, 17, 31, 17, 17, 17]),
    ('M', [17, 27, 21, 21, 17, 17, 17]),
    ('E', [31, 16, 16, 30, 16, 16, 31]),
    (' ', [0; 7]),
];

/// Text with the frame's number that moves down, and a square that moves right, over a gradient.
#[derive(Debug)]
pub struct SyntheticSource {
    format: Format,
    colour: Colour,
    clock: Option<Clock>,
}

impl SyntheticSource {
    /// Frames in this format. Sides are at least 16 pixels, and there is at least one frame a second.
    pub fn new(format: Format) -> Self {
        let format = Format {
            width: format.width.clamp(16, 8192),
            height: format.height.clamp(16, 8192),
            fps: format.fps.max(1),
            ..format
        };
        Self { format, colour: Colour::default(), clock: None }
    }

    /// The pixels of frame `number`.
    pub fn drawing(&self, number: u64) -> RgbImage {
        let (width, height) = (self.format.width, self.format.height);
        let mut image = RgbImage::from_fn(width, height, |x, y| {
            Rgb([(40 + 100 * x / width) as u8, (60 + 80 * y / height) as u8, 120])
        });
        let side = (width.min(height) / 8).max(2);
        let left = (number * u64::from(side / 4).max(1) % u64::from(width)) as u32;
        let top = height / 2;
        fill(&mut image, [left, top, side, side], Rgb([230, 180, 40]));
        let text = format!("FRAME {:06}", number % 1_000_000);
        let scale = (width / (6 * text.len() as u32 + 6)).max(1);
        let way = height.saturating_sub(7 * scale).max(1);
        let y = (number * 2 % u64::from(way)) as u32;
        write(&mut image, &text, scale * 3, y, scale);
        image
    }

    fn frame(&self, number: u64, at: Duration) -> Result<Frame, CameraError> {
        let image = self.drawing(number);
        let (width, height) = (image.width() as usize, image.height() as usize);
        let yuv = |x: usize, y: usize| {
            let inside = (x.min(width - 1) as u32, y.min(height - 1) as u32);
            yuv::from_rgb(image.get_pixel(inside.0, inside.1).0, self.colour)
        };
        let (stride, data) = match self.format.pixels {
            PixelFormat::Rgb => return Ok(rgb_frame(image, at, number)),
            PixelFormat::Rgba => {
                (width * 4, image.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 255]).collect())
            }
            PixelFormat::Mjpeg => (0, jpeg::encode(&image)?),
            PixelFormat::I420 => (width, yuv::i420_from_rgb(&image, self.colour)),
            PixelFormat::Yuyv => {
                let pairs = (0..height).flat_map(|y| (0..width.div_ceil(2)).map(move |x| (2 * x, y)));
                let group = |(x, y): (usize, usize)| {
                    let ([y0, u, v], [y1, ..]) = (yuv(x, y), yuv(x + 1, y));
                    [y0, u, y1, v]
                };
                (width.div_ceil(2) * 4, pairs.flat_map(group).collect())
            }
            PixelFormat::Nv12 => {
                let stride = width.div_ceil(2) * 2;
                let luma =
                    (0..height).flat_map(|y| (0..stride).map(move |x| (x, y))).map(|(x, y)| yuv(x, y)[0]);
                let pairs =
                    (0..height.div_ceil(2)).flat_map(|y| (0..stride / 2).map(move |x| (2 * x, 2 * y)));
                let chroma = pairs.flat_map(|(x, y)| {
                    let [_, u, v] = yuv(x, y);
                    [u, v]
                });
                (stride, luma.chain(chroma).collect())
            }
        };
        let Format { pixels, width, height, .. } = self.format;
        Ok(Frame {
            pixels,
            width,
            height,
            stride,
            colour: self.colour,
            data: data.into(),
            at,
            sequence: number,
        })
    }
}

impl FrameSource for SyntheticSource {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        self.clock = Some(Clock::new(self.format.fps));
        Ok(vec![self.format])
    }

    fn start(&mut self, _format: Format) -> Result<(), CameraError> {
        let clock = self.clock.as_mut().ok_or(CameraError::Closed)?;
        *clock = Clock::new(self.format.fps);
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        let (at, number) = self.clock.as_mut().ok_or(CameraError::Closed)?.tick(timeout)?;
        self.frame(number, at)
    }

    fn close(&mut self) {
        self.clock = None;
    }
}

fn write(image: &mut RgbImage, text: &str, left: u32, top: u32, scale: u32) {
    for (i, c) in text.chars().enumerate() {
        let Some((_, rows)) = GLYPHS.iter().find(|(glyph, _)| *glyph == c) else { continue };
        for (y, row) in rows.iter().enumerate() {
            for x in (0..5).filter(|x| row >> (4 - x) & 1 == 1) {
                let x = left + (i as u32 * 6 + x) * scale;
                fill(image, [x, top + y as u32 * scale, scale, scale], Rgb([255; 3]));
            }
        }
    }
}

/// Fills left, top, width, height as far as they are inside.
fn fill(image: &mut RgbImage, [left, top, width, height]: [u32; 4], colour: Rgb<u8>) {
    for y in top..(top + height).min(image.height()) {
        for x in left..(left + width).min(image.width()) {
            image.put_pixel(x, y, colour);
        }
    }
}
