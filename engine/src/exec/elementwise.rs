//! Addition, concatenation, enlargement and elementwise functions.

use glimpse_kernels::elementwise::{ConcatPart, Operand as ByteOperand};

use super::compile::Compiler;
use super::session::{Operand, Run, Target};
use crate::Result;
use crate::graph::{Activation, Op, Quant};

/// An elementwise step.
#[derive(Debug)]
pub(super) struct Elementwise {
    kind: Kind,
    channels: usize,
}

#[derive(Debug)]
enum Kind {
    Add {
        upsample: usize,
        factors: Option<AddFactors>,
    },
    /// Real operands of equal size, quantized result.
    AddAndQuantize {
        to: Quant,
    },
    Concat {
        parts: Vec<Part>,
    },
    Bilinear {
        factor: f32,
        offset: f32,
    },
    Activate {
        activation: Activation,
        from: Option<Quant>,
        to: Option<Quant>,
    },
}

#[derive(Debug, Clone, Copy)]
struct AddFactors {
    first: f32,
    second: f32,
    offset: f32,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    layout: ConcatPart,
    first_channel: usize,
    factor: f32,
    offset: f32,
}

/// Factor and offset that take bytes of `from` to bytes of `to`.
fn requantization(from: Quant, to: Quant) -> (f32, f32) {
    if from == to {
        return (1.0, 0.0);
    }
    let factor = from.scale / to.scale;
    (factor, f32::from(to.zero_point) - f32::from(from.zero_point) * factor)
}

impl Elementwise {
    pub(super) fn compile(c: &Compiler<'_>) -> Result<Self> {
        let channels = c.result()?.channels;
        let kind = match &c.node.op {
            Op::Add { upsample } => Self::compile_add(c, *upsample)?,
            Op::Concat { upsample } => Self::compile_concat(c, upsample)?,
            Op::Bilinear => {
                if c.operand(0)?.channels != channels {
                    return Err(c.error("changes the number of channels"));
                }
                let (factor, offset) = c.quants(0)?.map_or((1.0, 0.0), |(from, to)| requantization(from, to));
                Kind::Bilinear { factor: factor / 16.0, offset }
            }
            Op::Activate { activation } => {
                if c.operand(0)?.channels != channels {
                    return Err(c.error("changes the number of channels"));
                }
                Kind::Activate { activation: *activation, from: c.operand(0)?.quant, to: c.result()?.quant }
            }
            _ => return Err(c.error("is not elementwise")),
        };
        Ok(Self { kind, channels })
    }

    fn compile_add(c: &Compiler<'_>, upsample: usize) -> Result<Kind> {
        let channels = c.result()?.channels;
        if upsample == 0 || c.operand(0)?.channels != channels || c.operand(1)?.channels != channels {
            return Err(c.error("adds values of different channels"));
        }
        if let (None, None, Some(to), 1) =
            (c.operand(0)?.quant, c.operand(1)?.quant, c.result()?.quant, upsample)
        {
            return Ok(Kind::AddAndQuantize { to });
        }
        let factors = match (c.quants(0)?, c.quants(1)?) {
            (Some((a, to)), Some((b, _))) => Some(AddFactors {
                first: a.scale / to.scale,
                second: b.scale / to.scale,
                offset: f32::from(to.zero_point)
                    - f32::from(a.zero_point) * (a.scale / to.scale)
                    - f32::from(b.zero_point) * (b.scale / to.scale),
            }),
            _ => None,
        };
        Ok(Kind::Add { upsample, factors })
    }

    fn compile_concat(c: &Compiler<'_>, upsample: &[usize]) -> Result<Kind> {
        let stride = c.result()?.channels;
        let mut parts = Vec::new();
        let mut first_channel = 0;
        for (i, upsample) in upsample.iter().enumerate() {
            let channels = c.operand(i)?.channels;
            let (factor, offset) = c.quants(i)?.map_or((1.0, 0.0), |(from, to)| requantization(from, to));
            if *upsample == 0 || first_channel + channels > stride {
                return Err(c.error("its parts do not fit its result"));
            }
            let layout = ConcatPart { channels, upsample: *upsample, stride };
            parts.push(Part { layout, first_channel, factor, offset });
            first_channel += channels;
        }
        if first_channel != stride
            || parts.len() != c.node.inputs.len()
            || parts.len() > super::session::MAX_OPERANDS
        {
            return Err(c.error("its parts do not fill its result"));
        }
        Ok(Kind::Concat { parts })
    }

    pub(super) fn run(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>) {
        match &self.kind {
            Kind::Add { upsample, factors } => self.add(run, operands, target, *upsample, *factors),
            Kind::AddAndQuantize { to } => add_and_quantize(run, operands, target, *to),
            Kind::Concat { parts } => self.concat(run, operands, target, parts),
            Kind::Bilinear { factor, offset } => self.enlarge(run, operands[0], target, *factor, *offset),
            Kind::Activate { activation, from, to } => {
                self.activate(run, operands[0], target, *activation, *from, *to);
            }
        }
    }

