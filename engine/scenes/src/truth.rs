//! What a scene is, and what is true of its frames.

use image::RgbImage;

/// An object that is drawn on a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct TruthObject {
    /// The same object has the same id in every frame; one that leaves and comes again has another.
    pub id: u64,
    /// Its class, by COCO's name.
    pub label: &'static str,
    /// Left, top, width, height in pixels: all of it that lies within the frame, covered or not.
    pub bounds: [f32; 4],
    /// Share of its pixels that can be seen, 0 to 1: neither covered nor beyond the frame.
    pub visible: f32,
}

/// A line of text that is drawn on a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct TruthText {
    /// The same line has the same id in every frame.
    pub id: u64,
    /// What it says.
    pub text: String,
    /// Corners of its ink in pixels, clockwise from the top left of the upright line.
    pub quad: [[f32; 2]; 4],
    /// Share of that box within the frame, 0 to 1.
    pub visible: f32,
}

/// What is true of one frame.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Truth {
    /// The objects of which some part is within the frame.
    pub objects: Vec<TruthObject>,
    /// The lines of text of which some part is within the frame.
    pub texts: Vec<TruthText>,
    /// Number of the shot, from 1.
    pub shot: u32,
    /// Whether a shot begins here at once: a hard cut. Not so for the first frame, and not for fades.
    pub cut: bool,
    /// Whether nothing but noise differs from the frame before. Not so for the first frame.
    pub still: bool,
    /// How far the background moved since the frame before, in pixels right and down; none where
    /// it did not move as a whole.
    pub shift: Option<[f32; 2]>,
}

/// A clip whose every frame is drawn by itself.
pub trait Scene: Send + Sync {
    /// Width and height of the frames in pixels.
    fn size(&self) -> [u32; 2];

    /// Frames a second, above 0.
    fn fps(&self) -> u32;

    /// How many frames it has. Those beyond can be drawn too.
    fn frames(&self) -> u64;

    /// Frame `index`, counted from 0, and what is true of it.
    fn render(&self, index: u64) -> (RgbImage, Truth);
}
