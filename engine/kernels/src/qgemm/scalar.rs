//! The reference microkernel: plain loops, exact integer sums.

use super::{QActivation, QBlock, QGemmKernel, QOut, QOutput};
use crate::gelu_poly;

pub(crate) const KERNEL: QGemmKernel = QGemmKernel {
    name: "scalar-u8i8-4x8",
    mr: 4,
    nr: 8,
    kr: 4,
    activation_shift: 0,
    pairs_groups: false,
    run,
};

const MR: usize = 4;
const NR: usize = 8;
const KR: usize = 4;

unsafe fn run(block: &QBlock) {
    for row in 0..block.rows {
        for col in 0..block.cols {
            // SAFETY: the block's contract gives row pointers, panels and outputs in these bounds.
            unsafe {
                let mut acc = *block.init.add(col);
                for tap in 0..block.taps {
                    let a = *block.a.add(tap * MR + row);
                    for k in 0..block.k_groups * KR {
                        let group = tap * block.k_groups + k / KR;
                        let w = *block.panel.add((group * NR + col) * KR + k % KR);
                        if w != 0 {
                            acc = acc.wrapping_add(i32::from(*a.add(k)) * i32::from(w));
                        }
                    }
                }
                let residual = (!block.residual.is_null())
                    .then(|| *block.residual.add(row * block.residual_stride + col));
                let t = real(acc, *block.scale.add(col), residual, block.output);
                let at = row * block.out_stride + col;
                match block.out {
                    QOut::U8(p) => *p.add(at) = byte(t, block.output),
                    QOut::F32(p) => *p.add(at) = t.clamp(block.output.min_f32, block.output.max_f32),
                }
            }
        }
    }
}

/// The output stage up to the rounding.
pub(crate) fn real(acc: i32, scale: f32, residual: Option<u8>, output: &QOutput) -> f32 {
    let mut t = acc as f32 * scale;
    match output.activation {
        QActivation::Linear => {}
        QActivation::Gelu => t = gelu_poly(t) * output.post,
        QActivation::LeakyRelu => t = t.max(t * output.post),
    }
    if let Some(r) = residual {
        t = f32::from(r).mul_add(output.residual_scale, t);
    }
    t
}

/// The rounding of the output stage.
pub(crate) fn byte(t: f32, output: &QOutput) -> u8 {
    let q = (t + output.offset).round_ties_even() as i32;
    q.clamp(i32::from(output.min), i32::from(output.max)) as u8
}
