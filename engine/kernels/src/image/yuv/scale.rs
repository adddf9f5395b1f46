//! A part of a frame, turned and scaled, without its pixels in between.

use std::ops::Range;

use super::{Yuv420, YuvToRgb, YuvView};
use crate::Kernels;
use crate::image::Resampling;

/// Rows that are converted at once: squares of a turned frame are whole.
const BLOCK: usize = 32;

/// A part of a frame, turned and scaled to a size by the filter of [`Resampling::whole`].
#[derive(Debug, Clone)]
pub struct YuvScaling {
    view: YuvView,
    table: YuvToRgb,
    resampling: Resampling,
}

/// Memory of [`Kernels::yuv_to_scaled_rgb`]: the rows at work.
#[derive(Debug, Default)]
pub struct YuvScratch {
    rows: Vec<u8>,
    mixed: Vec<f32>,
}

impl YuvScaling {
    /// From `view` to `target` pixels (width, height).
    ///
    /// # Panics
    /// If a side of `target` is 0.
    pub fn new(view: YuvView, table: YuvToRgb, target: [usize; 2]) -> Self {
        Self { view, table, resampling: Resampling::whole(view.size(), target) }
    }

    /// Width and height of the result.
    pub fn size(&self) -> [usize; 2] {
        self.resampling.size()
    }

    /// Memory for it.
    pub fn scratch(&self) -> YuvScratch {
        let mut scratch = YuvScratch::default();
        scratch.fit(self);
        scratch
    }
}

impl YuvScratch {
    /// Makes it large enough; allocates nothing where it is.
    fn fit(&mut self, plan: &YuvScaling) {
        let [width, height] = plan.view.size();
        let rows = (plan.resampling.row_taps() + BLOCK).min(height);
        self.rows.resize(self.rows.len().max(3 * width * rows), 0);
        self.mixed.resize(self.mixed.len().max(plan.resampling.scratch_len()), 0.0);
    }
}

impl Kernels {
    /// The rows `rows` of the result of `plan` into `out` (RGB, rows without gaps): the same bytes as those of
    /// [`yuv_to_rgb`](Self::yuv_to_rgb) and then [`resample_rgb`](Self::resample_rgb). Each row of the frame's part
    /// is converted once. Allocates nothing where `scratch` has served such a plan before.
    ///
    /// # Panics
    /// If the plan's view is not within the frame, or a slice is too short.
    pub fn yuv_to_scaled_rgb(
        &self,
        plan: &YuvScaling,
        frame: &Yuv420<'_>,
        rows: Range<usize>,
        scratch: &mut YuvScratch,
        out: &mut [u8],
    ) {
        scratch.fit(plan);
        let [width, height] = plan.view.size();
        let stride = 3 * width;
        let taps = plan.resampling.row_taps();
        let capacity = (taps + BLOCK).min(height);
        let buffer = &mut scratch.rows[..capacity * stride];
        // Which rows of the part the buffer has.
        let mut held = 0..0;
        let row_len = 3 * plan.resampling.size()[0];
        for (row, out) in rows.clone().zip(out[..rows.len() * row_len].chunks_exact_mut(row_len)) {
            let wanted = plan.resampling.row_start(row)..plan.resampling.row_start(row) + taps;
            if held.end < wanted.end {
                let first = wanted.start.max(held.start);
                let kept = first.min(held.end)..held.end;
                let moved = (kept.start - held.start) * stride..(kept.end - held.start) * stride;
                buffer.copy_within(moved, 0);
                let start = if kept.is_empty() { wanted.start } else { kept.start };
                let begin = start + kept.len();
                let end = (start + capacity).min(height);
                let part = plan.view.part([0, begin, width, end]);
                let into = &mut buffer[kept.len() * stride..(end - start) * stride];
                self.yuv_to_rgb(frame, &part, &plan.table, into);
                held = start..end;
            }
            let at = (wanted.start - held.start) * stride;
            let source = &buffer[at..at + taps * stride];
            self.mix_row(&plan.resampling, row, source, &mut scratch.mixed, out);
        }
    }
}
