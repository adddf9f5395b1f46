//! SIMD kernels of Glimpse, each beside its scalar reference.
//!
//! [`Kernels`] is the one table that dispatch, tests and benchmarks read. Integer kernels give the
//! same bytes on every instruction set; `f32` kernels agree to rounding.

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod activation;
mod aligned;
pub mod attention;
pub mod bench;
pub mod cached;
pub mod conv;
mod dispatch;
pub mod elementwise;
pub mod fdepthwise;
pub mod fgemm;
mod gelu;
pub mod image;
mod isa;
mod lanes;
mod norm;
pub mod qdepthwise;
pub mod qgemm;
pub mod rows;
mod table;
#[cfg(test)]
mod test_support;
pub mod top1;
#[cfg(target_arch = "x86_64")]
mod x86_64;

pub use gelu::{GELU_CLAMP, GELU_POLY, gelu_poly};
pub use isa::Isa;
pub use table::Kernels;

/// Bytes that must be readable after the last element of every input slice: kernels load whole
/// vectors.
pub const SLACK: usize = 64;
