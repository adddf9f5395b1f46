//! The block of 8 rows by 24 columns, the width of the detector's high-resolution layers: the last
//! 8 columns of two rows share a vector, so that no lane is idle.

use std::arch::x86_64::*;
use std::hint::black_box;

use super::avx512_output::{LANES, Stage};
use crate::qgemm::{QBlock, QOut};

/// Rows of the block.
pub(super) const ROWS: usize = 8;
/// Columns of the block.
pub(super) const COLS: usize = 24;
const PAIRS: usize = ROWS / 2;

/// Multiplies and stores as bytes, without function or residual. `NR` columns and `KR` bytes make
/// one group of a panel.
///
/// # Safety
/// As for the contract of [`QBlock`], with [`ROWS`] rows, [`COLS`] columns and output of bytes.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")]
pub(super) unsafe fn multiply<const NR: usize, const KR: usize>(block: &QBlock) {
    // SAFETY: panels and `init` have NR columns, and each of the row pointers may be read for
    // whole groups of KR bytes, all by the contract of `QBlock`.
    unsafe {
        let first = _mm512_loadu_si512(block.init.cast());
        let rest = _mm256_loadu_si256(block.init.add(LANES).cast());
        let mut acc = [first; ROWS];
        let mut pairs = [_mm512_broadcast_i64x4(rest); PAIRS];
        // A mask that the compiler knows becomes a slower permutation.
        let high = black_box(0xff00);
        let mut panel = block.panel;
        for tap in 0..block.taps {
            let mut rows = [std::ptr::null::<u8>(); ROWS];
            for (r, row) in rows.iter_mut().enumerate() {
                *row = *block.a.add(tap * ROWS + r);
            }
            for group in 0..block.k_groups {
                let w = _mm512_loadu_si512(panel.cast());
                let rest = _mm256_loadu_si256(panel.add(LANES * KR).cast());
                let w_pair = _mm512_broadcast_i64x4(rest);
                panel = panel.add(NR * KR);
                for pair in 0..PAIRS {
                    let a = rows[2 * pair].add(group * KR).cast::<i32>().read_unaligned();
                    let b = rows[2 * pair + 1].add(group * KR).cast::<i32>().read_unaligned();
                    let (a, b) = (_mm512_set1_epi32(a), _mm512_set1_epi32(b));
                    let both = _mm512_mask_blend_epi32(high, a, b);
                    acc[2 * pair] = _mm512_dpbusd_epi32(acc[2 * pair], a, w);
                    acc[2 * pair + 1] = _mm512_dpbusd_epi32(acc[2 * pair + 1], b, w);
                    pairs[pair] = _mm512_dpbusd_epi32(pairs[pair], both, w_pair);
                }
            }
        }
        store(block, &acc, &pairs);
    }
}

/// The output stage.
#[inline(always)]
unsafe fn store(block: &QBlock, acc: &[__m512i; ROWS], pairs: &[__m512i; PAIRS]) {
    let QOut::U8(out) = block.out else { return };
    // SAFETY: `scale` has NR factors, and ROWS rows may be written in COLS columns.
    unsafe {
        let stage = Stage::new(block.output);
        let scale = _mm512_loadu_ps(block.scale);
        let scale_pair = _mm512_broadcast_f32x8(_mm256_loadu_ps(block.scale.add(LANES)));
        for pair in 0..PAIRS {
            let real = |acc, scale| _mm512_mul_ps(_mm512_cvtepi32_ps(acc), scale);
            let a = stage.integers(real(acc[2 * pair], scale));
            let b = stage.integers(real(acc[2 * pair + 1], scale));
            let rest = stage.clamped(stage.integers(real(pairs[pair], scale_pair)));
            let rest = _mm512_cvtepi32_epi8(rest);
            let at = out.add(2 * pair * block.out_stride);
            let next = at.add(block.out_stride);
            stage.store_one(at, a, LANES);
            _mm_storel_epi64(at.add(LANES).cast(), rest);
            stage.store_one(next, b, LANES);
            _mm_storeh_pd(next.add(LANES).cast(), _mm_castsi128_pd(rest));
        }
    }
}
