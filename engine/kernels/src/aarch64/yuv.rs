//! YUV to RGB in NEON, 16 pixels at a time.

use std::arch::aarch64::*;

use crate::image::yuv::row::{Chroma, Row, Rows};
use crate::image::yuv::{YuvKernel, YuvToRgb, convert};

pub(crate) const KERNEL: YuvKernel = YuvKernel { name: "neon-yuv-rgb", convert: convert::<Neon> };

/// Pixels of a piece.
const PIECE: usize = 16;

/// [`Chroma`] as constants, so that each has a loop of its own.
const PLANAR: u8 = 0;
const U_THEN_V: u8 = 1;
const V_THEN_U: u8 = 2;
const APART: u8 = 3;

struct Neon;

impl Rows for Neon {
    #[inline(always)]
    unsafe fn convert(row: &Row<'_>, table: &YuvToRgb, out: &mut [u8]) -> usize {
        let pieces = row.whole_pieces(PIECE, out.len());
        // SAFETY: NEON belongs to the architecture; that many pieces are whole.
        unsafe {
            match row.chroma {
                Chroma::Planar => pieces_of::<PLANAR>(pieces, row, table, out),
                Chroma::UThenV => pieces_of::<U_THEN_V>(pieces, row, table, out),
                Chroma::VThenU => pieces_of::<V_THEN_U>(pieces, row, table, out),
                Chroma::Apart => pieces_of::<APART>(pieces, row, table, out),
            }
        }
        pieces * PIECE
    }
}

/// 8 samples of U and of V, in 16 bits each.
///
/// # Safety
/// Piece `i` is whole.
#[inline(always)]
unsafe fn chroma<const LAYOUT: u8>(row: &Row<'_>, i: usize) -> [uint16x8_t; 2] {
    // SAFETY: the caller's promise.
    unsafe {
        match LAYOUT {
            PLANAR => [widen(row.u, i), widen(row.v, i)],
            U_THEN_V => halves(row.u, i),
            V_THEN_U => {
                let [v, u] = halves(row.v, i);
                [u, v]
            }
            _ => [halves(row.u, i)[0], halves(row.v, i)[0]],
        }
    }
}

/// # Safety
/// Piece `i` is whole.
#[inline(always)]
unsafe fn widen(bytes: &[u8], i: usize) -> uint16x8_t {
    debug_assert!(8 * i + 8 <= bytes.len());
    // SAFETY: the caller's promise.
    unsafe { vmovl_u8(vld1_u8(bytes.as_ptr().add(8 * i))) }
}

/// The even and the odd ones of 16 bytes, in 16 bits each.
///
/// # Safety
/// Piece `i` is whole.
#[inline(always)]
unsafe fn halves(bytes: &[u8], i: usize) -> [uint16x8_t; 2] {
    debug_assert!(16 * i + 16 <= bytes.len());
    // SAFETY: the caller's promise.
    unsafe {
        let pairs = vreinterpretq_u16_u8(vld1q_u8(bytes.as_ptr().add(16 * i)));
        [vandq_u16(pairs, vdupq_n_u16(0xff)), vshrq_n_u16::<8>(pairs)]
    }
}

/// # Safety
/// `pieces` pieces of `row` and `out` are whole.
#[inline(always)]
unsafe fn pieces_of<const LAYOUT: u8>(pieces: usize, row: &Row<'_>, table: &YuvToRgb, out: &mut [u8]) {
    debug_assert!(48 * pieces <= out.len() && PIECE * pieces <= row.y.len());
    // SAFETY: the caller's promise.
    unsafe {
        for i in 0..pieces {
            let y = vld1q_u8(row.y.as_ptr().add(PIECE * i));
            let [u, v] = chroma::<LAYOUT>(row, i);
            let low = [vmovl_u16(vget_low_u16(u)), vmovl_u16(vget_low_u16(v))];
            let low = apply(table, vmovl_u8(vget_low_u8(y)), low);
            let high = [vmovl_high_u16(u), vmovl_high_u16(v)];
            let high = apply(table, vmovl_high_u8(y), high);
            let pack = |c: usize| vcombine_u8(vqmovun_s16(low[c]), vqmovun_s16(high[c]));
            vst3q_u8(out.as_mut_ptr().add(48 * i), uint8x16x3_t(pack(0), pack(1), pack(2)));
        }
    }
}

/// Channels, not yet cut to bytes, of 8 pixels of 16 bits and their 4 pairs' chroma of 32 bits: a pair of
/// pixels fills the bits of its sample of chroma.
///
/// # Safety
/// None is needed beyond NEON.
#[inline(always)]
unsafe fn apply(table: &YuvToRgb, y: uint16x8_t, [u, v]: [uint32x4_t; 2]) -> [int16x8_t; 3] {
    // SAFETY: NEON belongs to the architecture.
    unsafe {
        let y = vreinterpretq_u32_u16(y);
        let times = |x: uint32x4_t, factor: i32| vmulq_n_s32(vreinterpretq_s32_u32(x), factor);
        let even = times(vandq_u32(y, vdupq_n_u32(0xffff)), table.y);
        let odd = times(vshrq_n_u32::<16>(y), table.y);
        let [r, g, b] = table.bias.map(|bias| vdupq_n_s32(bias));
        let (u, v) = (vreinterpretq_s32_u32(u), vreinterpretq_s32_u32(v));
        let r = vmlaq_n_s32(r, v, table.rv);
        let g = vmlaq_n_s32(vmlaq_n_s32(g, u, table.gu), v, table.gv);
        let b = vmlaq_n_s32(b, u, table.bu);
        [r, g, b].map(|chroma| {
            let even = vreinterpretq_u32_s32(vaddq_s32(even, chroma));
            let odd = vreinterpretq_u32_s32(vaddq_s32(odd, chroma));
            vreinterpretq_s16_u32(vsriq_n_u32::<16>(odd, even))
        })
    }
}
