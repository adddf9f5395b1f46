//! The driver: tiles a convolution into microkernel calls.

use std::ops::Range;

use super::{FBlock, FScratch, FWeights};
use crate::Kernels;
use crate::conv::{ConvGeometry, RowBlock, TILE_ROWS, Tile};

/// An `f32` convolution, ready to run on parts of its output.
#[derive(Debug, Clone, Copy)]
pub struct FConv<'a> {
    /// Kernels for which `weights` were packed.
    pub kernels: &'a Kernels,
    /// Packed weights.
    pub weights: &'a FWeights,
    /// Window.
    pub geometry: ConvGeometry,
    /// Least and greatest sum, before the residual is added.
    pub range: [f32; 2],
    /// What padding reads: at least `channels` zeros.
    pub padding_row: &'a [f32],
}

impl FConv<'_> {
    /// Computes output pixels `pixels` into `out` (`pixels × columns`). `input` is the whole input;
    /// `residual` holds the same pixels as `out` and is added to the clamped sums.
    ///
    /// # Panics
    /// If a slice is too short, or the weights are of another shape or for another kernel.
    pub fn run(
        &self,
        input: &[f32],
        residual: Option<&[f32]>,
        pixels: Range<usize>,
        out: &mut [f32],
        scratch: &mut FScratch,
    ) {
        let (w, kernel) = (self.weights, self.kernels.fgemm());
        assert!(w.nr == kernel.nr, "weights packed for another kernel");
        assert!(w.taps == self.geometry.taps() && w.k == self.geometry.channels);
        let out = &mut out[..pixels.len() * w.n];
        let residual = residual.map(|r| &r[..out.len()]);
        let tile = TILE_ROWS.next_multiple_of(kernel.mr);
        let starts = pixels.clone().step_by(tile);
        for (i, (start, out)) in starts.zip(out.chunks_mut(tile * w.n)).enumerate() {
            let rows = out.len() / w.n;
            let shape = [kernel.mr, start, rows];
            let tile_rows = scratch.point(&self.geometry, shape, true, input, self.padding_row);
            let residual = residual.map(|r| &r[i * tile * w.n..][..out.len()]);
            self.tile(&tile_rows, residual, out);
        }
    }

    /// Runs every panel over the tile whose pointers are given.
    fn tile(&self, tile: &Tile<f32>, residual: Option<&[f32]>, out: &mut [f32]) {
        let (w, kernel) = (self.weights, self.kernels.fgemm());
        let rows = out.len() / w.n;
        let (out, residual) = (out.as_mut_ptr(), residual.map_or(std::ptr::null(), <[f32]>::as_ptr));
        let panels = w.panels.chunks_exact(w.taps * w.k * w.nr).zip(w.init.chunks_exact(w.nr));
        for (p, (panel, init)) in panels.enumerate() {
            let col = p * w.nr;
            for RowBlock { row, pointers, run } in tile.blocks() {
                let at = row * w.n + col;
                let block = FBlock {
                    rows: kernel.mr.min(rows - row),
                    cols: w.nr.min(w.n - col),
                    a: pointers.as_ptr(),
                    taps: w.taps / run,
                    k: w.k * run,
                    panel: panel.as_ptr(),
                    init: init.as_ptr(),
                    range: self.range,
                    residual: if residual.is_null() { residual } else { residual.wrapping_add(at) },
                    out: out.wrapping_add(at),
                    stride: w.n,
                };
                // SAFETY: the pointers are of `ConvScratch::point`, which hold `run` times `k` values; panel
                // and init are chunks of the packed lengths; `at` and the rows and columns after it
                // lie within `out` and the residual, which `run` cut to the same length; `Kernels`
                // proves that the instruction set is there.
                unsafe { (kernel.run)(&block) };
            }
        }
    }
}
