//! From NanoDet's TensorFlow.js graph to the fused one.
//!
//! The graph was exported from PyTorch through ONNX: NCHW values that are padded and transposed
//! around every convolution. Padding becomes part of the window, transpositions vanish, sums with
//! constants become biases, and leaky rectifiers the activations of the convolutions before them.

use std::collections::{HashMap, HashSet};

use glimpse_engine::graph::{
    Activation, Graph, Input, LEAKY_SLOPE, Node, Op, Padding, Value, ValueId, Window,
};
use glimpse_engine::pack::{PackTensor, PackTensorData};

use super::model::{GraphNode, Model, Tensor};
use crate::error::{Error, Result};
use crate::import::Imported;

/// Means and standard deviations of blue, green and red that the network was trained with
/// (the configuration `nanodet-g.yml` of the NanoDet repository).
const MEAN: [f32; 3] = [103.53, 116.28, 123.675];
const DEVIATION: [f32; 3] = [57.375, 57.12, 58.395];
/// The deviation that all channels are given; the first convolution's weights make up for it.
const COMMON: f32 = 57.63;
/// The byte that stands for about 0.
const MIDDLE: f32 = 114.0;
/// Classes, and distributions of the four distances to a box's sides.
const SPLIT: [i32; 2] = [80, 44];
/// Name of the model in errors and in its graph.
const NAME: &str = "find";

/// Imports the detector: one output for each of the strides 8, 16 and 32, `[h, w, 124]` scores
/// before the sigmoid and distributions before the softmax.
pub(crate) fn nanodet(model: &Model) -> Result<Imported> {
    let mut importer = Importer::new(model);
    for node in &model.nodes {
        importer.node(node)?;
    }
    importer.finish()
}

/// A result of a TensorFlow node.
#[derive(Debug, Clone, Copy)]
struct Produced {
    value: ValueId,
    /// Bias and activation that the producing convolution had when this was its result.
    stage: Stage,
    /// Whether channels come last.
    channels_last: bool,
    /// Zeros, or what never wins a maximum, around it: top, left, bottom, right.
    padding: Option<([usize; 4], f32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Bare,
    Biased,
    Activated,
}

struct Importer<'a> {
    model: &'a Model,
    produced: HashMap<&'a str, Produced>,
    /// Nodes that compute shapes, or what comes after an output.
    beyond: HashSet<&'a str>,
    splits: HashSet<&'a str>,
    values: Vec<Made>,
    nodes: Vec<(Op, Vec<ValueId>, ValueId)>,
    tensors: Vec<(usize, &'static str, Vec<usize>, Vec<f32>)>,
    outputs: Vec<ValueId>,
}

/// A value of the graph.
#[derive(Debug, Clone, Copy)]
struct Made {
    side: [usize; 2],
    channels: usize,
    stage: Stage,
    node: Option<usize>,
    read: bool,
}

fn error(reason: impl Into<String>) -> Error {
    Error::Import { model: NAME.to_owned(), reason: reason.into() }
}

impl<'a> Importer<'a> {
    fn new(model: &'a Model) -> Self {
        Self {
            model,
            produced: HashMap::new(),
            beyond: HashSet::new(),
            splits: HashSet::new(),
            values: Vec::new(),
            nodes: Vec::new(),
            tensors: Vec::new(),
            outputs: Vec::new(),
        }
    }

    fn node(&mut self, node: &'a GraphNode) -> Result<()> {
        let is_value = |i: &String| self.produced.contains_key(i.as_str());
        if node.op != "Placeholder" && !node.inputs.iter().any(is_value) {
            if node.op == "Sigmoid" {
                self.check_sigmoid(node)?;
            }
            self.beyond.insert(&node.name);
            return Ok(());
        }
        match node.op.as_str() {
            "Placeholder" => self.placeholder(node),
            "Transpose" => self.transpose(node),
            "Pad" | "PadV2" => self.pad(node),
            "Conv2D" => self.convolution(node),
            "Add" | "AddV2" => self.add(node),
            "LeakyRelu" => self.rectify(node),
            "MaxPool" => self.pool(node),
            "ConcatV2" => self.concat(node),
            "ResizeBilinear" => self.resize(node),
            "SplitV" => self.split(node),
            other => Err(error(format!("operator {other} at {}", node.name))),
        }
    }

