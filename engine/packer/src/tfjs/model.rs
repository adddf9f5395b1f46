//! A TensorFlow.js graph model: `model.json` with its nodes and the list of its weights, and the
//! weights themselves, one after another in binary files. The format is that of the `tfjs-converter`
//! (`weightsManifest` and a TensorFlow `GraphDef` as JSON).

use std::collections::HashMap;

use half::f16;
use serde::Deserialize;
use serde_json::Value as Json;

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
    I32(Vec<i32>),
}

impl Tensor {
    pub(crate) fn floats(&self) -> Option<&[f32]> {
        match &self.data {
            TensorData::F32(v) => Some(v),
            TensorData::I32(_) => None,
        }
    }

    pub(crate) fn integers(&self) -> Option<&[i32]> {
        match &self.data {
            TensorData::I32(v) => Some(v),
            TensorData::F32(_) => None,
        }
    }
}

/// A node of the graph.
#[derive(Debug, Clone)]
pub(crate) struct GraphNode {
    pub(crate) name: String,
    pub(crate) op: String,
    /// Names of the nodes it reads; `name:1` is a node's second result. Control inputs are left out.
    pub(crate) inputs: Vec<String>,
    attributes: HashMap<String, Json>,
}

impl GraphNode {
    /// A list of integers.
    pub(crate) fn ints(&self, name: &str) -> Option<Vec<i64>> {
        let list = self.attributes.get(name)?.get("list")?.get("i")?.as_array()?;
        list.iter().map(int).collect()
    }

    /// A real number.
    pub(crate) fn float(&self, name: &str) -> Option<f64> {
        self.attributes.get(name)?.get("f")?.as_f64()
    }

    /// A truth value; false where it is absent.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.attributes.get(name).and_then(|a| a.get("b")?.as_bool()).unwrap_or(false)
    }

    /// Whether an attribute is the text `expected`, which the format writes in Base64.
    pub(crate) fn says(&self, name: &str, expected: &str) -> bool {
        let text = self.attributes.get(name).and_then(|a| a.get("s")?.as_str());
        text.is_some_and(|text| text == base64(expected.as_bytes()))
    }
}

/// A number, or one in quotes.
fn int(json: &Json) -> Option<i64> {
    json.as_i64().or_else(|| json.as_str()?.parse().ok())
}

/// Standard Base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// A graph and its constants.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// Nodes that are no constants, each after those that it reads.
    pub(crate) nodes: Vec<GraphNode>,
    pub(crate) constants: HashMap<String, Tensor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    format: String,
    model_topology: Topology,
    weights_manifest: Vec<Group>,
}

#[derive(Deserialize)]
struct Topology {
    node: Vec<NodeJson>,
}

#[derive(Deserialize)]
struct NodeJson {
    name: String,
    op: String,
    #[serde(default)]
    input: Vec<String>,
    #[serde(default)]
    attr: HashMap<String, Json>,
}

#[derive(Deserialize)]
struct Group {
    weights: Vec<Weight>,
}

#[derive(Deserialize)]
struct Weight {
    name: String,
    shape: Vec<usize>,
    dtype: String,
    quantization: Option<Quantization>,
}

#[derive(Deserialize)]
struct Quantization {
    dtype: String,
    #[serde(default)]
    scale: f32,
    #[serde(default)]
    min: f32,
}

impl Model {
    /// Reads `json` and the concatenation of its weight files. `file` names it in errors.
    pub(crate) fn parse(file: &str, json: &[u8], weights: &[u8]) -> Result<Self> {
        let error = |reason: String| Error::Source { file: file.to_owned(), reason };
        let parsed: File = serde_json::from_slice(json).map_err(|e| error(e.to_string()))?;
        if parsed.format != "graph-model" {
            return Err(error(format!("format {:?}, not a graph model", parsed.format)));
        }
        let mut rest = weights;
        let mut constants = HashMap::new();
        for weight in parsed.weights_manifest.iter().flat_map(|g| &g.weights) {
            let tensor = read(weight, &mut rest)
                .ok_or_else(|| error(format!("weight {} is cut off or of an unknown type", weight.name)))?;
            if constants.insert(weight.name.clone(), tensor).is_some() {
                return Err(error(format!("weight {} is listed twice", weight.name)));
            }
        }
        if !rest.is_empty() {
            return Err(error(format!("{} bytes after the last weight", rest.len())));
        }
        let nodes = parsed.model_topology.node.into_iter().filter(|n| n.op != "Const").map(node).collect();
        Ok(Self { nodes: in_order(nodes, &constants).map_err(error)?, constants })
    }
}

