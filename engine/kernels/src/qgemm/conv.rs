//! The driver: tiles a convolution into microkernel calls.

use std::ops::Range;

use super::{QBlock, QOut, QOutput, QScratch, QWeights};
use crate::conv::{ConvGeometry, RowBlock, TILE_ROWS, Tile};
use crate::{Kernels, SLACK};

/// An integer convolution, ready to run on parts of its output.
#[derive(Debug, Clone, Copy)]
pub struct QConv<'a> {
    /// Kernels for which `weights` were packed.
    pub kernels: &'a Kernels,
    /// Packed weights.
    pub weights: &'a QWeights,
    /// Window.
    pub geometry: ConvGeometry,
    /// Output stage.
    pub output: QOutput,
    /// What padding reads: at least `channels + SLACK` bytes of the input's zero point.
    pub padding_row: &'a [u8],
}

impl QConv<'_> {
    /// Computes output pixels `pixels` into `out` (`pixels × columns` bytes, plus slack that is
    /// not written). `input` is the whole input followed by [`SLACK`] readable bytes; `residual`
    /// holds the same pixels as `out`, followed by [`SLACK`].
    ///
    /// # Panics
    /// If a slice is shorter than that.
    pub fn run_u8(
        &self,
        input: &[u8],
        residual: Option<&[u8]>,
        pixels: Range<usize>,
        out: &mut [u8],
        scratch: &mut QScratch,
    ) {
        assert!(out.len() >= pixels.len() * self.weights.n);
        self.run(input, residual, pixels, QOut::U8(out.as_mut_ptr()), scratch);
    }

    /// Like [`run_u8`](Self::run_u8) with real results.
    ///
    /// # Panics
    /// If a slice is too short.
    pub fn run_f32(
        &self,
        input: &[u8],
        residual: Option<&[u8]>,
        pixels: Range<usize>,
        out: &mut [f32],
        scratch: &mut QScratch,
    ) {
        assert!(out.len() >= pixels.len() * self.weights.n);
        self.run(input, residual, pixels, QOut::F32(out.as_mut_ptr()), scratch);
    }

    fn check(&self, input: &[u8], residual: Option<&[u8]>, pixels: &Range<usize>) {
        let g = &self.geometry;
        let k = self.kernels.qgemm();
        assert!(self.weights.nr == k.nr && self.weights.kr == k.kr, "weights packed for another kernel");
        assert!(self.weights.taps == g.taps() && self.weights.k_groups == g.channels.div_ceil(k.kr));
        assert!(pixels.end <= g.output[0] * g.output[1]);
        assert!(input.len() >= g.input[0] * g.input[1] * g.channels + SLACK);
        assert!(self.padding_row.len() >= g.channels + SLACK);
        if let Some(r) = residual {
            assert!(r.len() >= pixels.len() * self.weights.n + SLACK);
        }
    }

    fn run(
        &self,
        input: &[u8],
        residual: Option<&[u8]>,
        pixels: Range<usize>,
        out: QOut,
        scratch: &mut QScratch,
    ) {
        self.check(input, residual, &pixels);
        let (mr, kr) = (self.kernels.qgemm().mr, self.kernels.qgemm().kr);
        let merge = self.geometry.channels.is_multiple_of(kr) && !self.weights.is_paired();
        let tile = TILE_ROWS.next_multiple_of(mr);
        for start in (pixels.start..pixels.end).step_by(tile) {
            let rows = tile.min(pixels.end - start);
            let shape = [mr, start, rows];
            let tile = scratch.point(&self.geometry, shape, merge, input, self.padding_row);
            let done = start - pixels.start;
            self.tile(&tile, rows, done, residual, out);
        }
    }

    /// Runs every panel over the tile whose pointers are given; `done` rows of `out` precede it.
    fn tile(&self, tile: &Tile<u8>, rows: usize, done: usize, residual: Option<&[u8]>, out: QOut) {
        let (w, kernel) = (self.weights, self.kernels.qgemm());
        let panel_bytes = w.taps * w.k_groups * w.nr * w.kr;
        for (p, panel) in w.panels.as_slice().chunks_exact(panel_bytes).enumerate() {
            let col = p * w.nr;
            let pairing = w.pairing(p);
            for RowBlock { row, pointers, run } in tile.blocks() {
                let at = (done + row) * w.n + col;
                // SAFETY: `check` and the asserts of the callers bound every offset used here, and
                // `Kernels` proves that the instruction set is there.
                unsafe {
                    let block = QBlock {
                        rows: kernel.mr.min(rows - row),
                        cols: w.nr.min(w.n - col),
                        a: pointers.as_ptr(),
                        taps: w.taps / run,
                        k_groups: w.k_groups * run,
                        panel: panel.as_ptr(),
                        pairing,
                        init: w.init.as_ptr().add(col),
                        scale: w.scale.as_ptr().add(col),
                        output: &self.output,
                        residual: residual.map_or(std::ptr::null(), |r| r.as_ptr().add(at)),
                        residual_stride: w.n,
                        out: match out {
                            QOut::U8(o) => QOut::U8(o.add(at)),
                            QOut::F32(o) => QOut::F32(o.add(at)),
                        },
                        out_stride: w.n,
                    };
                    (kernel.run)(&block);
                }
            }
        }
    }
}
