//! Dense convolutions, linear layers, transposed convolutions, and joined pairs of them.

use glimpse_kernels::SLACK;
use glimpse_kernels::fgemm::{FConv, FWeights};
use glimpse_kernels::qgemm::{ConvGeometry, QConv, QOutput, QWeights};

use super::compile::Compiler;
use super::quantized::{OutputStage, QTensors, squares};
use super::session::{Operand, Run, Scratch, Target};
use crate::Result;
use crate::graph::{Activation, Padding, Quant, Window};

/// A dense convolution.
#[derive(Debug)]
pub(super) struct Dense {
    weights: Weights,
    window: Window,
    /// Input channels.
    channels: usize,
    /// Output channels before they become pixels.
    columns: usize,
    /// Side of the square of pixels that each position becomes; 1 for a plain convolution.
    shuffle: usize,
    /// Applied to real results.
    after: Activation,
    /// Quantization of the result.
    quant: Option<Quant>,
    residual: bool,
}

#[derive(Debug)]
enum Weights {
    Integer { packed: QWeights, output: QOutput, padding_row: Vec<u8> },
    Real { packed: FWeights, range: [f32; 2], padding_row: Vec<f32> },
}

const POINTWISE: Window = Window { kernel: [1, 1], stride: [1, 1], padding: Padding::Explicit([0, 0, 0, 0]) };

impl Dense {
    pub(super) fn conv(c: &Compiler<'_>, window: Window, activation: Activation) -> Result<Self> {
        Self::compile(c, window, activation, 1)
    }

    pub(super) fn deconv(c: &Compiler<'_>, stride: usize, activation: Activation) -> Result<Self> {
        if !(1..=8).contains(&stride) {
            return Err(c.error("stride outside of 1 to 8"));
        }
        Self::compile(c, POINTWISE, activation, stride)
    }

    fn compile(c: &Compiler<'_>, window: Window, activation: Activation, shuffle: usize) -> Result<Self> {
        let channels = c.operand(0)?.channels;
        let columns = c.result()?.channels * shuffle * shuffle;
        let quant = c.result()?.quant;
        let residual = c.node.inputs.len() > 1;
        if residual && (activation != Activation::None || c.operand(1)?.channels != columns) {
            return Err(c.error("a residual goes with no activation and equal channels"));
        }
        let taps = window.kernel[0] * window.kernel[1];
        if taps == 0 || taps > 256 || window.stride.contains(&0) {
            return Err(c.error("window out of range"));
        }
        let shape = [columns, taps, channels];
        let len = shape.iter().product();
        let (weights, after) = match QTensors::load(c.pack, &c.node.name, len, c.result()?.channels)? {
            Some(t) => Self::integer(c, &t.into_squares(shuffle), shape, activation)?,
            None => Self::real(c, shape, shuffle, activation)?,
        };
        Ok(Self { weights, window, channels, columns, shuffle, after, quant, residual })
    }

    fn integer(
        c: &Compiler<'_>,
        t: &QTensors<'_>,
        shape: [usize; 3],
        activation: Activation,
    ) -> Result<(Weights, Activation)> {
        let Some(input) = c.operand(0)?.quant else {
            return Err(c.error("integer weights need a quantized operand"));
        };
        let out = c.result()?.quant;
        let residual = match c.node.inputs.len() {
            1 => None,
            _ => Some(c.operand(1)?.quant.ok_or_else(|| c.error("its residual is not quantized"))?),
        };
        if residual.is_some() && out.is_none() {
            return Err(c.error("a residual needs a quantized result"));
        }
        let stage = OutputStage::new(activation, residual, out);
        let sums = t.weight.chunks_exact(shape[1] * shape[2]).map(|w| w.iter().map(|x| i32::from(*x)).sum());
        let start = t.start(input, sums);
        let scale: Vec<f32> = t.scale.iter().map(|s| s * input.scale * stage.factor).collect();
        let packed = QWeights::pack(c.kernels.qgemm(), &t.weight, shape, &start, &scale);
        let padding_row = vec![input.zero_point; shape[2] + SLACK];
        Ok((Weights::Integer { packed, output: stage.output, padding_row }, stage.after))
    }

    fn real(
        c: &Compiler<'_>,
        shape: [usize; 3],
        shuffle: usize,
        activation: Activation,
    ) -> Result<(Weights, Activation)> {
        if c.operand(0)?.quant.is_some() || c.result()?.quant.is_some() {
            return Err(c.error("real weights need real values"));
        }
        let weight = c.pack.floats(&c.tensor("weight"), shape.iter().product())?;
        let bias = c.pack.floats(&c.tensor("bias"), c.result()?.channels)?;
        let packed = if shuffle == 1 {
            FWeights::pack(c.kernels.fgemm(), weight, shape, bias)
        } else {
            let weight = squares(weight, bias.len(), shuffle);
            FWeights::pack(c.kernels.fgemm(), &weight, shape, &bias.repeat(shuffle * shuffle))
        };
        let (range, after) = match activation {
            Activation::None => ([f32::NEG_INFINITY, f32::INFINITY], Activation::None),
            Activation::Relu => ([0.0, f32::INFINITY], Activation::None),
            Activation::Relu6 => ([0.0, 6.0], Activation::None),
            other => ([f32::NEG_INFINITY, f32::INFINITY], other),
        };
        let padding_row = vec![0.0; shape[2] + SLACK];
        Ok((Weights::Real { packed, range, padding_row }, after))
    }

