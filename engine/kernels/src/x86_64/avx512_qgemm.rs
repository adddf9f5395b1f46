//! Integer matrix kernel for AVX-512 VNNI: 8 rows by 48 columns, all sums in registers.

use std::arch::x86_64::*;

use super::avx512_output::{LANES, Stage, lanes};
use super::avx512_qgemm_24;
use crate::qgemm::{QActivation, QBlock, QGemmKernel, QOut};

const MR: usize = 8;
const NR: usize = 48;
const KR: usize = 4;

pub(crate) const KERNEL: QGemmKernel = QGemmKernel {
    name: "avx512vnni-u8i8-8x48",
    mr: MR,
    nr: NR,
    kr: KR,
    activation_shift: 0,
    pairs_groups: false,
    run,
};

/// Output stages that are compiled into the block, by number; [`GENERAL`] is the rest.
const LINEAR: u8 = 0;
const GELU: u8 = 1;
const RESIDUAL: u8 = 2;
const LEAKY_RELU: u8 = 3;
const GENERAL: u8 = 4;

unsafe fn run(block: &QBlock) {
    let narrow = block.rows == avx512_qgemm_24::ROWS && block.cols == avx512_qgemm_24::COLS;
    // SAFETY: the caller keeps the contract of `QBlock`.
    unsafe {
        match (block.out, block.output.activation, block.residual.is_null()) {
            (QOut::U8(_), QActivation::Linear, true) if narrow => {
                avx512_qgemm_24::multiply::<NR, KR>(block);
            }
            (QOut::U8(_), QActivation::Linear, true) => by_rows::<LINEAR>(block),
            (QOut::U8(_), QActivation::Gelu, true) => by_rows::<GELU>(block),
            (QOut::U8(_), QActivation::Linear, false) => by_rows::<RESIDUAL>(block),
            (QOut::U8(_), QActivation::LeakyRelu, true) => by_rows::<LEAKY_RELU>(block),
            _ => by_rows::<GENERAL>(block),
        }
    }
}

#[inline(always)]
unsafe fn by_rows<const STAGE: u8>(block: &QBlock) {
    // SAFETY: passed on; a count of rows rounded up repeats row pointers, which are valid.
    unsafe {
        match block.rows {
            1 => by_cols::<1, STAGE>(block),
            2 => by_cols::<2, STAGE>(block),
            3 | 4 => by_cols::<4, STAGE>(block),
            _ => by_cols::<MR, STAGE>(block),
        }
    }
}

#[inline(always)]
unsafe fn by_cols<const ROWS: usize, const STAGE: u8>(block: &QBlock) {
    // SAFETY: passed on.
    unsafe {
        match block.cols.div_ceil(LANES) {
            1 => multiply::<ROWS, 1, STAGE>(block),
            2 => multiply::<ROWS, 2, STAGE>(block),
            _ => multiply::<ROWS, 3, STAGE>(block),
        }
    }
}

/// Sums on whole cache lines: stores that cross lines take twice as long.
#[repr(C, align(64))]
struct Sums<const ROWS: usize, const V: usize>([[[i32; LANES]; V]; ROWS]);

/// Computes `ROWS` rows of `V` vectors; rows beyond `block.rows` are computed but not stored.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")]
unsafe fn multiply<const ROWS: usize, const V: usize, const STAGE: u8>(block: &QBlock) {
    // SAFETY: panels and `init` have NR columns, and each of the row pointers may be read for
    // whole groups of KR bytes, all by the contract of `QBlock`.
    unsafe {
        let mut start = [_mm512_setzero_si512(); V];
        for (v, s) in start.iter_mut().enumerate() {
            *s = _mm512_loadu_si512(block.init.add(v * LANES).cast());
        }
        let mut acc = [start; ROWS];
        let mut panel = block.panel;
        for tap in 0..block.taps {
            let mut rows = [std::ptr::null::<u8>(); ROWS];
            for (r, row) in rows.iter_mut().enumerate() {
                *row = *block.a.add(tap * MR + r);
            }
            for group in 0..block.k_groups {
                let mut w = [_mm512_setzero_si512(); V];
                for (v, w) in w.iter_mut().enumerate() {
                    *w = _mm512_loadu_si512(panel.add(v * LANES * KR).cast());
                }
                panel = panel.add(NR * KR);
                for r in 0..ROWS {
                    let a = rows[r].add(group * KR).cast::<i32>().read_unaligned();
                    let a = _mm512_set1_epi32(a);
                    for v in 0..V {
                        acc[r][v] = _mm512_dpbusd_epi32(acc[r][v], a, w[v]);
                    }
                }
            }
        }
        if STAGE == LINEAR {
            store_linear::<ROWS, V>(block, &acc);
        } else {
            let mut sums = Sums([[[0; LANES]; V]; ROWS]);
            for (sums, acc) in sums.0.as_flattened_mut().iter_mut().zip(acc.as_flattened()) {
                _mm512_store_si512(sums.as_mut_ptr().cast(), *acc);
            }
            store::<ROWS, V, STAGE>(block, &sums.0);
        }
    }
}

