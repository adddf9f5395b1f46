//! Depthwise convolution on the CPU in one pass over the input.

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape};
use rayon::prelude::*;

use crate::graph::Window;

/// `[h, w, C]` by `[kh, kw, C]`; the same sums in the same order as the shifted products of
/// [`super::ops::depthwise_shifted`], without their temporaries.
pub(super) struct Depthwise(pub(super) Window);

impl CustomOp2 for Depthwise {
    fn name(&self) -> &'static str {
        "depthwise"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (h, w, c) = input_layout.shape().dims3()?;
        let (kh, kw, _) = weight_layout.shape().dims3()?;
        let part = |storage: &'_ CpuStorage, layout: &Layout| match layout.contiguous_offsets() {
            Some((start, end)) => Ok(storage.as_slice::<f32>()?[start..end].to_vec()),
            None => candle_core::bail!("depthwise convolution of a strided tensor"),
        };
        let (x, k) = (part(input, input_layout)?, part(weight, weight_layout)?);
        let r = self.0.resolve(h, w);
        let [sh, sw] = self.0.stride;
        let mut out = vec![0f32; r.out_h * r.out_w * c];
        out.par_chunks_mut((r.out_w * c).max(1)).enumerate().for_each(|(y, row)| {
            for (z, pixel) in row.chunks_exact_mut(c).enumerate() {
                for ky in 0..kh {
                    let Some(iy) = (y * sh + ky).checked_sub(r.top).filter(|&i| i < h) else { continue };
                    for kx in 0..kw {
                        let Some(ix) = (z * sw + kx).checked_sub(r.left).filter(|&i| i < w) else { continue };
                        let from = &x[(iy * w + ix) * c..][..c];
                        let tap = &k[(ky * kw + kx) * c..][..c];
                        for ((o, a), b) in pixel.iter_mut().zip(from).zip(tap) {
                            *o += a * b;
                        }
                    }
                }
            }
        });
        Ok((CpuStorage::F32(out), Shape::from((r.out_h, r.out_w, c))))
    }
}
