//! Plain NEON (ARMv8.0): two products of signed bytes are added in 16 bits, then pairs of those
//! sums in 32.
//!
//! `(a − 128)·w` is at most 128·127 in magnitude, so two fit 16 signed bits exactly. The inner loop
//! does 256 multiply-adds in 62 instructions, 48 of them arithmetic on sums.

use std::arch::aarch64::*;

use super::output::{Row, store};
use super::{NR, VECTORS};
use crate::qgemm::{QBlock, QGemmKernel};

pub(crate) const KERNEL: QGemmKernel = QGemmKernel {
    name: "neon-u8i8-4x16",
    mr: MR,
    nr: NR,
    kr: KR,
    activation_shift: 128,
    pairs_groups: false,
    run,
};

const MR: usize = 4;
const KR: usize = 16;

unsafe fn run(block: &QBlock) {
    // SAFETY: the caller's promise is passed on.
    unsafe {
        match block.rows {
            1 => compute::<1>(block),
            2 => compute::<2>(block),
            3 => compute::<3>(block),
            _ => compute::<4>(block),
        }
    }
}

/// # Safety
/// That of [`QGemmKernel::run`]; the block has at most `R` rows.
unsafe fn compute<const R: usize>(block: &QBlock) {
    // SAFETY: `init` has the panel's 16 values; vectors beyond `cols` stay unused.
    unsafe {
        let mut rows = [[vdupq_n_s32(0); VECTORS]; R];
        for v in 0..block.cols.div_ceil(4) {
            let init = vld1q_s32(block.init.add(4 * v));
            for (row, sum) in rows.iter_mut().zip(four_columns::<R>(block, 4 * v)) {
                row[v] = vaddq_s32(init, sum);
            }
        }
        store(block, &rows as &[Row]);
    }
}

/// The sums of columns `first..first + 4`.
///
/// # Safety
/// That of [`compute`].
#[inline(always)]
unsafe fn four_columns<const R: usize>(block: &QBlock, first: usize) -> [int32x4_t; R] {
    // SAFETY: every row is readable for `k_groups` vectors (the slack covers the last one's end),
    // and the panel has `taps × k_groups × NR` vectors of `KR` weights.
    unsafe {
        let mut acc = [[vdupq_n_s32(0); 4]; R];
        let mut panel = block.panel.add(first * KR);
        for tap in 0..block.taps {
            let pointers = block.a.add(tap * MR).cast::<[*const u8; R]>().read_unaligned();
            for group in 0..block.k_groups {
                let mut w = [vdupq_n_s8(0); 4];
                for (c, w) in w.iter_mut().enumerate() {
                    *w = vld1q_s8(panel.add(c * KR));
                }
                panel = panel.add(NR * KR);
                for (acc, p) in acc.iter_mut().zip(pointers) {
                    let a = veorq_u8(vld1q_u8(p.add(group * KR)), vdupq_n_u8(0x80));
                    let a = vreinterpretq_s8_u8(a);
                    for (acc, w) in acc.iter_mut().zip(w) {
                        let products = vmull_s8(vget_low_s8(a), vget_low_s8(w));
                        *acc = vpadalq_s16(*acc, vmlal_high_s8(products, a, w));
                    }
                }
            }
        }
        acc.map(|[a, b, c, d]| vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)))
    }
}
