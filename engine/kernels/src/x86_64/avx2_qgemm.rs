//! Integer matrix kernel of 256 bits for AVX2: 4 rows by 16 columns.
//!
//! Products of neighbours are added in 16 bits, which the bound on packed weights keeps from saturating;
//! those of two groups before they are widened, where they are paired.

use std::arch::x86_64::*;

use super::avx2_output::LANES;
use super::avx2_sums::store;
use crate::qgemm::{PanelPairing, QBlock, QGemmKernel};

const MR: usize = 4;
const NR: usize = 16;
const KR: usize = 4;

pub(crate) const KERNEL: QGemmKernel = QGemmKernel {
    name: "avx2-u8i8-4x16",
    mr: MR,
    nr: NR,
    kr: KR,
    activation_shift: 0,
    pairs_groups: true,
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
            (_, 1) => whole::<4, 1>(block),
            _ => whole::<4, 2>(block),
        }
    }
}

/// Computes `ROWS` rows of `V` vectors; rows beyond `block.rows` are computed but not stored.
#[target_feature(enable = "avx2,fma")]
unsafe fn whole<const ROWS: usize, const V: usize>(block: &QBlock) {
    // SAFETY: passed on.
    unsafe {
        let sums = match block.pairing {
            Some(pairing) => multiply_paired::<ROWS, V>(block, pairing),
            None => multiply::<ROWS, V>(block),
        };
        store(block, &sums);
    }
}

#[inline(always)]
unsafe fn multiply<const ROWS: usize, const V: usize>(block: &QBlock) -> [[__m256i; V]; ROWS] {
    // SAFETY: panels and `init` have NR columns, and each of the row pointers may be read for whole groups of
    // KR bytes, all by the contract of `QBlock`.
    unsafe {
        let mut acc = [load::<V, i32>(block.init); ROWS];
        let mut panel = block.panel;
        for tap in 0..block.taps {
            let rows = rows::<ROWS>(block, tap);
            for group in 0..block.k_groups {
                add_group(&mut acc, &rows, group, panel);
                panel = panel.add(NR * KR);
            }
        }
        acc
    }
}

#[inline(always)]
unsafe fn multiply_paired<const ROWS: usize, const V: usize>(
    block: &QBlock,
    pairing: PanelPairing,
) -> [[__m256i; V]; ROWS] {
    // SAFETY: as in `multiply`; there are numbers of `k_groups` groups a tap, below `k_groups`, and one count
    // of pairs, at most half of that.
    unsafe {
        let ones = _mm256_set1_epi16(1);
        let mut acc = [load::<V, i32>(block.init); ROWS];
        let mut panel = block.panel;
        let mut groups = pairing.groups;
        for tap in 0..block.taps {
            let rows = rows::<ROWS>(block, tap);
            let pairs = usize::from(*pairing.pairs.add(tap));
            for _ in 0..pairs {
                let w = [load::<V, i8>(panel), load::<V, i8>(panel.add(NR * KR))];
                let at = [usize::from(*groups), usize::from(*groups.add(1))];
                for (row, acc) in rows.iter().zip(&mut acc) {
                    let a = [activations(*row, at[0]), activations(*row, at[1])];
                    for (v, acc) in acc.iter_mut().enumerate() {
                        let products =
                            [_mm256_maddubs_epi16(a[0], w[0][v]), _mm256_maddubs_epi16(a[1], w[1][v])];
                        let both = _mm256_add_epi16(products[0], products[1]);
                        *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(both, ones));
                    }
                }
                (groups, panel) = (groups.add(2), panel.add(2 * NR * KR));
            }
            for _ in 2 * pairs..block.k_groups {
                add_group(&mut acc, &rows, usize::from(*groups), panel);
                (groups, panel) = (groups.add(1), panel.add(NR * KR));
            }
        }
        acc
    }
}

/// Adds the products of one group, whose weights are at `panel`.
#[inline(always)]
unsafe fn add_group<const ROWS: usize, const V: usize>(
    acc: &mut [[__m256i; V]; ROWS],
    rows: &[*const u8; ROWS],
    group: usize,
    panel: *const i8,
) {
    // SAFETY: the caller has AVX2 and gives readable rows and weights.
    unsafe {
        let w = load::<V, i8>(panel);
        for (row, acc) in rows.iter().zip(acc) {
            let a = activations(*row, group);
            for (acc, w) in acc.iter_mut().zip(w) {
                let products = _mm256_maddubs_epi16(a, w);
                *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(products, _mm256_set1_epi16(1)));
            }
        }
    }
}

/// The row pointers of a tap.
#[inline(always)]
unsafe fn rows<const ROWS: usize>(block: &QBlock, tap: usize) -> [*const u8; ROWS] {
    // SAFETY: there are `mr` pointers a tap.
    std::array::from_fn(|r| unsafe { *block.a.add(tap * MR + r) })
}

/// The activations of a group in every lane.
#[inline(always)]
unsafe fn activations(row: *const u8, group: usize) -> __m256i {
    // SAFETY: the caller has AVX2 and gives a row that may be read for whole groups.
    unsafe { _mm256_set1_epi32(row.add(group * KR).cast::<i32>().read_unaligned()) }
}

/// `V` vectors from `at` on.
#[inline(always)]
unsafe fn load<const V: usize, T>(at: *const T) -> [__m256i; V] {
    // SAFETY: the caller has AVX2 and gives as many readable bytes.
    std::array::from_fn(|v| unsafe { _mm256_loadu_si256(at.cast::<__m256i>().add(v)) })
}
