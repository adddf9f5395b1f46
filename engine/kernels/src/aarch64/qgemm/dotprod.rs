//! The dot product instructions (ARMv8.2 dotprod): `sdot` adds four products to each of four sums.
//! The inner loop does 1024 multiply-adds in 86 instructions, 64 of them `sdot`.

use std::arch::aarch64::*;
use std::arch::asm;

use super::output::{Row, store};
use super::{NR, VECTORS};
use crate::qgemm::{QBlock, QGemmKernel};

pub(crate) const KERNEL: QGemmKernel = QGemmKernel {
    name: "neon-dotprod-u8i8-4x16",
    mr: MR,
    nr: NR,
    kr: KR,
    activation_shift: 128,
    pairs_groups: false,
    run,
};

const MR: usize = 4;
const KR: usize = 4;

#[target_feature(enable = "neon,dotprod")]
unsafe fn run(block: &QBlock) {
    // SAFETY: the caller's promise is passed on; pointers beyond `rows` repeat valid ones, so rows
    // round up.
    unsafe {
        match (block.rows, block.cols <= NR / 2) {
            (1, false) => compute::<1, 4>(block),
            (1, true) => compute::<1, 2>(block),
            (2, false) => compute::<2, 4>(block),
            (2, true) => compute::<2, 2>(block),
            (_, false) => compute::<4, 4>(block),
            (_, true) => compute::<4, 2>(block),
        }
    }
}

/// `R` rows of `V` vectors of columns.
///
/// # Safety
/// That of [`QGemmKernel::run`]; the block has at most `R` rows and `4·V` columns.
#[target_feature(enable = "neon,dotprod")]
unsafe fn compute<const R: usize, const V: usize>(block: &QBlock) {
    // SAFETY: every row is readable for `k_groups` groups rounded up to a whole vector (the slack),
    // the panel has `taps × k_groups × NR` groups of `KR` weights, `init` has `NR` values.
    unsafe {
        let mut acc = [[vdupq_n_s32(0); V]; R];
        for row in &mut acc {
            for (v, acc) in row.iter_mut().enumerate() {
                *acc = vld1q_s32(block.init.add(4 * v));
            }
        }
        let mut panel = block.panel;
        for tap in 0..block.taps {
            let mut pointers = block.a.add(tap * MR).cast::<[*const u8; R]>().read_unaligned();
            for _ in 0..block.k_groups / 4 {
                let a = signed(&pointers);
                add_group::<R, V, 0>(&mut acc, &a, panel);
                add_group::<R, V, 1>(&mut acc, &a, panel.add(NR * KR));
                add_group::<R, V, 2>(&mut acc, &a, panel.add(2 * NR * KR));
                add_group::<R, V, 3>(&mut acc, &a, panel.add(3 * NR * KR));
                panel = panel.add(4 * NR * KR);
                advance(&mut pointers, 4 * KR);
            }
            for _ in 0..block.k_groups % 4 {
                add_group::<R, V, 0>(&mut acc, &signed(&pointers), panel);
                panel = panel.add(NR * KR);
                advance(&mut pointers, KR);
            }
        }
        let mut rows = [[vdupq_n_s32(0); VECTORS]; R];
        for (row, acc) in rows.iter_mut().zip(&acc) {
            row[..V].copy_from_slice(acc);
        }
        store(block, &rows as &[Row]);
    }
}

/// The next 16 activations of each row, less 128.
///
/// # Safety
/// 16 bytes are readable at each pointer.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn signed<const R: usize>(pointers: &[*const u8; R]) -> [int8x16_t; R] {
    let mut a = [vdupq_n_s8(0); R];
    for (a, p) in a.iter_mut().zip(pointers) {
        // SAFETY: the caller's promise.
        let bytes = unsafe { vld1q_u8(*p) };
        *a = vreinterpretq_s8_u8(veorq_u8(bytes, vdupq_n_u8(0x80)));
    }
    a
}

/// # Safety
/// The pointers stay within their allocations.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn advance<const R: usize>(pointers: &mut [*const u8; R], bytes: usize) {
    for p in pointers {
        // SAFETY: the caller's promise.
        *p = unsafe { p.add(bytes) };
    }
}

/// Adds group `L` of the activations times the group of weights at `panel`.
///
/// # Safety
/// `16·V` weights are readable at `panel`.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn add_group<const R: usize, const V: usize, const L: i32>(
    acc: &mut [[int32x4_t; V]; R],
    a: &[int8x16_t; R],
    panel: *const i8,
) {
    for v in 0..V {
        // SAFETY: the caller's promise.
        let w = unsafe { vld1q_s8(panel.add(4 * KR * v)) };
        for (row, a) in acc.iter_mut().zip(a) {
            row[v] = sdot_lane::<L>(row[v], w, *a);
        }
    }
}

/// `acc[i] + Σ w[4i + j]·a[4L + j]` over `j < 4`; the intrinsic is not stable.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn sdot_lane<const L: i32>(mut acc: int32x4_t, w: int8x16_t, a: int8x16_t) -> int32x4_t {
    // SAFETY: the instruction reads and writes registers only and is part of `dotprod`.
    unsafe {
        asm!(
            "sdot {acc:v}.4s, {w:v}.16b, {a:v}.4b[{lane}]",
            acc = inlateout(vreg) acc,
            w = in(vreg) w,
            a = in(vreg) a,
            lane = const L,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    acc
}
