//! Which parts of the frame changed, and whether nothing moves.

use std::sync::Arc;

use super::Small;
use super::shrink::Thumbnail;

/// Side of a cell in small pixels.
const CELL: usize = 8;
/// A cell changed where its mean difference is more than this many times the noise's ...
const TIMES_NOISE: f32 = 1.9;
/// ... and by so much above it.
const ABOVE_NOISE: f32 = 0.6;
/// The noise's mean difference is taken for no less, and for no more.
const NOISE: [f32; 2] = [0.15, 3.0];
/// Of the cells ordered by their differences, the one that is taken for noise alone.
const QUIET: f32 = 0.15;
/// How fast the estimate of noise grows: it falls at once.
const NOISE_GROWTH: f32 = 0.1;

/// What is remembered of the frames before.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// When something last moved.
    reference: Option<Arc<Small>>,
    noise: f32,
    differences: Vec<f32>,
}

impl Cells {
    pub(super) fn new(now: &Thumbnail) -> Self {
        Self { reference: Some(now.small.clone()), noise: NOISE[1], differences: Vec::new() }
    }

    /// Share of the cells that changed since the frame before, and whether all is still.
    pub(super) fn step(&mut self, before: &Arc<Small>, now: &Arc<Small>) -> (f32, bool) {
        let mut differences = std::mem::take(&mut self.differences);
        cell_differences(before, now, &mut differences);
        self.learn_noise(&differences);
        let least = TIMES_NOISE * self.noise + ABOVE_NOISE;
        let changed = |d: &[f32]| d.iter().filter(|d| **d > least).count();
        let change = changed(&differences) as f32 / differences.len().max(1) as f32;
        let mut still = change == 0.0;
        if let Some(reference) = &self.reference {
            cell_differences(reference, now, &mut differences);
            still &= changed(&differences) == 0;
        }
        if !still {
            self.reference = Some(now.clone());
        }
        self.differences = differences;
        (change, still)
    }

    fn learn_noise(&mut self, differences: &[f32]) {
        let mut sorted = differences.to_vec();
        let rank = (sorted.len() as f32 * QUIET) as usize;
        if rank < sorted.len() {
            let (_, &mut quiet, _) = sorted.select_nth_unstable_by(rank, f32::total_cmp);
            // The quietest cells are a little quieter than noise is on the whole.
            let now = (1.15 * quiet).clamp(NOISE[0], NOISE[1]);
            let rate = if now < self.noise { 1.0 } else { NOISE_GROWTH };
            self.noise += rate * (now - self.noise);
        }
    }
}

/// Mean absolute difference of each cell.
fn cell_differences(a: &Small, b: &Small, out: &mut Vec<f32>) {
    out.clear();
    let (columns, rows) = (a.width / CELL, a.height / CELL);
    let mut sums = vec![0u32; columns];
    for j in 0..rows {
        sums.fill(0);
        for y in j * CELL..(j + 1) * CELL {
            let row = y * a.width..y * a.width + columns * CELL;
            let pairs = a.luma[row.clone()].chunks_exact(CELL).zip(b.luma[row].chunks_exact(CELL));
            for (sum, (p, q)) in sums.iter_mut().zip(pairs) {
                *sum += p.iter().zip(q).map(|(&p, &q)| u32::from(p.abs_diff(q))).sum::<u32>();
            }
        }
        out.extend(sums.iter().map(|&sum| sum as f32 / (CELL * CELL) as f32));
    }
}
