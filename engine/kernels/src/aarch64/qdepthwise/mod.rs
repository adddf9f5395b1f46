//! Integer depthwise kernels: four rows of eight channels interleave to four signed bytes a lane.
//! NEON and dotprod differ in the instructions that multiply.

mod dotprod;
mod interleave;
mod neon;

use std::arch::aarch64::*;

use super::output::{Rounding, gelu, write_bytes};
use crate::qdepthwise::{MAX_ROWS, QDepthwiseStrip};
use crate::qgemm::{QActivation, QOutput};

pub(crate) use dotprod::KERNEL as DOTPROD;
pub(crate) use neon::KERNEL as NEON;

/// Channels of a block.
const LANES: usize = 8;
/// Rows that lie together.
const KR: usize = 4;
/// Bytes of one interleaved column of a block, and of its weights.
const COLUMN: usize = LANES * KR;
/// Output columns computed together.
const TILE: usize = 4;

/// Two vectors hold the block's channels.
type Sums = [int32x4_t; 2];

/// The instructions that multiply.
trait Multiply {
    /// For output column `x` and row `r` of a tile, `init + Σ columns[x·stride + t]·weights[t][r]`
    /// over `t < steps`, four products a channel and step.
    ///
    /// # Safety
    /// The instruction set is there; `(X − 1)·stride + steps` columns and `steps × ROWS` vectors of
    /// weights, each of [`COLUMN`] bytes, are readable.
    unsafe fn tile<const ROWS: usize, const X: usize>(
        columns: *const i8,
        stride: usize,
        weights: *const i8,
        steps: usize,
        init: Sums,
    ) -> [[Sums; ROWS]; X];
}

/// Computes a strip, [`TILE`] output columns at a time.
///
/// # Safety
/// That of [`QDepthwiseStrip`]; the instruction set of `M` is there.
#[inline(always)]
unsafe fn multiply<M: Multiply>(s: &QDepthwiseStrip) {
    let (steps, stride) = (s.kernel_width * s.groups, s.step * s.groups);
    // SAFETY: the caller's promise; constants equal what the strip says.
    unsafe {
        match (steps, stride, s.tile_rows) {
            (3, 1, 2) => blocks::<M, 2>(s, 3, 1),
            (_, _, 2) => blocks::<M, 2>(s, steps, stride),
            _ => blocks::<M, 1>(s, steps, stride),
        }
    }
}

/// Runs over blocks and columns: `steps` columns of one group are summed for an output, `stride`
/// lie between outputs.
///
/// # Safety
/// That of [`multiply`].
#[inline(always)]
unsafe fn blocks<M: Multiply, const ROWS: usize>(s: &QDepthwiseStrip, steps: usize, stride: usize) {
    let stage = Stage::new(s.output);
    for block in 0..s.channels.div_ceil(LANES) {
        let channel = block * LANES;
        // SAFETY: weights, `init` and `scale` have whole blocks; the columns that `width` outputs
        // read were interleaved; outputs from `x` on lie within the strip. Where nothing is summed,
        // the last tile starts earlier and computes some columns again, to the same bytes.
        unsafe {
            let columns = s.columns.add(block * s.block_stride).cast::<i8>();
            let weights = s.weights.add(block * steps * ROWS * COLUMN).cast::<i8>();
            let init = [vld1q_s32(s.init.add(channel)), vld1q_s32(s.init.add(channel + 4))];
            let scale = [vld1q_f32(s.scale.add(channel)), vld1q_f32(s.scale.add(channel + 4))];
            let mut x = 0;
            while x < s.width {
                if x + TILE > s.width && s.width >= TILE && s.sums.is_null() {
                    x = s.width - TILE;
                }
                let columns = columns.add(x * stride * COLUMN);
                if x + TILE <= s.width {
                    let tile = M::tile::<ROWS, TILE>(columns, stride, weights, steps, init);
                    store(s, &stage, channel, x, scale, tile);
                    x += TILE;
                } else {
                    let tile = M::tile::<ROWS, 1>(columns, stride, weights, steps, init);
                    store_any(s, &stage, channel, x, scale, &tile.map(whole));
                    x += 1;
                }
            }
        }
    }
}

