//! Cross-layer equalization: channels of a value are scaled so that they have similar ranges, and
//! what reads them is scaled back. It changes nothing in exact arithmetic, and a `u8` per tensor
//! then serves every channel nearly as well as its own grid would.
//! Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019.

use glimpse_engine::graph::{Activation, Graph, Node, Op, ValueId};
use glimpse_engine::pack::{PackTensor, PackTensorData};

use super::is_quantized;
use crate::error::{Error, Result};
use crate::import::Imported;

/// For each value the factors by which its channels are divided.
pub(crate) type ChannelScales = Vec<Vec<f32>>;

/// Channels that must be scaled alike, as union-find over all channels of all values.
pub(crate) struct TiedChannels {
    offset: Vec<usize>,
    parent: Vec<usize>,
    fixed: Vec<bool>,
}

impl TiedChannels {
    fn new(graph: &Graph) -> Self {
        let mut offset = Vec::new();
        let mut total = 0;
        for v in &graph.values {
            offset.push(total);
            total += v.channels;
        }
        Self { offset, parent: (0..total).collect(), fixed: vec![false; total] }
    }

    fn find(&self, mut i: usize) -> usize {
        while self.parent[i] != i {
            i = self.parent[i];
        }
        i
    }

    fn tie(&mut self, a: (ValueId, usize), b: (ValueId, usize)) {
        let (a, b) = (self.find(self.offset[a.0] + a.1), self.find(self.offset[b.0] + b.1));
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high] = low;
        self.fixed[low] |= self.fixed[high];
    }

    fn fix(&mut self, value: ValueId, channels: usize) {
        for c in 0..channels {
            let root = self.find(self.offset[value] + c);
            self.fixed[root] = true;
        }
    }

    /// The group of a channel, [`None`] where it cannot be scaled.
    pub(crate) fn group(&self, value: ValueId, channel: usize) -> Option<usize> {
        let root = self.find(self.offset[value] + channel);
        (!self.fixed[root]).then_some(root)
    }
}

/// Finds which channels of `graph` can be scaled, and which only together.
pub(crate) fn tied_channels(graph: &Graph) -> TiedChannels {
    let mut tied = TiedChannels::new(graph);
    let channels = |id: ValueId| graph.values[id].channels;
    for id in 0..graph.values.len() {
        if id == 0 || graph.outputs.contains(&id) || !is_quantized(graph, id) {
            tied.fix(id, channels(id));
        }
    }
    for node in &graph.nodes {
        let out = node.output;
        match &node.op {
            Op::Conv { activation, .. } | Op::Deconv { activation, .. } => {
                if !matches!(activation, Activation::None | Activation::Relu | Activation::LeakyRelu) {
                    tied.fix(out, channels(out));
                }
                for &residual in node.inputs.iter().skip(1) {
                    (0..channels(out)).for_each(|c| tied.tie((out, c), (residual, c)));
                }
            }
            Op::Concat { .. } => {
                let mut first = 0;
                for &x in &node.inputs {
                    (0..channels(x)).for_each(|c| tied.tie((out, first + c), (x, c)));
                    first += channels(x);
                }
            }
            Op::SqueezeExcite { .. }
            | Op::Add { .. }
            | Op::Bilinear
            | Op::MaxPool { .. }
            | Op::AvgPool { .. }
            | Op::GlobalAvgPool => {
                for &x in &node.inputs {
                    (0..channels(out)).for_each(|c| tied.tie((out, c), (x, c)));
                }
            }
            Op::Top1 { .. } => {}
            Op::LayerNorm { .. } | Op::Attention { .. } | Op::Activate { .. } | Op::Softmax => {
                for &x in node.inputs.iter().chain([&out]) {
                    tied.fix(x, channels(x));
                }
            }
        }
    }
    tied
}

/// Divides the channels of every value by `scales` by changing the weights around it.
pub(crate) fn equalize(model: &mut Imported, scales: &ChannelScales) -> Result<()> {
    let nodes = model.graph.nodes.clone();
    for node in &nodes {
        let (Some(&x), out) = (node.inputs.first(), node.output) else { continue };
        let (from, to) = (&scales[x], &scales[out]);
        match &node.op {
            Op::Conv { depthwise: true, .. } => {
                let c = to.len();
                each(model, node, "weight", |n, w| *w *= from[n % c] / to[n % c])?;
                each(model, node, "bias", |n, b| *b /= to[n])?;
            }
            Op::Conv { .. } | Op::Deconv { .. } => {
                let i = from.len();
                let run = model.tensor(node, "weight")?.shape.iter().product::<usize>() / to.len();
                each(model, node, "weight", |n, w| *w *= from[n % i] / to[n / run])?;
                each(model, node, "bias", |n, b| *b /= to[n])?;
            }
            Op::Top1 { .. } => {
                let i = from.len();
                each(model, node, "weight", |n, w| *w *= from[n % i])?;
            }
            Op::SqueezeExcite { .. } => {
                let c = from.len();
                each(model, node, "reduce.weight", |n, w| *w *= from[n % c])?;
            }
            _ => {}
        }
    }
    Ok(())
}

impl Imported {
    fn tensor(&mut self, node: &Node, suffix: &str) -> Result<&mut PackTensor> {
        let name = format!("{}.{suffix}", node.name);
        let found = self.tensors.iter_mut().find(|t| t.name == name);
        found.ok_or_else(|| Error::Calibration(format!("no tensor {name}")))
    }
}

fn each(model: &mut Imported, node: &Node, suffix: &str, change: impl Fn(usize, &mut f32)) -> Result<()> {
    if let PackTensorData::F32(data) = &mut model.tensor(node, suffix)?.data {
        data.iter_mut().enumerate().for_each(|(n, x)| change(n, x));
    }
    Ok(())
}
