//! The model graph that a pack carries: fused operators over NHWC values of batch 1.
//!
//! A value is `[height, width, channels]`. It is `u8` where it has a [`Quant`], else `f32`.
//! Weights are tensors of the pack named after their node:
//!
//! | operator | tensors |
//! |---|---|
//! | [`Op::Conv`] dense, [`Op::Deconv`], [`Op::Top1`] | `N.weight` `[O, kh, kw, I]`, `N.bias` f32 `[O]` |
//! | [`Op::Conv`] depthwise | `N.weight` `[kh, kw, C]`, `N.bias` f32 `[C]` |
//! | quantized ones of the above | `N.weight` is I8, and `N.scale` f32 `[O]`: real weight = integer × scale |
//! | [`Op::SqueezeExcite`] | `N.reduce.weight` f32 `[R, C]`, `N.reduce.bias` `[R]`, `N.expand.weight` `[C, R]`, `N.expand.bias` `[C]` |
//! | [`Op::LayerNorm`] | `N.weight`, `N.bias` f32 `[C]` |

use serde::{Deserialize, Serialize};

/// Index into [`Graph::values`].
pub type ValueId = usize;

/// A model: values, and nodes in an order in which they can run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    /// The model's name, for example `"ocr-det"`.
    pub name: String,
    /// How a picture becomes the input value.
    pub input: Input,
    /// All values; the first is the input.
    pub values: Vec<Value>,
    /// Nodes in running order.
    pub nodes: Vec<Node>,
    /// Results, in order.
    pub outputs: Vec<ValueId>,
}

/// Preprocessing of the input: an RGB picture with a fourth channel of zeros,
/// `real = byte × scale + offset (+ shift of the channel)`. Where the input value has other than 4
/// channels it is a value of another network, taken as it is, and these say nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Factor on the byte.
    pub scale: f32,
    /// Added after the factor.
    pub offset: f32,
    /// Added to red, green and blue after `offset`, where the model wants each about its own mean.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shift: [f32; 3],
    /// Sides must be multiples of this.
    pub multiple_of: [usize; 2],
    /// Height and width where the model fixes them, 0 where free.
    pub fixed: [usize; 2],
}

fn is_zero(shift: &[f32; 3]) -> bool {
    *shift == [0.0; 3]
}

/// A tensor that flows between nodes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Unique name, for tests and traces.
    pub name: String,
    /// Channels, 4 for the input where it is a picture.
    pub channels: usize,
    /// Present where the value is held as `u8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quant: Option<Quant>,
}

/// Affine quantization: `real = (byte − zero_point) × scale`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quant {
    /// Step, greater than 0.
    pub scale: f32,
    /// Byte that stands for 0.
    pub zero_point: u8,
}

/// One operator application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Unique name; prefix of its tensors.
    pub name: String,
    /// The operator.
    pub op: Op,
    /// Operands.
    pub inputs: Vec<ValueId>,
    /// Result.
    pub output: ValueId,
}

/// Function applied to each element after the bias.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `x`
    #[default]
    None,
    /// `max(x, 0)`
    Relu,
    /// `min(max(x, 0), 6)`
    Relu6,
    /// `x·Φ(x)` with the exact (erf) normal distribution function
    Gelu,
    /// `x / (1 + e⁻ˣ)`
    Silu,
    /// `x·min(max(x + 3, 0), 6) / 6`
    HardSwish,
    /// `1 / (1 + e⁻ˣ)`
    Sigmoid,
    /// `max(x, 0.1·x)`, see [`LEAKY_SLOPE`]
    LeakyRelu,
}

/// Slope of [`Activation::LeakyRelu`] below 0.
pub const LEAKY_SLOPE: f32 = 0.1;

/// Zero padding of a sliding window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// Top, left, bottom, right.
    Explicit([usize; 4]),
    /// TensorFlow's SAME: output side = ceil(side / stride), the odd one goes to the end.
    Same,
}

/// The sliding window of a convolution or pooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Height and width.
    pub kernel: [usize; 2],
    /// Vertical and horizontal step.
    pub stride: [usize; 2],
    /// Zeros around the input.
    pub padding: Padding,
}

