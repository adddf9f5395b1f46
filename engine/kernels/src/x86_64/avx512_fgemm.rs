//! The `f32` microkernel of AVX-512: 8 rows by 48 columns in twenty-four accumulators.

use std::arch::x86_64::*;

use crate::fgemm::{FBlock, FGemmKernel};

const MR: usize = 8;
const NR: usize = 48;
const LANES: usize = 16;

pub(crate) const KERNEL: FGemmKernel = FGemmKernel { name: "avx512-f32-8x48", mr: MR, nr: NR, run };

/// # Safety
/// As [`FBlock`] says.
unsafe fn run(b: &FBlock) {
    // SAFETY: the caller vouches for the block; rows and vectors are chosen to cover it.
    unsafe {
        match (b.rows, b.cols.div_ceil(LANES)) {
            (1, 1) => block::<1, 1>(b),
            (1, 2) => block::<1, 2>(b),
            (1, _) => block::<1, 3>(b),
            (2, 1) => block::<2, 1>(b),
            (2, 2) => block::<2, 2>(b),
            (2, _) => block::<2, 3>(b),
            (3 | 4, 1) => block::<4, 1>(b),
            (3 | 4, 2) => block::<4, 2>(b),
            (3 | 4, _) => block::<4, 3>(b),
            (_, 1) => block::<8, 1>(b),
            (_, 2) => block::<8, 2>(b),
            _ => block::<8, 3>(b),
        }
    }
}

/// The first `R` rows, of which `rows` are stored, and `V` vectors of columns.
///
/// # Safety
/// As [`FBlock`] says, and `cols` in `(V − 1)·16 + 1 ..= V·16`, `rows` at most `R`.
#[target_feature(enable = "avx512f")]
unsafe fn block<const R: usize, const V: usize>(b: &FBlock) {
    let mut acc = [[_mm512_setzero_ps(); V]; R];
    // SAFETY: the contract: `nr` starts, `taps × mr` row pointers of `k` values, `[taps][k][nr]`
    // weights.
    unsafe {
        for v in 0..V {
            let init = _mm512_loadu_ps(b.init.add(v * LANES));
            for acc in &mut acc {
                acc[v] = init;
            }
        }
        let mut panel = b.panel;
        for tap in 0..b.taps {
            let rows: [*const f32; R] = std::array::from_fn(|r| *b.a.add(tap * MR + r));
            for k in 0..b.k {
                let w: [__m512; V] = std::array::from_fn(|v| _mm512_loadu_ps(panel.add(v * LANES)));
                for r in 0..R {
                    let a = _mm512_set1_ps(*rows[r].add(k));
                    for v in 0..V {
                        acc[r][v] = _mm512_fmadd_ps(a, w[v], acc[r][v]);
                    }
                }
                panel = panel.add(NR);
            }
        }
    }
    let (low, high) = (_mm512_set1_ps(b.range[0]), _mm512_set1_ps(b.range[1]));
    for (r, acc) in acc.iter().enumerate().take(b.rows) {
        for (v, sum) in acc.iter().enumerate() {
            let at = r * b.stride + v * LANES;
            let left = (b.cols - v * LANES).min(LANES);
            let mask = u16::MAX >> (LANES - left);
            // With the sum as second operand, NaN passes.
            let mut sum = _mm512_min_ps(high, _mm512_max_ps(low, *sum));
            // SAFETY: the mask keeps to `cols`; `rows × cols` residuals and outputs are there.
            unsafe {
                if !b.residual.is_null() {
                    sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, b.residual.add(at)));
                }
                _mm512_mask_storeu_ps(b.out.add(at), mask, sum);
            }
        }
    }
}
