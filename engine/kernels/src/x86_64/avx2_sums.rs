//! The output stage of integer matrix kernels of 256 bits, from sums in memory.

use std::arch::x86_64::*;

use super::avx2_output::{LANES, Stage};
use crate::qgemm::{QActivation, QBlock, QOut};

/// Output stages that are compiled by themselves, by number; [`GENERAL`] is the rest.
const LINEAR: u8 = 0;
const GELU: u8 = 1;
const RESIDUAL: u8 = 2;
const LEAKY_RELU: u8 = 3;
const GENERAL: u8 = 4;

/// Computes and stores the outputs of the first `block.rows` rows.
#[inline(always)]
pub(super) unsafe fn store<const ROWS: usize, const V: usize>(block: &QBlock, sums: &[[__m256i; V]; ROWS]) {
    let whole = (ROWS * V).is_multiple_of(4) && block.rows == ROWS && block.cols == V * LANES;
    let sums = sums.as_slice();
    // SAFETY: passed on.
    unsafe {
        match (block.out, block.output.activation, block.residual.is_null()) {
            (QOut::U8(out), QActivation::Linear, true) if whole => whole_rows::<V, LINEAR>(block, sums, out),
            (QOut::U8(out), QActivation::Gelu, true) if whole => whole_rows::<V, GELU>(block, sums, out),
            (QOut::U8(out), QActivation::Linear, false) if whole => {
                whole_rows::<V, RESIDUAL>(block, sums, out)
            }
            (QOut::U8(out), QActivation::LeakyRelu, true) if whole => {
                whole_rows::<V, LEAKY_RELU>(block, sums, out)
            }
            _ => any(block, sums),
        }
    }
}

