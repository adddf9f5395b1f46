//! The matrix instructions (ARMv8.6 i8mm): `usmmla` adds the product of two rows of eight unsigned
//! bytes and two columns of eight signed ones to a 2×2 block of sums. The inner loop
//! does 1024 multiply-adds in 53 instructions, 32 of them `usmmla`.

use std::arch::aarch64::*;

use super::output::{Row, store};
use super::{NR, VECTORS};
use crate::aarch64::usmmla;
use crate::qgemm::{QBlock, QGemmKernel};

pub(crate) const KERNEL: QGemmKernel = QGemmKernel {
    name: "neon-i8mm-u8i8-4x16",
    mr: MR,
    nr: NR,
    kr: KR,
    activation_shift: 0,
    pairs_groups: false,
    run,
};

const MR: usize = 4;
const KR: usize = 8;

/// Sums of a pair of rows and `4` columns: columns 0 and 1, then 2 and 3, each the first row's two
/// followed by the second row's.
type Quad = [int32x4_t; 2];

#[target_feature(enable = "neon,i8mm")]
unsafe fn run(block: &QBlock) {
    // SAFETY: the caller's promise is passed on; pointers beyond `rows` repeat valid ones, so rows
    // round up to pairs.
    unsafe {
        match (block.rows <= 2, block.cols <= NR / 2) {
            (true, false) => compute::<1, 4>(block),
            (true, true) => compute::<1, 2>(block),
            (false, false) => compute::<2, 4>(block),
            (false, true) => compute::<2, 2>(block),
        }
    }
}

/// `P` pairs of rows of `V` vectors of columns.
///
/// # Safety
/// That of [`QGemmKernel::run`]; the block has at most `2·P` rows and `4·V` columns.
#[target_feature(enable = "neon,i8mm")]
unsafe fn compute<const P: usize, const V: usize>(block: &QBlock) {
    // SAFETY: every row is readable for `k_groups` groups, the panel has `taps × k_groups × NR`
    // groups of `KR` weights, `init` has `NR` values.
    unsafe {
        let mut acc = [[[vdupq_n_s32(0); 2]; V]; P];
        for row in &mut acc {
            for (v, quad) in row.iter_mut().enumerate() {
                let init = vreinterpretq_s64_s32(vld1q_s32(block.init.add(4 * v)));
                quad[0] = vreinterpretq_s32_s64(vzip1q_s64(init, init));
                quad[1] = vreinterpretq_s32_s64(vzip2q_s64(init, init));
            }
        }
        let mut panel = block.panel;
        for tap in 0..block.taps {
            let mut pointers = block.a.add(tap * MR).cast::<[[*const u8; 2]; P]>().read_unaligned();
            for _ in 0..block.k_groups / 2 {
                let (first, second) = two_groups(&pointers);
                add_group(&mut acc, &first, panel);
                add_group(&mut acc, &second, panel.add(NR * KR));
                panel = panel.add(2 * NR * KR);
                for pair in &mut pointers {
                    *pair = [pair[0].add(2 * KR), pair[1].add(2 * KR)];
                }
            }
            if block.k_groups % 2 == 1 {
                add_group(&mut acc, &one_group(&pointers), panel);
                panel = panel.add(NR * KR);
            }
        }
        let mut rows = [[[vdupq_n_s32(0); VECTORS]; 2]; P];
        for (rows, acc) in rows.iter_mut().zip(&acc) {
            for (v, quad) in acc.iter().enumerate() {
                (rows[0][v], rows[1][v]) = split(quad);
            }
        }
        store(block, rows.as_flattened() as &[Row]);
    }
}

/// The first and the second row of a quad.
#[inline]
#[target_feature(enable = "neon,i8mm")]
fn split(quad: &Quad) -> (int32x4_t, int32x4_t) {
    let [left, right] = quad.map(|sums| vreinterpretq_s64_s32(sums));
    (vreinterpretq_s32_s64(vzip1q_s64(left, right)), vreinterpretq_s32_s64(vzip2q_s64(left, right)))
}

/// The next two groups of each pair of rows.
///
/// # Safety
/// 16 bytes are readable at each pointer.
#[inline]
#[target_feature(enable = "neon,i8mm")]
unsafe fn two_groups<const P: usize>(pointers: &[[*const u8; 2]; P]) -> ([uint8x16_t; P], [uint8x16_t; P]) {
    let mut first = [vdupq_n_u8(0); P];
    let mut second = first;
    for ((first, second), [p, q]) in first.iter_mut().zip(&mut second).zip(pointers) {
        // SAFETY: the caller's promise.
        let (a, b) = unsafe { (vld1q_u8(*p), vld1q_u8(*q)) };
        let (a, b) = (vreinterpretq_u64_u8(a), vreinterpretq_u64_u8(b));
        *first = vreinterpretq_u8_u64(vzip1q_u64(a, b));
        *second = vreinterpretq_u8_u64(vzip2q_u64(a, b));
    }
    (first, second)
}

/// The next group of each pair of rows.
///
/// # Safety
/// 8 bytes are readable at each pointer.
#[inline]
#[target_feature(enable = "neon,i8mm")]
unsafe fn one_group<const P: usize>(pointers: &[[*const u8; 2]; P]) -> [uint8x16_t; P] {
    let mut group = [vdupq_n_u8(0); P];
    for (group, [p, q]) in group.iter_mut().zip(pointers) {
        // SAFETY: the caller's promise.
        *group = unsafe { vcombine_u8(vld1_u8(*p), vld1_u8(*q)) };
    }
    group
}

/// Adds a group of the activations times the group of weights at `panel`.
///
/// # Safety
/// `32·V` weights are readable at `panel`.
#[inline]
#[target_feature(enable = "neon,i8mm")]
unsafe fn add_group<const P: usize, const V: usize>(
    acc: &mut [[Quad; V]; P],
    a: &[uint8x16_t; P],
    panel: *const i8,
) {
    for v in 0..V {
        for half in 0..2 {
            // SAFETY: the caller's promise.
            let w = unsafe { vld1q_s8(panel.add((4 * v + 2 * half) * KR)) };
            for (acc, a) in acc.iter_mut().zip(a) {
                acc[v][half] = usmmla(acc[v][half], *a, w);
            }
        }
    }
}
