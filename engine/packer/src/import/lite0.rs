//! EfficientNet-Lite0 (Tan and Le 2019, arXiv:1905.11946, in its variant without squeeze-excite and
//! with ReLU6) from the tensors of its PyTorch weights.

use std::collections::BTreeMap;

use glimpse_engine::graph::{Activation, Graph, Input, Node, Op, Padding, Value, ValueId, Window};
use glimpse_engine::pack::{PackTensor, PackTensorData};

use super::Imported;
use crate::error::{Error, Result};
use crate::torch::Tensor;

/// Blocks of one shape: how many, side of the depthwise kernel, stride of the first, expansion,
/// channels in and out.
struct Stage(usize, usize, usize, usize, usize, usize);

const STAGES: [Stage; 7] = [
    Stage(1, 3, 1, 1, 32, 16),
    Stage(2, 3, 2, 6, 16, 24),
    Stage(2, 5, 2, 6, 24, 40),
    Stage(3, 3, 2, 6, 40, 80),
    Stage(3, 5, 1, 6, 80, 112),
    Stage(4, 5, 2, 6, 112, 192),
    Stage(1, 3, 1, 6, 192, 320),
];

/// The stage whose result is the output `features`.
const FEATURES: usize = 4;
const STEM: usize = 32;
const EMBEDDING: usize = 1280;
const CLASSES: usize = 1000;
const SIDE: usize = 224;
/// Added to the variance in batch normalization.
const EPSILON: f64 = 1e-3;

/// Builds the graph: outputs are the classes' probabilities, the pooled embedding and the features
/// of the stage of 112 channels.
pub(crate) fn lite0(name: &str, weights: &BTreeMap<String, Tensor>) -> Result<Imported> {
    let mut b = Builder::new(name, weights);
    let stem = b.conv("stem", &[0], [STEM, 4], [3, 2], Activation::Relu6, ["_conv_stem", "_bn0"])?;
    let (mut x, mut features, mut index) = (stem, stem, 0);
    for (s, stage) in STAGES.iter().enumerate() {
        for repeat in 0..stage.0 {
            x = b.block(index, x, stage, repeat == 0)?;
            index += 1;
        }
        if s == FEATURES {
            features = x;
        }
    }
    let head =
        b.conv("head.conv", &[x], [EMBEDDING, 320], [1, 1], Activation::Relu6, ["_conv_head", "_bn1"])?;
    let pooled = b.push("mean", Op::GlobalAvgPool, vec![head], EMBEDDING);
    let held = b.push("mean.held", Op::Activate { activation: Activation::None }, vec![pooled], EMBEDDING);
    let logits = b.linear("head.linear", held)?;
    let probabilities = b.push("head.softmax", Op::Softmax, vec![logits], CLASSES);
    b.graph.outputs = vec![probabilities, pooled, features];
    Ok(Imported { graph: b.graph, tensors: b.tensors })
}

struct Builder<'a> {
    weights: &'a BTreeMap<String, Tensor>,
    graph: Graph,
    tensors: Vec<PackTensor>,
}

impl<'a> Builder<'a> {
    fn new(name: &str, weights: &'a BTreeMap<String, Tensor>) -> Self {
        let input = Input {
            scale: 1.0 / 128.0,
            offset: -127.0 / 128.0,
            shift: [0.0; 3],
            multiple_of: [SIDE, SIDE],
            fixed: [SIDE, SIDE],
        };
        let values = vec![Value { name: "image".into(), channels: 4, quant: None }];
        let graph = Graph { name: name.into(), input, values, nodes: Vec::new(), outputs: Vec::new() };
        Self { weights, graph, tensors: Vec::new() }
    }

    /// Adds a node and returns its result.
    fn push(&mut self, name: &str, op: Op, inputs: Vec<ValueId>, channels: usize) -> ValueId {
        let output = self.graph.values.len();
        self.graph.values.push(Value { name: name.into(), channels, quant: None });
        self.graph.nodes.push(Node { name: name.into(), op, inputs, output });
        output
    }

    fn tensor(&mut self, name: String, shape: Vec<usize>, data: Vec<f32>) {
        self.tensors.push(PackTensor { name, shape, data: PackTensorData::F32(data) });
    }

