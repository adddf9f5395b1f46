//! Four `f32` lanes, one pixel, with the instructions that every machine of an architecture has.

/// Four lanes.
#[derive(Clone, Copy)]
pub(super) struct Quad(Repr);

#[cfg(target_arch = "x86_64")]
mod arch {
    use std::arch::x86_64::*;

    pub(super) type Repr = __m128;

    // SAFETY of all blocks: SSE2 belongs to x86-64, and no pointers are used but those of arrays of
    // the right length.

    #[inline(always)]
    pub(super) fn splat(v: f32) -> Repr {
        // SAFETY: as above.
        unsafe { _mm_set1_ps(v) }
    }

    #[inline(always)]
    pub(super) fn load(v: &[f32; 4]) -> Repr {
        // SAFETY: as above.
        unsafe { _mm_loadu_ps(v.as_ptr()) }
    }

    #[inline(always)]
    pub(super) fn widen(v: u32) -> Repr {
        // SAFETY: as above.
        unsafe {
            let zero = _mm_setzero_si128();
            let bytes = _mm_cvtsi32_si128(v as i32);
            _mm_cvtepi32_ps(_mm_unpacklo_epi16(_mm_unpacklo_epi8(bytes, zero), zero))
        }
    }

    /// With the bound as second operand, NaN gives 0.
    #[inline(always)]
    pub(super) fn narrow(v: Repr) -> [u8; 4] {
        // SAFETY: as above.
        unsafe {
            let v = _mm_min_ps(_mm_max_ps(v, _mm_setzero_ps()), _mm_set1_ps(255.0));
            let words = _mm_cvtps_epi32(v);
            let words = _mm_packs_epi32(words, words);
            _mm_cvtsi128_si32(_mm_packus_epi16(words, words)).to_le_bytes()
        }
    }

    #[inline(always)]
    pub(super) fn add(a: Repr, b: Repr) -> Repr {
        // SAFETY: as above.
        unsafe { _mm_add_ps(a, b) }
    }

    #[inline(always)]
    pub(super) fn sub(a: Repr, b: Repr) -> Repr {
        // SAFETY: as above.
        unsafe { _mm_sub_ps(a, b) }
    }

    #[inline(always)]
    pub(super) fn mul(a: Repr, b: Repr) -> Repr {
        // SAFETY: as above.
        unsafe { _mm_mul_ps(a, b) }
    }
}

#[cfg(target_arch = "aarch64")]
mod arch {
    use std::arch::aarch64::*;

    pub(super) type Repr = float32x4_t;

    // SAFETY of all blocks: NEON belongs to AArch64 as Rust targets it, and no pointers are used but
    // those of arrays of the right length.

    #[inline(always)]
    pub(super) fn splat(v: f32) -> Repr {
        // SAFETY: as above.
        unsafe { vdupq_n_f32(v) }
    }

    #[inline(always)]
    pub(super) fn load(v: &[f32; 4]) -> Repr {
        // SAFETY: as above.
        unsafe { vld1q_f32(v.as_ptr()) }
    }

    #[inline(always)]
    pub(super) fn widen(v: u32) -> Repr {
        // SAFETY: as above.
        unsafe {
            let bytes = vcreate_u8(u64::from(v));
            vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))))
        }
    }

    #[inline(always)]
    pub(super) fn narrow(v: Repr) -> [u8; 4] {
        // SAFETY: as above. The conversion saturates and takes NaN to 0.
        unsafe {
            let words = vqmovn_u32(vcvtnq_u32_f32(v));
            let bytes = vqmovn_u16(vcombine_u16(words, words));
            vget_lane_u32::<0>(vreinterpret_u32_u8(bytes)).to_le_bytes()
        }
    }

    #[inline(always)]
    pub(super) fn add(a: Repr, b: Repr) -> Repr {
        // SAFETY: as above.
        unsafe { vaddq_f32(a, b) }
    }

    #[inline(always)]
    pub(super) fn sub(a: Repr, b: Repr) -> Repr {
        // SAFETY: as above.
        unsafe { vsubq_f32(a, b) }
    }

    #[inline(always)]
    pub(super) fn mul(a: Repr, b: Repr) -> Repr {
        // SAFETY: as above.
        unsafe { vmulq_f32(a, b) }
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod arch {
    use std::array::from_fn;

    use crate::elementwise::to_byte;

    pub(super) type Repr = [f32; 4];

    pub(super) fn splat(v: f32) -> Repr {
        [v; 4]
    }

    pub(super) fn load(v: &[f32; 4]) -> Repr {
        *v
    }

    pub(super) fn widen(v: u32) -> Repr {
        v.to_le_bytes().map(f32::from)
    }

    pub(super) fn narrow(v: Repr) -> [u8; 4] {
        v.map(to_byte)
    }

    pub(super) fn add(a: Repr, b: Repr) -> Repr {
        from_fn(|i| a[i] + b[i])
    }

    pub(super) fn sub(a: Repr, b: Repr) -> Repr {
        from_fn(|i| a[i] - b[i])
    }

    pub(super) fn mul(a: Repr, b: Repr) -> Repr {
        from_fn(|i| a[i] * b[i])
    }
}

use arch::Repr;

impl Quad {
    /// The same value in all lanes.
    #[inline(always)]
    pub(super) fn splat(v: f32) -> Self {
        Self(arch::splat(v))
    }

    #[inline(always)]
    pub(super) fn load(v: &[f32; 4]) -> Self {
        Self(arch::load(v))
    }

    /// Bytes as real numbers, the lowest first.
    #[inline(always)]
    pub(super) fn widen(v: u32) -> Self {
        Self(arch::widen(v))
    }

    /// [`to_byte`](crate::elementwise::to_byte) of each lane.
    #[inline(always)]
    pub(super) fn narrow(self) -> [u8; 4] {
        arch::narrow(self.0)
    }
}

impl std::ops::Add for Quad {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(arch::add(self.0, other.0))
    }
}

impl std::ops::Sub for Quad {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(arch::sub(self.0, other.0))
    }
}

impl std::ops::Mul for Quad {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(arch::mul(self.0, other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Quad;
    use crate::elementwise::to_byte;

    #[test]
    fn narrowing_rounds_as_to_byte() {
        let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3e9, -3e9, -0.2, 0.5, 1.5, 254.5, 255.6];
        for v in odd.into_iter().chain((-300..3000).map(|i| i as f32 / 8.0)) {
            assert_eq!(Quad::splat(v).narrow(), [to_byte(v); 4], "{v}");
        }
    }

    #[test]
    fn lanes_are_in_order() {
        let a = Quad::widen(u32::from_le_bytes([1, 2, 3, 200]));
        let b = Quad::load(&[0.5, 4.0, -1.0, 1.0]);
        assert_eq!((a * b + Quad::splat(10.0)).narrow(), [10, 18, 7, 210]);
        assert_eq!((a - b).narrow(), [0, 0, 4, 199]);
    }
}
