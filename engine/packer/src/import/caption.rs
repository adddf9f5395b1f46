//! The captioner from the trainer's safetensors file: the tail as a graph, the decoder's tensors as
//! they are, the vocabulary and the settings.

use std::collections::HashMap;

use glimpse_engine::caption::{CaptionSettings, DECODER_VERSION};
use glimpse_engine::graph::{Activation, Graph, Input, Node, Op, Padding, Value, ValueId, Window};
use glimpse_engine::pack::{PackTensor, PackTensorData};
use half::f16;
use safetensors::{Dtype, SafeTensors};

use super::Imported;
use crate::error::{Error, Result};

/// Name of the graph's input: the encoder's value of that name.
const FEATURES: &str = "features";
/// Side of the features.
const SIDE: usize = 14;
/// What the trainer calls its format.
const FORMAT: &str = "glimpse-caption-source-1";

/// Matrices of the decoder that int8 packs quantize, as [`matrices`] gives them: their name and,
/// where a layer norm feeds them, its name.
pub(crate) struct Matrix {
    pub(crate) name: String,
    pub(crate) bias: String,
    pub(crate) norm: Option<String>,
}

/// The decoder's matrices in a pack of `layers` layers.
pub(crate) fn matrices(layers: usize) -> Vec<Matrix> {
    let mut all =
        vec![Matrix { name: "embedding".into(), bias: "logits.bias".into(), norm: Some("norm".into()) }];
    for l in 0..layers {
        let parts = [
            ("self.qkv", Some(format!("layers.{l}.norm1"))),
            ("self.out", None),
            ("cross.q", Some(format!("layers.{l}.norm2"))),
            ("cross.kv", Some("memory.norm".to_owned())),
            ("cross.out", None),
            ("ffn.up", Some(format!("layers.{l}.norm3"))),
            ("ffn.down", None),
        ];
        all.extend(parts.map(|(part, norm)| {
            let name = format!("layers.{l}.{part}");
            Matrix { bias: format!("{name}.bias"), name, norm }
        }));
    }
    all
}

/// Reads the trainer's file.
pub(crate) fn import(name: &str, bytes: &[u8]) -> Result<Imported> {
    let source = Source::parse(name, bytes)?;
    let mut tail = Tail::new(&source);
    let mut value = 0;
    for block in 0.. {
        if !source.has(&format!("tail.{block}.expand.weight")) {
            break;
        }
        // The first block halves the places.
        value = tail.block(block, value, if block == 0 { 2 } else { 1 })?;
    }
    let memory = tail.conv("tail.memory", &[value], Activation::None)?;
    let Tail { mut graph, mut tensors, .. } = tail;
    graph.outputs = vec![memory];
    for name in source.names() {
        match name.as_str() {
            "vocabulary" => tensors.push(bytes_tensor("vocabulary", source.bytes("vocabulary")?)),
            "embedding" => tensors.push(source.tensor("embedding", "embedding.weight")?),
            other if other.starts_with("tail.") => {}
            other => tensors.push(source.tensor(other, other)?),
        }
    }
    let settings = serde_json::to_vec(&source.settings()?)
        .map_err(|e| Error::Import { model: name.into(), reason: e.to_string() })?;
    tensors.push(bytes_tensor("settings", settings));
    Ok(Imported { graph, tensors })
}

fn bytes_tensor(name: &str, bytes: Vec<u8>) -> PackTensor {
    PackTensor { name: name.into(), shape: vec![bytes.len()], data: PackTensorData::U8(bytes) }
}

/// The trainer's file.
struct Source<'a> {
    model: &'a str,
    tensors: SafeTensors<'a>,
    facts: HashMap<String, String>,
}

impl<'a> Source<'a> {
    fn parse(model: &'a str, bytes: &'a [u8]) -> Result<Self> {
        let error = |reason: String| Error::Import { model: model.into(), reason };
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| error(e.to_string()))?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| error(e.to_string()))?;
        let facts = header.metadata().clone().unwrap_or_default();
        let source = Self { model, tensors, facts };
        if source.fact("format")? != FORMAT {
            return Err(source.error(format!("its format is not {FORMAT}")));
        }
        Ok(source)
    }

    fn error(&self, reason: impl Into<String>) -> Error {
        Error::Import { model: self.model.to_owned(), reason: reason.into() }
    }

    fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
    }

    /// Names of all tensors, sorted.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.tensors.names().into_iter().map(|n| n.to_string()).collect();
        names.sort();
        names
    }

    fn fact(&self, key: &str) -> Result<&str> {
        let fact = self.facts.get(key).map(String::as_str);
        fact.ok_or_else(|| self.error(format!("no {key} in its metadata")))
    }

    fn settings(&self) -> Result<CaptionSettings> {
        let number = |key: &str| {
            let text = self.fact(key)?;
            text.parse::<f32>().map_err(|_| self.error(format!("{key} is {text}")))
        };
        Ok(CaptionSettings {
            version: DECODER_VERSION,
            heads: number("heads")? as usize,
            layers: (0..).take_while(|l| self.has(&format!("layers.{l}.norm1.weight"))).count(),
            max_tokens: number("max_tokens")? as usize,
            beam: number("beam")? as usize,
            alpha: number("alpha")?,
            no_repeat_ngram: number("no_repeat_ngram")? as usize,
        })
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>> {
        let view = self.tensors.tensor(name).map_err(|e| self.error(format!("{name}: {e}")))?;
        match view.dtype() {
            Dtype::U8 => Ok(view.data().to_vec()),
            other => Err(self.error(format!("{name} has element type {other:?}"))),
        }
    }

    /// Shape and elements of `name`, stored in 32 or 16 bits.
    fn reals(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>)> {
        let view = self.tensors.tensor(name).map_err(|e| self.error(format!("{name}: {e}")))?;
        let data: Vec<f32> = match view.dtype() {
            Dtype::F32 => view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::F16 => view.data().as_chunks().0.iter().map(|b| f16::from_le_bytes(*b).to_f32()).collect(),
            other => return Err(self.error(format!("{name} has element type {other:?}"))),
        };
        if data.iter().any(|v| !v.is_finite()) {
            return Err(self.error(format!("{name} has values that are not finite")));
        }
        Ok((view.shape().to_vec(), data))
    }

    /// The tensor `from` under the name `to`.
    fn tensor(&self, from: &str, to: &str) -> Result<PackTensor> {
        let (shape, data) = self.reals(from)?;
        Ok(PackTensor { name: to.into(), shape, data: PackTensorData::F32(data) })
    }
}

