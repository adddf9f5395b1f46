//! YUV to RGB in AVX2, 32 pixels at a time.

use std::arch::x86_64::*;

use crate::image::yuv::row::{Chroma, Row, Rows};
use crate::image::yuv::{Yuv420, YuvKernel, YuvToRgb, YuvView, convert};

pub(crate) const KERNEL: YuvKernel = YuvKernel { name: "avx2-yuv-rgb", convert: convert_avx2 };

#[target_feature(enable = "avx2")]
fn convert_avx2(frame: &Yuv420<'_>, view: &YuvView, table: &YuvToRgb, out: &mut [u8]) {
    // SAFETY: this function has AVX2.
    unsafe { convert::<Avx2>(frame, view, table, out) }
}

/// Pixels of a piece.
const PIECE: usize = 32;

/// [`Chroma`] as constants, so that each has a loop of its own. Closures would not be sure to be inlined, and have
/// no AVX2 by themselves.
const PLANAR: u8 = 0;
const U_THEN_V: u8 = 1;
const V_THEN_U: u8 = 2;
const APART: u8 = 3;

struct Avx2;

impl Rows for Avx2 {
    #[inline(always)]
    unsafe fn convert(row: &Row<'_>, table: &YuvToRgb, out: &mut [u8]) -> usize {
        let pieces = row.whole_pieces(PIECE, out.len());
        // SAFETY: the caller has AVX2; that many pieces are whole.
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

/// # Safety
/// The caller has AVX2; there are 32 bytes at `at`.
#[inline(always)]
unsafe fn load(bytes: &[u8], at: usize) -> __m256i {
    debug_assert!(at + 32 <= bytes.len());
    // SAFETY: the caller's promise.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().add(at).cast()) }
}

/// 16 samples of U and of V, in 16 bits each.
///
/// # Safety
/// The caller has AVX2; piece `i` is whole.
#[inline(always)]
unsafe fn chroma<const LAYOUT: u8>(row: &Row<'_>, i: usize) -> [__m256i; 2] {
    // SAFETY: the caller's promise.
    unsafe {
        match LAYOUT {
            PLANAR => [widen(row.u, 16 * i), widen(row.v, 16 * i)],
            U_THEN_V => halves(load(row.u, 32 * i)),
            V_THEN_U => {
                let [v, u] = halves(load(row.v, 32 * i));
                [u, v]
            }
            _ => [halves(load(row.u, 32 * i))[0], halves(load(row.v, 32 * i))[0]],
        }
    }
}

/// # Safety
/// The caller has AVX2; there are 16 bytes at `at`.
#[inline(always)]
unsafe fn widen(bytes: &[u8], at: usize) -> __m256i {
    debug_assert!(at + 16 <= bytes.len());
    // SAFETY: the caller's promise.
    unsafe { _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes.as_ptr().add(at).cast())) }
}

/// The even and the odd bytes, in 16 bits each.
///
/// # Safety
/// The caller has AVX2.
#[inline(always)]
unsafe fn halves(pairs: __m256i) -> [__m256i; 2] {
    // SAFETY: the caller's promise.
    unsafe { [_mm256_and_si256(pairs, _mm256_set1_epi16(0xff)), _mm256_srli_epi16(pairs, 8)] }
}

/// # Safety
/// The caller has AVX2; `pieces` pieces of `row` and `out` are whole.
#[inline(always)]
unsafe fn pieces_of<const LAYOUT: u8>(pieces: usize, row: &Row<'_>, table: &YuvToRgb, out: &mut [u8]) {
    debug_assert!(96 * pieces <= out.len());
    // SAFETY: the caller's promise.
    unsafe {
        let factors = Factors::new(table);
        let zero = _mm256_setzero_si256();
        for i in 0..pieces {
            let y = load(row.y, PIECE * i);
            let [u, v] = chroma::<LAYOUT>(row, i);
            // Each half has 16 pixels: of both lanes' sixteen the first or the last eight.
            let low = factors.apply(
                _mm256_unpacklo_epi8(y, zero),
                [_mm256_unpacklo_epi16(u, zero), _mm256_unpacklo_epi16(v, zero)],
            );
            let high = factors.apply(
                _mm256_unpackhi_epi8(y, zero),
                [_mm256_unpackhi_epi16(u, zero), _mm256_unpackhi_epi16(v, zero)],
            );
            let rgb = [
                _mm256_packus_epi16(low[0], high[0]),
                _mm256_packus_epi16(low[1], high[1]),
                _mm256_packus_epi16(low[2], high[2]),
            ];
            store(rgb, out.as_mut_ptr().add(96 * i));
        }
    }
}

