//! An ONNX model with constants folded and identities removed.

use std::collections::HashMap;

use prost::Message;

use super::proto;
use crate::error::{Error, Result};

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: TensorData,
}

/// Elements of a constant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TensorData {
    F32(Vec<f32>),
    I64(Vec<i64>),
}

impl Tensor {
    pub(crate) fn floats(&self) -> Option<&[f32]> {
        match &self.data {
            TensorData::F32(v) => Some(v),
            TensorData::I64(_) => None,
        }
    }

    pub(crate) fn integers(&self) -> Option<&[i64]> {
        match &self.data {
            TensorData::I64(v) => Some(v),
            TensorData::F32(_) => None,
        }
    }
}

/// A node attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Attribute {
    Float(f32),
    Int(i64),
    Ints(Vec<i64>),
    Text(String),
}

/// An operator application.
#[derive(Debug, Clone)]
pub(crate) struct OnnxNode {
    pub(crate) op: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) attributes: HashMap<String, Attribute>,
}

impl OnnxNode {
    pub(crate) fn ints(&self, name: &str) -> Option<&[i64]> {
        match self.attributes.get(name) {
            Some(Attribute::Ints(v)) => Some(v),
            _ => None,
        }
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        match self.attributes.get(name) {
            Some(Attribute::Int(v)) => Some(*v),
            _ => None,
        }
    }

    pub(crate) fn float(&self, name: &str) -> Option<f32> {
        match self.attributes.get(name) {
            Some(Attribute::Float(v)) => Some(*v),
            _ => None,
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.attributes.get(name) {
            Some(Attribute::Text(v)) => Some(v),
            _ => None,
        }
    }
}

/// A model: its nodes in order, without `Identity`, `Cast` and `Constant`.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) input: String,
    pub(crate) output: String,
    pub(crate) nodes: Vec<OnnxNode>,
    pub(crate) constants: HashMap<String, Tensor>,
    pub(crate) metadata: HashMap<String, String>,
}

impl Model {
    /// Parses the bytes of the ONNX file called `file`.
    pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        let bad = |reason: String| Error::Source { file: file.to_owned(), reason };
        let proto = proto::ModelProto::decode(bytes).map_err(|e| bad(format!("not an ONNX file: {e}")))?;
        let graph = proto.graph.ok_or_else(|| bad("no graph".into()))?;
        let mut constants = HashMap::new();
        for t in &graph.initializer {
            constants.insert(t.name.clone(), tensor(t).map_err(bad)?);
        }
        let input = graph.input.iter().find(|v| !constants.contains_key(&v.name));
        let input = input.ok_or_else(|| bad("no input".into()))?.name.clone();
        let mut output = graph.output.first().ok_or_else(|| bad("no output".into()))?.name.clone();
        let mut alias: HashMap<String, String> = HashMap::new();
        let mut nodes = Vec::new();
        // Constants may be listed after the nodes that read them.
        let (first, rest): (Vec<_>, Vec<_>) = graph.node.into_iter().partition(|n| n.op_type == "Constant");
        for node in first.into_iter().chain(rest) {
            let inputs: Vec<String> = node.input.iter().map(|i| alias.get(i).unwrap_or(i).clone()).collect();
            let Some(name) = node.output.first().cloned() else { continue };
            if node.op_type == "Constant" {
                let value = node.attribute.iter().find(|a| a.name == "value").and_then(|a| a.t.as_ref());
                let value = value.ok_or_else(|| bad(format!("constant {name} has no value")))?;
                constants.insert(name, tensor(value).map_err(bad)?);
                continue;
            }
            let source = inputs.first().cloned().unwrap_or_default();
            match (node.op_type.as_str(), constants.get(&source)) {
                ("Identity" | "Cast", _) => {
                    alias.insert(name, source);
                }
                ("Reshape", Some(t)) => {
                    let shape = inputs.get(1).and_then(|s| constants.get(s)).and_then(Tensor::integers);
                    let folded = shape.and_then(|shape| reshaped(t, shape));
                    constants.insert(name.clone(), folded.ok_or_else(|| bad(format!("cannot fold {name}")))?);
                }
                _ => nodes.push(OnnxNode {
                    op: node.op_type,
                    inputs,
                    outputs: node.output,
                    attributes: node.attribute.into_iter().map(|a| (a.name.clone(), attribute(a))).collect(),
                }),
            }
        }
        if let Some(source) = alias.get(&output) {
            output.clone_from(source);
        }
        let metadata = proto.metadata_props.into_iter().map(|p| (p.key, p.value)).collect();
        Ok(Self { input, output, nodes, constants, metadata })
    }
}

fn reshaped(t: &Tensor, shape: &[i64]) -> Option<Tensor> {
    let count: usize = t.shape.iter().product();
    let known: i64 = shape.iter().filter(|&&d| d >= 0).product();
    let side = |d: i64| {
        if d >= 0 { usize::try_from(d).ok() } else { count.checked_div(usize::try_from(known).ok()?) }
    };
    let shape: Vec<usize> = shape.iter().map(|&d| side(d)).collect::<Option<_>>()?;
    (shape.iter().product::<usize>() == count).then(|| Tensor { shape, data: t.data.clone() })
}

fn attribute(a: proto::AttributeProto) -> Attribute {
    match a.r#type {
        1 => Attribute::Float(a.f),
        3 => Attribute::Text(String::from_utf8_lossy(&a.s).into_owned()),
        7 => Attribute::Ints(a.ints),
        _ => Attribute::Int(a.i),
    }
}

fn tensor(t: &proto::TensorProto) -> Result<Tensor, String> {
    let shape: Vec<usize> = t
        .dims
        .iter()
        .map(|&d| usize::try_from(d).map_err(|_| format!("{} has a negative side", t.name)))
        .collect::<Result<_, _>>()?;
    let words = |n: usize| t.raw_data.chunks_exact(n);
    let data = match t.data_type {
        1 if t.raw_data.is_empty() => TensorData::F32(t.float_data.clone()),
        1 => TensorData::F32(words(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()),
        6 if t.raw_data.is_empty() => TensorData::I64(t.int32_data.iter().map(|&v| v.into()).collect()),
        6 => TensorData::I64(words(4).map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]).into()).collect()),
        7 if t.raw_data.is_empty() => TensorData::I64(t.int64_data.clone()),
        7 => TensorData::I64(
            words(8).map(|b| i64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])).collect(),
        ),
        other => return Err(format!("{} has element type {other}", t.name)),
    };
    let found = match &data {
        TensorData::F32(v) => v.len(),
        TensorData::I64(v) => v.len(),
    };
    if found != shape.iter().product::<usize>() {
        return Err(format!("{} has {found} elements for shape {shape:?}", t.name));
    }
    Ok(Tensor { shape, data })
}
