//! The output stage of integer kernels in AVX2.

use std::arch::x86_64::*;

use crate::qgemm::QOutput;
use crate::{GELU_CLAMP, GELU_POLY};

/// Lanes of a vector of accumulators.
pub(super) const LANES: usize = 8;

/// The constants of the output stage. Its methods want AVX2 and FMA, as their callers have.
pub(super) struct Stage {
    low_bytes: __m256i,
    low_integers: __m256i,
    high: __m256,
    offset: __m256,
    post: __m256,
    residual_scale: __m256,
    low_float: __m256,
    high_float: __m256,
}

impl Stage {
    #[inline(always)]
    pub(super) unsafe fn new(output: &QOutput) -> Self {
        // SAFETY: the caller has AVX2 and FMA.
        unsafe {
            Self {
                low_bytes: _mm256_set1_epi8(output.min as i8),
                low_integers: _mm256_set1_epi32(i32::from(output.min)),
                high: _mm256_set1_ps(f32::from(output.max)),
                offset: _mm256_set1_ps(output.offset),
                post: _mm256_set1_ps(output.post),
                residual_scale: _mm256_set1_ps(output.residual_scale),
                low_float: _mm256_set1_ps(output.min_f32),
                high_float: _mm256_set1_ps(output.max_f32),
            }
        }
    }

    /// [`gelu_poly`](crate::gelu_poly) times `post` of `N` vectors, step by step: one vector is a
    /// chain of 13 dependent operations, longer than the processor looks ahead.
    #[inline(always)]
    pub(super) unsafe fn gelu<const N: usize>(&self, x: &mut [__m256; N]) {
        // SAFETY: the caller has AVX2 and FMA.
        unsafe {
            let (mut u, mut t) = (*x, *x);
            for u in &mut u {
                *u = _mm256_max_ps(*u, _mm256_set1_ps(-GELU_CLAMP));
            }
            for u in &mut u {
                *u = _mm256_min_ps(*u, _mm256_set1_ps(GELU_CLAMP));
            }
            for (t, u) in t.iter_mut().zip(&u) {
                *t = _mm256_mul_ps(*u, *u);
            }
            let mut p = [_mm256_set1_ps(GELU_POLY[4]); N];
            for c in GELU_POLY[..4].iter().rev() {
                for (p, t) in p.iter_mut().zip(&t) {
                    *p = _mm256_fmadd_ps(*p, *t, _mm256_set1_ps(*c));
                }
            }
            for (p, u) in p.iter_mut().zip(&u) {
                *p = _mm256_fmadd_ps(*u, *p, _mm256_set1_ps(0.5));
            }
            for (x, p) in x.iter_mut().zip(&p) {
                *x = _mm256_mul_ps(*x, *p);
            }
            for x in x {
                *x = _mm256_mul_ps(*x, self.post);
            }
        }
    }

