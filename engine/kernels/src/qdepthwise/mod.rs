//! Integer depthwise convolution with a fused output stage.
//!
//! Works on strips of output columns, one or two output rows at a time. First the input rows that
//! the strip reads are interleaved: for every input column and channel, [`kr`] vertically
//! neighbouring bytes come to lie together in four bytes, which a dot product instruction takes as
//! one lane. Then every output column sums [`kr`] rows at once over its taps; each interleaved
//! column serves all taps of the kernel's width and both output rows.
//!
//! [`kr`]: QDepthwiseKernel::kr

mod drive;
mod pack;
pub(crate) mod scalar;
#[cfg(test)]
mod tests;

pub use drive::{QDepthwise, QDepthwiseScratch};
pub use pack::QDepthwiseWeights;

use crate::qgemm::QOutput;

/// The two halves of a depthwise kernel and the layout that they share.
#[derive(Debug, Clone, Copy)]
pub struct QDepthwiseKernel {
    /// Name in traces and benchmarks: `{isa}-dw-u8i8-{lanes}x{kr}`.
    pub name: &'static str,
    /// Channels of a block, at most [`MAX_LANES`].
    pub lanes: usize,
    /// Input rows that lie together in the four bytes of a lane: 4 bytes or 2 words of 16 bits.
    pub kr: usize,
    /// What `interleave` subtracts from every byte: 128 where the instructions take signed bytes
    /// only, else 0.
    pub activation_shift: u8,
    /// Interleaves input columns.
    pub(crate) interleave: unsafe fn(&QDepthwiseColumns),
    /// Computes output columns from interleaved ones.
    pub(crate) multiply: unsafe fn(&QDepthwiseStrip),
}

/// Largest [`QDepthwiseKernel::lanes`].
pub const MAX_LANES: usize = 16;
/// Most output rows of a strip.
pub const MAX_ROWS: usize = 2;

/// Where one input row is read: `at` for the first column, `step` bytes between columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowSource {
    pub(crate) at: *const u8,
    pub(crate) step: usize,
}

/// Input columns to interleave.
///
/// # Safety
/// For a call of [`QDepthwiseKernel::interleave`]: the instruction set is available; `sources` has
/// `groups × kr` rows, each readable at every column for `blocks × lanes` bytes, rounded up to 64
/// within [`SLACK`](crate::SLACK); `out` may be written in `columns` columns of every block.
pub(crate) struct QDepthwiseColumns {
    /// Rows.
    pub(crate) sources: *const RowSource,
    /// Groups of `kr` rows.
    pub(crate) groups: usize,
    /// Columns.
    pub(crate) columns: usize,
    /// Blocks of `lanes` channels.
    pub(crate) blocks: usize,
    /// Aligned to 64 bytes: `[block][column][group][lanes][4]`, 16-bit words where `kr` is 2.
    pub(crate) out: *mut u8,
    /// Bytes between blocks of `out`.
    pub(crate) block_stride: usize,
}

/// Output columns to compute.
///
/// # Safety
/// For a call of [`QDepthwiseKernel::multiply`]: the instruction set is available; `columns` was
/// written by the same kernel for the input columns that `width` outputs read; `weights`, `init`
/// and `scale` belong to as many blocks of [`QDepthwiseWeights`] for this kernel; exactly `rows ×
/// width × channels` outputs may be written at the given distances, and `channels` sums.
pub(crate) struct QDepthwiseStrip<'a> {
    /// Interleaved columns, as in [`QDepthwiseColumns`].
    pub(crate) columns: *const u8,
    /// Bytes between blocks of `columns`.
    pub(crate) block_stride: usize,
    /// Groups of `kr` rows.
    pub(crate) groups: usize,
    /// Width of the kernel.
    pub(crate) kernel_width: usize,
    /// Input columns between output columns.
    pub(crate) step: usize,
    /// Output rows for which there are weights: 1 or 2.
    pub(crate) tile_rows: usize,
    /// Output rows to write, at most `tile_rows`.
    pub(crate) rows: usize,
    /// Output columns.
    pub(crate) width: usize,
    /// Channels to write; blocks are this over `lanes`, rounded up.
    pub(crate) channels: usize,
    /// `[block][kernel_width][group][tile_rows][lanes][4]`.
    pub(crate) weights: *const u8,
    /// Accumulators' start, whole blocks.
    pub(crate) init: *const i32,
    /// Factors, whole blocks.
    pub(crate) scale: *const f32,
    /// Output stage; there is no residual.
    pub(crate) output: &'a QOutput,
    /// First output.
    pub(crate) out: *mut u8,
    /// Bytes between output columns.
    pub(crate) out_step: usize,
    /// Bytes between output rows.
    pub(crate) out_row_stride: usize,
    /// Sums of the output bytes of each channel to add to, null for none.
    pub(crate) sums: *mut u32,
}