/// Operators. Elementwise arithmetic is on real values; results are requantized where the output
/// value has a [`Quant`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Convolution, bias, activation; then, with a second operand, that operand is added.
    Conv {
        /// Kernel, stride, padding.
        window: Window,
        /// Each channel by its own kernel.
        depthwise: bool,
        /// Applied before the residual.
        activation: Activation,
    },
    /// Transposed convolution whose kernel equals its stride `s`: a 1×1 convolution to `s·s·O`
    /// channels, ordered `(dy, dx, o)`, each group a pixel of the `s` times larger output.
    Deconv {
        /// Kernel and stride.
        stride: usize,
        /// Applied after the bias.
        activation: Activation,
    },
    /// `x·g` (or `x + x·g`), `g = min(max(slope·(E·relu(R·mean(x) + r) + e) + 0.5, 0), 1)` a channel.
    SqueezeExcite {
        /// Slope of the hard sigmoid.
        slope: f32,
        /// Adds `x`.
        residual: bool,
    },
    /// `a + b`, `b` enlarged by nearest neighbour.
    Add {
        /// Factor by which the second operand is enlarged; 1 for none.
        upsample: usize,
    },
    /// Channels of the operands one after another, each enlarged by nearest neighbour.
    Concat {
        /// One factor an operand.
        upsample: Vec<usize>,
    },
    /// Twice the height and width, bilinear with half-pixel centres, edges repeated.
    Bilinear,
    /// Maximum over the window; padding never wins.
    MaxPool {
        /// Kernel, stride, padding.
        window: Window,
    },
    /// Mean over the window, without padding.
    AvgPool {
        /// Kernel and stride.
        window: Window,
    },
    /// Mean over height and width: `[1, 1, C]`.
    GlobalAvgPool,
    /// Normalization over channels, then weight and bias.
    LayerNorm {
        /// Added to the variance.
        eps: f32,
    },
    /// Multi-head self-attention over the positions of `[1, T, 3·C]` (queries, keys, values; each
    /// `heads × C/heads`): `softmax(scale·q·kᵀ)·v`, giving `[1, T, C]`.
    Attention {
        /// Heads.
        heads: usize,
        /// Factor on the scores.
        scale: f32,
    },
    /// Elementwise function.
    Activate {
        /// The function.
        activation: Activation,
    },
    /// Linear layer to `classes`, softmax, and for each position the best class and its
    /// probability: `[H, W, 2]` in `f32`.
    Top1 {
        /// Number of classes.
        classes: usize,
    },
    /// Softmax over channels.
    Softmax,
}

impl Window {
    /// Top and left padding and the output's height and width for an input of `h × w`.
    pub fn resolve(&self, h: usize, w: usize) -> ResolvedWindow {
        let (top, left, out_h, out_w) = match self.padding {
            Padding::Explicit([t, l, b, r]) => (
                t,
                l,
                (h + t + b).saturating_sub(self.kernel[0]) / self.stride[0] + 1,
                (w + l + r).saturating_sub(self.kernel[1]) / self.stride[1] + 1,
            ),
            Padding::Same => {
                let side = |n: usize, k: usize, s: usize| {
                    let out = n.div_ceil(s);
                    ((((out.max(1) - 1) * s + k).saturating_sub(n)) / 2, out)
                };
                let (t, oh) = side(h, self.kernel[0], self.stride[0]);
                let (l, ow) = side(w, self.kernel[1], self.stride[1]);
                (t, l, oh, ow)
            }
        };
        ResolvedWindow { top, left, out_h, out_w }
    }
}

/// A [`Window`] on an input of known size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolvedWindow {
    /// Rows of padding above.
    pub top: usize,
    /// Columns of padding before.
    pub left: usize,
    /// Output height.
    pub out_h: usize,
    /// Output width.
    pub out_w: usize,
}

impl Graph {
    /// Height and width of every value for an input of `h × w`; [`None`] where a node's operands do
    /// not fit each other.
    pub fn shapes(&self, h: usize, w: usize) -> Option<Vec<[usize; 2]>> {
        let mut shapes = vec![[0usize; 2]; self.values.len()];
        *shapes.first_mut()? = [h, w];
        for node in &self.nodes {
            let [h, w] = *shapes.get(*node.inputs.first()?)?;
            let same = |i: usize, factor: usize| -> Option<bool> {
                let s = shapes.get(*node.inputs.get(i)?)?;
                Some(s[0].checked_mul(factor)? == h && s[1].checked_mul(factor)? == w)
            };
            let out = match &node.op {
                Op::Conv { window, .. } => {
                    let r = window.resolve(h, w);
                    if node.inputs.len() > 1 && *shapes.get(node.inputs[1])? != [r.out_h, r.out_w] {
                        return None;
                    }
                    [r.out_h, r.out_w]
                }
                Op::MaxPool { window } | Op::AvgPool { window } => {
                    let r = window.resolve(h, w);
                    [r.out_h, r.out_w]
                }
                Op::Deconv { stride, .. } => [h.checked_mul(*stride)?, w.checked_mul(*stride)?],
                Op::Add { upsample } => {
                    if !same(1, *upsample)? {
                        return None;
                    }
                    [h, w]
                }
                Op::Concat { upsample } => {
                    let h = h.checked_mul(*upsample.first()?)?;
                    let w = w.checked_mul(upsample[0])?;
                    for (i, f) in upsample.iter().enumerate() {
                        let s = shapes.get(*node.inputs.get(i)?)?;
                        if s[0].checked_mul(*f)? != h || s[1].checked_mul(*f)? != w {
                            return None;
                        }
                    }
                    [h, w]
                }
                Op::Bilinear => [h.checked_mul(2)?, w.checked_mul(2)?],
                Op::GlobalAvgPool => [1, 1],
                Op::SqueezeExcite { .. }
                | Op::LayerNorm { .. }
                | Op::Attention { .. }
                | Op::Activate { .. }
                | Op::Top1 { .. }
                | Op::Softmax => [h, w],
            };
            *shapes.get_mut(node.output)? = out;
        }
        Some(shapes)
    }
}
