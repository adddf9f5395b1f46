//! The output stage of integer kernels in AVX-512.

use std::arch::x86_64::*;

use crate::qgemm::QOutput;
use crate::{GELU_CLAMP, GELU_POLY};

/// Lanes of a vector of accumulators.
pub(super) const LANES: usize = 16;

/// The constants of the output stage. Its methods want AVX-512 F, as their callers have.
pub(super) struct Stage {
    low: __m512,
    high: __m512,
    offset: __m512,
    post: __m512,
    residual_scale: __m512,
}

impl Stage {
    #[inline(always)]
    pub(super) unsafe fn new(output: &QOutput) -> Self {
        // SAFETY: the caller has AVX-512 F.
        unsafe {
            Self {
                low: _mm512_set1_ps(f32::from(output.min)),
                high: _mm512_set1_ps(f32::from(output.max)),
                offset: _mm512_set1_ps(output.offset),
                post: _mm512_set1_ps(output.post),
                residual_scale: _mm512_set1_ps(output.residual_scale),
            }
        }
    }

    /// [`gelu_poly`](crate::gelu_poly) times `post`.
    #[inline(always)]
    pub(super) unsafe fn gelu(&self, x: __m512) -> __m512 {
        // SAFETY: the caller has AVX-512 F.
        unsafe {
            let u = _mm512_max_ps(x, _mm512_set1_ps(-GELU_CLAMP));
            let u = _mm512_min_ps(u, _mm512_set1_ps(GELU_CLAMP));
            let t = _mm512_mul_ps(u, u);
            let mut p = _mm512_set1_ps(GELU_POLY[4]);
            for c in GELU_POLY[..4].iter().rev() {
                p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(*c));
            }
            let half = _mm512_fmadd_ps(u, p, _mm512_set1_ps(0.5));
            _mm512_mul_ps(_mm512_mul_ps(x, half), self.post)
        }
    }

    /// 16 residual bytes at `at`, which must be readable, scaled and added.
    #[inline(always)]
    pub(super) unsafe fn add_residual(&self, t: __m512, at: *const u8) -> __m512 {
        // SAFETY: the caller has AVX-512 F and gives 16 readable bytes.
        unsafe {
            let r = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(at.cast())));
            _mm512_fmadd_ps(r, self.residual_scale, t)
        }
    }

    /// Rounded and clamped to bytes, one a lane. Clamping before rounding gives the same, for the
    /// bounds are integers, and keeps large values from overflowing.
    #[inline(always)]
    pub(super) unsafe fn integers(&self, t: __m512) -> __m512i {
        // SAFETY: the caller has AVX-512 F.
        unsafe {
            let t = _mm512_max_ps(_mm512_add_ps(t, self.offset), self.low);
            _mm512_cvtps_epi32(_mm512_min_ps(t, self.high))
        }
    }
}

/// The first `count` lanes.
pub(super) fn lanes(count: usize) -> u16 {
    ((1u32 << count.min(LANES)) - 1) as u16
}
