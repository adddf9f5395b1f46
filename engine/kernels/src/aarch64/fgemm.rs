//! The `f32` microkernel of NEON: 8 rows by 8 columns fill sixteen accumulators, enough to keep four
//! pipelines of latency four busy. The inner loop does 256 multiply-adds in 80 instructions, 64 of
//! them `fmla`.

use std::arch::aarch64::*;

use crate::fgemm::{FBlock, FGemmKernel};

const MR: usize = 8;
const NR: usize = 8;

pub(crate) const KERNEL: FGemmKernel = FGemmKernel { name: "neon-f32-8x8", mr: MR, nr: NR, run };

/// # Safety
/// As [`FBlock`] says.
unsafe fn run(b: &FBlock) {
    // SAFETY: the caller vouches for the block; pointers beyond `rows` repeat valid ones, so rows
    // round up.
    unsafe {
        match (b.rows, b.cols <= 4) {
            (1, true) => block::<1, 1>(b),
            (1, false) => block::<1, 2>(b),
            (2, true) => block::<2, 1>(b),
            (2, false) => block::<2, 2>(b),
            (3..=4, true) => block::<4, 1>(b),
            (3..=4, false) => block::<4, 2>(b),
            (_, true) => block::<8, 1>(b),
            (_, false) => block::<8, 2>(b),
        }
    }
}

/// `R` rows of `V` vectors of columns.
///
/// # Safety
/// As [`FBlock`] says; the block has at most `R` rows and `4·V` columns.
unsafe fn block<const R: usize, const V: usize>(b: &FBlock) {
    // SAFETY: the contract: `nr` starts, `taps × mr` row pointers of `k` values, `[taps][k][nr]`
    // weights.
    unsafe {
        let mut acc = [[vdupq_n_f32(0.0); V]; R];
        for row in &mut acc {
            for (v, acc) in row.iter_mut().enumerate() {
                *acc = vld1q_f32(b.init.add(4 * v));
            }
        }
        let mut panel = b.panel;
        for tap in 0..b.taps {
            let mut rows = b.a.add(tap * MR).cast::<[*const f32; R]>().read_unaligned();
            for _ in 0..b.k / 4 {
                let mut a = [vdupq_n_f32(0.0); R];
                for (a, row) in a.iter_mut().zip(&mut rows) {
                    *a = vld1q_f32(*row);
                    *row = row.add(4);
                }
                step::<R, V, 0>(&mut acc, &a, panel);
                step::<R, V, 1>(&mut acc, &a, panel.add(NR));
                step::<R, V, 2>(&mut acc, &a, panel.add(2 * NR));
                step::<R, V, 3>(&mut acc, &a, panel.add(3 * NR));
                panel = panel.add(4 * NR);
            }
            for _ in 0..b.k % 4 {
                let mut a = [vdupq_n_f32(0.0); R];
                for (a, row) in a.iter_mut().zip(&mut rows) {
                    *a = vld1q_dup_f32(*row);
                    *row = row.add(1);
                }
                step::<R, V, 0>(&mut acc, &a, panel);
                panel = panel.add(NR);
            }
        }
        for (row, acc) in acc.iter().take(b.rows).enumerate() {
            for (v, sum) in acc.iter().enumerate() {
                store(b, row * b.stride + 4 * v, b.cols - 4 * v, *sum);
            }
        }
    }
}

/// Adds lane `L` of every row times the weights at `panel`.
///
/// # Safety
/// `4·V` weights are readable at `panel`.
#[inline(always)]
unsafe fn step<const R: usize, const V: usize, const L: i32>(
    acc: &mut [[float32x4_t; V]; R],
    a: &[float32x4_t; R],
    panel: *const f32,
) {
    for v in 0..V {
        // SAFETY: the caller's promise; the rest needs NEON only, which is part of the architecture.
        unsafe {
            let w = vld1q_f32(panel.add(4 * v));
            for (acc, a) in acc.iter_mut().zip(a) {
                acc[v] = vfmaq_laneq_f32::<L>(acc[v], w, *a);
            }
        }
    }
}

/// Bounds `sum`, adds the residual and writes the first `cols` lanes, at most four, at `at`.
///
/// # Safety
/// That many values at `at` are outputs of the block, and residuals where it has them.
#[inline(always)]
unsafe fn store(b: &FBlock, at: usize, cols: usize, sum: float32x4_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let [low, high] = b.range;
        let sum = vminq_f32(vmaxq_f32(sum, vdupq_n_f32(low)), vdupq_n_f32(high));
        if cols >= 4 {
            let residual =
                if b.residual.is_null() { vdupq_n_f32(0.0) } else { vld1q_f32(b.residual.add(at)) };
            return vst1q_f32(b.out.add(at), vaddq_f32(sum, residual));
        }
        let mut lanes = [0.0f32; 4];
        vst1q_f32(lanes.as_mut_ptr(), sum);
        for (i, sum) in lanes.iter().take(cols).enumerate() {
            let residual = if b.residual.is_null() { 0.0 } else { *b.residual.add(at + i) };
            *b.out.add(at + i) = sum + residual;
        }
    }
}