    fn geometry(&self, [h, w]: [usize; 2]) -> ConvGeometry {
        let r = self.window.resolve(h, w);
        if self.is_pointwise() {
            return ConvGeometry::pointwise(h * w, self.channels);
        }
        ConvGeometry {
            input: [h, w],
            channels: self.channels,
            output: [r.out_h, r.out_w],
            kernel: self.window.kernel,
            stride: self.window.stride,
            padding: [r.top, r.left],
        }
    }

    fn is_pointwise(&self) -> bool {
        self.window.kernel == [1, 1] && self.window.stride == [1, 1]
    }

    /// Bytes of scratch that a thread needs for an input of this size.
    pub(super) fn scratch(&self, [_, w]: [usize; 2]) -> usize {
        if self.shuffle > 1 || (self.after != Activation::None && self.quant.is_some()) {
            w.max(PIECE) * self.columns * 4
        } else {
            0
        }
    }

    /// Multiply-accumulates for an input of this size.
    pub(super) fn macs(&self, [h, w]: [usize; 2]) -> u64 {
        let r = self.window.resolve(h, w);
        (r.out_h * r.out_w * self.columns * self.channels * self.window.kernel[0] * self.window.kernel[1])
            as u64
    }

    pub(super) fn run(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>) {
        let [h, w] = operands[0].shape;
        let geometry = self.geometry([h, w]);
        let residual = if self.residual { operands.get(1) } else { None };
        if self.shuffle > 1 {
            return self.run_shuffled(run, &geometry, operands[0], w, target);
        }
        let least = PIECE.min(16);
        match target {
            Target::U8(out) => run.pool.rows(out, self.columns, least, |start, piece| {
                let pixels = start..start + piece.len() / self.columns;
                let residual = residual.map(|r| &r.u8()[start * self.columns..]);
                let mut scratch = run.scratch.get();
                self.u8_pixels(run, &geometry, operands[0], residual, pixels, piece, &mut scratch);
            }),
            Target::F32(out) => run.pool.rows(out, self.columns, least, |start, piece| {
                let pixels = start..start + piece.len() / self.columns;
                let residual = residual.map(|r| &r.f32()[start * self.columns..]);
                let mut scratch = run.scratch.get();
                self.f32_pixels(run, &geometry, operands[0], residual, pixels, piece, &mut scratch);
            }),
        }
    }

    /// Bytes for the output pixels `pixels`.
    #[allow(clippy::too_many_arguments)]
    fn u8_pixels(
        &self,
        run: &Run<'_>,
        geometry: &ConvGeometry,
        operand: Operand<'_>,
        residual: Option<&[u8]>,
        pixels: std::ops::Range<usize>,
        out: &mut [u8],
        scratch: &mut Scratch,
    ) {
        let Weights::Integer { packed, output, padding_row } = &self.weights else {
            unreachable!("compiled with integer weights for a quantized result")
        };
        let conv = QConv {
            kernels: run.kernels,
            weights: packed,
            geometry: *geometry,
            output: *output,
            padding_row,
        };
        if self.after == Activation::None {
            return conv.run_u8(operand.u8(), residual, pixels, out, &mut scratch.pointers);
        }
        let quant = self.quant.unwrap_or(Quant { scale: 1.0, zero_point: 0 });
        for (i, piece) in out.chunks_mut(PIECE * self.columns).enumerate() {
            let start = pixels.start + i * PIECE;
            let range = start..start + piece.len() / self.columns;
            let real = &mut scratch.floats[..piece.len()];
            conv.run_f32(operand.u8(), None, range, real, &mut scratch.pointers);
            run.activate(self.after, real);
            run.kernels.quantize_u8(real, 1.0 / quant.scale, f32::from(quant.zero_point), piece);
        }
    }

    /// Real results for the output pixels `pixels`.
    #[allow(clippy::too_many_arguments)]
    fn f32_pixels(
        &self,
        run: &Run<'_>,
        geometry: &ConvGeometry,
        operand: Operand<'_>,
        residual: Option<&[f32]>,
        pixels: std::ops::Range<usize>,
        out: &mut [f32],
        scratch: &mut Scratch,
    ) {
        match &self.weights {
            Weights::Integer { packed, output, padding_row } => {
                let conv = QConv {
                    kernels: run.kernels,
                    weights: packed,
                    geometry: *geometry,
                    output: *output,
                    padding_row,
                };
                conv.run_f32(operand.u8(), None, pixels, out, &mut scratch.pointers);
            }
            Weights::Real { packed, range, padding_row } => {
                let conv = FConv {
                    kernels: run.kernels,
                    weights: packed,
                    geometry: *geometry,
                    range: *range,
                    padding_row,
                };
                conv.run(operand.f32(), residual, pixels, out, &mut scratch.real_pointers);
            }
        }
        run.activate(self.after, out);
    }