fn node(json: NodeJson) -> GraphNode {
    let inputs = json.input.into_iter().filter(|i| !i.starts_with('^')).collect();
    GraphNode { name: json.name, op: json.op, inputs, attributes: json.attr }
}

/// Takes the elements of `weight` from the front of `rest`; [`None`] where it does not have them.
fn read(weight: &Weight, rest: &mut &[u8]) -> Option<Tensor> {
    let count = weight.shape.iter().try_fold(1usize, |n, side| n.checked_mul(*side))?;
    let stored = weight.quantization.as_ref().map_or(weight.dtype.as_str(), |q| q.dtype.as_str());
    let width = match stored {
        "float32" | "int32" => 4,
        "float16" | "uint16" => 2,
        "uint8" | "bool" => 1,
        _ => return None,
    };
    let (bytes, after) = rest.split_at_checked(count.checked_mul(width)?)?;
    *rest = after;
    let shorts = || bytes.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b));
    let words = || bytes.as_chunks::<4>().0.iter();
    let data = match (weight.dtype.as_str(), stored, &weight.quantization) {
        ("float32", "float32", _) => TensorData::F32(words().map(|b| f32::from_le_bytes(*b)).collect()),
        ("float32", "float16", _) => TensorData::F32(shorts().map(|b| f16::from_bits(b).to_f32()).collect()),
        ("float32", "uint8", Some(q)) => {
            TensorData::F32(bytes.iter().map(|b| f32::from(*b) * q.scale + q.min).collect())
        }
        ("float32", "uint16", Some(q)) => {
            TensorData::F32(shorts().map(|b| f32::from(b) * q.scale + q.min).collect())
        }
        ("int32", "int32", _) => TensorData::I32(words().map(|b| i32::from_le_bytes(*b)).collect()),
        ("bool" | "uint8", "bool" | "uint8", None) => {
            TensorData::I32(bytes.iter().map(|b| i32::from(*b)).collect())
        }
        _ => return None,
    };
    Some(Tensor { shape: weight.shape.clone(), data })
}

/// The node that `input` is a result of.
fn source(input: &str) -> &str {
    input.split_once(':').map_or(input, |(name, _)| name)
}

/// Sorts nodes so that each comes after those that it reads, in their order where it is free.
fn in_order(nodes: Vec<GraphNode>, constants: &HashMap<String, Tensor>) -> Result<Vec<GraphNode>, String> {
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        if at.insert(&node.name, i).is_some() || constants.contains_key(&node.name) {
            return Err(format!("two nodes are named {}", node.name));
        }
    }
    let mut readers = vec![Vec::new(); nodes.len()];
    let mut waits = vec![0usize; nodes.len()];
    for (i, node) in nodes.iter().enumerate() {
        for input in &node.inputs {
            match at.get(source(input)) {
                Some(&from) => {
                    readers[from].push(i);
                    waits[i] += 1;
                }
                None if constants.contains_key(input) => {}
                None => return Err(format!("{} reads {input}, which is not there", node.name)),
            }
        }
    }
    let mut ready: std::collections::BTreeSet<usize> = (0..nodes.len()).filter(|i| waits[*i] == 0).collect();
    let mut order = Vec::with_capacity(nodes.len());
    while let Some(i) = ready.pop_first() {
        order.push(i);
        for &reader in &readers[i] {
            waits[reader] -= 1;
            if waits[reader] == 0 {
                ready.insert(reader);
            }
        }
    }
    if order.len() < nodes.len() {
        return Err("the nodes form a circle".into());
    }
    let mut nodes: Vec<Option<GraphNode>> = nodes.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|i| nodes[i].take()).collect())
}
