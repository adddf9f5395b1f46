//! Integer arithmetic of a convolution's constants: accumulator start, factors, output stage.

use std::borrow::Cow;

use glimpse_kernels::qgemm::{QActivation, QOutput};

use crate::graph::{Activation, LEAKY_SLOPE, Quant};
use crate::pack::{Pack, TensorData};
use crate::{Error, Result};

/// A quantized convolution's weights as the pack holds them.
pub(super) struct QTensors<'a> {
    /// `[O, kh, kw, I]` or `[kh, kw, C]`.
    pub(super) weight: Cow<'a, [i8]>,
    /// Step of each output channel.
    pub(super) scale: Cow<'a, [f32]>,
    /// Bias of each output channel.
    pub(super) bias: Cow<'a, [f32]>,
}

impl<'a> QTensors<'a> {
    /// The tensors of node `name`, [`None`] if its weights are not integers.
    pub(super) fn load(pack: &'a Pack, name: &str, len: usize, columns: usize) -> Result<Option<Self>> {
        let TensorData::I8(weight) = pack.tensor(&format!("{name}.weight"))?.data else { return Ok(None) };
        if weight.len() != len {
            let reason = format!("{name}.weight has {} elements, its node needs {len}", weight.len());
            return Err(Error::PackDamaged { path: pack.path().to_owned(), reason });
        }
        let scale = pack.floats(&format!("{name}.scale"), columns)?;
        let bias = pack.floats(&format!("{name}.bias"), columns)?;
        Ok(Some(Self { weight: weight.into(), scale: scale.into(), bias: bias.into() }))
    }

    /// The same as a pointwise convolution to squares of `side` pixels, see [`squares`].
    pub(super) fn into_squares(self, side: usize) -> Self {
        if side == 1 {
            return self;
        }
        let columns = self.scale.len();
        let repeat = |v: &[f32]| Cow::Owned(v.repeat(side * side));
        Self {
            weight: squares(&self.weight, columns, side).into(),
            scale: repeat(&self.scale),
            bias: repeat(&self.bias),
        }
    }

    /// Where the accumulators start: the bias, less what the input's zero point adds. `sums` are
    /// the sums of each output channel's weights.
    pub(super) fn start(&self, input: Quant, sums: impl Iterator<Item = i32>) -> Vec<i32> {
        self.bias
            .iter()
            .zip(self.scale.iter())
            .zip(sums)
            .map(|((bias, scale), sum)| {
                let step = f64::from(input.scale) * f64::from(*scale);
                let bias = if step > 0.0 { (f64::from(*bias) / step).round() } else { 0.0 };
                (bias.clamp(-1e9, 1e9) as i32).saturating_sub(i32::from(input.zero_point) * sum)
            })
            .collect()
    }
}

/// Weights `[o, side, side, i]` of a transposed convolution as `[side, side, o, i]`, those of a
/// pointwise convolution to squares of pixels.
pub(super) fn squares<T: Copy>(weight: &[T], columns: usize, side: usize) -> Vec<T> {
    let channels = weight.len() / (columns * side * side);
    let mut out = Vec::with_capacity(weight.len());
    for tap in 0..side * side {
        for o in 0..columns {
            out.extend_from_slice(&weight[(o * side * side + tap) * channels..][..channels]);
        }
    }
    out
}

/// The output stage of an integer convolution and the factor that goes with each channel's scale.
pub(super) struct OutputStage {
    pub(super) output: QOutput,
    /// Multiplies `input scale × weight scale`.
    pub(super) factor: f32,
    /// A function that must be applied to real results afterwards.
    pub(super) after: Activation,
}

impl OutputStage {
    /// The stage for `activation`, then `residual`, into `out` (real where [`None`]).
    ///
    /// The result is real, whatever `out` says, where `after` is not [`Activation::None`].
    pub(super) fn new(activation: Activation, residual: Option<Quant>, out: Option<Quant>) -> Self {
        let mut output = QOutput {
            activation: QActivation::Linear,
            post: 1.0,
            residual_scale: 0.0,
            offset: 0.0,
            min: 0,
            max: 255,
            min_f32: f32::NEG_INFINITY,
            max_f32: f32::INFINITY,
        };
        let (scale, zero) = out.map_or((1.0, 0), |q| (q.scale, q.zero_point));
        let mut factor = 1.0 / scale;
        let mut after = Activation::None;
        output.offset = f32::from(zero);
        match activation {
            Activation::None => {}
            Activation::Relu => {
                output.min = zero;
                output.min_f32 = 0.0;
            }
            Activation::Relu6 => {
                output.min = zero;
                output.max = (6.0 / scale + f32::from(zero)).round_ties_even() as u8;
                (output.min_f32, output.max_f32) = (0.0, 6.0);
            }
            Activation::LeakyRelu => {
                output.activation = QActivation::LeakyRelu;
                output.post = LEAKY_SLOPE;
            }
            Activation::Gelu if out.is_some() => {
                output.activation = QActivation::Gelu;
                output.post = factor;
                factor = 1.0;
            }
            other => {
                after = other;
                factor = 1.0;
            }
        }
        if let Some(r) = residual {
            output.residual_scale = r.scale / scale;
            output.offset -= f32::from(r.zero_point) * output.residual_scale;
        }
        Self { output, factor, after }
    }
}
