//! The classifier: the best class of each position and its probability, without writing the
//! scores of all classes.

use glimpse_kernels::SLACK;
use glimpse_kernels::fgemm::{FConv, FWeights};
use glimpse_kernels::qgemm::{ConvGeometry, QConv, QOutput, QWeights};
use glimpse_kernels::top1::Top1State;

use super::compile::Compiler;
use super::quantized::{OutputStage, QTensors};
use super::session::{Operand, Run, Target};
use crate::Result;
use crate::graph::Activation;

/// A linear layer to many classes, followed by softmax and maximum.
#[derive(Debug)]
pub(super) struct Top1 {
    channels: usize,
    classes: usize,
    /// Weights of [`GROUP`] classes each.
    groups: Vec<Weights>,
}

#[derive(Debug)]
enum Weights {
    Integer { packed: QWeights, output: QOutput, padding_row: Vec<u8> },
    Real { packed: FWeights, padding_row: Vec<f32> },
}

/// Classes whose scores are in memory at once; a multiple of every kernel's panel.
const GROUP: usize = 960;
/// Positions whose scores are in memory at once.
const POSITIONS: usize = 64;

impl Top1 {
    pub(super) fn compile(c: &Compiler<'_>, classes: usize) -> Result<Self> {
        let channels = c.operand(0)?.channels;
        if classes == 0 || classes > 1 << 20 || c.result()?.channels != 2 || c.result()?.quant.is_some() {
            return Err(c.error("gives a class and a probability, real, of at most 2^20 classes"));
        }
        let integer = QTensors::load(c.pack, &c.node.name, classes * channels, classes)?;
        let starts = (0..classes).step_by(GROUP);
        let groups = match integer {
            Some(t) => {
                let Some(input) = c.operand(0)?.quant else {
                    return Err(c.error("integer weights need a quantized operand"));
                };
                let stage = OutputStage::new(Activation::None, None, None);
                let sums = t.weight.chunks_exact(channels).map(|w| w.iter().map(|x| i32::from(*x)).sum());
                let start = t.start(input, sums);
                let scale: Vec<f32> = t.scale.iter().map(|s| s * input.scale).collect();
                starts
                    .map(|first| {
                        let n = GROUP.min(classes - first);
                        let weight = &t.weight[first * channels..][..n * channels];
                        let packed = QWeights::pack(
                            c.kernels.qgemm(),
                            weight,
                            [n, 1, channels],
                            &start[first..][..n],
                            &scale[first..][..n],
                        );
                        let padding_row = vec![input.zero_point; channels + SLACK];
                        Weights::Integer { packed, output: stage.output, padding_row }
                    })
                    .collect()
            }
            None => {
                let weight = c.pack.floats(&c.tensor("weight"), classes * channels)?;
                let bias = c.pack.floats(&c.tensor("bias"), classes)?;
                starts
                    .map(|first| {
                        let n = GROUP.min(classes - first);
                        let weight = &weight[first * channels..][..n * channels];
                        let packed =
                            FWeights::pack(c.kernels.fgemm(), weight, [n, 1, channels], &bias[first..][..n]);
                        Weights::Real { packed, padding_row: vec![0.0; channels + SLACK] }
                    })
                    .collect()
            }
        };
        Ok(Self { channels, classes, groups })
    }

    /// Bytes of scratch that a thread needs.
    pub(super) fn scratch(&self, _shape: [usize; 2]) -> usize {
        POSITIONS * GROUP * 4
    }

    /// Multiply-accumulates for an input of this size.
    pub(super) fn macs(&self, [h, w]: [usize; 2]) -> u64 {
        (h * w * self.classes * self.channels) as u64
    }

    pub(super) fn run(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>) {
        let Target::F32(out) = target else { unreachable!("compiled for a real result") };
        let geometry = ConvGeometry::pointwise(operands[0].pixels(), self.channels);
        run.pool.rows(out, 2, 16, |first, piece| {
            let mut guard = run.scratch.get();
            let scratch = &mut *guard;
            for (i, tile) in piece.chunks_mut(2 * POSITIONS).enumerate() {
                let rows = tile.len() / 2;
                let start = first + i * POSITIONS;
                let pixels = start..start + rows;
                let mut states = [Top1State::default(); POSITIONS];
                let states = &mut states[..rows];
                for (g, weights) in self.groups.iter().enumerate() {
                    let first_class = g * GROUP;
                    let n = GROUP.min(self.classes - first_class);
                    let scores = &mut scratch.floats[..rows * n];
                    match weights {
                        Weights::Integer { packed, output, padding_row } => {
                            let conv = QConv {
                                kernels: run.kernels,
                                weights: packed,
                                geometry,
                                output: *output,
                                padding_row,
                            };
                            conv.run_f32(
                                operands[0].u8(),
                                None,
                                pixels.clone(),
                                scores,
                                &mut scratch.pointers,
                            );
                        }
                        Weights::Real { packed, padding_row } => {
                            let conv = FConv {
                                kernels: run.kernels,
                                weights: packed,
                                geometry,
                                range: [f32::NEG_INFINITY, f32::INFINITY],
                                padding_row,
                            };
                            conv.run(
                                operands[0].f32(),
                                None,
                                pixels.clone(),
                                scores,
                                &mut scratch.real_pointers,
                            );
                        }
                    }
                    let allowed = run.allowed.map(|a| &a[first_class..first_class + n]);
                    run.kernels.top1_scan(scores, n, first_class, allowed, states);
                }
                for (pair, state) in tile.chunks_exact_mut(2).zip(states) {
                    pair[0] = state.class as f32;
                    pair[1] = state.probability();
                }
            }
        });
    }
}
