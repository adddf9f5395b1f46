//! The reference executor: any pack's graph in `f32` on candle, one operator at a time.
//!
//! It is slow and obvious, and it is what the tests hold the fast executor against. With
//! [`ReferenceOptions::fake_quant`] every value that the pack quantizes is rounded to its `u8`
//! grid, as the integer execution rounds it; sums and functions stay in `f32`.

mod depthwise;
mod ops;
mod weights;

use candle_core::{Device, Tensor};

use crate::graph::{Graph, Input, Node, Op, Quant, ValueId};
use crate::pack::{Pack, PackTensor};
use crate::{Error, Result};

use weights::{Entry, Weights};

/// How a graph is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReferenceOptions {
    /// Round every quantized value to its `u8` grid.
    pub fake_quant: bool,
}

/// What flows into the graph.
#[derive(Debug, Clone, Copy)]
pub enum ReferenceInput<'a> {
    /// `height × width × 3` bytes, RGB.
    Rgb(&'a [u8]),
    /// `height × width × channels` real values of the input value; of a picture RGB and a fourth
    /// channel.
    Real(&'a [f32]),
}

/// A value of the graph, `[height, width, channels]` in row-major order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReferenceValue {
    /// Height, width, channels.
    pub shape: [usize; 3],
    /// Elements; `shape[0] * shape[1] * shape[2]` of them.
    pub data: Vec<f32>,
}

/// A graph with its weights as `f32`; weights of `int8` packs are `integer × scale`.
#[derive(Debug)]
pub struct Reference {
    graph: Graph,
    weights: Weights,
    device: Device,
}

impl Reference {
    /// Loads the graph and weights of `pack`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] where a tensor is missing or has a wrong type or shape.
    pub fn open(pack: &Pack) -> Result<Self> {
        let device = Device::Cpu;
        let graph = pack.graph().clone();
        let weights = Weights::load(&graph, &device, |name| {
            let t = pack.tensor(name)?;
            Ok(Entry { shape: t.shape.to_vec(), data: t.data.into() })
        })?;
        Ok(Self { graph, weights, device })
    }