    /// `max(t, t·post)`.
    #[inline(always)]
    pub(super) unsafe fn leaky_relu(&self, t: __m256) -> __m256 {
        // SAFETY: the caller has AVX2.
        unsafe { _mm256_max_ps(t, _mm256_mul_ps(t, self.post)) }
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

    /// Rounded and clamped from above. Doing so before rounding gives the same, for the bound is an
    /// integer, and keeps large values from overflowing; small ones become `i32::MIN`.
    #[inline(always)]
    pub(super) unsafe fn integers(&self, t: __m256) -> __m256i {
        // SAFETY: the caller has AVX2.
        unsafe { _mm256_cvtps_epi32(_mm256_min_ps(_mm256_add_ps(t, self.offset), self.high)) }
    }

    /// The integers clamped from below, too.
    #[inline(always)]
    pub(super) unsafe fn clamped(&self, q: __m256i) -> __m256i {
        // SAFETY: the caller has AVX2.
        unsafe { _mm256_max_epi32(q, self.low_integers) }
    }

    /// Clamps the integers of one vector, or of an even number, from below and writes the first
    /// `count` lanes of each as bytes, vectors `step` apart from `at` on, where there must be room
    /// for them.
    #[inline(always)]
    pub(super) unsafe fn store_apart<const N: usize>(
        &self,
        at: *mut u8,
        step: usize,
        q: &[__m256i; N],
        count: usize,
    ) {
        // SAFETY: the caller has AVX2 and gives room for `count` bytes at each of the places.
        unsafe {
            if N == 1 || count != LANES {
                for (i, q) in q.iter().enumerate() {
                    self.store(at.add(i * step), &[*q], count);
                }
                return;
            }
            for i in (0..N).step_by(2) {
                let bytes = self.pack(q[i], q[i + 1]);
                _mm_storel_epi64(at.add(i * step).cast(), bytes);
                _mm_storeh_pd(at.add((i + 1) * step).cast(), _mm_castsi128_pd(bytes));
            }
        }
    }

    /// The bytes of `a`, then of `b`, clamped from below.
    #[inline(always)]
    unsafe fn pack(&self, a: __m256i, b: __m256i) -> __m128i {
        // SAFETY: the caller has AVX2.
        unsafe {
            let words = _mm256_packs_epi32(a, b);
            let (low, high) = (_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
            let bytes = _mm_max_epu8(_mm_packus_epi16(low, high), _mm256_castsi256_si128(self.low_bytes));
            _mm_shuffle_epi32::<0b11_01_10_00>(bytes)
        }
    }

    /// Clamps the integers of two rows of two vectors, or of four rows of one, from below and writes them as
    /// bytes, rows `stride` apart from `at` on, where there must be room for `V × LANES` bytes each.
    #[inline(always)]
    pub(super) unsafe fn store_rows<const V: usize>(&self, at: *mut u8, stride: usize, q: &[__m256i; 4]) {
        // SAFETY: the caller has AVX2 and gives room.
        unsafe {
            let words = [_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3])];
            let bytes = _mm256_max_epu8(_mm256_packus_epi16(words[0], words[1]), self.low_bytes);
            // Each half has four bytes of each of the four vectors.
            let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
            let bytes = _mm256_permutevar8x32_epi32(bytes, order);
            let halves = [_mm256_castsi256_si128(bytes), _mm256_extracti128_si256::<1>(bytes)];
            for (i, half) in halves.into_iter().enumerate() {
                if V == 2 {
                    _mm_storeu_si128(at.add(i * stride).cast(), half);
                } else {
                    _mm_storel_epi64(at.add(2 * i * stride).cast(), half);
                    _mm_storeh_pd(at.add((2 * i + 1) * stride).cast(), _mm_castsi128_pd(half));
                }
            }
        }
    }

    /// Clamps the integers of one or two vectors from below and writes the first `count` as bytes
    /// at `at`, where there must be room for them.
    #[inline(always)]
    pub(super) unsafe fn store<const V: usize>(&self, at: *mut u8, q: &[__m256i; V], count: usize) {
        // SAFETY: the caller has AVX2 and gives room for `count` bytes, at most `V × LANES`.
        unsafe {
            let bytes = self.pack(q[0], q[V - 1]);
            if count == 2 * LANES {
                _mm_storeu_si128(at.cast(), bytes);
            } else if count == LANES {
                _mm_storel_epi64(at.cast(), bytes);
            } else {
                let mut all = [0; 2 * LANES];
                _mm_storeu_si128(all.as_mut_ptr().cast(), bytes);
                std::ptr::copy_nonoverlapping(all.as_ptr(), at, count);
            }
        }
    }

    /// Clamps and writes the first `count` lanes of `t` at `at`, where there must be room for them.
    #[inline(always)]
    pub(super) unsafe fn store_floats(&self, at: *mut f32, t: __m256, count: usize) {
        // SAFETY: the caller has AVX2 and gives room for `count` values, at most LANES.
        unsafe {
            let t = _mm256_min_ps(_mm256_max_ps(t, self.low_float), self.high_float);
            if count == LANES {
                _mm256_storeu_ps(at, t);
            } else {
                let mut values = [0f32; LANES];
                _mm256_storeu_ps(values.as_mut_ptr(), t);
                std::ptr::copy_nonoverlapping(values.as_ptr(), at, count);
            }
        }
    }
}