/// The output stage of bytes without function or residual, from registers.
#[inline(always)]
unsafe fn store_linear<const ROWS: usize, const V: usize>(block: &QBlock, acc: &[[__m512i; V]; ROWS]) {
    let QOut::U8(out) = block.out else { return };
    // SAFETY: `scale` has NR factors, and rows below `block.rows` may be written in `block.cols`
    // columns.
    unsafe {
        let stage = Stage::new(block.output);
        let mut scale = [_mm512_setzero_ps(); V];
        for (v, s) in scale.iter_mut().enumerate() {
            *s = _mm512_loadu_ps(block.scale.add(v * LANES));
        }
        for (r, row) in acc.iter().enumerate() {
            if r >= block.rows {
                break;
            }
            let mut q = [_mm512_setzero_si512(); V];
            for v in 0..V {
                q[v] = stage.integers(_mm512_mul_ps(_mm512_cvtepi32_ps(row[v]), scale[v]));
            }
            stage.store(out.add(r * block.out_stride), &q, block.cols);
        }
    }
}

/// The other output stages, from sums in memory, two rows at a time.
#[inline(always)]
unsafe fn store<const ROWS: usize, const V: usize, const STAGE: u8>(
    block: &QBlock,
    sums: &[[[i32; LANES]; V]; ROWS],
) {
    // SAFETY: passed on.
    unsafe {
        let stage = Stage::new(block.output);
        let mut row = 0;
        while row + 1 < block.rows && ROWS > 1 {
            store_rows::<2, V, STAGE>(block, &stage, sums.as_ptr().add(row), row);
            row += 2;
        }
        if row < block.rows {
            store_rows::<1, V, STAGE>(block, &stage, sums.as_ptr().add(row), row);
        }
    }
}

/// The output stage of `R` rows from `row` on, whose sums start at `sums`, aligned to 64 bytes.
#[inline(always)]
unsafe fn store_rows<const R: usize, const V: usize, const STAGE: u8>(
    block: &QBlock,
    stage: &Stage,
    sums: *const [[i32; LANES]; V],
    row: usize,
) {
    let gelu = STAGE == GELU || (STAGE == GENERAL && block.output.activation == QActivation::Gelu);
    let leaky =
        STAGE == LEAKY_RELU || (STAGE == GENERAL && block.output.activation == QActivation::LeakyRelu);
    let residual = STAGE == RESIDUAL || (STAGE == GENERAL && !block.residual.is_null());
    // SAFETY: `scale` has NR factors; rows below `block.rows` may be written in `block.cols`
    // columns, and residual rows may be read beyond theirs within SLACK.
    unsafe {
        let mut t = [[_mm512_setzero_ps(); R]; V];
        for (v, t) in t.iter_mut().enumerate() {
            let scale = _mm512_loadu_ps(block.scale.add(v * LANES));
            for (r, t) in t.iter_mut().enumerate() {
                let acc = _mm512_load_si512(sums.add(r).cast::<i32>().add(v * LANES).cast());
                *t = _mm512_mul_ps(_mm512_cvtepi32_ps(acc), scale);
            }
        }
        if gelu {
            stage.gelu(&mut t);
        }
        if leaky {
            for t in t.as_flattened_mut() {
                *t = stage.leaky_relu(*t);
            }
        }
        if residual {
            for (v, t) in t.iter_mut().enumerate() {
                for (r, t) in t.iter_mut().enumerate() {
                    let at = (row + r) * block.residual_stride + v * LANES;
                    *t = stage.add_residual(*t, block.residual.add(at));
                }
            }
        }
        for r in 0..R {
            let at = (row + r) * block.out_stride;
            match block.out {
                QOut::U8(out) => {
                    let mut q = [_mm512_setzero_si512(); V];
                    for (q, t) in q.iter_mut().zip(&t) {
                        *q = stage.integers(t[r]);
                    }
                    stage.store(out.add(at), &q, block.cols);
                }
                QOut::F32(out) => {
                    let low = _mm512_set1_ps(block.output.min_f32);
                    let high = _mm512_set1_ps(block.output.max_f32);
                    for (v, t) in t.iter().enumerate() {
                        let t = _mm512_min_ps(_mm512_max_ps(t[r], low), high);
                        let mask = lanes(block.cols - v * LANES);
                        _mm512_mask_storeu_ps(out.add(at + v * LANES), mask, t);
                    }
                }
            }
        }
    }
}
