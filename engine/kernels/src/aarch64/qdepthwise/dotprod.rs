//! The dot product instructions: one `sdot` adds four rows of four channels.

use std::arch::aarch64::*;

use super::interleave::interleave;
use super::{COLUMN, KR, LANES, Multiply, Sums};
use crate::aarch64::sdot;
use crate::qdepthwise::{QDepthwiseKernel, QDepthwiseStrip};

pub(crate) const KERNEL: QDepthwiseKernel = QDepthwiseKernel {
    name: "neon-dotprod-dw-u8i8-8x4",
    lanes: LANES,
    kr: KR,
    activation_shift: 128,
    interleave,
    multiply,
};

#[target_feature(enable = "neon,dotprod")]
unsafe fn multiply(strip: &QDepthwiseStrip) {
    // SAFETY: the caller's promise is passed on.
    unsafe { super::multiply::<Dotprod>(strip) }
}

struct Dotprod;

impl Multiply for Dotprod {
    #[inline(always)]
    unsafe fn tile<const ROWS: usize, const X: usize>(
        columns: *const i8,
        stride: usize,
        weights: *const i8,
        steps: usize,
        init: Sums,
    ) -> [[Sums; ROWS]; X] {
        let mut acc = [[init; ROWS]; X];
        for step in 0..steps {
            for half in 0..2 {
                // SAFETY: the caller's promise.
                unsafe {
                    let mut w = [vdupq_n_s8(0); ROWS];
                    for (row, w) in w.iter_mut().enumerate() {
                        *w = vld1q_s8(weights.add((step * ROWS + row) * COLUMN + half * COLUMN / 2));
                    }
                    for (x, acc) in acc.iter_mut().enumerate() {
                        let a = vld1q_s8(columns.add((x * stride + step) * COLUMN + half * COLUMN / 2));
                        for (acc, w) in acc.iter_mut().zip(w) {
                            acc[half] = sdot(acc[half], a, w);
                        }
                    }
                }
            }
        }
        acc
    }
}
