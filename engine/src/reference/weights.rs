//! Weights of a graph as candle tensors, checked against the shapes that the graph implies.

use std::collections::HashMap;

use candle_core::{Device, Tensor};

use crate::graph::{Graph, Node, Op};
use crate::pack::{PackTensorData, TensorData};
use crate::{Error, Result};

/// A tensor as it is stored.
pub(super) struct Entry {
    pub(super) shape: Vec<usize>,
    pub(super) data: Data,
}

/// Elements of an [`Entry`], as real numbers or integers still to be scaled.
pub(super) enum Data {
    Real(Vec<f32>),
    Integer(Vec<f32>),
    Bytes,
}

impl From<TensorData<'_>> for Data {
    fn from(data: TensorData<'_>) -> Self {
        match data {
            TensorData::F32(v) => Data::Real(v.to_vec()),
            TensorData::I8(v) => Data::Integer(v.iter().map(|&x| f32::from(x)).collect()),
            TensorData::U8(_) => Data::Bytes,
        }
    }
}

impl From<&PackTensorData> for Data {
    fn from(data: &PackTensorData) -> Self {
        match data {
            PackTensorData::F32(v) => Data::Real(v.clone()),
            PackTensorData::I8(v) => Data::Integer(v.iter().map(|&x| f32::from(x)).collect()),
            PackTensorData::U8(_) => Data::Bytes,
        }
    }
}

/// Tensors by node and suffix.
#[derive(Debug, Default)]
pub(super) struct Weights(HashMap<String, Tensor>);

impl Weights {
    pub(super) fn get(&self, node: &str, suffix: &str) -> candle_core::Result<&Tensor> {
        let name = format!("{node}.{suffix}");
        match self.0.get(&name) {
            Some(t) => Ok(t),
            None => candle_core::bail!("no tensor {name}"),
        }
    }

    /// Loads all tensors of `graph` through `fetch`.
    pub(super) fn load(
        graph: &Graph,
        device: &Device,
        fetch: impl Fn(&str) -> Result<Entry>,
    ) -> Result<Self> {
        let mut weights = Self::default();
        for node in &graph.nodes {
            for (suffix, shape) in expected(graph, node)? {
                let name = format!("{}.{suffix}", node.name);
                let entry = fetch(&name)?;
                let bad = |what: &str| Error::Model {
                    model: graph.name.clone(),
                    reason: format!("{name} {what}; its shape is {:?}", entry.shape),
                };
                let fits = entry.shape.len() == shape.len()
                    && entry.shape.iter().zip(&shape).all(|(a, b)| *b == ANY || a == b);
                if !fits {
                    return Err(bad(&format!("should have shape {shape:?}")));
                }
                let last = entry.shape.last().copied().unwrap_or(1);
                let data = match &entry.data {
                    Data::Real(v) => v.clone(),
                    Data::Integer(v) => {
                        let scale = fetch(&format!("{}.scale", node.name))?;
                        let Data::Real(scale) = scale.data else { return Err(bad("has no f32 scale")) };
                        scaled(v, &scale, depthwise(&node.op), last)
                            .ok_or_else(|| bad("does not fit its scale"))?
                    }
                    Data::Bytes => return Err(bad("is not a number")),
                };
                let tensor = Tensor::from_vec(data, entry.shape.as_slice(), device)
                    .map_err(|_| bad("has another number of elements"))?;
                weights.0.insert(name, tensor);
            }
        }
        Ok(weights)
    }
}

/// A side that the graph does not fix.
const ANY: usize = usize::MAX;

fn depthwise(op: &Op) -> bool {
    matches!(op, Op::Conv { depthwise: true, .. })
}

/// `integer × scale`; channels run along the last dimension of a depthwise kernel, the first of
/// all others.
fn scaled(v: &[f32], scale: &[f32], channels_last: bool, last: usize) -> Option<Vec<f32>> {
    if scale.is_empty() || !v.len().is_multiple_of(scale.len()) || (channels_last && scale.len() != last) {
        return None;
    }
    let run = v.len() / scale.len();
    let of = |i: usize| if channels_last { scale[i % last] } else { scale[i / run] };
    Some(v.iter().enumerate().map(|(i, x)| x * of(i)).collect())
}

/// Suffixes and shapes of the tensors of `node`.
fn expected(graph: &Graph, node: &Node) -> Result<Vec<(&'static str, Vec<usize>)>> {
    let channels = |id: Option<&usize>| {
        id.and_then(|&i| graph.values.get(i)).map(|v| v.channels).ok_or_else(|| Error::Model {
            model: graph.name.clone(),
            reason: format!("{} names a value that is not there", node.name),
        })
    };
    let (i, o) = (channels(node.inputs.first())?, channels(Some(&node.output))?);
    Ok(match &node.op {
        Op::Conv { window, depthwise, .. } => {
            let [kh, kw] = window.kernel;
            let weight = if *depthwise { vec![kh, kw, o] } else { vec![o, kh, kw, i] };
            vec![("weight", weight), ("bias", vec![o])]
        }
        Op::Deconv { stride, .. } => vec![("weight", vec![o, *stride, *stride, i]), ("bias", vec![o])],
        Op::Top1 { classes } => vec![("weight", vec![*classes, 1, 1, i]), ("bias", vec![*classes])],
        Op::SqueezeExcite { .. } => vec![
            ("reduce.weight", vec![ANY, i]),
            ("reduce.bias", vec![ANY]),
            ("expand.weight", vec![i, ANY]),
            ("expand.bias", vec![i]),
        ],
        Op::LayerNorm { .. } => vec![("weight", vec![i]), ("bias", vec![i])],
        _ => Vec::new(),
    })
}