    /// A reference of a graph that is not (yet) in a pack.
    ///
    /// # Errors
    /// [`Error::Model`] where a tensor is missing or has a wrong type or shape.
    pub fn new(graph: Graph, tensors: &[PackTensor]) -> Result<Self> {
        let device = Device::Cpu;
        let weights = Weights::load(&graph, &device, |name| {
            let t = tensors.iter().find(|t| t.name == name).ok_or_else(|| Error::Model {
                model: graph.name.clone(),
                reason: format!("no tensor {name}"),
            })?;
            Ok(Entry { shape: t.shape.clone(), data: (&t.data).into() })
        })?;
        Ok(Self { graph, weights, device })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Runs the graph on an input of `h × w` and returns all values, in the order of
    /// [`Graph::values`].
    ///
    /// # Errors
    /// [`Error::Model`] where the input's length does not fit `h × w` or the graph does not fit it.
    pub fn run(
        &self,
        input: ReferenceInput<'_>,
        h: usize,
        w: usize,
        options: ReferenceOptions,
    ) -> Result<Vec<ReferenceValue>> {
        let mut out = vec![ReferenceValue::default(); self.graph.values.len()];
        self.visit(input, h, w, options, |id, value| {
            out[id] = value.read()?;
            Ok(())
        })?;
        Ok(out)
    }

    /// Runs the graph as [`Self::run`] does, but shows each value to `visitor` once and drops it
    /// after its last use, so that large inputs need little memory.
    ///
    /// # Errors
    /// As [`Self::run`], and what `visitor` returns.
    pub fn visit(
        &self,
        input: ReferenceInput<'_>,
        h: usize,
        w: usize,
        options: ReferenceOptions,
        mut visitor: impl FnMut(ValueId, &LiveValue<'_>) -> Result<()>,
    ) -> Result<()> {
        let fit = |reason: &str| self.error(reason.to_owned());
        if h == 0 || w == 0 || self.graph.shapes(h, w).is_none() {
            return Err(fit(&format!("does not run on {h} x {w}")));
        }
        let last_use = last_uses(&self.graph);
        let mut live: Vec<Option<Tensor>> = vec![None; self.graph.values.len()];
        let first = self.candle("input", self.input(input, h, w))?;
        visitor(0, &LiveValue { tensor: &first, owner: self })?;
        *live.first_mut().ok_or_else(|| fit("has no values"))? = Some(first);
        for (index, node) in self.graph.nodes.iter().enumerate() {
            let inputs: Vec<&Tensor> = node
                .inputs
                .iter()
                .map(|&i| {
                    live.get(i).and_then(Option::as_ref).ok_or_else(|| fit("reads a value before it is"))
                })
                .collect::<Result<_>>()?;
            let out = self.candle(&node.name, self.apply(node, &inputs, options))?;
            visitor(node.output, &LiveValue { tensor: &out, owner: self })?;
            *live.get_mut(node.output).ok_or_else(|| fit("writes a value that is not"))? = Some(out);
            for (value, &last) in live.iter_mut().zip(&last_use) {
                if last <= index {
                    *value = None;
                }
            }
        }
        Ok(())
    }

    /// Runs node `index` alone on `operands`, one value an operand, so that its result can be
    /// compared without what the nodes before it added.
    ///
    /// # Errors
    /// [`Error::Model`] where there is no such node or the operands do not fit it.
    pub fn run_node(
        &self,
        index: usize,
        operands: &[ReferenceValue],
        options: ReferenceOptions,
    ) -> Result<ReferenceValue> {
        let node = self.graph.nodes.get(index).ok_or_else(|| self.error(format!("has no node {index}")))?;
        let run = || {
            let tensors = operands
                .iter()
                .map(|v| Tensor::from_slice(&v.data, (v.shape[0], v.shape[1], v.shape[2]), &self.device))
                .collect::<candle_core::Result<Vec<_>>>()?;
            self.apply(node, &tensors.iter().collect::<Vec<_>>(), options)
        };
        let tensor = self.candle(&node.name, run())?;
        LiveValue { tensor: &tensor, owner: self }.read()
    }

    fn error(&self, reason: String) -> Error {
        Error::Model { model: self.graph.name.clone(), reason }
    }

    fn candle<T>(&self, at: &str, result: candle_core::Result<T>) -> Result<T> {
        result.map_err(|e| self.error(format!("{at}: {e}")))
    }

    /// `[h, w, C]` real values.
    fn input(&self, input: ReferenceInput<'_>, h: usize, w: usize) -> candle_core::Result<Tensor> {
        let real: Vec<f32> = match input {
            ReferenceInput::Real(v) => v.to_vec(),
            ReferenceInput::Rgb(bytes) => {
                if bytes.len() != h * w * 3 {
                    candle_core::bail!("{} bytes for {h} x {w} pixels", bytes.len());
                }
                let Input { scale, offset, shift, .. } = self.graph.input;
                let of = |b: u8, shift: f32| match self.graph.values[0].quant {
                    Some(q) => (f32::from(b) - f32::from(q.zero_point)) * q.scale,
                    None => f32::from(b) * scale + offset + shift,
                };
                let pixel = |p: &[u8]| [of(p[0], shift[0]), of(p[1], shift[1]), of(p[2], shift[2]), 0.0];
                bytes.chunks_exact(3).flat_map(pixel).collect()
            }
        };
        Tensor::from_vec(real, (h, w, self.graph.values[0].channels), &self.device)
    }

    fn apply(&self, node: &Node, x: &[&Tensor], options: ReferenceOptions) -> candle_core::Result<Tensor> {
        let Some(&first) = x.first() else { candle_core::bail!("no operand") };
        let operand = |i: usize| match x.get(i) {
            Some(t) => Ok(*t),
            None => candle_core::bail!("operand {i} is missing"),
        };
        let weights = |suffix: &str| self.weights.get(&node.name, suffix);
        let out = match &node.op {
            Op::Conv { window, depthwise, activation } => {
                let (w, b) = (weights("weight")?, weights("bias")?);
                let y = if *depthwise {
                    ops::depthwise(first, w, window)?
                } else {
                    ops::convolution(first, w, window)?
                };
                let y = ops::activate(&y.broadcast_add(b)?, *activation)?;
                if x.len() > 1 { (y + operand(1)?)? } else { y }
            }
            Op::Deconv { stride, activation } => {
                let y = ops::deconvolution(first, weights("weight")?, *stride)?;
                ops::activate(&y.broadcast_add(weights("bias")?)?, *activation)?
            }
            Op::SqueezeExcite { slope, residual } => {
                let gate = ops::gate(
                    first,
                    [weights("reduce.weight")?, weights("reduce.bias")?],
                    [weights("expand.weight")?, weights("expand.bias")?],
                    *slope,
                )?;
                let gate = if *residual { (gate + 1.0)? } else { gate };
                first.broadcast_mul(&gate)?
            }
            Op::Add { upsample } => (first + ops::enlarge(operand(1)?, *upsample)?)?,
            Op::Concat { upsample } => {
                let parts: Vec<Tensor> =
                    x.iter().zip(upsample).map(|(t, f)| ops::enlarge(t, *f)).collect::<Result<_, _>>()?;
                Tensor::cat(&parts, 2)?
            }
            Op::Bilinear => ops::enlarge_bilinear(first)?,
            Op::MaxPool { window } => ops::max_pool(first, window)?,
            Op::AvgPool { window } => ops::average_pool(first, window)?,
            Op::GlobalAvgPool => first.mean_keepdim((0, 1))?,
            Op::LayerNorm { eps } => {
                candle_nn::ops::layer_norm(&first.contiguous()?, weights("weight")?, weights("bias")?, *eps)?
            }
            Op::Attention { heads, scale } => ops::attention(first, *heads, *scale)?,
            Op::Activate { activation } => ops::activate(first, *activation)?,
            Op::Top1 { .. } => ops::top1(first, weights("weight")?, weights("bias")?)?,
            Op::Softmax => candle_nn::ops::softmax_last_dim(&first.contiguous()?)?,
        };
        match self.graph.values.get(node.output).and_then(|v| v.quant) {
            Some(q) if options.fake_quant => round_to_grid(&out, q),
            _ => Ok(out),
        }
    }
}

/// A value while the graph runs.
#[derive(Debug)]
pub struct LiveValue<'a> {
    tensor: &'a Tensor,
    owner: &'a Reference,
}

impl LiveValue<'_> {
    /// Copies the value out.
    ///
    /// # Errors
    /// [`Error::Model`] where candle cannot read its device.
    pub fn read(&self) -> Result<ReferenceValue> {
        let read = || {
            let (h, w, c) = self.tensor.dims3()?;
            Ok(ReferenceValue { shape: [h, w, c], data: self.tensor.flatten_all()?.to_vec1()? })
        };
        self.owner.candle("read", read())
    }
}

/// For each value, the index of the last node that reads it; a value that no node reads goes at
/// once.
fn last_uses(graph: &Graph) -> Vec<usize> {
    let mut last = vec![0; graph.values.len()];
    for (index, node) in graph.nodes.iter().enumerate() {
        for &i in &node.inputs {
            if let Some(l) = last.get_mut(i) {
                *l = index;
            }
        }
    }
    for node in graph.nodes.iter().enumerate() {
        if let Some(l) = last.get_mut(node.1.output) {
            *l = (*l).max(node.0);
        }
    }
    last
}

/// Rounds half to even onto `0..=255` and back to real values.
fn round_to_grid(x: &Tensor, q: Quant) -> candle_core::Result<Tensor> {
    let zero = f32::from(q.zero_point);
    let inverse = 1.0 / q.scale;
    let shape = x.dims().to_vec();
    let mut data: Vec<f32> = x.flatten_all()?.to_vec1()?;
    for v in &mut data {
        *v = (((*v * inverse).round_ties_even() + zero).clamp(0.0, 255.0) - zero) * q.scale;
    }
    Tensor::from_vec(data, shape, x.device())
}