    /// The classes' scores, and nothing else, go through a sigmoid.
    fn check_sigmoid(&self, node: &GraphNode) -> Result<()> {
        match node.inputs.as_slice() {
            [x] if self.splits.contains(x.as_str()) => Ok(()),
            _ => Err(error(format!("{} is no sigmoid of classes", node.name))),
        }
    }

    fn get(&self, node: &GraphNode, i: usize) -> Result<Produced> {
        let name = node.inputs.get(i).ok_or_else(|| error(format!("{} lacks operand {i}", node.name)))?;
        let found = self.produced.get(name.as_str());
        let p = *found.ok_or_else(|| error(format!("{}: {name} is not computed", node.name)))?;
        if p.stage != self.values[p.value].stage {
            return Err(error(format!("{name} is read before and after its activation")));
        }
        Ok(p)
    }

    /// Operand `i`, which is not padded and has its channels last, or first, as `last` says.
    fn plain(&mut self, node: &GraphNode, i: usize, last: bool) -> Result<ValueId> {
        let p = self.get(node, i)?;
        if p.padding.is_some() || p.channels_last != last {
            return Err(error(format!("{}: operand {i} is padded or laid out otherwise", node.name)));
        }
        self.values[p.value].read = true;
        Ok(p.value)
    }

    fn constant(&self, node: &GraphNode, i: usize) -> Result<&'a Tensor> {
        let found = node.inputs.get(i).and_then(|name| self.model.constants.get(name));
        found.ok_or_else(|| error(format!("{}: operand {i} is not constant", node.name)))
    }