/// Whole rows, four vectors at a time.
#[target_feature(enable = "avx2,fma")]
unsafe fn whole_rows<const V: usize, const STAGE: u8>(block: &QBlock, sums: &[[__m256i; V]], out: *mut u8) {
    // SAFETY: all rows and columns of the block are outputs; likewise residuals.
    unsafe {
        let stage = Stage::new(block.output);
        let scale: [__m256; V] = std::array::from_fn(|v| _mm256_loadu_ps(block.scale.add(v * LANES)));
        for (i, sums) in sums.as_flattened().chunks_exact(4).enumerate() {
            let mut t: [__m256; 4] =
                std::array::from_fn(|j| _mm256_mul_ps(_mm256_cvtepi32_ps(sums[j]), scale[j % V]));
            let row = 4 * i / V;
            match STAGE {
                GELU => stage.gelu(&mut t),
                LEAKY_RELU => t = t.map(|t| stage.leaky_relu(t)),
                RESIDUAL => {
                    for (j, t) in t.iter_mut().enumerate() {
                        let at = (row + j / V) * block.residual_stride + j % V * LANES;
                        *t = stage.add_residual(*t, block.residual.add(at));
                    }
                }
                _ => {}
            }
            let q = t.map(|t| stage.integers(t));
            stage.store_rows::<V>(out.add(row * block.out_stride), block.out_stride, &q);
        }
    }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn any<const V: usize>(block: &QBlock, sums: &[[__m256i; V]]) {
    // SAFETY: passed on.
    unsafe {
        match (block.out, block.output.activation, block.residual.is_null()) {
            (QOut::U8(_), QActivation::Linear, true) => stage::<V, LINEAR>(block, sums),
            (QOut::U8(_), QActivation::Gelu, true) => stage::<V, GELU>(block, sums),
            (QOut::U8(_), QActivation::Linear, false) => stage::<V, RESIDUAL>(block, sums),
            (QOut::U8(_), QActivation::LeakyRelu, true) => stage::<V, LEAKY_RELU>(block, sums),
            _ => stage::<V, GENERAL>(block, sums),
        }
    }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn stage<const V: usize, const STAGE: u8>(block: &QBlock, sums: &[[__m256i; V]]) {
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
                let scale = _mm256_loadu_ps(block.scale.add(v * LANES));
                *t = _mm256_mul_ps(_mm256_cvtepi32_ps(row[v]), scale);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Isa;
    use crate::qgemm::QOutput;
    use crate::qgemm::scalar::{byte, real};
    use crate::test_support::Random;

    const STRIDE: usize = 21;

    /// Blocks of `rows` rows and `cols` columns from random sums, by every stage, against plain Rust.
    fn check<const ROWS: usize, const V: usize>(random: &mut Random, rows: usize, cols: usize) {
        let sums: [[[i32; LANES]; V]; ROWS] = std::array::from_fn(|_| {
            std::array::from_fn(|_| std::array::from_fn(|_| random.within(0, 1_000_000) as i32 - 500_000))
        });
        let scale: Vec<f32> = (0..V * LANES).map(|_| random.within(1, 90) as f32 * 1e-5).collect();
        let residuals: Vec<u8> = (0..STRIDE * ROWS + 16).map(|_| random.within(0, 255) as u8).collect();
        let init = [0; 2 * LANES];
        for (activation, with) in [
            (QActivation::Linear, false),
            (QActivation::Gelu, false),
            (QActivation::Linear, true),
            (QActivation::LeakyRelu, false),
            (QActivation::Gelu, true),
        ] {
            let output = QOutput {
                activation,
                post: if activation == QActivation::LeakyRelu { 0.1 } else { 21.0 },
                residual_scale: 0.37,
                offset: 11.25,
                min: 7,
                max: 200,
                min_f32: 0.0,
                max_f32: 0.0,
            };
            let mut out = vec![123u8; STRIDE * ROWS];
            let block = QBlock {
                rows,
                cols,
                a: std::ptr::null(),
                taps: 0,
                k_groups: 0,
                panel: std::ptr::null(),
                pairing: None,
                init: init.as_ptr(),
                scale: scale.as_ptr(),
                output: &output,
                residual: if with { residuals.as_ptr() } else { std::ptr::null() },
                residual_stride: STRIDE,
                out: QOut::U8(out.as_mut_ptr()),
                out_stride: STRIDE,
            };
            // SAFETY: the machine has AVX2, arrays of sums are vectors, and the block's outputs and residuals
            // are there.
            unsafe { store_in_avx2::<ROWS, V>(&block, &std::mem::transmute_copy(&sums)) };
            for (i, got) in out.iter().enumerate() {
                let (row, col) = (i / STRIDE, i % STRIDE);
                let expected = match row < rows && col < cols {
                    true => {
                        let sum = sums[row][col / LANES][col % LANES];
                        byte(real(sum, scale[col], with.then(|| residuals[i]), &output), &output)
                    }
                    false => 123,
                };
                assert_eq!(*got, expected, "{activation:?}, {ROWS} × {V}, {rows} × {cols}: {row}, {col}");
            }
        }
    }

    #[target_feature(enable = "avx2,fma")]
    unsafe fn store_in_avx2<const ROWS: usize, const V: usize>(block: &QBlock, sums: &[[__m256i; V]; ROWS]) {
        // SAFETY: passed on.
        unsafe { store(block, sums) };
    }

    #[test]
    fn blocks_of_every_size_are_stored_as_plain_rust_does() {
        if !Isa::Avx2.is_available() {
            println!("this machine has no AVX2");
            return;
        }
        let mut random = Random::new(3);
        for cols in 1..=2 * LANES {
            for rows in 1..=6 {
                match cols <= LANES {
                    true => check::<6, 1>(&mut random, rows, cols),
                    false => check::<6, 2>(&mut random, rows, cols),
                }
                match (rows, cols <= LANES) {
                    (1, true) => check::<1, 1>(&mut random, rows, cols),
                    (1, false) => check::<1, 2>(&mut random, rows, cols),
                    (2, true) => check::<2, 1>(&mut random, rows, cols),
                    (2, false) => check::<2, 2>(&mut random, rows, cols),
                    (3 | 4, true) => check::<4, 1>(&mut random, rows, cols),
                    (3 | 4, false) => check::<4, 2>(&mut random, rows, cols),
                    _ => {}
                }
            }
        }
    }
}
