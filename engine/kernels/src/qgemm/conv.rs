//! The driver: tiles a convolution into microkernel calls.

use std::ops::Range;

use super::{MAX_MR, QBlock, QOut, QOutput, QWeights};
use crate::{Kernels, SLACK};

/// A convolution's window on an input of known size. Activations are NHWC of batch 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvGeometry {
    /// Input height and width.
    pub input: [usize; 2],
    /// Input channels.
    pub channels: usize,
    /// Output height and width.
    pub output: [usize; 2],
    /// Kernel height and width.
    pub kernel: [usize; 2],
    /// Vertical and horizontal step.
    pub stride: [usize; 2],
    /// Padding above and before.
    pub padding: [usize; 2],
}

impl ConvGeometry {
    /// A pointwise convolution over `pixels` positions.
    pub fn pointwise(pixels: usize, channels: usize) -> Self {
        Self {
            input: [1, pixels],
            channels,
            output: [1, pixels],
            kernel: [1, 1],
            stride: [1, 1],
            padding: [0, 0],
        }
    }

    /// Taps of the kernel.
    pub fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Input pixel of `tap` for output pixel `p`, [`None`] in the padding.
    pub fn source(&self, p: usize, tap: usize) -> Option<usize> {
        let (oy, ox) = (p / self.output[1], p % self.output[1]);
        let (ky, kx) = (tap / self.kernel[1], tap % self.kernel[1]);
        let iy = (oy * self.stride[0] + ky).checked_sub(self.padding[0]).filter(|y| *y < self.input[0])?;
        let ix = (ox * self.stride[1] + kx).checked_sub(self.padding[1]).filter(|x| *x < self.input[1])?;
        Some(iy * self.input[1] + ix)
    }

    fn is_pointwise(&self) -> bool {
        self.taps() == 1 && self.stride == [1, 1] && self.padding == [0, 0]
    }
}

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

/// Row pointers of one tile, reused between calls. A value belongs to one thread at a time.
#[derive(Debug, Default)]
pub struct QScratch {
    pointers: Vec<*const u8>,
}

// SAFETY: the pointers are written and read within one call and mean nothing between calls.
unsafe impl Send for QScratch {}

impl QScratch {
    /// Room for convolutions of up to `taps` taps, so that calls do not allocate.
    pub fn with_taps(taps: usize) -> Self {
        Self { pointers: Vec::with_capacity(TILE_ROWS.next_multiple_of(MAX_MR) * taps + MAX_MR * taps) }
    }
}

/// Output pixels of a tile: their input rows stay in the first-level cache while every panel of
/// weights passes over them.
const TILE_ROWS: usize = 64;

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
        let mr = self.kernels.qgemm().mr;
        let tile = TILE_ROWS.next_multiple_of(mr);
        for start in (pixels.start..pixels.end).step_by(tile) {
            let rows = tile.min(pixels.end - start);
            self.point(input, start, rows, &mut scratch.pointers);
            let done = start - pixels.start;
            self.tile(&scratch.pointers, rows, done, residual, out);
        }
    }

    /// Fills `pointers` with `[block][tap][mr]` for the output pixels from `start`.
    fn point(&self, input: &[u8], start: usize, rows: usize, pointers: &mut Vec<*const u8>) {
        let (g, mr) = (&self.geometry, self.kernels.qgemm().mr);
        pointers.clear();
        let base = input.as_ptr();
        for block in (0..rows).step_by(mr) {
            for tap in 0..g.taps() {
                for row in 0..mr {
                    let p = start + (block + row).min(rows - 1);
                    let source = if g.is_pointwise() { Some(p) } else { g.source(p, tap) };
                    pointers.push(match source {
                        // SAFETY: `source` is a pixel of the input, which `check` measured.
                        Some(pixel) => unsafe { base.add(pixel * g.channels) },
                        None => self.padding_row.as_ptr(),
                    });
                }
            }
        }
    }

    /// Runs every panel over the tile whose pointers are given; `done` rows of `out` precede it.
    fn tile(&self, pointers: &[*const u8], rows: usize, done: usize, residual: Option<&[u8]>, out: QOut) {
        let (w, kernel) = (self.weights, self.kernels.qgemm());
        let panel_bytes = w.taps * w.k_groups * w.nr * w.kr;
        for (p, panel) in w.panels.chunks_exact(panel_bytes).enumerate() {
            let col = p * w.nr;
            for (b, block_pointers) in pointers.chunks_exact(w.taps * kernel.mr).enumerate() {
                let row = b * kernel.mr;
                let at = (done + row) * w.n + col;
                // SAFETY: `check` and the asserts of the callers bound every offset used here, and
                // `Kernels` proves that the instruction set is there.
                unsafe {
                    let block = QBlock {
                        rows: kernel.mr.min(rows - row),
                        cols: w.nr.min(w.n - col),
                        a: block_pointers.as_ptr(),
                        taps: w.taps,
                        k_groups: w.k_groups,
                        panel: panel.as_ptr(),
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