    fn integers(&self, node: &GraphNode, i: usize) -> Result<&'a [i32]> {
        let tensor = self.constant(node, i)?;
        tensor.integers().ok_or_else(|| error(format!("{}: operand {i} is not of integers", node.name)))
    }

    fn produce(&mut self, node: &'a GraphNode, value: ValueId, channels_last: bool) {
        let stage = self.values[value].stage;
        self.produced.insert(&node.name, Produced { value, stage, channels_last, padding: None });
    }

    /// Adds a node to the graph whose value is the result of `node`.
    fn push(
        &mut self,
        node: &'a GraphNode,
        op: Op,
        inputs: Vec<ValueId>,
        (side, channels): ([usize; 2], usize),
        channels_last: bool,
    ) {
        let value = self.values.len();
        let stage = if matches!(op, Op::Conv { .. }) { Stage::Bare } else { Stage::Activated };
        self.values.push(Made { side, channels, stage, node: Some(self.nodes.len()), read: false });
        self.nodes.push((op, inputs, value));
        self.produce(node, value, channels_last);
    }

    fn placeholder(&mut self, node: &'a GraphNode) -> Result<()> {
        if !self.values.is_empty() {
            return Err(error("a second input"));
        }
        // The size that it was exported for; the graph runs at any multiple of 32.
        let made = Made { side: [416; 2], channels: 4, stage: Stage::Activated, node: None, read: false };
        self.values.push(made);
        self.produce(node, 0, false);
        Ok(())
    }

    fn transpose(&mut self, node: &'a GraphNode) -> Result<()> {
        let p = self.get(node, 0)?;
        let last = match self.integers(node, 1)? {
            [0, 2, 3, 1] if !p.channels_last => true,
            [0, 3, 1, 2] if p.channels_last => false,
            other => return Err(error(format!("{}: transposition {other:?}", node.name))),
        };
        self.produced.insert(&node.name, Produced { channels_last: last, ..p });
        Ok(())
    }

    fn pad(&mut self, node: &'a GraphNode) -> Result<()> {
        let p = self.get(node, 0)?;
        let sides = match (self.integers(node, 1)?, p.channels_last) {
            (&[0, 0, 0, 0, t, b, l, r], false) | (&[0, 0, t, b, l, r, 0, 0], true) => [t, l, b, r],
            (other, _) => return Err(error(format!("{}: padding {other:?}", node.name))),
        };
        let sides = sides.map(|n| usize::try_from(n).ok().filter(|n| *n <= 8));
        let [Some(t), Some(l), Some(b), Some(r)] = sides else {
            return Err(error(format!("{}: padding out of range", node.name)));
        };
        let with = if node.op == "Pad" { 0.0 } else { self.scalar(node, 2)? };
        if p.padding.is_some() {
            return Err(error(format!("{} pads twice", node.name)));
        }
        self.produced.insert(&node.name, Produced { padding: Some(([t, l, b, r], with)), ..p });
        Ok(())
    }

    fn scalar(&self, node: &GraphNode, i: usize) -> Result<f32> {
        match self.constant(node, i)?.floats() {
            Some(&[x]) => Ok(x),
            _ => Err(error(format!("{}: operand {i} is not a number", node.name))),
        }
    }

    /// The window of `node` over its first operand, whose padding must be of `with`.
    fn window(&mut self, node: &GraphNode, kernel: [usize; 2], with: f32) -> Result<(ValueId, Window)> {
        let p = self.get(node, 0)?;
        let stride = match node.ints("strides").as_deref() {
            Some(&[1, v @ 1..=4, h @ 1..=4, 1]) => [v as usize, h as usize],
            other => return Err(error(format!("{}: strides {other:?}", node.name))),
        };
        let dilated = node.ints("dilations").is_some_and(|d| d.iter().any(|d| *d != 1));
        if !p.channels_last || dilated || !node.says("data_format", "NHWC") || !node.says("padding", "VALID")
        {
            return Err(error(format!("{}: layout, dilation or padding", node.name)));
        }
        let padding = match p.padding {
            None => [0; 4],
            Some((sides, value)) if value == with => sides,
            Some((_, value)) => return Err(error(format!("{}: padded with {value}", node.name))),
        };
        let [h, w] = self.values[p.value].side;
        if h + padding[0] + padding[2] < kernel[0] || w + padding[1] + padding[3] < kernel[1] {
            return Err(error(format!("{}: a window larger than its operand", node.name)));
        }
        self.values[p.value].read = true;
        Ok((p.value, Window { kernel, stride, padding: Padding::Explicit(padding) }))
    }

    fn resolved(&self, value: ValueId, window: &Window) -> [usize; 2] {
        let [h, w] = self.values[value].side;
        let r = window.resolve(h, w);
        [r.out_h, r.out_w]
    }

    fn convolution(&mut self, node: &'a GraphNode) -> Result<()> {
        let weight = self.constant(node, 1)?;
        let (&[kh @ 1..=16, kw @ 1..=16, i, o @ 1..=4096], Some(data)) =
            (weight.shape.as_slice(), weight.floats())
        else {
            return Err(error(format!("{}: weights of shape {:?}", node.name, weight.shape)));
        };
        let (x, window) = self.window(node, [kh, kw], 0.0)?;
        let channels = self.values[x].channels;
        if i != if x == 0 { 3 } else { channels } {
            return Err(error(format!("{}: {i} input channels for {channels}", node.name)));
        }
        let mut ours = vec![0.0; o * kh * kw * channels];
        for (n, w) in data.iter().enumerate() {
            let (tap, c, out) = (n / (i * o), n / o % i, n % o);
            // A picture comes as red, green, blue; the network was trained on blue, green, red.
            let (at, factor) = if x == 0 { (2 - c, COMMON / DEVIATION[c]) } else { (c, 1.0) };
            ours[(out * kh * kw + tap) * channels + at] = w * factor;
        }
        let side = self.resolved(x, &window);
        let op = Op::Conv { window, depthwise: false, activation: Activation::None };
        self.tensors.push((self.nodes.len(), "weight", vec![o, kh, kw, channels], ours));
        self.push(node, op, vec![x], (side, o), true);
        Ok(())
    }

    fn add(&mut self, node: &'a GraphNode) -> Result<()> {
        if node.inputs.get(1).is_some_and(|i| self.model.constants.contains_key(i)) {
            return self.bias(node);
        }
        let last = self.get(node, 0)?.channels_last;
        let (a, b) = (self.plain(node, 0, last)?, self.plain(node, 1, last)?);
        let Made { side, channels, .. } = self.values[a];
        if (side, channels) != (self.values[b].side, self.values[b].channels) {
            return Err(error(format!("{} adds values of different shapes", node.name)));
        }
        self.push(node, Op::Add { upsample: 1 }, vec![a, b], (side, channels), last);
        Ok(())
    }

    fn bias(&mut self, node: &'a GraphNode) -> Result<()> {
        let p = self.get(node, 0)?;
        let made = self.values[p.value];
        let bias = self.constant(node, 1)?;
        let (Some(index), Stage::Bare, true, false, Some(data)) =
            (made.node, made.stage, p.channels_last, made.read, bias.floats())
        else {
            return Err(error(format!("{} is no bias of a convolution", node.name)));
        };
        if data.len() != made.channels || bias.shape.last() != Some(&made.channels) {
            return Err(error(format!(
                "{}: {} biases for {} channels",
                node.name,
                data.len(),
                made.channels
            )));
        }
        self.tensors.push((index, "bias", vec![made.channels], data.to_vec()));
        self.values[p.value].stage = Stage::Biased;
        self.produce(node, p.value, true);
        Ok(())
    }

    fn rectify(&mut self, node: &'a GraphNode) -> Result<()> {
        let p = self.get(node, 0)?;
        let made = self.values[p.value];
        let slope = node.float("alpha").unwrap_or(0.2) as f32;
        let op = made.node.and_then(|n| self.nodes.get_mut(n)).map(|n| &mut n.0);
        match op {
            Some(Op::Conv { activation, .. })
                if made.stage == Stage::Biased && !made.read && (slope - LEAKY_SLOPE).abs() < 1e-6 =>
            {
                *activation = Activation::LeakyRelu;
            }
            _ => return Err(error(format!("{} is no activation of a convolution", node.name))),
        }
        self.values[p.value].stage = Stage::Activated;
        self.produce(node, p.value, p.channels_last);
        Ok(())
    }

    fn pool(&mut self, node: &'a GraphNode) -> Result<()> {
        let kernel = match node.ints("ksize").as_deref() {
            Some(&[1, v @ 1..=16, h @ 1..=16, 1]) => [v as usize, h as usize],
            other => return Err(error(format!("{}: window {other:?}", node.name))),
        };
        let (x, window) = self.window(node, kernel, f32::NEG_INFINITY)?;
        let (side, channels) = (self.resolved(x, &window), self.values[x].channels);
        self.push(node, Op::MaxPool { window }, vec![x], (side, channels), true);
        Ok(())
    }

    fn concat(&mut self, node: &'a GraphNode) -> Result<()> {
        let count = node.inputs.len().saturating_sub(1);
        let last = self.get(node, 0)?.channels_last;
        let axis = self.integers(node, count)?;
        if axis != [if last { 3 } else { 1 }] || count < 2 {
            return Err(error(format!("{}: concatenation along {axis:?}", node.name)));
        }
        let parts: Vec<ValueId> = (0..count).map(|i| self.plain(node, i, last)).collect::<Result<_>>()?;
        let side = self.values[parts[0]].side;
        if parts.iter().any(|p| self.values[*p].side != side) {
            return Err(error(format!("{} joins values of different sizes", node.name)));
        }
        let channels = parts.iter().map(|p| self.values[*p].channels).sum();
        self.push(node, Op::Concat { upsample: vec![1; count] }, parts, (side, channels), last);
        Ok(())
    }

    /// Bilinear interpolation to twice the size, or to half of it, which is the mean of each square
    /// of four pixels.
    fn resize(&mut self, node: &'a GraphNode) -> Result<()> {
        let x = self.plain(node, 0, true)?;
        let Made { side: [h, w], channels, .. } = self.values[x];
        let to = match self.integers(node, 1)? {
            &[v, u] if v > 0 && u > 0 => [v as usize, u as usize],
            other => return Err(error(format!("{}: size {other:?}", node.name))),
        };
        if node.flag("align_corners") || !node.flag("half_pixel_centers") {
            return Err(error(format!("{}: pixels are not centred", node.name)));
        }
        let half = Window { kernel: [2, 2], stride: [2, 2], padding: Padding::Explicit([0; 4]) };
        let op = match to {
            _ if to == [2 * h, 2 * w] => Op::Bilinear,
            _ if [2 * to[0], 2 * to[1]] == [h, w] => Op::AvgPool { window: half },
            _ => return Err(error(format!("{}: {h} x {w} to {to:?}", node.name))),
        };
        self.push(node, op, vec![x], (to, channels), true);
        Ok(())
    }

    /// The end of a head: classes and distributions go apart, which is where the graph ends.
    fn split(&mut self, node: &'a GraphNode) -> Result<()> {
        let x = self.plain(node, 0, false)?;
        if self.integers(node, 1)? != SPLIT || self.integers(node, 2)? != [1] {
            return Err(error(format!("{} is no split of classes and distances", node.name)));
        }
        if self.values[x].stage != Stage::Biased {
            return Err(error(format!("{} splits no linear layer", node.name)));
        }
        self.splits.insert(&node.name);
        self.outputs.push(x);
        Ok(())
    }

    /// Names of the nodes, in their order: their kind with a number, of heads with their stride.
    fn names(&self) -> Vec<String> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let mut name = |kind: &'static str| {
            let count = counts.entry(kind).or_default();
            *count += 1;
            format!("{kind}.{count}")
        };
        let kind = |(op, _, value): &(Op, Vec<ValueId>, ValueId)| match op {
            _ if self.outputs.contains(value) => {
                format!("head.linear.{}", self.values[0].side[0] / self.values[*value].side[0].max(1))
            }
            Op::Conv { .. } => name("conv"),
            Op::MaxPool { .. } => name("pool"),
            Op::Concat { .. } => name("concat"),
            Op::Add { .. } => name("add"),
            Op::Bilinear => name("enlarge"),
            _ => name("reduce"),
        };
        self.nodes.iter().map(kind).collect()
    }

    fn finish(mut self) -> Result<Imported> {
        let side = |v: ValueId, made: &[Made]| std::cmp::Reverse(made[v].side[0]);
        self.outputs.sort_by_key(|v| side(*v, &self.values));
        let sides: Vec<usize> = self.outputs.iter().map(|v| self.values[*v].side[0]).collect();
        if sides != [52, 26, 13] {
            return Err(error(format!("heads of {sides:?} rows")));
        }
        let biases = self.tensors.iter().filter(|t| t.1 == "bias").count();
        if 2 * biases != self.tensors.len() {
            return Err(error("a convolution without a bias"));
        }
        let names = self.names();
        let mut values: Vec<Value> = self
            .values
            .iter()
            .map(|made| Value { name: "image".into(), channels: made.channels, quant: None })
            .collect();
        let mut nodes = Vec::new();
        for ((op, inputs, output), name) in self.nodes.into_iter().zip(&names) {
            values[output].name.clone_from(name);
            nodes.push(Node { name: name.clone(), op, inputs, output });
        }
        let tensor = |(node, suffix, shape, data): (usize, &str, Vec<usize>, Vec<f32>)| PackTensor {
            name: format!("{}.{suffix}", names[node]),
            shape,
            data: PackTensorData::F32(data),
        };
        let tensors = self.tensors.into_iter().map(tensor).collect();
        let [blue, green, red] = MEAN.map(|mean| (MIDDLE - mean) / COMMON);
        let input = Input {
            scale: 1.0 / COMMON,
            offset: -MIDDLE / COMMON,
            shift: [red, green, blue],
            multiple_of: [32, 32],
            fixed: [0, 0],
        };
        let graph = Graph { name: NAME.into(), input, values, nodes, outputs: self.outputs };
        Ok(Imported { graph, tensors })
    }
}
