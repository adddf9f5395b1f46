//! Depthwise convolution, pooling, squeeze and excite.

use std::sync::atomic::{AtomicU64, Ordering};

use glimpse_kernels::SLACK;
use glimpse_kernels::fdepthwise::{FDepthwise, FDepthwiseWeights};
use glimpse_kernels::qdepthwise::{QDepthwise, QDepthwiseWeights};
use glimpse_kernels::qgemm::{ConvGeometry, QOutput};

use super::compile::Compiler;
use super::quantized::{OutputStage, QTensors};
use super::session::{Operand, Run, Target};
use crate::Result;
use crate::graph::{Activation, Op, Padding, Quant, Window};

fn geometry(window: &Window, [h, w]: [usize; 2], channels: usize) -> ConvGeometry {
    let r = window.resolve(h, w);
    ConvGeometry {
        input: [h, w],
        channels,
        output: [r.out_h, r.out_w],
        kernel: window.kernel,
        stride: window.stride,
        padding: [r.top, r.left],
    }
}

/// A depthwise convolution.
#[derive(Debug)]
pub(super) struct Depthwise {
    window: Window,
    channels: usize,
    weights: Weights,
    after: Activation,
    residual: bool,
}

#[derive(Debug)]
enum Weights {
    Integer { packed: QDepthwiseWeights, output: QOutput, padding_row: Vec<u8> },
    Real { packed: FDepthwiseWeights },
}

impl Depthwise {
    pub(super) fn compile(c: &Compiler<'_>, window: Window, activation: Activation) -> Result<Self> {
        let channels = c.operand(0)?.channels;
        let residual = c.node.inputs.len() > 1;
        if c.result()?.channels != channels || (residual && c.operand(1)?.channels != channels) {
            return Err(c.error("depthwise convolution keeps its channels"));
        }
        let [kh, kw] = window.kernel;
        if kh == 0 || kw == 0 || kh > 16 || kw > 16 || window.stride.contains(&0) {
            return Err(c.error("window out of range"));
        }
        let len = kh * kw * channels;
        let (weights, after) = match QTensors::load(c.pack, &c.node.name, len, channels)? {
            Some(t) => {
                let Some((input, out)) = c.quants(0)? else {
                    return Err(c.error("integer weights need quantized values"));
                };
                let stage = OutputStage::new(activation, None, Some(out));
                if residual || stage.after != Activation::None || activation == Activation::LeakyRelu {
                    return Err(
                        c.error("this activation, or a residual, is not supported after an integer depthwise convolution")
                    );
                }
                let column =
                    |ch: usize| t.weight.iter().skip(ch).step_by(channels).map(|x| i32::from(*x)).sum();
                let start = t.start(input, (0..channels).map(column));
                let scale: Vec<f32> = t.scale.iter().map(|s| s * input.scale * stage.factor).collect();
                let packed = QDepthwiseWeights::pack(
                    c.kernels.qdepthwise(),
                    &t.weight,
                    [kh, kw],
                    window.stride[0],
                    &start,
                    &scale,
                );
                let padding_row = vec![input.zero_point; channels + SLACK];
                (Weights::Integer { packed, output: stage.output, padding_row }, Activation::None)
            }
            None => {
                if c.quants(0)?.is_some() {
                    return Err(c.error("real weights need real values"));
                }
                let weight = c.pack.floats(&c.tensor("weight"), len)?;
                let bias = c.pack.floats(&c.tensor("bias"), channels)?;
                (
                    Weights::Real { packed: FDepthwiseWeights::pack(weight, [kh, kw, channels], bias) },
                    activation,
                )
            }
        };
        Ok(Self { window, channels, weights, after, residual })
    }

    /// Multiply-accumulates for an input of this size.
    pub(super) fn macs(&self, [h, w]: [usize; 2]) -> u64 {
        let r = self.window.resolve(h, w);
        (r.out_h * r.out_w * self.channels * self.window.kernel[0] * self.window.kernel[1]) as u64
    }

    pub(super) fn run(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>) {
        let geometry = geometry(&self.window, operands[0].shape, self.channels);
        let row = geometry.output[1] * self.channels;
        match (target, &self.weights) {
            (Target::U8(out), Weights::Integer { packed, output, padding_row }) => {
                run.pool.rows(out, row, 1, |first, piece| {
                    let depthwise = QDepthwise {
                        kernels: run.kernels,
                        weights: packed,
                        geometry,
                        output: *output,
                        padding_row,
                    };
                    let rows = first..first + piece.len() / row;
                    let mut scratch = run.scratch.get();
                    depthwise.run_u8(operands[0].u8(), rows, piece, None, &mut scratch.depthwise);
                });
            }
            (Target::F32(out), Weights::Real { packed }) => run.pool.rows(out, row, 1, |first, piece| {
                let depthwise = FDepthwise { kernels: run.kernels, weights: packed, geometry };
                let rows = first..first + piece.len() / row;
                depthwise.run(operands[0].f32(), rows, piece);
                run.activate(self.after, piece);
                if self.residual {
                    let added = &operands[1].f32()[first * row..];
                    piece.iter_mut().zip(added).for_each(|(out, r)| *out += r);
                }
            }),
            _ => unreachable!("compiled with weights of its values' kind"),
        }
    }
}