    /// The source's tensor `name`, which must have `shape`.
    fn source(&self, name: &str, shape: &[usize]) -> Result<&'a [f32]> {
        let error = |reason: String| Error::Import { model: self.graph.name.clone(), reason };
        let tensor = self.weights.get(name).ok_or_else(|| error(format!("no tensor {name}")))?;
        if tensor.shape != shape {
            return Err(error(format!("{name} has shape {:?}, not {shape:?}", tensor.shape)));
        }
        Ok(&tensor.data)
    }

    /// Factor and addend of each channel of the batch normalization `name`.
    fn norm(&self, name: &str, channels: usize) -> Result<(Vec<f64>, Vec<f32>)> {
        let of = |part: &str| self.source(&format!("{name}.{part}"), &[channels]);
        let (gamma, beta) = (of("weight")?, of("bias")?);
        let (mean, variance) = (of("running_mean")?, of("running_var")?);
        let factor: Vec<f64> = gamma
            .iter()
            .zip(variance)
            .map(|(g, v)| f64::from(*g) / (f64::from(*v) + EPSILON).sqrt())
            .collect();
        let add = beta.iter().zip(mean).zip(&factor);
        let add = add.map(|((b, m), f)| (f64::from(*b) - f64::from(*m) * f) as f32).collect();
        Ok((factor, add))
    }

    /// A dense convolution `[out, in]` of side and stride `[k, s]` with its batch normalization; a
    /// second input is added to its result.
    fn conv(
        &mut self,
        name: &str,
        inputs: &[ValueId],
        [o, i]: [usize; 2],
        [k, s]: [usize; 2],
        activation: Activation,
        [weight, norm]: [&str; 2],
    ) -> Result<ValueId> {
        // A picture has a fourth channel that counts nothing.
        let given = if inputs.first() == Some(&0) { 3 } else { i };
        let w = self.source(&format!("{weight}.weight"), &[o, given, k, k])?;
        let (factor, bias) = self.norm(norm, o)?;
        let taps = k * k;
        let mut data = vec![0.0; o * taps * i];
        for (at, v) in w.iter().enumerate() {
            let (row, c, tap) = (at / (given * taps), at / taps % given, at % taps);
            data[(row * taps + tap) * i + c] = (f64::from(*v) * factor[row]) as f32;
        }
        let window = Window { kernel: [k, k], stride: [s, s], padding: Padding::Same };
        let op = Op::Conv { window, depthwise: false, activation };
        let out = self.push(name, op, inputs.to_vec(), o);
        self.tensor(format!("{name}.weight"), vec![o, k, k, i], data);
        self.tensor(format!("{name}.bias"), vec![o], bias);
        Ok(out)
    }

    /// A depthwise convolution with its batch normalization and ReLU6.
    fn depthwise(
        &mut self,
        name: &str,
        x: ValueId,
        c: usize,
        [k, s]: [usize; 2],
        [weight, norm]: [&str; 2],
    ) -> Result<ValueId> {
        let w = self.source(&format!("{weight}.weight"), &[c, 1, k, k])?;
        let (factor, bias) = self.norm(norm, c)?;
        let taps = k * k;
        let data =
            (0..taps * c).map(|n| (f64::from(w[n % c * taps + n / c]) * factor[n % c]) as f32).collect();
        let window = Window { kernel: [k, k], stride: [s, s], padding: Padding::Same };
        let op = Op::Conv { window, depthwise: true, activation: Activation::Relu6 };
        let out = self.push(name, op, vec![x], c);
        self.tensor(format!("{name}.weight"), vec![k, k, c], data);
        self.tensor(format!("{name}.bias"), vec![c], bias);
        Ok(out)
    }

    /// An inverted residual block (Sandler et al. 2018, arXiv:1801.04381).
    fn block(&mut self, index: usize, x: ValueId, stage: &Stage, first: bool) -> Result<ValueId> {
        let Stage(_, kernel, stride, expand, from, out) = *stage;
        let (from, stride) = if first { (from, stride) } else { (out, 1) };
        let wide = from * expand;
        let source = |part: &str| format!("_blocks.{index}.{part}");
        let mut y = x;
        if expand > 1 {
            let parts = [source("_expand_conv"), source("_bn0")];
            let parts = [parts[0].as_str(), parts[1].as_str()];
            y =
                self.conv(&format!("b{index}.expand"), &[x], [wide, from], [1, 1], Activation::Relu6, parts)?;
        }
        let parts = [source("_depthwise_conv"), source("_bn1")];
        let parts = [parts[0].as_str(), parts[1].as_str()];
        y = self.depthwise(&format!("b{index}.dw"), y, wide, [kernel, stride], parts)?;
        let parts = [source("_project_conv"), source("_bn2")];
        let parts = [parts[0].as_str(), parts[1].as_str()];
        let inputs: &[ValueId] = if stride == 1 && from == out { &[y, x] } else { &[y] };
        self.conv(&format!("b{index}.project"), inputs, [out, wide], [1, 1], Activation::None, parts)
    }

    /// The layer from the embedding to the classes.
    fn linear(&mut self, name: &str, x: ValueId) -> Result<ValueId> {
        let weight = self.source("_fc.weight", &[CLASSES, EMBEDDING])?.to_vec();
        let bias = self.source("_fc.bias", &[CLASSES])?.to_vec();
        let window = Window { kernel: [1, 1], stride: [1, 1], padding: Padding::Explicit([0; 4]) };
        let op = Op::Conv { window, depthwise: false, activation: Activation::None };
        let out = self.push(name, op, vec![x], CLASSES);
        self.tensor(format!("{name}.weight"), vec![CLASSES, 1, 1, EMBEDDING], weight);
        self.tensor(format!("{name}.bias"), vec![CLASSES], bias);
        Ok(out)
    }
}
