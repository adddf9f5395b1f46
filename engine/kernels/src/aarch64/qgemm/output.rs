//! The output stage of [`QOutput`] on rows of accumulators.

use std::arch::aarch64::*;

use super::VECTORS;
use crate::aarch64::output::{Rounding, gelu, write_bytes};
use crate::qgemm::{QActivation, QBlock, QOut, QOutput};

/// One row of a block, columns in order.
pub(super) type Row = [int32x4_t; VECTORS];

/// Functions that are compiled into the output stage, by number.
const LINEAR: u8 = 0;
const GELU: u8 = 1;
const LEAKY_RELU: u8 = 2;

/// Turns the accumulators of the block's first rows into outputs and writes those.
///
/// # Safety
/// That of [`QGemmKernel::run`](crate::qgemm::QGemmKernel), for a panel of 16 columns.
pub(super) unsafe fn store(block: &QBlock, rows: &[Row]) {
    // SAFETY: the caller's promise is passed on.
    unsafe {
        match (block.output.activation, block.residual.is_null()) {
            (QActivation::Linear, true) => store_as::<LINEAR, false>(block, rows),
            (QActivation::Linear, false) => store_as::<LINEAR, true>(block, rows),
            (QActivation::Gelu, true) => store_as::<GELU, false>(block, rows),
            (QActivation::Gelu, false) => store_as::<GELU, true>(block, rows),
            (QActivation::LeakyRelu, true) => store_as::<LEAKY_RELU, false>(block, rows),
            (QActivation::LeakyRelu, false) => store_as::<LEAKY_RELU, true>(block, rows),
        }
    }
}

/// # Safety
/// That of [`store`]; with `RESIDUAL`, the block has one.
unsafe fn store_as<const FUNCTION: u8, const RESIDUAL: bool>(block: &QBlock, rows: &[Row]) {
    // Copies: a byte that is written may alias what a reference points to.
    let (output, cols, out, out_stride) = (*block.output, block.cols, block.out, block.out_stride);
    let (residual, residual_stride) = (block.residual, block.residual_stride);
    // SAFETY: `scale` has the panel's 16 factors. Output rows below `rows` exist with `cols`
    // elements; residual rows likewise, readable for a whole vector within the slack.
    unsafe {
        let scale = vld1q_f32_x4(block.scale);
        let scale = [scale.0, scale.1, scale.2, scale.3];
        let rounding = Rounding::new(&output);
        for (row, acc) in rows.iter().take(block.rows).enumerate() {
            let mut t = [vdupq_n_f32(0.0); VECTORS];
            for ((t, acc), scale) in t.iter_mut().zip(acc).zip(&scale) {
                *t = vmulq_f32(vcvtq_f32_s32(*acc), *scale);
                match FUNCTION {
                    GELU => *t = vmulq_n_f32(gelu(*t), output.post),
                    LEAKY_RELU => *t = vmaxq_f32(*t, vmulq_n_f32(*t, output.post)),
                    _ => {}
                }
            }
            if RESIDUAL {
                let residual = widen(vld1q_u8(residual.add(row * residual_stride)));
                for (t, r) in t.iter_mut().zip(residual) {
                    *t = vfmaq_n_f32(*t, r, output.residual_scale);
                }
            }
            let at = row * out_stride;
            match out {
                QOut::U8(p) => {
                    let bytes = vcombine_u8(rounding.bytes([t[0], t[1]]), rounding.bytes([t[2], t[3]]));
                    write_bytes(p.add(at), cols, bytes);
                }
                QOut::F32(p) => write_floats(p.add(at), cols, clamp(t, &output)),
            }
        }
    }
}

/// Bytes as floats.
#[inline(always)]
fn widen(bytes: uint8x16_t) -> [float32x4_t; VECTORS] {
    // SAFETY: NEON is part of the architecture.
    unsafe {
        let (low, high) = (vmovl_u8(vget_low_u8(bytes)), vmovl_high_u8(bytes));
        [
            vcvtq_f32_u32(vmovl_u16(vget_low_u16(low))),
            vcvtq_f32_u32(vmovl_high_u16(low)),
            vcvtq_f32_u32(vmovl_u16(vget_low_u16(high))),
            vcvtq_f32_u32(vmovl_high_u16(high)),
        ]
    }
}

#[inline(always)]
fn clamp(t: [float32x4_t; VECTORS], output: &QOutput) -> [float32x4_t; VECTORS] {
    // SAFETY: NEON is part of the architecture.
    unsafe {
        let (min, max) = (vdupq_n_f32(output.min_f32), vdupq_n_f32(output.max_f32));
        t.map(|t| vminq_f32(vmaxq_f32(t, min), max))
    }
}

/// Writes the first `cols` floats.
///
/// # Safety
/// `p` may be written for `cols` floats, 1 to 16.
#[inline(always)]
unsafe fn write_floats(p: *mut f32, cols: usize, t: [float32x4_t; VECTORS]) {
    // SAFETY: whole vectors end at or before `cols`; the rest is written lane by lane up to it.
    unsafe {
        for (i, t) in t.into_iter().enumerate() {
            let p = p.add(4 * i);
            match cols.saturating_sub(4 * i) {
                0 => return,
                1 => *p = vgetq_lane_f32::<0>(t),
                2 => vst1_f32(p, vget_low_f32(t)),
                3 => {
                    vst1_f32(p, vget_low_f32(t));
                    *p.add(2) = vgetq_lane_f32::<2>(t);
                }
                _ => vst1q_f32(p, t),
            }
        }
    }
}