/// Maximum, mean, global mean.
#[derive(Debug)]
pub(super) struct Pooling {
    kind: PoolKind,
    channels: usize,
    /// Takes quantized operands to the result's steps.
    factor: f32,
    offset: f32,
    /// The same for each byte: the maximum is taken before.
    requantized: [u8; 256],
    /// Of a quantized operand whose global mean is real.
    real_mean: Option<Quant>,
}

#[derive(Debug, Clone, Copy)]
enum PoolKind {
    Max(Window),
    Mean(Window),
    Global,
}

impl Pooling {
    pub(super) fn compile(c: &Compiler<'_>) -> Result<Self> {
        let channels = c.operand(0)?.channels;
        if c.result()?.channels != channels {
            return Err(c.error("pooling keeps its channels"));
        }
        let kind = match &c.node.op {
            Op::MaxPool { window } => PoolKind::Max(*window),
            Op::AvgPool { window } => PoolKind::Mean(*window),
            _ => PoolKind::Global,
        };
        if let PoolKind::Max(w) | PoolKind::Mean(w) = kind
            && (w.kernel.contains(&0) || w.stride.contains(&0) || w.kernel[0] > 64 || w.kernel[1] > 64)
        {
            return Err(c.error("window out of range"));
        }
        let real_mean = match (kind, c.operand(0)?.quant, c.result()?.quant) {
            (PoolKind::Global, Some(from), None) => Some(from),
            _ => None,
        };
        let quants = if real_mean.is_some() { None } else { c.quants(0)? };
        let (factor, offset) = quants.map_or((1.0, 0.0), |(from, to)| {
            let factor = from.scale / to.scale;
            (factor, f32::from(to.zero_point) - f32::from(from.zero_point) * factor)
        });
        let requantized = std::array::from_fn(|b| (b as f32 * factor + offset).round_ties_even() as u8);
        Ok(Self { kind, channels, factor, offset, requantized, real_mean })
    }

    /// Mean of each channel of bytes on the grid `from`.
    fn mean_of_bytes(&self, run: &Run<'_>, x: Operand<'_>, from: Quant, out: &mut [f32]) {
        let (c, pixels) = (self.channels, x.pixels());
        run.pool.rows(out, 1, 256, |first, piece| {
            let mut sums = [0u32; 256];
            for (i, means) in piece.chunks_mut(256).enumerate() {
                let start = first + i * 256;
                let sums = &mut sums[..means.len()];
                means.fill(0.0);
                // No sum of 2¹⁶ bytes exceeds 32 bits.
                for block in x.u8()[..pixels * c].chunks(c << 16) {
                    sums.fill(0);
                    for pixel in block.chunks_exact(c) {
                        let bytes = &pixel[start..start + sums.len()];
                        sums.iter_mut().zip(bytes).for_each(|(s, b)| *s += u32::from(*b));
                    }
                    means.iter_mut().zip(&*sums).for_each(|(m, s)| *m += *s as f32);
                }
                for m in means {
                    *m = (*m / pixels as f32 - f32::from(from.zero_point)) * from.scale;
                }
            }
        });
    }

    pub(super) fn run(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>) {
        let x = operands[0];
        let target = match (self.real_mean, target) {
            (Some(from), Target::F32(out)) => return self.mean_of_bytes(run, x, from, out),
            (_, target) => target,
        };
        let window = match self.kind {
            PoolKind::Max(w) | PoolKind::Mean(w) => w,
            PoolKind::Global => {
                Window { kernel: x.shape, stride: [1, 1], padding: Padding::Explicit([0, 0, 0, 0]) }
            }
        };
        let geometry = geometry(&window, x.shape, self.channels);
        let row = geometry.output[1] * self.channels;
        let maximum = matches!(self.kind, PoolKind::Max(_));
        match target {
            Target::U8(out) => run.pool.rows(out, row, 1, |first, piece| {
                let rows = first..first + piece.len() / row;
                if maximum {
                    run.kernels.max_pool_u8(x.u8(), &geometry, rows, piece);
                    if (self.factor, self.offset) != (1.0, 0.0) {
                        piece.iter_mut().for_each(|b| *b = self.requantized[usize::from(*b)]);
                    }
                } else {
                    run.kernels.avg_pool_u8(x.u8(), &geometry, rows, self.factor, self.offset, piece);
                }
            }),
            Target::F32(out) => run.pool.rows(out, row, 1, |first, piece| {
                let rows = first..first + piece.len() / row;
                if maximum {
                    run.kernels.max_pool_f32(x.f32(), &geometry, rows, piece);
                } else {
                    run.kernels.avg_pool_f32(x.f32(), &geometry, rows, piece);
                }
            }),
        }
    }
}

