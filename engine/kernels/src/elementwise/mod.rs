//! Elementwise operations, pooling and sums by channel, on bytes and on `f32`.
//!
//! Images are NHWC of batch 1. All operations on bytes give the same bytes on every instruction
//! set: products and sums are rounded one by one, in the order that the documentation states.

mod bilinear;
mod bytes;
mod floats;
mod pool;
#[cfg(test)]
mod tests;

pub use bytes::{ConcatPart, Operand};

/// Adding it to a value of `0..=255` rounds that, ties to even, into the lowest bits.
const ROUND: f32 = 8_388_608.0;

/// `clamp(round_ties_even(t), 0, 255)`, and 0 for NaN.
#[inline(always)]
pub(crate) fn to_byte(t: f32) -> u8 {
    let t = if t > 0.0 { t } else { 0.0 };
    let t = if t < 255.0 { t } else { 255.0 };
    (t + ROUND).to_bits() as u8
}
