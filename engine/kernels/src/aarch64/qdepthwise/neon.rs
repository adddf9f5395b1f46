//! Plain NEON (ARMv8.0): the products of two columns are added in 16 bits, then pairs of those sums
//! in 32. `(a − 128)·w` is at most 128·127 in magnitude, so two fit 16 signed bits exactly.

use std::arch::aarch64::*;

use super::interleave::interleave;
use super::{COLUMN, KR, LANES, Multiply, Sums};
use crate::qdepthwise::{QDepthwiseKernel, QDepthwiseStrip};

pub(crate) const KERNEL: QDepthwiseKernel = QDepthwiseKernel {
    name: "neon-dw-u8i8-8x4",
    lanes: LANES,
    kr: KR,
    activation_shift: 128,
    interleave,
    multiply,
};

unsafe fn multiply(strip: &QDepthwiseStrip) {
    // SAFETY: the caller's promise is passed on.
    unsafe { super::multiply::<Neon>(strip) }
}

struct Neon;

impl Multiply for Neon {
    #[inline(always)]
    unsafe fn tile<const ROWS: usize, const X: usize>(
        columns: *const i8,
        stride: usize,
        weights: *const i8,
        steps: usize,
        init: Sums,
    ) -> [[Sums; ROWS]; X] {
        let mut sums = [[init; ROWS]; X];
        for (half, init) in init.into_iter().enumerate() {
            let at = half * COLUMN / 2;
            // SAFETY: the caller's promise; pairs of steps end at or before `steps`.
            unsafe {
                let mut acc = [[[vdupq_n_s32(0); 2]; ROWS]; X];
                for pair in 0..steps / 2 {
                    let columns = columns.add(2 * pair * COLUMN + at);
                    let weights = weights.add(2 * pair * ROWS * COLUMN + at);
                    two_steps(columns, stride, weights, &mut acc);
                }
                if steps % 2 == 1 {
                    let columns = columns.add((steps - 1) * COLUMN + at);
                    let weights = weights.add((steps - 1) * ROWS * COLUMN + at);
                    one_step(columns, stride, weights, &mut acc);
                }
                for (sums, acc) in sums.as_flattened_mut().iter_mut().zip(acc.as_flattened()) {
                    sums[half] = vaddq_s32(init, vpaddq_s32(acc[0], acc[1]));
                }
            }
        }
        sums
    }
}

/// Sums of four channels, two a channel.
type Pairs = [int32x4_t; 2];

/// # Safety
/// Two columns are readable for each output column, and two steps of weights.
#[inline(always)]
unsafe fn two_steps<const ROWS: usize, const X: usize>(
    columns: *const i8,
    stride: usize,
    weights: *const i8,
    acc: &mut [[Pairs; ROWS]; X],
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut w = [[vdupq_n_s8(0); 2]; ROWS];
        for (row, w) in w.iter_mut().enumerate() {
            *w = [vld1q_s8(weights.add(row * COLUMN)), vld1q_s8(weights.add((ROWS + row) * COLUMN))];
        }
        for (x, acc) in acc.iter_mut().enumerate() {
            let a = columns.add(x * stride * COLUMN);
            let (a, b) = (vld1q_s8(a), vld1q_s8(a.add(COLUMN)));
            for (acc, [v, w]) in acc.iter_mut().zip(w) {
                let low = vmull_s8(vget_low_s8(a), vget_low_s8(v));
                let high = vmull_high_s8(a, v);
                acc[0] = vpadalq_s16(acc[0], vmlal_s8(low, vget_low_s8(b), vget_low_s8(w)));
                acc[1] = vpadalq_s16(acc[1], vmlal_high_s8(high, b, w));
            }
        }
    }
}

/// # Safety
/// A column is readable for each output column, and a step of weights.
#[inline(always)]
unsafe fn one_step<const ROWS: usize, const X: usize>(
    columns: *const i8,
    stride: usize,
    weights: *const i8,
    acc: &mut [[Pairs; ROWS]; X],
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut w = [vdupq_n_s8(0); ROWS];
        for (row, w) in w.iter_mut().enumerate() {
            *w = vld1q_s8(weights.add(row * COLUMN));
        }
        for (x, acc) in acc.iter_mut().enumerate() {
            let a = vld1q_s8(columns.add(x * stride * COLUMN));
            for (acc, w) in acc.iter_mut().zip(w) {
                acc[0] = vpadalq_s16(acc[0], vmull_s8(vget_low_s8(a), vget_low_s8(w)));
                acc[1] = vpadalq_s16(acc[1], vmull_high_s8(a, w));
            }
        }
    }
}
