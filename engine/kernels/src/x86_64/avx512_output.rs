//! The output stage of integer kernels in AVX-512.

use std::arch::x86_64::*;

use crate::qgemm::QOutput;
use crate::{GELU_CLAMP, GELU_POLY};

/// Lanes of a vector of accumulators.
pub(super) const LANES: usize = 16;

/// The constants of the output stage. Its methods want AVX-512 F, as their callers have.
pub(super) struct Stage {
    low: __m512i,
    low_integers: __m512i,
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
                low: _mm512_set1_epi8(output.min as i8),
                low_integers: _mm512_set1_epi32(i32::from(output.min)),
                high: _mm512_set1_ps(f32::from(output.max)),
                offset: _mm512_set1_ps(output.offset),
                post: _mm512_set1_ps(output.post),
                residual_scale: _mm512_set1_ps(output.residual_scale),
            }
        }
    }

    /// [`gelu_poly`](crate::gelu_poly) times `post` of `R × N` vectors, step by step: one vector is a
    /// chain of 13 dependent operations, longer than the processor looks ahead.
    #[inline(always)]
    pub(super) unsafe fn gelu<const R: usize, const N: usize>(&self, x: &mut [[__m512; R]; N]) {
        // SAFETY: the caller has AVX-512 F.
        unsafe {
            let (mut u, mut t) = (*x, *x);
            for u in u.as_flattened_mut() {
                *u = _mm512_max_ps(*u, _mm512_set1_ps(-GELU_CLAMP));
            }
            for u in u.as_flattened_mut() {
                *u = _mm512_min_ps(*u, _mm512_set1_ps(GELU_CLAMP));
            }
            for (t, u) in t.as_flattened_mut().iter_mut().zip(u.as_flattened()) {
                *t = _mm512_mul_ps(*u, *u);
            }
            let mut p = [[_mm512_set1_ps(GELU_POLY[4]); R]; N];
            for c in GELU_POLY[..4].iter().rev() {
                for (p, t) in p.as_flattened_mut().iter_mut().zip(t.as_flattened()) {
                    *p = _mm512_fmadd_ps(*p, *t, _mm512_set1_ps(*c));
                }
            }
            for (p, u) in p.as_flattened_mut().iter_mut().zip(u.as_flattened()) {
                *p = _mm512_fmadd_ps(*u, *p, _mm512_set1_ps(0.5));
            }
            for (x, p) in x.as_flattened_mut().iter_mut().zip(p.as_flattened()) {
                *x = _mm512_mul_ps(*x, *p);
            }
            for x in x.as_flattened_mut() {
                *x = _mm512_mul_ps(*x, self.post);
            }
        }
    }

    /// `max(t, t·post)`.
    #[inline(always)]
    pub(super) unsafe fn leaky_relu(&self, t: __m512) -> __m512 {
        // SAFETY: the caller has AVX-512 F.
        unsafe { _mm512_max_ps(t, _mm512_mul_ps(t, self.post)) }
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

    /// Rounded and clamped from above. Doing so before rounding gives the same, for the bound is an
    /// integer, and keeps large values from overflowing; small ones become `i32::MIN`.
    #[inline(always)]
    pub(super) unsafe fn integers(&self, t: __m512) -> __m512i {
        // SAFETY: the caller has AVX-512 F.
        unsafe { _mm512_cvtps_epi32(_mm512_min_ps(_mm512_add_ps(t, self.offset), self.high)) }
    }

    /// The integers clamped from below, too.
    #[inline(always)]
    pub(super) unsafe fn clamped(&self, q: __m512i) -> __m512i {
        // SAFETY: the caller has AVX-512 F.
        unsafe { _mm512_max_epi32(q, self.low_integers) }
    }

    /// Clamps the integers of `q` from below and writes the first `count` as bytes at `at`, where
    /// there must be room for them.
    #[inline(always)]
    pub(super) unsafe fn store_one(&self, at: *mut u8, q: __m512i, count: usize) {
        // SAFETY: the caller has AVX-512 BW and gives room for `count` bytes.
        unsafe {
            let bytes = _mm512_cvtepi32_epi8(self.clamped(q));
            if count >= LANES {
                _mm_storeu_si128(at.cast(), bytes);
            } else {
                _mm_mask_storeu_epi8(at.cast(), lanes(count), bytes);
            }
        }
    }

    /// Clamps the integers of `V` vectors (1 to 3) from below and writes the first `count` as bytes
    /// at `at`, where there must be room for them.
    #[inline(always)]
    pub(super) unsafe fn store<const V: usize>(&self, at: *mut u8, q: &[__m512i; V], count: usize) {
        // SAFETY: the caller has AVX-512 BW and gives room for `count` bytes, at most `V × LANES`.
        unsafe {
            let a = _mm512_packs_epi32(q[0], q[if V > 1 { 1 } else { 0 }]);
            let b = if V > 2 { _mm512_packs_epi32(q[2], q[2]) } else { a };
            let bytes = _mm512_max_epu8(_mm512_packus_epi16(a, b), self.low);
            let order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
            let bytes = _mm512_permutexvar_epi32(order, bytes);
            if count < V * LANES {
                _mm512_mask_storeu_epi8(at.cast(), (1 << count) - 1, bytes);
                return;
            }
            match V {
                1 => _mm_storeu_si128(at.cast(), _mm512_castsi512_si128(bytes)),
                2 => _mm256_storeu_si256(at.cast(), _mm512_castsi512_si256(bytes)),
                _ => {
                    _mm256_storeu_si256(at.cast(), _mm512_castsi512_si256(bytes));
                    let rest = _mm512_extracti32x4_epi32::<2>(bytes);
                    _mm_storeu_si128(at.add(2 * LANES).cast(), rest);
                }
            }
        }
    }
}

/// The first `count` lanes.
pub(super) fn lanes(count: usize) -> u16 {
    ((1u32 << count.min(LANES)) - 1) as u16
}