struct Factors {
    y: __m256i,
    rv: __m256i,
    gu: __m256i,
    gv: __m256i,
    bu: __m256i,
    bias: [__m256i; 3],
}

impl Factors {
    /// # Safety
    /// The caller has AVX2.
    #[inline(always)]
    unsafe fn new(table: &YuvToRgb) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            Self {
                y: _mm256_set1_epi32(table.y),
                rv: _mm256_set1_epi32(table.rv),
                gu: _mm256_set1_epi32(table.gu),
                gv: _mm256_set1_epi32(table.gv),
                bu: _mm256_set1_epi32(table.bu),
                bias: [
                    _mm256_set1_epi32(table.bias[0]),
                    _mm256_set1_epi32(table.bias[1]),
                    _mm256_set1_epi32(table.bias[2]),
                ],
            }
        }
    }

    /// Channels, not yet cut to bytes, of 16 pixels of 16 bits and their 8 pairs' chroma of 32 bits: a pair of
    /// pixels fills the bits of its sample of chroma.
    ///
    /// # Safety
    /// The caller has AVX2.
    #[inline(always)]
    unsafe fn apply(&self, y: __m256i, [u, v]: [__m256i; 2]) -> [__m256i; 3] {
        // SAFETY: the caller's promise.
        unsafe {
            let even = _mm256_mullo_epi32(_mm256_and_si256(y, _mm256_set1_epi32(0xffff)), self.y);
            let odd = _mm256_mullo_epi32(_mm256_srli_epi32(y, 16), self.y);
            let [r, g, b] = self.bias;
            let r = _mm256_add_epi32(_mm256_mullo_epi32(v, self.rv), r);
            let g = _mm256_add_epi32(_mm256_mullo_epi32(u, self.gu), g);
            let g = _mm256_add_epi32(_mm256_mullo_epi32(v, self.gv), g);
            let b = _mm256_add_epi32(_mm256_mullo_epi32(u, self.bu), b);
            [channel(even, odd, r), channel(even, odd, g), channel(even, odd, b)]
        }
    }
}

/// A channel of the even and the odd pixels, without the bits behind the point, in turns.
///
/// # Safety
/// The caller has AVX2.
#[inline(always)]
unsafe fn channel(even: __m256i, odd: __m256i, chroma: __m256i) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let even = _mm256_srli_epi32(_mm256_add_epi32(even, chroma), 16);
        _mm256_blend_epi16(even, _mm256_add_epi32(odd, chroma), 0b1010_1010)
    }
}

/// Which byte of a channel goes to which of the 48 that sixteen pixels have, or none (the highest bit set):
/// `[third][channel][byte]`.
const SPREAD: [[[u8; 16]; 3]; 3] = {
    let mut spread = [[[0x80; 16]; 3]; 3];
    let mut byte = 0;
    while byte < 48 {
        spread[byte / 16][byte % 3][byte % 16] = (byte / 3) as u8;
        byte += 1;
    }
    spread
};

/// 32 pixels of three bytes.
///
/// # Safety
/// The caller has AVX2; there is room for 96 bytes at `out`.
#[inline(always)]
unsafe fn store(rgb: [__m256i; 3], out: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe {
        let (a, b, c) = (third(rgb, 0), third(rgb, 1), third(rgb, 2));
        _mm256_storeu_si256(out.cast(), _mm256_permute2x128_si256(a, b, 0x20));
        _mm256_storeu_si256(out.add(32).cast(), _mm256_blend_epi32(c, a, 0b1111_0000));
        _mm256_storeu_si256(out.add(64).cast(), _mm256_permute2x128_si256(b, c, 0x31));
    }
}

/// Of both lanes' 48 bytes the first, second or last 16.
///
/// # Safety
/// The caller has AVX2.
#[inline(always)]
unsafe fn third(rgb: [__m256i; 3], i: usize) -> __m256i {
    // SAFETY: the caller's promise.
    unsafe {
        let red = _mm256_shuffle_epi8(rgb[0], spread(i, 0));
        let green = _mm256_shuffle_epi8(rgb[1], spread(i, 1));
        _mm256_or_si256(_mm256_or_si256(red, green), _mm256_shuffle_epi8(rgb[2], spread(i, 2)))
    }
}

/// # Safety
/// The caller has AVX2.
#[inline(always)]
unsafe fn spread(third: usize, channel: usize) -> __m256i {
    // SAFETY: the caller's promise; the pointer is that of sixteen bytes.
    unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(SPREAD[third][channel].as_ptr().cast())) }
}
