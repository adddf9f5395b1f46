//! The driver: cuts a depthwise convolution into strips.

use std::ops::Range;

use super::pack::LANE_BYTES;
use super::{MAX_LANES, QDepthwiseColumns, QDepthwiseStrip, QDepthwiseWeights, RowSource};
use crate::aligned::Line;
use crate::qgemm::{ConvGeometry, QOutput};
use crate::{Kernels, SLACK};

/// An integer depthwise convolution, ready to run on parts of its output.
#[derive(Debug, Clone, Copy)]
pub struct QDepthwise<'a> {
    /// Kernels for which `weights` were packed.
    pub kernels: &'a Kernels,
    /// Packed weights.
    pub weights: &'a QDepthwiseWeights,
    /// Window; output channels are its `channels`.
    pub geometry: ConvGeometry,
    /// Output stage; there is no residual.
    pub output: QOutput,
    /// What padding reads: at least `channels + SLACK` bytes of the input's zero point.
    pub padding_row: &'a [u8],
}

/// Interleaved columns, reused between calls. A value belongs to one thread at a time.
#[derive(Debug, Default)]
pub struct QDepthwiseScratch {
    columns: Vec<Line>,
    sources: Vec<RowSource>,
}

// SAFETY: the pointers are written and read within one call and mean nothing between calls.
unsafe impl Send for QDepthwiseScratch {}

impl QDepthwiseScratch {
    /// Room for every convolution, so that calls do not allocate: kernels up to `kernel_height`
    /// by `kernel_width` with steps up to 2.
    pub fn with_kernel([height, width]: [usize; 2]) -> Self {
        let groups = (height + 2).div_ceil(2);
        let column = CHANNELS * LANE_BYTES * groups;
        let columns = STRIP_BYTES / column + 2 * (width + 2 * MIN_WIDTH);
        Self {
            columns: Vec::with_capacity((columns * column).div_ceil(64)),
            sources: Vec::with_capacity(4 * groups),
        }
    }
}

/// Interleaved bytes of one strip: together with the input and output rows, about the first-level
/// cache.
const STRIP_BYTES: usize = 24 * 1024;
/// Most channels of a strip, a multiple of every kernel's lanes.
const CHANNELS: usize = 192;
/// Fewest output columns of a strip, where the output has them.
const MIN_WIDTH: usize = 8;

/// A strip: output rows, output columns, channels.
struct Part {
    y: usize,
    rows: usize,
    x: usize,
    width: usize,
    channel: usize,
    channels: usize,
}

