//! The reference microkernel, in plain Rust that the compiler vectorizes where it can.

use super::{FBlock, FGemmKernel};
use crate::dispatch::fma;

const MR: usize = 4;
const NR: usize = 8;

pub(crate) const KERNEL: FGemmKernel = FGemmKernel { name: "scalar-f32-4x8", mr: MR, nr: NR, run };

/// # Safety
/// As [`FBlock`] says.
unsafe fn run(block: &FBlock) {
    // SAFETY: the caller vouches for the block.
    let sums = unsafe { sums::<{ cfg!(target_arch = "aarch64") }>(block) };
    for (row, sums) in sums.iter().take(block.rows).enumerate() {
        for (col, sum) in sums.iter().take(block.cols).enumerate() {
            let at = row * block.stride + col;
            // SAFETY: `rows × cols` outputs and residuals, `stride` apart.
            unsafe {
                let residual = if block.residual.is_null() { 0.0 } else { *block.residual.add(at) };
                *block.out.add(at) = bounded(*sum, block.range) + residual;
            }
        }
    }
}

/// # Safety
/// As [`FBlock`] says.
#[inline(always)]
unsafe fn sums<const FMA: bool>(block: &FBlock) -> [[f32; NR]; MR] {
    // SAFETY: the block's contract: `nr` starts, then `[taps][k][nr]` weights.
    let init = unsafe { &*block.init.cast::<[f32; NR]>() };
    let mut acc = [*init; MR];
    for tap in 0..block.taps {
        // SAFETY: the contract gives `mr` pointers a tap and `k` rows of `nr` weights.
        let (rows, panel) = unsafe {
            let panel = block.panel.add(tap * block.k * NR).cast::<[f32; NR]>();
            (&*block.a.add(tap * MR).cast::<[*const f32; MR]>(), std::slice::from_raw_parts(panel, block.k))
        };
        // SAFETY: every row holds `k` values.
        let rows: [&[f32]; MR] = rows.map(|row| unsafe { std::slice::from_raw_parts(row, block.k) });
        for (k, weights) in panel.iter().enumerate() {
            for (acc, row) in acc.iter_mut().zip(rows) {
                let a = row[k];
                for (acc, w) in acc.iter_mut().zip(weights) {
                    *acc = fma::<FMA>(a, *w, *acc);
                }
            }
        }
    }
    acc
}

fn bounded(x: f32, [low, high]: [f32; 2]) -> f32 {
    let x = if low > x { low } else { x };
    if high < x { high } else { x }
}
