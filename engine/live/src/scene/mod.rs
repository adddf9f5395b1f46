//! What can be told of a frame at a glance: whether a shot begins, whether anything moves, and where to.
//!
//! One file a stage: `shrink` makes the frame small, `shift` finds how the picture moved as a whole,
//! `cells` says which parts changed, `cuts` whether a shot begins. All of it together takes a fraction
//! of a millisecond, so that it can decide what the expensive stages need not look at.

mod cells;
mod cuts;
mod shift;
mod shrink;

use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;

use cells::Cells;
use cuts::Cuts;
use shrink::Thumbnail;

/// A frame's luma, made small by the mean over squares.
#[derive(Debug, Clone, PartialEq)]
pub struct Small {
    /// In small pixels: up to about 160.
    pub width: usize,
    /// In small pixels.
    pub height: usize,
    /// How many of the frame's pixels are a small one along a side.
    pub factor: f32,
    /// Row by row, 0 to 255.
    pub luma: Vec<u8>,
}

/// What a frame is, beside the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// A shot begins with it, at once: not by a fade. Never so for the first frame.
    pub cut: bool,
    /// Nothing but noise differs from the frame before and from when something last moved.
    pub still: bool,
    /// Share of its cells (20 × 15 or so) that differ from the frame before by more than noise, 0 to 1.
    pub change: f32,
    /// How far the background moved since the frame before, in pixels of the frame, right and down;
    /// `None` where that cannot be told.
    pub shift: Option<[f32; 2]>,
    /// The frame's luma, small.
    pub luma: Arc<Small>,
}

/// Looks at frames, one after the other.
#[derive(Debug, Default)]
pub struct Looker {
    before: Option<Thumbnail>,
    cells: Cells,
    cuts: Cuts,
    last: Option<Duration>,
}

/// Frames further apart than this are of one scene only if they look alike: no history helps.
const LONGEST_STEP: Duration = Duration::from_secs(2);

impl Looker {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at the frame at `at`. A frame of another size than the one before begins everything anew,
    /// without a cut; so does one before it, or more than two seconds after it.
    pub fn look(&mut self, image: &RgbImage, at: Duration) -> Look {
        let now = shrink::thumbnail(image);
        let step = self.last.replace(at).map(|last| at.checked_sub(last));
        let torn = matches!(step, Some(None)) || matches!(step, Some(Some(step)) if step > LONGEST_STEP);
        let before = self.before.take().filter(|before| before.alike(&now) && !torn);
        let Some(before) = before else {
            self.cells = Cells::new(&now);
            self.cuts = Cuts::default();
            let luma = now.small.clone();
            self.before = Some(now);
            return Look { cut: false, still: false, change: 1.0, shift: None, luma };
        };
        let found = shift::between(&before, &now);
        let cut = self.cuts.step(&before, &now, found.moved);
        let (change, still) = self.cells.step(&before.small, &now.small);
        let factor = now.small.factor;
        let shift = found.sure.filter(|_| !cut).map(|s| s.map(|v| v * factor));
        let luma = now.small.clone();
        self.before = Some(now);
        Look { cut, still: still && !cut, change, shift, luma }
    }
}