    fn add(
        &self,
        run: &Run<'_>,
        operands: &[Operand<'_>],
        target: Target<'_>,
        upsample: usize,
        factors: Option<AddFactors>,
    ) {
        let c = self.channels;
        let row = operands[0].shape[1] * c;
        let low_row = row / upsample;
        match (target, factors) {
            (Target::U8(out), Some(f)) => run.pool.rows(out, row, 1, |first, piece| {
                for (y, out) in piece.chunks_exact_mut(row).enumerate() {
                    let a = ByteOperand { bytes: &operands[0].u8()[(first + y) * row..], factor: f.first };
                    let low = (first + y) / upsample * low_row;
                    let b = ByteOperand { bytes: &operands[1].u8()[low..], factor: f.second };
                    if upsample == 1 {
                        run.kernels.add_u8(a, b, f.offset, out);
                    } else {
                        run.kernels.add_upsampled_u8(a, b, c, upsample, f.offset, out);
                    }
                }
            }),
            (Target::F32(out), _) => run.pool.rows(out, row, 1, |first, piece| {
                for (y, out) in piece.chunks_exact_mut(row).enumerate() {
                    let a = &operands[0].f32()[(first + y) * row..];
                    let b = &operands[1].f32()[(first + y) / upsample * low_row..];
                    if upsample == 1 {
                        run.kernels.add_f32(a, b, out);
                    } else {
                        run.kernels.add_upsampled_f32(a, b, c, upsample, out);
                    }
                }
            }),
            (Target::U8(_), None) => unreachable!("compiled with factors for a quantized result"),
        }
    }

    fn concat(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>, parts: &[Part]) {
        let width = operands[0].shape[1] * parts[0].layout.upsample;
        let row = width * self.channels;
        let source = |part: &Part, i: usize, y: usize| {
            let len = operands[i].shape[1] * part.layout.channels;
            let start = y / part.layout.upsample * len;
            start..start + len
        };
        match target {
            Target::U8(out) => run.pool.rows(out, row, 1, |first, piece| {
                for (y, out) in piece.chunks_exact_mut(row).enumerate() {
                    for (i, p) in parts.iter().enumerate() {
                        let x = &operands[i].u8()[source(p, i, first + y)];
                        run.kernels.concat_u8(x, p.layout, p.factor, p.offset, &mut out[p.first_channel..]);
                    }
                }
            }),
            Target::F32(out) => run.pool.rows(out, row, 1, |first, piece| {
                for (y, out) in piece.chunks_exact_mut(row).enumerate() {
                    for (i, p) in parts.iter().enumerate() {
                        let x = &operands[i].f32()[source(p, i, first + y)];
                        run.kernels.concat_f32(x, p.layout, &mut out[p.first_channel..]);
                    }
                }
            }),
        }
    }

    fn enlarge(&self, run: &Run<'_>, x: Operand<'_>, target: Target<'_>, factor: f32, offset: f32) {
        let c = self.channels;
        let [h, w] = x.shape;
        let row = w * c;
        let rows = |y: usize| {
            let near = y / 2;
            let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(h - 1) };
            [near * row..(near + 1) * row, far * row..(far + 1) * row]
        };
        match target {
            Target::U8(out) => run.pool.rows(out, 2 * row, 1, |first, piece| {
                for (y, out) in piece.chunks_exact_mut(2 * row).enumerate() {
                    let [near, far] = rows(first + y).map(|r| &x.u8()[r]);
                    run.kernels.enlarge_bilinear_u8(near, far, c, factor, offset, out);
                }
            }),
            Target::F32(out) => run.pool.rows(out, 2 * row, 1, |first, piece| {
                for (y, out) in piece.chunks_exact_mut(2 * row).enumerate() {
                    let [near, far] = rows(first + y).map(|r| &x.f32()[r]);
                    run.kernels.enlarge_bilinear_f32(near, far, c, out);
                }
            }),
        }
    }

    fn activate(
        &self,
        run: &Run<'_>,
        operand: Operand<'_>,
        target: Target<'_>,
        activation: Activation,
        from: Option<Quant>,
        to: Option<Quant>,
    ) {
        match (target, from, to) {
            (Target::F32(out), None, _) => {
                out.copy_from_slice(&operand.f32()[..out.len()]);
                run.activate(activation, out);
            }
            (Target::F32(out), Some(q), _) => {
                run.kernels.dequantize_u8(operand.u8(), q.zero_point, q.scale, out);
                run.activate(activation, out);
            }
            (Target::U8(out), Some(from), to) => {
                let to = to.unwrap_or(from);
                run.kernels.map_u8(operand.u8(), &byte_function(run, activation, from, to), out);
            }
            (Target::U8(out), None, to) => {
                let to = to.unwrap_or(Quant { scale: 1.0, zero_point: 0 });
                let mut block = [0f32; 256];
                for (x, out) in operand.f32().chunks(256).zip(out.chunks_mut(256)) {
                    let block = &mut block[..out.len()];
                    block.copy_from_slice(&x[..out.len()]);
                    run.activate(activation, block);
                    run.kernels.quantize_u8(block, 1.0 / to.scale, f32::from(to.zero_point), out);
                }
            }
        }
    }
}

fn add_and_quantize(run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>, to: Quant) {
    let Target::U8(out) = target else { unreachable!("compiled for a quantized result") };
    let mut block = [0f32; 256];
    let pairs = operands[0].f32().chunks(256).zip(operands[1].f32().chunks(256));
    for ((a, b), out) in pairs.zip(out.chunks_mut(256)) {
        let block = &mut block[..out.len()];
        run.kernels.add_f32(a, b, block);
        run.kernels.quantize_u8(block, 1.0 / to.scale, f32::from(to.zero_point), out);
    }
}

/// The function of a byte that dequantizes, activates and quantizes.
fn byte_function(run: &Run<'_>, activation: Activation, from: Quant, to: Quant) -> [u8; 256] {
    let mut reals: [f32; 256] = std::array::from_fn(|i| (i as f32 - f32::from(from.zero_point)) * from.scale);
    run.activate(activation, &mut reals);
    let mut bytes = [0u8; 256];
    run.kernels.quantize_u8(&reals, 1.0 / to.scale, f32::from(to.zero_point), &mut bytes);
    bytes
}