    /// Each position becomes a square of pixels: rows of positions go through scratch memory.
    fn run_shuffled(
        &self,
        run: &Run<'_>,
        geometry: &ConvGeometry,
        operand: Operand<'_>,
        w: usize,
        target: Target<'_>,
    ) {
        let s = self.shuffle;
        let per_pixel = self.columns / (s * s);
        let band = w * s * s * per_pixel;
        match target {
            Target::U8(out) => run.pool.rows(out, band, 1, |first, piece| {
                let mut guard = run.scratch.get();
                let scratch = &mut *guard;
                let mut row = std::mem::take(&mut scratch.bytes);
                for (y, rows) in piece.chunks_exact_mut(band).enumerate() {
                    let pixels = (first + y) * w..(first + y + 1) * w;
                    let row = &mut row[..band];
                    self.u8_pixels(run, geometry, operand, None, pixels, row, scratch);
                    spread(row, rows, w, s, per_pixel);
                }
                scratch.bytes = row;
            }),
            Target::F32(out) => run.pool.rows(out, band, 1, |first, piece| {
                let mut guard = run.scratch.get();
                let scratch = &mut *guard;
                let mut row = std::mem::take(&mut scratch.floats);
                for (y, rows) in piece.chunks_exact_mut(band).enumerate() {
                    let pixels = (first + y) * w..(first + y + 1) * w;
                    let row = &mut row[..band];
                    self.f32_pixels(run, geometry, operand, None, pixels, row, scratch);
                    spread(row, rows, w, s, per_pixel);
                }
                scratch.floats = row;
            }),
        }
    }
}

/// Output pixels that go through scratch memory at once.
const PIECE: usize = 64;

/// Moves a row of positions `[w][s][s][c]` to `s` rows of pixels `[s][w·s][c]`.
fn spread<T: Copy>(row: &[T], out: &mut [T], w: usize, s: usize, c: usize) {
    for (x, square) in row.chunks_exact(s * s * c).enumerate() {
        for (dy, line) in square.chunks_exact(s * c).enumerate() {
            out[(dy * w + x) * s * c..][..s * c].copy_from_slice(line);
        }
    }
}

/// Two pointwise integer convolutions, the second reading the first, computed tile by tile so that
/// what lies between them stays in the cache.
#[derive(Debug)]
pub(super) struct Mixer {
    expand: Dense,
    compress: Dense,
}

impl Mixer {
    /// Whether the two may be joined.
    pub(super) fn fits(a: &Dense, b: &Dense) -> bool {
        let plain = |d: &Dense| {
            d.is_pointwise()
                && d.shuffle == 1
                && d.after == Activation::None
                && d.quant.is_some()
                && matches!(d.weights, Weights::Integer { .. })
        };
        plain(a) && plain(b) && !a.residual
    }

    pub(super) fn new(expand: Dense, compress: Dense) -> Self {
        Self { expand, compress }
    }

    /// Bytes of scratch that a thread needs.
    pub(super) fn scratch(&self) -> usize {
        PIECE * self.expand.columns + SLACK
    }

    /// Multiply-accumulates for an input of this size.
    pub(super) fn macs(&self, shape: [usize; 2]) -> u64 {
        self.expand.macs(shape) + self.compress.macs(shape)
    }

    pub(super) fn run(&self, run: &Run<'_>, operands: &[Operand<'_>], target: Target<'_>) {
        let Target::U8(out) = target else { unreachable!("joined only for quantized results") };
        let geometry = self.expand.geometry(operands[0].shape);
        let residual = if self.compress.residual { operands.get(1) } else { None };
        let columns = self.compress.columns;
        run.pool.rows(out, columns, PIECE, |first, piece| {
            let mut guard = run.scratch.get();
            let scratch = &mut *guard;
            let mut middle = std::mem::take(&mut scratch.bytes);
            for (i, tile) in piece.chunks_mut(PIECE * columns).enumerate() {
                let start = first + i * PIECE;
                let rows = tile.len() / columns;
                let wide = &mut middle[..rows * self.expand.columns + SLACK];
                self.expand.u8_pixels(run, &geometry, operands[0], None, start..start + rows, wide, scratch);
                let inner = ConvGeometry::pointwise(rows, self.expand.columns);
                let residual = residual.map(|r| &r.u8()[start * columns..]);
                let operand = Operand::bytes(&middle, [1, rows]);
                self.compress.u8_pixels(run, &inner, operand, residual, 0..rows, tile, scratch);
            }
            scratch.bytes = middle;
        });
    }
}