/// The graph under construction.
struct Tail<'a> {
    source: &'a Source<'a>,
    graph: Graph,
    tensors: Vec<PackTensor>,
}

impl<'a> Tail<'a> {
    fn new(source: &'a Source<'a>) -> Self {
        let input = Input {
            scale: 1.0,
            offset: 0.0,
            shift: [0.0; 3],
            multiple_of: [SIDE, SIDE],
            fixed: [SIDE, SIDE],
        };
        let graph = Graph {
            name: source.model.into(),
            input,
            values: Vec::new(),
            nodes: Vec::new(),
            outputs: Vec::new(),
        };
        let mut tail = Self { source, graph, tensors: Vec::new() };
        tail.value(FEATURES, 0);
        tail
    }

    fn value(&mut self, name: &str, channels: usize) -> ValueId {
        self.graph.values.push(Value { name: name.into(), channels, quant: None });
        self.graph.values.len() - 1
    }

    fn node(&mut self, name: &str, op: Op, inputs: &[ValueId], channels: usize) -> ValueId {
        let output = self.value(name, channels);
        self.graph.nodes.push(Node { name: name.into(), op, inputs: inputs.to_vec(), output });
        output
    }

    fn push(&mut self, name: String, shape: Vec<usize>, data: Vec<f32>) {
        self.tensors.push(PackTensor { name, shape, data: PackTensorData::F32(data) });
    }

    /// The weight of `name`, which must be of four dimensions, and the bias of its outputs.
    fn weights(&self, name: &str) -> Result<([usize; 4], Vec<f32>, Vec<f32>)> {
        let (shape, weight) = self.source.reals(&format!("{name}.weight"))?;
        let (_, bias) = self.source.reals(&format!("{name}.bias"))?;
        let shape: [usize; 4] =
            shape.try_into().map_err(|s| self.source.error(format!("{name}.weight has shape {s:?}")))?;
        if bias.len() != shape[0] {
            return Err(self.source.error(format!("{name} has {} biases", bias.len())));
        }
        Ok((shape, weight, bias))
    }

    /// A pointwise convolution; a second input is added to its result.
    fn conv(&mut self, name: &str, inputs: &[ValueId], activation: Activation) -> Result<ValueId> {
        let ([o, i, kh, kw], weight, bias) = self.weights(name)?;
        if let [0] = inputs {
            self.graph.values[0].channels = i;
        }
        if [kh, kw] != [1, 1] || self.graph.values[inputs[0]].channels != i {
            return Err(self.source.error(format!("{name} does not fit what it reads")));
        }
        self.push(format!("{name}.weight"), vec![o, 1, 1, i], weight);
        self.push(format!("{name}.bias"), vec![o], bias);
        let window = Window { kernel: [1, 1], stride: [1, 1], padding: Padding::Same };
        Ok(self.node(name, Op::Conv { window, depthwise: false, activation }, inputs, o))
    }

    /// A depthwise convolution and ReLU6.
    fn depthwise(&mut self, name: &str, input: ValueId, stride: usize) -> Result<ValueId> {
        let ([c, one, kh, kw], weight, bias) = self.weights(name)?;
        if one != 1 || self.graph.values[input].channels != c {
            return Err(self.source.error(format!("{name} does not fit what it reads")));
        }
        let taps = kh * kw;
        let data = (0..taps * c).map(|n| weight[n % c * taps + n / c]).collect();
        self.push(format!("{name}.weight"), vec![kh, kw, c], data);
        self.push(format!("{name}.bias"), vec![c], bias);
        let window = Window { kernel: [kh, kw], stride: [stride, stride], padding: Padding::Same };
        let op = Op::Conv { window, depthwise: true, activation: Activation::Relu6 };
        Ok(self.node(name, op, &[input], c))
    }

    /// An inverted residual block (Sandler et al. 2018, arXiv:1801.04381).
    fn block(&mut self, index: usize, input: ValueId, stride: usize) -> Result<ValueId> {
        let name = |part: &str| format!("tail.{index}.{part}");
        let wide = self.conv(&name("expand"), &[input], Activation::Relu6)?;
        let deep = self.depthwise(&name("depthwise"), wide, stride)?;
        let (shape, _) = self.source.reals(&format!("{}.weight", name("project")))?;
        let same = stride == 1 && shape.first() == Some(&self.graph.values[input].channels);
        let inputs: &[ValueId] = if same { &[deep, input] } else { &[deep] };
        self.conv(&name("project"), inputs, Activation::None)
    }
}
