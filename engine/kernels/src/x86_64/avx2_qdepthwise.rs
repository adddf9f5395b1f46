//! Integer depthwise kernel for AVX2: 8 channels of two rows in a vector of 16-bit words.

use std::arch::x86_64::*;

use super::avx2_output::{LANES, Stage};
use crate::qdepthwise::{QDepthwiseColumns, QDepthwiseKernel, QDepthwiseStrip};
use crate::qgemm::QActivation;

const KR: usize = 2;
/// Bytes of a vector.
const VECTOR: usize = 32;
/// Output columns computed together.
const WIDE: usize = 4;

pub(crate) const KERNEL: QDepthwiseKernel = QDepthwiseKernel {
    name: "avx2-dw-u8i8-8x2",
    lanes: LANES,
    kr: KR,
    activation_shift: 0,
    interleave,
    multiply,
};

/// Interleaves 16 channels of two rows at a time, widened to 16 bits.
#[target_feature(enable = "avx2,fma")]
unsafe fn interleave(columns: &QDepthwiseColumns) {
    // SAFETY: rows may be read in whole 64 bytes of channels, and `out` written in whole blocks,
    // by the contract of `QDepthwiseColumns`.
    unsafe {
        for group in 0..columns.groups {
            let [a, b] = [*columns.sources.add(group * KR), *columns.sources.add(group * KR + 1)];
            for x in 0..columns.columns {
                let out = columns.out.add((x * columns.groups + group) * VECTOR);
                for block in (0..columns.blocks).step_by(2) {
                    let a = _mm_loadu_si128(a.at.add(x * a.step + block * LANES).cast());
                    let b = _mm_loadu_si128(b.at.add(x * b.step + block * LANES).cast());
                    let low = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(a, b));
                    _mm256_storeu_si256(out.add(block * columns.block_stride).cast(), low);
                    if block + 1 < columns.blocks {
                        let high = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(a, b));
                        _mm256_storeu_si256(out.add((block + 1) * columns.block_stride).cast(), high);
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
            (2, 2, 1) => blocks::<2, 2, 1>(strip),
            (2, 2, 2) => blocks::<2, 2, 2>(strip),
            (2, 1, 1) => blocks::<2, 1, 1>(strip),
            (2, 1, 2) => blocks::<2, 1, 2>(strip),
            (3, 2, 1) => blocks::<3, 2, 1>(strip),
            (3, 1, 2) => blocks::<3, 1, 2>(strip),
            (4, 2, 1) => blocks::<4, 2, 1>(strip),
            (1, 2, 1) => blocks::<1, 2, 1>(strip),
            (_, 2, _) => blocks::<0, 2, 0>(strip),
            _ => blocks::<0, 1, 0>(strip),
        }
    }
}

/// Runs over blocks and columns. `GROUPS` or a `STEP` of 0 is read from the strip.
#[target_feature(enable = "avx2,fma")]
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
        let mut acc = [[_mm256_loadu_si256(strip.init.add(block * LANES).cast()); ROWS]; X];
        for tap in 0..width {
            for group in 0..groups {
                let mut w = [_mm256_setzero_si256(); ROWS];
                for (row, w) in w.iter_mut().enumerate() {
                    let vector = (tap * groups + group) * ROWS + row;
                    *w = _mm256_loadu_si256(weights.add(vector * VECTOR).cast());
                }
                for (x, acc) in acc.iter_mut().enumerate() {
                    let column = (x * step + tap) * groups + group;
                    let a = _mm256_loadu_si256(columns.add(column * VECTOR).cast());
                    for (acc, w) in acc.iter_mut().zip(&w) {
                        *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(a, *w));
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
    acc: &[[__m256i; ROWS]; X],
) {
    let channel = block * LANES;
    let channels = (strip.channels - channel).min(LANES);
    let gelu = strip.output.activation == QActivation::Gelu;
    // SAFETY: `scale` has whole blocks; the first `strip.rows` rows of the tile and `channels`
    // channels are outputs of the strip.
    unsafe {
        let scale = _mm256_loadu_ps(strip.scale.add(channel));
        let mut sum = _mm256_setzero_si256();
        for row in 0..ROWS {
            if row >= strip.rows {
                break;
            }
            let mut t = [_mm256_setzero_ps(); X];
            for (t, acc) in t.iter_mut().zip(acc) {
                *t = _mm256_mul_ps(_mm256_cvtepi32_ps(acc[row]), scale);
            }
            if gelu {
                let mut copy = t;
                gelu_apart(stage, &mut copy);
                t = copy;
            }
            let mut q = [_mm256_setzero_si256(); X];
            for (q, t) in q.iter_mut().zip(&t) {
                *q = stage.integers(*t);
            }
            if !strip.sums.is_null() {
                for q in &q {
                    sum = _mm256_add_epi32(sum, stage.clamped(*q));
                }
            }
            let at = row * strip.out_row_stride + x * strip.out_step + channel;
            stage.store_apart(strip.out.add(at), strip.out_step, &q, channels);
        }
        if !strip.sums.is_null() {
            let mut sums = [0u32; LANES];
            _mm256_storeu_si256(sums.as_mut_ptr().cast(), sum);
            for (c, sum) in sums.iter().enumerate().take(channels) {
                *strip.sums.add(channel + c) += sum;
            }
        }
    }
}

/// The function of the output stage, out of line: inlined, it keeps the loop over rows from being
/// unrolled and with it the sums from staying in registers.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
fn gelu_apart<const X: usize>(stage: &Stage, x: &mut [__m256; X]) {
    // SAFETY: this function has what the methods of `Stage` want.
    unsafe { stage.gelu(x) };
}
