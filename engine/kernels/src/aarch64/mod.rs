//! Kernels for AArch64. NEON is part of the architecture, so only what came later is detected.

pub(crate) mod ceilings;
pub(crate) mod fgemm;
mod output;
pub(crate) mod qdepthwise;
pub(crate) mod qgemm;
pub(crate) mod yuv;

use std::arch::aarch64::*;
use std::arch::asm;

/// `acc[i] + Σ a[4i + j]·b[4i + j]` over `j < 4`; the intrinsic is not stable.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn sdot(mut acc: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: the instruction reads and writes registers only and is part of `dotprod`.
    unsafe {
        asm!(
            "sdot {acc:v}.4s, {a:v}.16b, {b:v}.16b",
            acc = inlateout(vreg) acc,
            a = in(vreg) a,
            b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    acc
}

/// `acc[2i + j] + Σ a[8i + k]·w[8j + k]` over `k < 8`; the intrinsic is not stable.
#[inline]
#[target_feature(enable = "neon,i8mm")]
fn usmmla(mut acc: int32x4_t, a: uint8x16_t, w: int8x16_t) -> int32x4_t {
    // SAFETY: the instruction reads and writes registers only and is part of `i8mm`.
    unsafe {
        asm!(
            "usmmla {acc:v}.4s, {a:v}.16b, {w:v}.16b",
            acc = inlateout(vreg) acc,
            a = in(vreg) a,
            w = in(vreg) w,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    acc
}