/// Squeeze and excite (Hu, Shen and Sun 2018, arXiv:1709.01507): channels scaled by a small network
/// on their means.
#[derive(Debug)]
pub(super) struct SqueezeExcite {
    channels: usize,
    reduced: usize,
    reduce: Vec<f32>,
    reduce_bias: Vec<f32>,
    expand: Vec<f32>,
    expand_bias: Vec<f32>,
    slope: f32,
    residual: bool,
    quants: Option<(Quant, Quant)>,
}

/// Channels of the gates that are computed without allocating.
const MAX_CHANNELS: usize = 2048;

impl SqueezeExcite {
    pub(super) fn compile(c: &Compiler<'_>, slope: f32, residual: bool) -> Result<Self> {
        let channels = c.operand(0)?.channels;
        let reduced = c.pack.tensor(&c.tensor("reduce.bias"))?.shape.first().copied().unwrap_or(0);
        if channels > MAX_CHANNELS || reduced > MAX_CHANNELS || c.result()?.channels != channels {
            return Err(c.error("squeeze and excite keeps its channels, at most 2048"));
        }
        let floats = |part: &str, len| Ok::<_, crate::Error>(c.pack.floats(&c.tensor(part), len)?.to_vec());
        Ok(Self {
            channels,
            reduced,
            reduce: floats("reduce.weight", reduced * channels)?,
            reduce_bias: floats("reduce.bias", reduced)?,
            expand: floats("expand.weight", channels * reduced)?,
            expand_bias: floats("expand.bias", channels)?,
            slope,
            residual,
            quants: c.quants(0)?,
        })
    }

    /// The gate of each channel, given the channels' means, which it overwrites.
    fn gates(&self, means: &mut [f32]) {
        let mut middle = [0f32; MAX_CHANNELS];
        let middle = &mut middle[..self.reduced];
        for ((m, row), bias) in
            middle.iter_mut().zip(self.reduce.chunks_exact(self.channels)).zip(&self.reduce_bias)
        {
            *m = (dot(row, means) + bias).max(0.0);
        }
        for ((g, row), bias) in
            means.iter_mut().zip(self.expand.chunks_exact(self.reduced)).zip(&self.expand_bias)
        {
            let gate = (self.slope * (dot(row, middle) + bias) + 0.5).clamp(0.0, 1.0);
            *g = if self.residual { 1.0 + gate } else { gate };
        }
    }

    pub(super) fn run(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>) {
        let (x, c) = (operands[0], self.channels);
        let pixels = x.pixels();
        let mut gates = [0f32; MAX_CHANNELS];
        let gates = &mut gates[..c];
        match (target, self.quants) {
            (Target::U8(out), Some((from, to))) => {
                let sums: [AtomicU64; MAX_CHANNELS] = [const { AtomicU64::new(0) }; MAX_CHANNELS];
                run.pool.rows(out, c, 256, |first, piece| {
                    let x = &x.u8()[first * c..][..piece.len()];
                    let mut part = [0u32; MAX_CHANNELS];
                    for block in x.chunks(c * (1 << 20)) {
                        part[..c].fill(0);
                        run.kernels.channel_sums_u8(block, &mut part[..c]);
                        for (sum, p) in sums.iter().zip(&part[..c]) {
                            sum.fetch_add(u64::from(*p), Ordering::Relaxed);
                        }
                    }
                });
                for (g, sum) in gates.iter_mut().zip(&sums) {
                    let mean = sum.load(Ordering::Relaxed) as f64 / pixels as f64;
                    *g = ((mean - f64::from(from.zero_point)) * f64::from(from.scale)) as f32;
                }
                self.gates(gates);
                gates.iter_mut().for_each(|g| *g *= from.scale / to.scale);
                let (gates, offset) = (&*gates, f32::from(to.zero_point));
                run.pool.rows(out, c, 256, |first, piece| {
                    let x = &x.u8()[first * c..];
                    run.kernels.scale_channels_u8(x, gates, from.zero_point, offset, piece);
                });
            }
            (Target::F32(out), _) => {
                let x = &x.f32()[..out.len()];
                let mut sums = [0f64; MAX_CHANNELS];
                run.kernels.channel_sums_f32(x, &mut sums[..c]);
                for (g, sum) in gates.iter_mut().zip(&sums) {
                    *g = (sum / pixels as f64) as f32;
                }
                self.gates(gates);
                let gates = &*gates;
                run.pool.rows(out, c, 256, |first, piece| {
                    run.kernels.scale_channels_f32(&x[first * c..], gates, piece);
                });
            }
            (Target::U8(_), None) => unreachable!("compiled with quantizations for a quantized result"),
        }
    }
}

/// Sum of products, in eight lanes.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    let mut lanes = [0f32; 8];
    for (a, b) in a8.zip(b8) {
        for (l, (x, y)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *l += x * y;
        }
    }
    lanes.iter().sum::<f32>() + rest
}
