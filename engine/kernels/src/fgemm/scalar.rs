//! The reference microkernel, in plain Rust that the compiler vectorizes where it can.

use super::{FBlock, FGemmKernel};
use crate::dispatch::fma;

const MR: usize = 4;
const NR: usize = 8;

pub(crate) const KERNEL: FGemmKernel = FGemmKernel { name: "scalar-f32-4x8", mr: MR, nr: NR, run };

/// # Safety
/// As [`FBlock`] says.
unsafe fn run(block: &FBlock) {
    const FMA: bool = cfg!(target_arch = "aarch64");
    // SAFETY: the block's contract: `nr` starts, then `[taps][k][nr]` weights.
    let init = unsafe { &*block.init.cast::<[f32; NR]>() };
    let mut acc = [*init; MR];
    for tap in 0..block.taps {
        // SAFETY: the contract gives `mr` pointers a tap and `k` rows of `nr` weights.
        let (rows, panel) = unsafe {
            let panel = block.panel.add(tap * block.k * NR).cast::<[f32; NR]>();
            (&*block.a.add(tap * MR).cast::<[*const f32; MR]>(), std::slice::from_raw_parts(panel, block.k))
        };
        for (k, weights) in panel.iter().enumerate() {
            for (acc, row) in acc.iter_mut().zip(rows) {
                // SAFETY: every row holds `k` values.
                let a = unsafe { *row.add(k) };
                for (acc, w) in acc.iter_mut().zip(weights) {
                    *acc = fma::<FMA>(a, *w, *acc);
                }
            }
        }
    }
    for (row, acc) in acc.iter().take(block.rows).enumerate() {
        for (col, sum) in acc.iter().take(block.cols).enumerate() {
            let at = row * block.stride + col;
            // SAFETY: `rows × cols` outputs and residuals, `stride` apart.
            unsafe {
                let residual = if block.residual.is_null() { 0.0 } else { *block.residual.add(at) };
                *block.out.add(at) = bounded(*sum, block.range) + residual;
            }
        }
    }
}

fn bounded(x: f32, [low, high]: [f32; 2]) -> f32 {
    let x = if low > x { low } else { x };
    if high < x { high } else { x }
}