impl QDepthwise<'_> {
    /// Computes the output rows `rows` into `out` (`rows × width × channels` bytes; more are not
    /// written). `input` is the whole input followed by [`SLACK`] readable bytes. Where `sums` are
    /// given, one a channel, the output bytes written are added to them.
    ///
    /// # Panics
    /// If a slice is shorter than that, or the weights are not for this geometry and kernel.
    pub fn run_u8(
        &self,
        input: &[u8],
        rows: Range<usize>,
        out: &mut [u8],
        mut sums: Option<&mut [u32]>,
        scratch: &mut QDepthwiseScratch,
    ) {
        self.check(input, &rows, out, sums.as_deref());
        let (g, w) = (&self.geometry, self.weights);
        for y in rows.clone().step_by(w.tile_rows) {
            let rows_here = w.tile_rows.min(rows.end - y);
            for channel in (0..g.channels).step_by(CHANNELS) {
                let channels = CHANNELS.min(g.channels - channel);
                let width = self.strip_width(channels);
                for x in (0..g.output[1]).step_by(width) {
                    let width = width.min(g.output[1] - x);
                    let part = Part { y, rows: rows_here, x, width, channel, channels };
                    let at = ((y - rows.start) * g.output[1] + x) * g.channels + channel;
                    let sums = sums.as_mut().map(|s| &mut s[channel..]);
                    self.strip(input, &part, &mut out[at..], sums, scratch);
                }
            }
        }
    }

    fn check(&self, input: &[u8], rows: &Range<usize>, out: &[u8], sums: Option<&[u32]>) {
        let (g, w, k) = (&self.geometry, self.weights, self.kernels.qdepthwise());
        assert!(w.lanes == k.lanes && w.kr == k.kr, "weights packed for another kernel");
        assert!(w.channels == g.channels && w.kernel == g.kernel && w.stride == g.stride[0]);
        assert!(g.stride[1] > 0 && rows.start <= rows.end && rows.end <= g.output[0]);
        assert!(input.len() >= g.input[0] * g.input[1] * g.channels + SLACK);
        assert!(self.padding_row.len() >= g.channels + SLACK);
        assert!(out.len() >= rows.len() * g.output[1] * g.channels);
        assert!(sums.is_none_or(|s| s.len() >= g.channels));
    }

    /// Output columns of a strip of that many channels.
    fn strip_width(&self, channels: usize) -> usize {
        let g = &self.geometry;
        let column = channels.next_multiple_of(MAX_LANES) * LANE_BYTES * self.weights.groups;
        let columns = STRIP_BYTES / column;
        (columns.saturating_sub(g.kernel[1]) / g.stride[1]).max(MIN_WIDTH)
    }

    fn strip(
        &self,
        input: &[u8],
        part: &Part,
        out: &mut [u8],
        sums: Option<&mut [u32]>,
        scratch: &mut QDepthwiseScratch,
    ) {
        let (g, w, kernel) = (&self.geometry, self.weights, self.kernels.qdepthwise());
        let columns = (part.width - 1) * g.stride[1] + g.kernel[1];
        let block_stride = columns * w.groups * w.lanes * LANE_BYTES;
        let blocks = part.channels.div_ceil(w.lanes);
        let lines = (blocks * block_stride).div_ceil(64);
        if scratch.columns.len() < lines {
            scratch.columns.resize(lines, Line([0; 64]));
        }
        self.interleave(input, part, columns, scratch);
        let first_block = part.channel / w.lanes;
        assert!((first_block + blocks) * w.block_bytes() <= 64 * w.lines.len());
        let strip = QDepthwiseStrip {
            columns: scratch.columns.as_ptr().cast(),
            block_stride,
            groups: w.groups,
            kernel_width: g.kernel[1],
            step: g.stride[1],
            tile_rows: w.tile_rows,
            rows: part.rows,
            width: part.width,
            channels: part.channels,
            weights: w.lines.as_ptr().cast::<u8>().wrapping_add(first_block * w.block_bytes()),
            init: w.init[part.channel..].as_ptr(),
            scale: w.scale[part.channel..].as_ptr(),
            output: &self.output,
            out: out.as_mut_ptr(),
            out_step: g.channels,
            out_row_stride: g.output[1] * g.channels,
            sums: sums.map_or(std::ptr::null_mut(), <[u32]>::as_mut_ptr),
        };
        // SAFETY: `check` measured the output and the sums, the scratch was made for these
        // columns just above, and `Kernels` proves that the instruction set is there.
        unsafe { (kernel.multiply)(&strip) };
    }

    /// Interleaves the input columns that `part` reads, those in the padding from the padding row.
    fn interleave(&self, input: &[u8], part: &Part, columns: usize, scratch: &mut QDepthwiseScratch) {
        let (g, w) = (&self.geometry, self.weights);
        let QDepthwiseScratch { columns: lines, sources } = scratch;
        let first = part.x * g.stride[1];
        let before = g.padding[1].saturating_sub(first).min(columns);
        let inside_end = (g.input[1] + g.padding[1]).saturating_sub(first).clamp(before, columns);
        let column_bytes = w.groups * w.lanes * LANE_BYTES;
        let padding = RowSource { at: self.padding_row[part.channel..].as_ptr(), step: 0 };
        for (from, to, inside) in
            [(0, before, false), (before, inside_end, true), (inside_end, columns, false)]
        {
            if from == to {
                continue;
            }
            sources.clear();
            for row in 0..w.groups * w.kr {
                let y = (part.y * g.stride[0] + row).checked_sub(g.padding[0]);
                let used = row < g.kernel[0] + (part.rows - 1) * g.stride[0];
                sources.push(match y.filter(|y| inside && used && *y < g.input[0]) {
                    Some(y) => {
                        let x = first + from - g.padding[1];
                        let at = (y * g.input[1] + x) * g.channels + part.channel;
                        RowSource { at: input[at..].as_ptr(), step: g.channels }
                    }
                    None => padding,
                });
            }
            let block = QDepthwiseColumns {
                sources: sources.as_ptr(),
                groups: w.groups,
                columns: to - from,
                blocks: part.channels.div_ceil(w.lanes),
                out: lines.as_mut_ptr().cast::<u8>().wrapping_add(from * column_bytes),
                block_stride: columns * column_bytes,
            };
            // SAFETY: the rows lie inside the input, which `check` measured with its slack, for
            // columns `from..to`; `strip` made room for the columns; `Kernels` proves that the
            // instruction set is there.
            unsafe { (self.kernels.qdepthwise().interleave)(&block) };
        }
    }
}

#[cfg(test)]
impl QDepthwiseScratch {
    pub(super) fn columns_capacity(&self) -> usize {
        self.columns.capacity()
    }

    pub(super) fn sources_capacity(&self) -> usize {
        self.sources.capacity()
    }
}
