//! Integer depthwise kernel for AVX-512 VNNI: 16 channels of four rows in a vector.

use std::arch::x86_64::*;

use super::avx512_output::{LANES, Stage, lanes};
use crate::qdepthwise::{QDepthwiseColumns, QDepthwiseKernel, QDepthwiseStrip};
use crate::qgemm::QActivation;

const KR: usize = 4;
/// Bytes of a vector.
const VECTOR: usize = 64;
/// Output columns computed together.
const WIDE: usize = 4;

pub(crate) const KERNEL: QDepthwiseKernel = QDepthwiseKernel {
    name: "avx512vnni-dw-u8i8-16x4",
    lanes: LANES,
    kr: KR,
    activation_shift: 0,
    interleave,
    multiply,
};

/// Interleaves 64 channels of four rows at a time. Unpacking works within lanes of 128 bits, so
/// the four-byte pieces of each row are first transposed between lanes.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")]
unsafe fn interleave(columns: &QDepthwiseColumns) {
    // SAFETY: rows may be read in whole 64 bytes of channels, and `out` written in whole blocks,
    // by the contract of `QDepthwiseColumns`.
    unsafe {
        let transpose = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        for group in 0..columns.groups {
            let sources = columns.sources.add(group * KR);
            for x in 0..columns.columns {
                let mut rows = [sources.cast::<u8>(); KR];
                for (r, row) in rows.iter_mut().enumerate() {
                    let source = &*sources.add(r);
                    *row = source.at.add(x * source.step);
                }
                let out = columns.out.add((x * columns.groups + group) * VECTOR);
                for block in (0..columns.blocks).step_by(4) {
                    let mut v = [_mm512_setzero_si512(); KR];
                    for (v, row) in v.iter_mut().zip(rows) {
                        let bytes = _mm512_loadu_si512(row.add(block * LANES).cast());
                        *v = _mm512_permutexvar_epi32(transpose, bytes);
                    }
                    let [a, b, c, d] = v;
                    let (ab, cd) = (_mm512_unpacklo_epi8(a, b), _mm512_unpacklo_epi8(c, d));
                    let (ab_high, cd_high) = (_mm512_unpackhi_epi8(a, b), _mm512_unpackhi_epi8(c, d));
                    let (at, step) = (out.add(block * columns.block_stride), columns.block_stride);
                    let left = columns.blocks - block;
                    _mm512_storeu_si512(at.cast(), _mm512_unpacklo_epi16(ab, cd));
                    if left > 1 {
                        _mm512_storeu_si512(at.add(step).cast(), _mm512_unpackhi_epi16(ab, cd));
                    }
                    if left > 2 {
                        let vector = _mm512_unpacklo_epi16(ab_high, cd_high);
                        _mm512_storeu_si512(at.add(2 * step).cast(), vector);
                    }
                    if left > 3 {
                        let vector = _mm512_unpackhi_epi16(ab_high, cd_high);
                        _mm512_storeu_si512(at.add(3 * step).cast(), vector);
                    }
                }
            }
        }
    }
}

unsafe fn multiply(strip: &QDepthwiseStrip) {
    // SAFETY: the caller keeps the contract of `QDepthwiseStrip`; what is given as a constant
    // equals that of the strip.
    unsafe {
        match (strip.groups, strip.tile_rows, strip.step) {
            (1, 2, 1) => blocks::<1, 2, 1>(strip),
            (1, 2, 2) => blocks::<1, 2, 2>(strip),
            (1, 1, 1) => blocks::<1, 1, 1>(strip),
            (1, 1, 2) => blocks::<1, 1, 2>(strip),
            (2, 2, 1) => blocks::<2, 2, 1>(strip),
            (2, 2, 2) => blocks::<2, 2, 2>(strip),
            (_, 2, _) => blocks::<0, 2, 0>(strip),
            _ => blocks::<0, 1, 0>(strip),
        }
    }
}

/// Runs over blocks and columns. `GROUPS` or a `STEP` of 0 is read from the strip.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")]
unsafe fn blocks<const GROUPS: usize, const ROWS: usize, const STEP: usize>(strip: &QDepthwiseStrip) {
    // SAFETY: the tiles lie within the strip's width. Where nothing is summed, the last tile
    // starts earlier and computes some columns again, to the same bytes.
    unsafe {
        let stage = Stage::new(strip.output);
        for block in 0..strip.channels.div_ceil(LANES) {
            let mut x = 0;
            while x + WIDE <= strip.width {
                tile::<GROUPS, ROWS, STEP, WIDE>(strip, &stage, block, x);
                x += WIDE;
            }
            if x < strip.width && strip.width >= WIDE && strip.sums.is_null() {
                tile::<GROUPS, ROWS, STEP, WIDE>(strip, &stage, block, strip.width - WIDE);
                continue;
            }
            while x < strip.width {
                tile::<GROUPS, ROWS, STEP, 1>(strip, &stage, block, x);
                x += 1;
            }
        }
    }
}

