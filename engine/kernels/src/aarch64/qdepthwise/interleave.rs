//! Interleaves input columns.

use std::arch::aarch64::*;

use super::{COLUMN, KR, LANES};
use crate::qdepthwise::{QDepthwiseColumns, RowSource};

/// Four rows of 16 channels at a time, less 128.
///
/// # Safety
/// That of [`QDepthwiseColumns`].
pub(super) unsafe fn interleave(columns: &QDepthwiseColumns) {
    // SAFETY: rows may be read in whole 64 bytes of channels, and `out` written in whole blocks.
    unsafe {
        for group in 0..columns.groups {
            let rows = columns.sources.add(group * KR).cast::<[RowSource; KR]>().read();
            for x in 0..columns.columns {
                let out = columns.out.add((x * columns.groups + group) * COLUMN);
                for block in (0..columns.blocks).step_by(2) {
                    let bytes = rows.map(|row| {
                        let bytes = vld1q_u8(row.at.add(x * row.step + block * LANES));
                        veorq_u8(bytes, vdupq_n_u8(0x80))
                    });
                    let [low, high] = zip_rows(bytes);
                    vst1q_u16_x2(out.add(block * columns.block_stride).cast(), low);
                    if block + 1 < columns.blocks {
                        vst1q_u16_x2(out.add((block + 1) * columns.block_stride).cast(), high);
                    }
                }
            }
        }
    }
}

/// The four bytes of every channel side by side: channels 0 to 7, then 8 to 15.
#[inline(always)]
fn zip_rows([a, b, c, d]: [uint8x16_t; KR]) -> [uint16x8x2_t; 2] {
    // SAFETY: NEON is part of the architecture.
    unsafe {
        let (top, bottom) = (vzipq_u8(a, b), vzipq_u8(c, d));
        [
            vzipq_u16(vreinterpretq_u16_u8(top.0), vreinterpretq_u16_u8(bottom.0)),
            vzipq_u16(vreinterpretq_u16_u8(top.1), vreinterpretq_u16_u8(bottom.1)),
        ]
    }
}
