//! Integer convolution as an indirect matrix product with a fused output stage.
//!
//! `u8` activations (NHWC) times `i8` weights, accumulated in `i32`; a convolution is the sum over
//! its taps of one matrix product each, the rows of every tap found through pointers (the indirect
//! convolution algorithm, Dukhan 2019, arXiv:1907.02129), so nothing is copied. A pointwise
//! convolution is the case of one tap.

mod conv;
mod pack;
mod pairs;
pub(crate) mod scalar;
#[cfg(test)]
mod tests;

pub use crate::conv::{ConvGeometry, MAX_MR};
pub use conv::QConv;
pub use pack::QWeights;
pub(crate) use pairs::PanelPairing;

/// A microkernel and the block it computes.
#[derive(Debug, Clone, Copy)]
pub struct QGemmKernel {
    /// Name in traces and benchmarks: `{isa}-u8i8-{mr}x{nr}`.
    pub name: &'static str,
    /// Output rows (pixels) a call, at most [`MAX_MR`].
    pub mr: usize,
    /// Output columns (channels) a panel, at most [`MAX_NR`].
    pub nr: usize,
    /// Consecutive `k` of one column that lie together in a panel: 4, 8 or 16.
    pub kr: usize,
    /// What the kernel subtracts from every activation before it multiplies: 128 where the
    /// instructions take signed bytes only, else 0. [`QWeights::pack`] adds its product with the
    /// columns' sums to the accumulators' start.
    pub activation_shift: u8,
    /// Whether the kernel adds the products of two groups in 16 bits before it widens them. The weights
    /// of most groups are small enough for that; [`QWeights::pack`] pairs them and tells which are left.
    pub pairs_groups: bool,
    /// Computes one block.
    pub(crate) run: unsafe fn(&QBlock),
}

/// Row pointers of integer convolutions.
pub type QScratch = crate::conv::ConvScratch<u8>;

/// Largest [`QGemmKernel::nr`].
pub const MAX_NR: usize = 64;

/// Function between accumulator and output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QActivation {
    /// None; clamping is in [`QOutput`].
    #[default]
    Linear,
    /// [`gelu_poly`](crate::gelu_poly), then times [`QOutput::post`].
    Gelu,
    /// `max(t, t·post)`, the leaky rectifier of slope [`QOutput::post`], between 0 and 1.
    LeakyRelu,
}

/// The output stage. For the accumulator `acc` of column `n`:
///
/// ```text
/// t = acc·scale[n]                              (f32)
/// t = gelu_poly(t)·post                         where the activation is Gelu
/// t = max(t, t·post)                            where the activation is LeakyRelu
/// t = fma(residual byte, residual_scale, t)     where there is a residual
/// byte = clamp(round_ties_even(t + offset), min, max)
/// ```
///
/// For `f32` output: `clamp(t, min_f32, max_f32)` of `t` before `offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QOutput {
    /// The function.
    pub activation: QActivation,
    /// Factor after the function; the slope of LeakyRelu.
    pub post: f32,
    /// Factor on the residual's bytes.
    pub residual_scale: f32,
    /// Output zero point, less what the residual's zero point contributes.
    pub offset: f32,
    /// Least byte.
    pub min: u8,
    /// Greatest byte.
    pub max: u8,
    /// Least `f32`.
    pub min_f32: f32,
    /// Greatest `f32`.
    pub max_f32: f32,
}

/// One block for a microkernel: `rows × cols` outputs.
///
/// # Safety
/// For a call of [`QGemmKernel::run`]: the instruction set is available; `a` has `taps × mr`
/// pointers, tap-major, those at and beyond `rows` repeating a valid one; each may be read for
/// `k.next_multiple_of(kr)` bytes, rounded up to whole vectors within [`SLACK`](crate::SLACK);
/// `panel`, `pairing`, `init` and `scale` belong to one panel of [`QWeights`] for this kernel; exactly
/// `rows × cols` outputs may be written, rows `out_stride` elements apart; residual rows likewise
/// readable within [`SLACK`](crate::SLACK).
pub(crate) struct QBlock<'a> {
    /// Rows, 1 to `mr`.
    pub(crate) rows: usize,
    /// Columns, 1 to `nr`.
    pub(crate) cols: usize,
    /// Row pointers.
    pub(crate) a: *const *const u8,
    /// Taps.
    pub(crate) taps: usize,
    /// Groups of `kr` per tap.
    pub(crate) k_groups: usize,
    /// Weights `[taps][k_groups][nr][kr]`; the groups of a tap in the order of `pairing`, where there is one.
    pub(crate) panel: *const i8,
    /// How groups are paired; a kernel that pairs none ignores it.
    pub(crate) pairing: Option<PanelPairing>,
    /// Accumulators' start, `[nr]`.
    pub(crate) init: *const i32,
    /// Factors, `[nr]`.
    pub(crate) scale: *const f32,
    /// Output stage.
    pub(crate) output: &'a QOutput,
    /// First residual byte of the block, null for none.
    pub(crate) residual: *const u8,
    /// Bytes between residual rows.
    pub(crate) residual_stride: usize,
    /// First output.
    pub(crate) out: QOut,
    /// Elements between output rows.
    pub(crate) out_stride: usize,
}

/// Where a block's outputs go.
#[derive(Clone, Copy)]
pub(crate) enum QOut {
    /// Bytes.
    U8(*mut u8),
    /// Floats.
    F32(*mut f32),
}