/// Computes `X` output columns of `ROWS` rows from column `x` on.
#[inline(always)]
unsafe fn tile<const GROUPS: usize, const ROWS: usize, const STEP: usize, const X: usize>(
    strip: &QDepthwiseStrip,
    stage: &Stage,
    block: usize,
    x: usize,
) {
    let width = strip.kernel_width;
    let groups = if GROUPS == 0 { strip.groups } else { GROUPS };
    let step = if STEP == 0 { strip.step } else { STEP };
    // SAFETY: columns up to `(x + X − 1)·step + width` were interleaved, weights and `init` have
    // whole blocks, and the outputs lie within the strip.
    unsafe {
        let columns = strip.columns.add(block * strip.block_stride + x * step * groups * VECTOR);
        let weights = strip.weights.add(block * width * groups * ROWS * VECTOR);
        let mut acc = [[_mm512_loadu_si512(strip.init.add(block * LANES).cast()); ROWS]; X];
        for tap in 0..width {
            for group in 0..groups {
                let mut w = [_mm512_setzero_si512(); ROWS];
                for (row, w) in w.iter_mut().enumerate() {
                    let vector = (tap * groups + group) * ROWS + row;
                    *w = _mm512_loadu_si512(weights.add(vector * VECTOR).cast());
                }
                for (x, acc) in acc.iter_mut().enumerate() {
                    let column = (x * step + tap) * groups + group;
                    let a = _mm512_loadu_si512(columns.add(column * VECTOR).cast());
                    for (acc, w) in acc.iter_mut().zip(&w) {
                        *acc = _mm512_dpbusd_epi32(*acc, a, *w);
                    }
                }
            }
        }
        store(strip, stage, block, x, &acc);
    }
}

/// The output stage of a tile.
#[inline(always)]
unsafe fn store<const ROWS: usize, const X: usize>(
    strip: &QDepthwiseStrip,
    stage: &Stage,
    block: usize,
    x: usize,
    acc: &[[__m512i; ROWS]; X],
) {
    let channel = block * LANES;
    let channels = (strip.channels - channel).min(LANES);
    let gelu = strip.output.activation == QActivation::Gelu;
    // SAFETY: `scale` has whole blocks; the first `strip.rows` rows of the tile and `channels`
    // channels are outputs of the strip.
    unsafe {
        let scale = _mm512_loadu_ps(strip.scale.add(channel));
        let mut sum = _mm512_setzero_si512();
        for row in 0..ROWS {
            if row >= strip.rows {
                break;
            }
            let mut t = [_mm512_setzero_ps(); X];
            for (t, acc) in t.iter_mut().zip(acc) {
                *t = _mm512_mul_ps(_mm512_cvtepi32_ps(acc[row]), scale);
            }
            if gelu {
                let mut copy = t;
                gelu_apart(stage, &mut copy);
                t = copy;
            }
            let mut q = [_mm512_setzero_si512(); X];
            for (q, t) in q.iter_mut().zip(&t) {
                *q = stage.integers(*t);
            }
            if !strip.sums.is_null() {
                for q in &q {
                    sum = _mm512_add_epi32(sum, stage.clamped(*q));
                }
            }
            let at = row * strip.out_row_stride + x * strip.out_step + channel;
            for (i, q) in q.iter().enumerate() {
                stage.store_one(strip.out.add(at + i * strip.out_step), *q, channels);
            }
        }
        if !strip.sums.is_null() {
            let at = strip.sums.add(channel).cast::<i32>();
            let mask = lanes(channels);
            sum = _mm512_add_epi32(sum, _mm512_maskz_loadu_epi32(mask, at));
            _mm512_mask_storeu_epi32(at, mask, sum);
        }
    }
}

/// The function of the output stage, out of line: inlined, it keeps the loop over rows from being
/// unrolled and with it the sums from staying in registers.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma")]
fn gelu_apart<const X: usize>(stage: &Stage, x: &mut [__m512; X]) {
    let mut column = [*x];
    // SAFETY: this function has what the methods of `Stage` want.
    unsafe { stage.gelu(&mut column) };
    [*x] = column;
}
