//! The parts of the output stage of [`QOutput`] that kernels share.

use std::arch::aarch64::*;

use crate::qgemm::QOutput;
use crate::{GELU_CLAMP, GELU_POLY};

/// [`gelu_poly`](crate::gelu_poly) of each lane, the same operations in the same order.
#[inline(always)]
pub(super) fn gelu(x: float32x4_t) -> float32x4_t {
    // SAFETY: NEON is part of the architecture.
    unsafe {
        let u = vminq_f32(vmaxq_f32(x, vdupq_n_f32(-GELU_CLAMP)), vdupq_n_f32(GELU_CLAMP));
        let t = vmulq_f32(u, u);
        let mut p = vdupq_n_f32(GELU_POLY[4]);
        for c in GELU_POLY[..4].iter().rev() {
            p = vfmaq_f32(vdupq_n_f32(*c), p, t);
        }
        vmulq_f32(x, vfmaq_f32(vdupq_n_f32(0.5), u, p))
    }
}

/// The rounding of the output stage.
#[derive(Clone, Copy)]
pub(super) struct Rounding {
    offset: float32x4_t,
    min: uint8x8_t,
    max: uint8x8_t,
}

impl Rounding {
    #[inline(always)]
    pub(super) fn new(output: &QOutput) -> Self {
        // SAFETY: NEON is part of the architecture.
        unsafe {
            Self {
                offset: vdupq_n_f32(output.offset),
                min: vdup_n_u8(output.min),
                max: vdup_n_u8(output.max),
            }
        }
    }

    /// Rounded to even, saturated and clamped.
    #[inline(always)]
    pub(super) fn bytes(&self, [low, high]: [float32x4_t; 2]) -> uint8x8_t {
        // SAFETY: NEON is part of the architecture.
        unsafe {
            let low = vcvtnq_s32_f32(vaddq_f32(low, self.offset));
            let high = vcvtnq_s32_f32(vaddq_f32(high, self.offset));
            let bytes = vqmovn_u16(vqmovun_high_s32(vqmovun_s32(low), high));
            vmin_u8(vmax_u8(bytes, self.min), self.max)
        }
    }
}

/// Writes the first `cols` bytes.
///
/// # Safety
/// `p` may be written for `cols` bytes, 1 to 16.
#[inline(always)]
pub(super) unsafe fn write_bytes(mut p: *mut u8, cols: usize, mut bytes: uint8x16_t) {
    // SAFETY: the powers of two of which `cols` is made cover exactly `cols` bytes.
    unsafe {
        if cols == 16 {
            return vst1q_u8(p, bytes);
        }
        if cols & 8 != 0 {
            vst1_u8(p, vget_low_u8(bytes));
            bytes = vextq_u8::<8>(bytes, bytes);
            p = p.add(8);
        }
        if cols & 4 != 0 {
            p.cast::<u32>().write_unaligned(vgetq_lane_u32::<0>(vreinterpretq_u32_u8(bytes)));
            bytes = vextq_u8::<4>(bytes, bytes);
            p = p.add(4);
        }
        if cols & 2 != 0 {
            p.cast::<u16>().write_unaligned(vgetq_lane_u16::<0>(vreinterpretq_u16_u8(bytes)));
            bytes = vextq_u8::<2>(bytes, bytes);
            p = p.add(2);
        }
        if cols & 1 != 0 {
            *p = vgetq_lane_u8::<0>(bytes);
        }
    }
}
