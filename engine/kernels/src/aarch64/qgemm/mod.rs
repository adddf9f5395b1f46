//! Integer matrix kernels. All compute panels of 16 columns and share one output stage; they differ
//! in the instructions that multiply.

mod dotprod;
mod i8mm;
mod neon;
mod output;

pub(crate) use dotprod::KERNEL as DOTPROD;
pub(crate) use i8mm::KERNEL as I8MM;
pub(crate) use neon::KERNEL as NEON;

/// Columns of a panel.
const NR: usize = 16;
/// Vectors of four accumulators across a panel.
const VECTORS: usize = NR / 4;
