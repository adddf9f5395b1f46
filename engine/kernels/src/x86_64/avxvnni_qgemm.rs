//! Integer matrix kernel of 256 bits for AVX-VNNI: 6 rows by 16 columns.

use std::arch::x86_64::*;

use super::avx2_output::LANES;
use super::avx2_sums::store;
use crate::qgemm::{QBlock, QGemmKernel};

const MR: usize = 6;
const NR: usize = 16;
const KR: usize = 4;

pub(crate) const KERNEL: QGemmKernel = QGemmKernel {
    name: "avxvnni-u8i8-6x16",
    mr: MR,
    nr: NR,
    kr: KR,
    activation_shift: 0,
    pairs_groups: false,
    run,
};

unsafe fn run(block: &QBlock) {
    // SAFETY: the caller keeps the contract of `QBlock`; a count of rows rounded up repeats row pointers,
    // which are valid.
    unsafe {
        match (block.rows, block.cols.div_ceil(LANES)) {
            (1, 1) => whole::<1, 1>(block),
            (1, _) => whole::<1, 2>(block),
            (2, 1) => whole::<2, 1>(block),
            (2, _) => whole::<2, 2>(block),
            (3 | 4, 1) => whole::<4, 1>(block),
            (3 | 4, _) => whole::<4, 2>(block),
            (_, 1) => whole::<MR, 1>(block),
            _ => whole::<MR, 2>(block),
        }
    }
}

/// Computes `ROWS` rows of `V` vectors; rows beyond `block.rows` are computed but not stored.
#[target_feature(enable = "avx2,fma,avxvnni")]
unsafe fn whole<const ROWS: usize, const V: usize>(block: &QBlock) {
    // SAFETY: panels and `init` have NR columns, and each of the row pointers may be read for
    // whole groups of KR bytes, all by the contract of `QBlock`.
    unsafe {
        let mut start = [_mm256_setzero_si256(); V];
        for (v, s) in start.iter_mut().enumerate() {
            *s = _mm256_loadu_si256(block.init.add(v * LANES).cast());
        }
        let mut acc = [start; ROWS];
        let mut panel = block.panel;
        for tap in 0..block.taps {
            let mut rows = [std::ptr::null::<u8>(); ROWS];
            for (r, row) in rows.iter_mut().enumerate() {
                *row = *block.a.add(tap * MR + r);
            }
            for group in 0..block.k_groups {
                let mut w = [_mm256_setzero_si256(); V];
                for (v, w) in w.iter_mut().enumerate() {
                    *w = _mm256_loadu_si256(panel.add(v * LANES * KR).cast());
                }
                panel = panel.add(NR * KR);
                for r in 0..ROWS {
                    let a = rows[r].add(group * KR).cast::<i32>().read_unaligned();
                    let a = _mm256_set1_epi32(a);
                    for v in 0..V {
                        acc[r][v] = _mm256_dpbusd_avx_epi32(acc[r][v], a, w[v]);
                    }
                }
            }
        }
        store(block, &acc);
    }
}
