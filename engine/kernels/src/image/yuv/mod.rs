//! Frames of cameras to RGB: part of one, turned, perhaps scaled, in one pass.
//!
//! All instruction sets give the same bytes.

mod colour;
mod convert;
mod frame;
pub(crate) mod row;
mod scale;
#[cfg(test)]
mod tests;
mod transpose;

pub use colour::{YuvMatrix, YuvRange, YuvToRgb};
pub(crate) use convert::convert;
pub use frame::{Yuv420, YuvError, YuvView};
pub use scale::{YuvScaling, YuvScratch};

use crate::Kernels;

/// Conversion on one instruction set.
#[derive(Debug, Clone, Copy)]
pub struct YuvKernel {
    /// Its name in logs and benchmarks.
    pub name: &'static str,
    /// Unsafe to call where the machine lacks the instruction set.
    pub(crate) convert: unsafe fn(&Yuv420<'_>, &YuvView, &YuvToRgb, &mut [u8]),
}

/// Plain Rust.
pub(crate) const SCALAR: YuvKernel = YuvKernel { name: "scalar-yuv-rgb", convert: convert::<row::Scalar> };

impl Kernels {
    /// The RGB pixels of `view` of `frame`, rows without gaps, into `out`.
    ///
    /// # Panics
    /// If the view is not within the frame, or `out` has another length than three times its pixels.
    pub fn yuv_to_rgb(&self, frame: &Yuv420<'_>, view: &YuvView, table: &YuvToRgb, out: &mut [u8]) {
        // SAFETY: a table is handed out only where the machine has its instruction set.
        unsafe { (self.yuv().convert)(frame, view, table, out) }
    }
}
