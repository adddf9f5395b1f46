//! `f32` convolution as an indirect matrix product; the counterpart of [`qgemm`](crate::qgemm).

mod conv;
mod pack;
pub(crate) mod scalar;
#[cfg(test)]
mod tests;

pub use conv::FConv;
pub use pack::FWeights;

/// Row pointers of `f32` convolutions.
pub type FScratch = crate::conv::ConvScratch<f32>;

/// A microkernel and the block it computes.
#[derive(Debug, Clone, Copy)]
pub struct FGemmKernel {
    /// Name in traces and benchmarks: `{isa}-f32-{mr}x{nr}`.
    pub name: &'static str,
    /// Output rows (pixels) a call, at most [`MAX_MR`](crate::conv::MAX_MR).
    pub mr: usize,
    /// Output columns (channels) a panel.
    pub nr: usize,
    /// Computes one block.
    pub(crate) run: unsafe fn(&FBlock),
}

/// One block for a microkernel: `rows × cols` outputs
/// `clamp(init + Σ a·w, range) + residual`. NaN stays NaN.
///
/// # Safety
/// For a call of [`FGemmKernel::run`]: the instruction set is available; `a` has `taps × mr`
/// pointers, tap-major, those at and beyond `rows` repeating a valid one, each readable for `k`
/// values; `panel` and `init` belong to one panel of [`FWeights`] for this kernel; exactly
/// `rows × cols` outputs may be written and residuals read, rows `stride` values apart.
pub(crate) struct FBlock {
    /// Rows, 1 to `mr`.
    pub(crate) rows: usize,
    /// Columns, 1 to `nr`.
    pub(crate) cols: usize,
    /// Row pointers.
    pub(crate) a: *const *const f32,
    /// Taps.
    pub(crate) taps: usize,
    /// Input channels.
    pub(crate) k: usize,
    /// Weights `[taps][k][nr]`.
    pub(crate) panel: *const f32,
    /// Accumulators' start, `[nr]`.
    pub(crate) init: *const f32,
    /// Bounds.
    pub(crate) range: [f32; 2],
    /// First residual of the block, null for none.
    pub(crate) residual: *const f32,
    /// First output.
    pub(crate) out: *mut f32,
    /// Values between rows of outputs and of residuals.
    pub(crate) stride: usize,
}
