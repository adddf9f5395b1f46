//! The `f32` microkernel of AVX2 and FMA: 6 rows by 16 columns, twelve accumulators, which leaves
//! two registers for weights, one for a broadcast and one to spare (4 by 24 would need all sixteen,
//! and the compiler then spills).

use std::arch::x86_64::*;

use crate::fgemm::{FBlock, FGemmKernel};

const MR: usize = 6;
const NR: usize = 16;
const LANES: usize = 8;

pub(crate) const KERNEL: FGemmKernel = FGemmKernel { name: "avx2-f32-6x16", mr: MR, nr: NR, run };

/// # Safety
/// As [`FBlock`] says.
unsafe fn run(b: &FBlock) {
    // SAFETY: the caller vouches for the block; rows and vectors are chosen to cover it.
    unsafe {
        match (b.rows, b.cols.div_ceil(LANES)) {
            (1, 1) => block::<1, 1>(b),
            (1, _) => block::<1, 2>(b),
            (2, 1) => block::<2, 1>(b),
            (2, _) => block::<2, 2>(b),
            (3 | 4, 1) => block::<4, 1>(b),
            (3 | 4, _) => block::<4, 2>(b),
            (_, 1) => block::<6, 1>(b),
            _ => block::<6, 2>(b),
        }
    }
}

/// The first `R` rows, of which `rows` are stored, and `V` vectors of columns.
///
/// # Safety
/// As [`FBlock`] says, and `cols` in `(V − 1)·8 + 1 ..= V·8`, `rows` at most `R`.
#[target_feature(enable = "avx2,fma")]
unsafe fn block<const R: usize, const V: usize>(b: &FBlock) {
    let mut acc = [[_mm256_setzero_ps(); V]; R];
    // SAFETY: the contract: `nr` starts, `taps × mr` row pointers of `k` values, `[taps][k][nr]`
    // weights.
    unsafe {
        for v in 0..V {
            let init = _mm256_loadu_ps(b.init.add(v * LANES));
            for acc in &mut acc {
                acc[v] = init;
            }
        }
        let mut panel = b.panel;
        for tap in 0..b.taps {
            let rows: [*const f32; R] = std::array::from_fn(|r| *b.a.add(tap * MR + r));
            for k in 0..b.k {
                let w: [__m256; V] = std::array::from_fn(|v| _mm256_loadu_ps(panel.add(v * LANES)));
                for r in 0..R {
                    let a = _mm256_broadcast_ss(&*rows[r].add(k));
                    for v in 0..V {
                        acc[r][v] = _mm256_fmadd_ps(a, w[v], acc[r][v]);
                    }
                }
                panel = panel.add(NR);
            }
        }
    }
    let (low, high) = (_mm256_set1_ps(b.range[0]), _mm256_set1_ps(b.range[1]));
    let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    for (r, acc) in acc.iter().enumerate().take(b.rows) {
        for (v, sum) in acc.iter().enumerate() {
            let at = r * b.stride + v * LANES;
            let left = (b.cols - v * LANES).min(LANES) as i32;
            let mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(left), lanes);
            // With the sum as second operand, NaN passes.
            let mut sum = _mm256_min_ps(high, _mm256_max_ps(low, *sum));
            // SAFETY: the mask keeps to `cols`; `rows × cols` residuals and outputs are there.
            unsafe {
                if !b.residual.is_null() {
                    sum = _mm256_add_ps(sum, _mm256_maskload_ps(b.residual.add(at), mask));
                }
                if left == LANES as i32 {
                    _mm256_storeu_ps(b.out.add(at), sum);
                } else {
                    _mm256_maskstore_ps(b.out.add(at), mask, sum);
                }
            }
        }
    }
}
