//! Integer matrix kernels of 256 bits: 4 rows by 16 columns for AVX2, 6 by 16 for AVX-VNNI.
//!
//! AVX2 adds the products of neighbours in 16 bits, which the bound on packed weights keeps from
//! saturating.

use std::arch::x86_64::*;

use super::avx2_output::{LANES, Stage};
use crate::qgemm::{QActivation, QBlock, QGemmKernel, QOut};

const NR: usize = 16;
const KR: usize = 4;

pub(crate) const AVX2: QGemmKernel = kernel("avx2-u8i8-4x16", 4, run::<4, false>);
pub(crate) const AVX_VNNI: QGemmKernel = kernel("avxvnni-u8i8-6x16", 6, run::<6, true>);

const fn kernel(name: &'static str, mr: usize, run: unsafe fn(&QBlock)) -> QGemmKernel {
    QGemmKernel { name, mr, nr: NR, kr: KR, activation_shift: 0, run }
}

/// Output stages that are compiled into the block, by number; [`GENERAL`] is the rest.
const LINEAR: u8 = 0;
const GELU: u8 = 1;
const RESIDUAL: u8 = 2;
const LEAKY_RELU: u8 = 3;
const GENERAL: u8 = 4;

/// `VNNI` says whether AVX-VNNI is there, too.
unsafe fn run<const MR: usize, const VNNI: bool>(block: &QBlock) {
    // SAFETY: the caller keeps the contract of `QBlock`.
    unsafe {
        match (block.out, block.output.activation, block.residual.is_null()) {
            (QOut::U8(_), QActivation::Linear, true) => by_rows::<MR, VNNI, LINEAR>(block),
            (QOut::U8(_), QActivation::Gelu, true) => by_rows::<MR, VNNI, GELU>(block),
            (QOut::U8(_), QActivation::Linear, false) => by_rows::<MR, VNNI, RESIDUAL>(block),
            (QOut::U8(_), QActivation::LeakyRelu, true) => by_rows::<MR, VNNI, LEAKY_RELU>(block),
            _ => by_rows::<MR, VNNI, GENERAL>(block),
        }
    }
}

#[inline(always)]
unsafe fn by_rows<const MR: usize, const VNNI: bool, const STAGE: u8>(block: &QBlock) {
    // SAFETY: passed on; a count of rows rounded up repeats row pointers, which are valid.
    unsafe {
        match block.rows {
            1 => by_cols::<MR, VNNI, 1, STAGE>(block),
            2 => by_cols::<MR, VNNI, 2, STAGE>(block),
            3 | 4 => by_cols::<MR, VNNI, 4, STAGE>(block),
            _ => by_cols::<MR, VNNI, MR, STAGE>(block),
        }
    }
}

#[inline(always)]
unsafe fn by_cols<const MR: usize, const VNNI: bool, const ROWS: usize, const STAGE: u8>(block: &QBlock) {
    // SAFETY: passed on; `VNNI` is only said where the kernel's table has it.
    unsafe {
        match (block.cols.div_ceil(LANES), VNNI) {
            (1, false) => multiply_avx2::<MR, ROWS, 1, STAGE>(block),
            (_, false) => multiply_avx2::<MR, ROWS, 2, STAGE>(block),
            (1, true) => multiply_vnni::<MR, ROWS, 1, STAGE>(block),
            (_, true) => multiply_vnni::<MR, ROWS, 2, STAGE>(block),
        }
    }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn multiply_avx2<const MR: usize, const ROWS: usize, const V: usize, const STAGE: u8>(block: &QBlock) {
    // SAFETY: passed on.
    unsafe { multiply::<MR, ROWS, V, STAGE, false>(block) };
}

#[target_feature(enable = "avx2,fma,avxvnni")]
unsafe fn multiply_vnni<const MR: usize, const ROWS: usize, const V: usize, const STAGE: u8>(block: &QBlock) {
    // SAFETY: passed on.
    unsafe { multiply::<MR, ROWS, V, STAGE, true>(block) };
}

/// Sums that no store has to write across two cache lines.
#[repr(C, align(32))]
struct Sums<const ROWS: usize, const V: usize>([[[i32; LANES]; V]; ROWS]);

/// Computes `ROWS` rows of `V` vectors; rows beyond `block.rows` are computed but not stored.
#[inline(always)]
unsafe fn multiply<const MR: usize, const ROWS: usize, const V: usize, const STAGE: u8, const VNNI: bool>(
    block: &QBlock,
) {
    // SAFETY: panels and `init` have NR columns, and each of the row pointers may be read for
    // whole groups of KR bytes, all by the contract of `QBlock`.
    unsafe {
        let ones = _mm256_set1_epi16(1);
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
                        acc[r][v] = if VNNI {
                            _mm256_dpbusd_avx_epi32(acc[r][v], a, w[v])
                        } else {
                            let pairs = _mm256_maddubs_epi16(a, w[v]);
                            _mm256_add_epi32(acc[r][v], _mm256_madd_epi16(pairs, ones))
                        };
                    }
                }
            }
        }
        let mut sums = Sums([[[0; LANES]; V]; ROWS]);
        for (sums, acc) in sums.0.as_flattened_mut().iter_mut().zip(acc.as_flattened()) {
            _mm256_store_si256(sums.as_mut_ptr().cast(), *acc);
        }
        store::<V, STAGE>(block, &sums.0);
    }
}

/// The output stage, from sums in memory.
#[inline(always)]
unsafe fn store<const V: usize, const STAGE: u8>(block: &QBlock, sums: &[[[i32; LANES]; V]]) {
    let gelu = STAGE == GELU || (STAGE == GENERAL && block.output.activation == QActivation::Gelu);
    let leaky =
        STAGE == LEAKY_RELU || (STAGE == GENERAL && block.output.activation == QActivation::LeakyRelu);
    let residual = STAGE == RESIDUAL || (STAGE == GENERAL && !block.residual.is_null());
    // SAFETY: `scale` has NR factors; rows below `block.rows` may be written in `block.cols`
    // columns, and residual rows may be read beyond theirs within SLACK.
    unsafe {
        let stage = Stage::new(block.output);
        for (r, row) in sums.iter().take(block.rows).enumerate() {
            let mut t = [_mm256_setzero_ps(); V];
            for (v, t) in t.iter_mut().enumerate() {
                let acc = _mm256_loadu_si256(row[v].as_ptr().cast());
                let scale = _mm256_loadu_ps(block.scale.add(v * LANES));
                *t = _mm256_mul_ps(_mm256_cvtepi32_ps(acc), scale);
            }
            if gelu {
                stage.gelu(&mut t);
            }
            if leaky {
                for t in &mut t {
                    *t = stage.leaky_relu(*t);
                }
            }
            if residual {
                for (v, t) in t.iter_mut().enumerate() {
                    let at = block.residual.add(r * block.residual_stride + v * LANES);
                    *t = stage.add_residual(*t, at);
                }
            }
            let at = r * block.out_stride;
            match block.out {
                QOut::U8(out) => {
                    let mut q = [_mm256_setzero_si256(); V];
                    for (q, t) in q.iter_mut().zip(&t) {
                        *q = stage.integers(*t);
                    }
                    stage.store(out.add(at), &q, block.cols);
                }
                QOut::F32(out) => {
                    for (v, t) in t.iter().enumerate() {
                        let count = (block.cols - v * LANES).min(LANES);
                        stage.store_floats(out.add(at + v * LANES), *t, count);
                    }
                }
            }
        }
    }
}
