//! The output stage of integer kernels in AVX2.

use std::arch::x86_64::*;

use crate::qgemm::QOutput;
use crate::{GELU_CLAMP, GELU_POLY};

/// Lanes of a vector of accumulators.
pub(super) const LANES: usize = 8;

/// The constants of the output stage. Its methods want AVX2 and FMA, as their callers have.
pub(super) struct Stage {
    low: __m256,
    high: __m256,
    offset: __m256,
    post: __m256,
    residual_scale: __m256,
}

impl Stage {
    #[inline(always)]
    pub(super) unsafe fn new(output: &QOutput) -> Self {
        // SAFETY: the caller has AVX2 and FMA.
        unsafe {
            Self {
                low: _mm256_set1_ps(f32::from(output.min)),
                high: _mm256_set1_ps(f32::from(output.max)),
                offset: _mm256_set1_ps(output.offset),
                post: _mm256_set1_ps(output.post),
                residual_scale: _mm256_set1_ps(output.residual_scale),
            }
        }
    }

    /// [`gelu_poly`](crate::gelu_poly) times `post`.
    #[inline(always)]
    pub(super) unsafe fn gelu(&self, x: __m256) -> __m256 {
        // SAFETY: the caller has AVX2 and FMA.
        unsafe {
            let u = _mm256_max_ps(x, _mm256_set1_ps(-GELU_CLAMP));
            let u = _mm256_min_ps(u, _mm256_set1_ps(GELU_CLAMP));
            let t = _mm256_mul_ps(u, u);
            let mut p = _mm256_set1_ps(GELU_POLY[4]);
            for c in GELU_POLY[..4].iter().rev() {
                p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(*c));
            }
            let half = _mm256_fmadd_ps(u, p, _mm256_set1_ps(0.5));
            _mm256_mul_ps(_mm256_mul_ps(x, half), self.post)
        }
    }

    /// 8 residual bytes at `at`, which must be readable, scaled and added.
    #[inline(always)]
    pub(super) unsafe fn add_residual(&self, t: __m256, at: *const u8) -> __m256 {
        // SAFETY: the caller has AVX2 and FMA and gives 8 readable bytes.
        unsafe {
            let r = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(at.cast())));
            _mm256_fmadd_ps(r, self.residual_scale, t)
        }
    }

    /// Rounded and clamped integers. Clamping before rounding gives the same, for the bounds are
    /// integers, and keeps large values from overflowing.
    #[inline(always)]
    pub(super) unsafe fn integers(&self, t: __m256) -> __m256i {
        // SAFETY: the caller has AVX2.
        unsafe {
            let t = _mm256_max_ps(_mm256_add_ps(t, self.offset), self.low);
            _mm256_cvtps_epi32(_mm256_min_ps(t, self.high))
        }
    }
}

/// Writes the first `count` lanes of `q`, each within 0 to 255, as bytes at `at`.
#[inline(always)]
pub(super) unsafe fn store_bytes(at: *mut u8, q: __m256i, count: usize) {
    // SAFETY: the caller has AVX2 and gives room for `count` bytes, at most 8.
    unsafe {
        let words = _mm_packs_epi32(_mm256_castsi256_si128(q), _mm256_extracti128_si256::<1>(q));
        let bytes = _mm_packus_epi16(words, words);
        if count == LANES {
            _mm_storel_epi64(at.cast(), bytes);
        } else {
            let bytes = _mm_cvtsi128_si64(bytes).to_le_bytes();
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), at, count);
        }
    }
}
