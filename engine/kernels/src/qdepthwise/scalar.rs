//! The reference depthwise kernel: plain loops, exact integer sums.

use super::{QDepthwiseColumns, QDepthwiseKernel, QDepthwiseStrip};
use crate::qgemm::scalar::{byte, real};

const LANES: usize = 8;
const KR: usize = 4;

pub(crate) const KERNEL: QDepthwiseKernel = QDepthwiseKernel {
    name: "scalar-dw-u8i8-8x4",
    lanes: LANES,
    kr: KR,
    activation_shift: 0,
    interleave,
    multiply,
};

unsafe fn interleave(columns: &QDepthwiseColumns) {
    // SAFETY: the contract of `QDepthwiseColumns` gives the rows and the room for these bounds.
    unsafe {
        for block in 0..columns.blocks {
            let out = columns.out.add(block * columns.block_stride);
            for x in 0..columns.columns {
                for row in 0..columns.groups * KR {
                    let source = *columns.sources.add(row);
                    let vector = out.add((x * columns.groups + row / KR) * LANES * KR);
                    for lane in 0..LANES {
                        *vector.add(lane * KR + row % KR) =
                            *source.at.add(x * source.step + block * LANES + lane);
                    }
                }
            }
        }
    }
}

unsafe fn multiply(strip: &QDepthwiseStrip) {
    for c in 0..strip.channels {
        for row in 0..strip.rows {
            for x in 0..strip.width {
                // SAFETY: the contract of `QDepthwiseStrip` gives columns, weights and outputs in
                // these bounds.
                unsafe {
                    let acc = sum(strip, c, row, x);
                    let q = byte(real(acc, *strip.scale.add(c), None, strip.output), strip.output);
                    *strip.out.add(row * strip.out_row_stride + x * strip.out_step + c) = q;
                    if !strip.sums.is_null() {
                        *strip.sums.add(c) += u32::from(q);
                    }
                }
            }
        }
    }
}

unsafe fn sum(strip: &QDepthwiseStrip, c: usize, row: usize, x: usize) -> i32 {
    let (block, lane) = (c / LANES, c % LANES);
    // SAFETY: the caller stays within the strip.
    unsafe {
        let columns = strip.columns.add(block * strip.block_stride);
        let mut acc = *strip.init.add(c);
        for tap in 0..strip.kernel_width {
            for part in 0..strip.groups * KR {
                let column = (x * strip.step + tap) * strip.groups + part / KR;
                let a = *columns.add((column * LANES + lane) * KR + part % KR);
                let vector =
                    ((block * strip.kernel_width + tap) * strip.groups + part / KR) * strip.tile_rows + row;
                let w = *strip.weights.add((vector * LANES + lane) * KR + part % KR) as i8;
                acc = acc.wrapping_add(i32::from(a) * i32::from(w));
            }
        }
        acc
    }
}
