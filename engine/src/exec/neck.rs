//! Normalization and attention, on real values.

use glimpse_kernels::attention::Attention;

use super::compile::Compiler;
use super::session::{Operand, Run, Target};
use crate::Result;
use crate::graph::Op;

/// A step of the recognizer's neck.
#[derive(Debug)]
pub(super) enum Neck {
    /// Normalization over channels.
    LayerNorm { weight: Vec<f32>, bias: Vec<f32>, eps: f32 },
    /// Multi-head self-attention.
    Attention { heads: usize, dim: usize, scale: f32 },
    /// Softmax over channels.
    Softmax { channels: usize },
}

impl Neck {
    pub(super) fn compile(c: &Compiler<'_>) -> Result<Self> {
        if c.quants(0)?.is_some() {
            return Err(c.error("needs real values"));
        }
        let channels = c.result()?.channels;
        let read = c.operand(0)?.channels;
        Ok(match &c.node.op {
            Op::LayerNorm { eps } if read == channels => Neck::LayerNorm {
                weight: c.pack.floats(&c.tensor("weight"), channels)?.to_vec(),
                bias: c.pack.floats(&c.tensor("bias"), channels)?.to_vec(),
                eps: *eps,
            },
            Op::Attention { heads, scale }
                if *heads > 0 && channels.is_multiple_of(*heads) && read == 3 * channels =>
            {
                Neck::Attention { heads: *heads, dim: channels / heads, scale: *scale }
            }
            Op::Softmax if read == channels => Neck::Softmax { channels },
            _ => return Err(c.error("its channels do not fit")),
        })
    }

    /// Bytes of scratch that a thread needs.
    pub(super) fn scratch(&self, [h, w]: [usize; 2]) -> usize {
        match self {
            Neck::Attention { heads, dim, scale } => {
                4 * Attention { tokens: h * w, heads: *heads, dim: *dim, scale: *scale }.scratch_len()
            }
            _ => 0,
        }
    }

    /// Multiply-accumulates for an input of this size.
    pub(super) fn macs(&self, [h, w]: [usize; 2]) -> u64 {
        match self {
            Neck::Attention { heads, dim, .. } => (2 * (h * w).pow(2) * heads * dim) as u64,
            _ => 0,
        }
    }

    pub(super) fn run(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>) {
        let Target::F32(out) = target else { unreachable!("compiled for real values") };
        let x = operands[0].f32();
        match self {
            Neck::LayerNorm { weight, bias, eps } => {
                run.kernels.layer_norm_f32(&x[..out.len()], weight, bias, *eps, out);
            }
            Neck::Attention { heads, dim, scale } => {
                let tokens = operands[0].pixels();
                let shape = Attention { tokens, heads: *heads, dim: *dim, scale: *scale };
                run.pool.rows(out, shape.channels(), 64, |first, piece| {
                    let queries = first..first + piece.len() / shape.channels();
                    let mut scratch = run.scratch.get();
                    run.kernels.attention_f32(x, &shape, queries, &mut scratch.floats, piece);
                });
            }
            Neck::Softmax { channels } => {
                out.copy_from_slice(&x[..out.len()]);
                run.kernels.softmax_f32(out, *channels);
            }
        }
    }
}