/// What the output stage needs, in registers.
struct Stage {
    rounding: Rounding,
    gelu: bool,
    post: f32,
}

impl Stage {
    #[inline(always)]
    fn new(output: &QOutput) -> Self {
        Self {
            rounding: Rounding::new(output),
            gelu: output.activation == QActivation::Gelu,
            post: output.post,
        }
    }
}

/// The output stage of a tile at output column `x`: at once where the tile is whole and there is no
/// function.
///
/// # Safety
/// The tile's first `rows` rows and the channels from `channel` on are outputs of the strip.
#[inline(always)]
unsafe fn store<const ROWS: usize>(
    s: &QDepthwiseStrip,
    stage: &Stage,
    channel: usize,
    x: usize,
    scale: [float32x4_t; 2],
    tile: [[Sums; ROWS]; TILE],
) {
    // SAFETY: the caller's promise.
    unsafe {
        if stage.gelu || s.rows < ROWS || s.channels - channel < LANES {
            return store_any(s, stage, channel, x, scale, &tile.map(whole));
        }
        let mut total = vdupq_n_u16(0);
        for row in 0..ROWS {
            let mut out = s.out.add(row * s.out_row_stride + x * s.out_step + channel);
            for column in &tile {
                let bytes = stage.rounding.bytes(scaled(column[row], scale));
                total = vaddw_u8(total, bytes);
                vst1_u8(out, bytes);
                out = out.add(s.out_step);
            }
        }
        if !s.sums.is_null() {
            add_sums(s.sums.add(channel), LANES, total);
        }
    }
}

/// A column with its rows filled up to [`MAX_ROWS`].
#[inline(always)]
fn whole<const ROWS: usize>(column: [Sums; ROWS]) -> [Sums; MAX_ROWS] {
    std::array::from_fn(|row| column[row.min(ROWS - 1)])
}

/// The output stage of any columns from `x` on.
///
/// # Safety
/// That of [`store`].
#[inline(never)]
unsafe fn store_any(
    s: &QDepthwiseStrip,
    stage: &Stage,
    channel: usize,
    x: usize,
    scale: [float32x4_t; 2],
    columns: &[[Sums; MAX_ROWS]],
) {
    let channels = (s.channels - channel).min(LANES);
    // SAFETY: the caller's promise; the sums of a strip have `channels` elements.
    unsafe {
        let mut total = vdupq_n_u16(0);
        for row in 0..s.rows {
            for (column, sums) in columns.iter().enumerate() {
                let mut t = scaled(sums[row], scale);
                if stage.gelu {
                    t = t.map(|t| vmulq_n_f32(gelu(t), stage.post));
                }
                let bytes = stage.rounding.bytes(t);
                total = vaddw_u8(total, bytes);
                let out = s.out.add(row * s.out_row_stride + (x + column) * s.out_step + channel);
                if channels == LANES {
                    vst1_u8(out, bytes);
                } else {
                    write_bytes(out, channels, vcombine_u8(bytes, bytes));
                }
            }
        }
        if !s.sums.is_null() {
            add_sums(s.sums.add(channel), channels, total);
        }
    }
}

#[inline(always)]
fn scaled(sums: Sums, scale: [float32x4_t; 2]) -> [float32x4_t; 2] {
    // SAFETY: NEON is part of the architecture.
    unsafe { [vmulq_f32(vcvtq_f32_s32(sums[0]), scale[0]), vmulq_f32(vcvtq_f32_s32(sums[1]), scale[1])] }
}

/// Adds the first `channels` of `total` to `sums`.
///
/// # Safety
/// There are that many, at most 8.
#[inline(always)]
unsafe fn add_sums(sums: *mut u32, channels: usize, total: uint16x8_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if channels == LANES {
            vst1q_u32(sums, vaddw_u16(vld1q_u32(sums), vget_low_u16(total)));
            vst1q_u32(sums.add(4), vaddw_high_u16(vld1q_u32(sums.add(4)), total));
            return;
        }
        let mut lanes = [0u16; LANES];
        vst1q_u16(lanes.as_mut_ptr(), total);
        for (c, lane) in lanes.iter().enumerate().take(channels) {
            *sums.add(c) += u32::from(*lane);
        }
    }
}
