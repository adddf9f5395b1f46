//! From ONNX to the fused graph: patterns of ONNX nodes become single operators, NCHW becomes
//! NHWC, constants become the node's tensors.

mod blocks;
pub(crate) mod caption;
mod conv;
pub(crate) mod lite0;
pub(crate) mod names;

use std::collections::{HashMap, HashSet};

use glimpse_engine::graph::{Graph, Input, Node, Op, Padding, Value, ValueId, Window};
use glimpse_engine::pack::{PackTensor, PackTensorData};

use crate::error::{Error, Result};
use crate::onnx::{Model, OnnxNode, Tensor};

/// A model in the engine's graph with its tensors, before quantization.
#[derive(Debug, Clone)]
pub(crate) struct Imported {
    pub(crate) graph: Graph,
    pub(crate) tensors: Vec<PackTensor>,
}

/// What the importer must know beyond the ONNX file.
pub(crate) struct ImportOptions {
    /// Name of the graph.
    pub(crate) name: &'static str,
    /// Names of the nodes in order.
    pub(crate) names: Vec<String>,
    /// The picture's preprocessing.
    pub(crate) input: Input,
    /// Ends in [`Op::Top1`] instead of a linear layer and [`Op::Softmax`].
    pub(crate) top1: bool,
}

/// Imports `model`, whose input is a BGR picture, into a graph that takes RGB and a fourth channel.
pub(crate) fn import(model: &Model, options: ImportOptions) -> Result<Imported> {
    let mut importer = Importer::new(model, &options);
    importer.run()?;
    importer.finish(options)
}

/// A value of the graph, seen through a pending enlargement.
#[derive(Debug, Clone, Copy)]
struct Produced {
    value: ValueId,
    upsample: usize,
}

struct Importer<'a> {
    name: &'static str,
    top1: bool,
    model: &'a Model,
    consumers: HashMap<&'a str, Vec<usize>>,
    done: Vec<bool>,
    produced: HashMap<&'a str, Produced>,
    shapes: HashSet<&'a str>,
    channels: Vec<usize>,
    nodes: Vec<(Op, Vec<ValueId>, ValueId)>,
    tensors: Vec<(usize, &'static str, Vec<usize>, Vec<f32>)>,
}

impl<'a> Importer<'a> {
    fn new(model: &'a Model, options: &ImportOptions) -> Self {
        let mut consumers: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, node) in model.nodes.iter().enumerate() {
            for input in &node.inputs {
                consumers.entry(input).or_default().push(index);
            }
        }
        let input = Produced { value: 0, upsample: 1 };
        Self {
            name: options.name,
            top1: options.top1,
            model,
            consumers,
            done: vec![false; model.nodes.len()],
            produced: HashMap::from([(model.input.as_str(), input)]),
            shapes: HashSet::new(),
            channels: vec![4],
            nodes: Vec::new(),
            tensors: Vec::new(),
        }
    }

    fn error(&self, reason: impl Into<String>) -> Error {
        Error::Import { model: self.name.to_owned(), reason: reason.into() }
    }

    fn run(&mut self) -> Result<()> {
        for index in 0..self.model.nodes.len() {
            if std::mem::replace(&mut self.done[index], true) {
                continue;
            }
            let node = &self.model.nodes[index];
            if self.is_shape_arithmetic(node) {
                self.shapes.extend(node.outputs.iter().map(String::as_str));
                continue;
            }
            match node.op.as_str() {
                "Conv" => self.convolution(node)?,
                "ConvTranspose" => self.deconvolution(node)?,
                "MatMul" => self.linear(node)?,
                "GlobalAveragePool" => self.global_pool(node)?,
                "ReduceMean" if node.ints("axes") == Some(&[2, 3]) => self.global_pool(node)?,
                "ReduceMean" => self.layer_norm(node)?,
                "Resize" => self.resize(node)?,
                "Add" => self.add(node)?,
                "Concat" => self.concat(node)?,
                "MaxPool" | "AveragePool" => self.pool(node)?,
                "Softmax" => {
                    let x = self.plain(&node.inputs[0])?;
                    let channels = self.channels[x];
                    self.push(Op::Softmax, vec![x], channels, output(node));
                }
                "Reshape" if self.attention(node)? => {}
                "Reshape" | "Transpose" | "Squeeze" | "Unsqueeze" => self.relayout(node)?,
                other => return Err(self.error(format!("operator {other} at {}", node.outputs[0]))),
            }
        }
        Ok(())
    }

    /// Nodes that only compute shapes vanish: the graph's shapes follow from the input.
    fn is_shape_arithmetic(&self, node: &OnnxNode) -> bool {
        node.op == "Shape"
            || (!node.inputs.iter().any(|i| self.produced.contains_key(i.as_str()))
                && node.inputs.iter().any(|i| self.shapes.contains(i.as_str())))
    }

    /// Changes of layout that are none in NHWC with a height of 1.
    fn relayout(&mut self, node: &'a OnnxNode) -> Result<()> {
        let perm = node.ints("perm");
        if perm.is_some_and(|p| p != [0, 2, 1] && p != [0, 3, 1, 2]) {
            return Err(self.error(format!("transposition {perm:?}")));
        }
        let x = self.plain(&node.inputs[0])?;
        self.produced.insert(output(node), Produced { value: x, upsample: 1 });
        Ok(())
    }

    fn pool(&mut self, node: &'a OnnxNode) -> Result<()> {
        let x = self.plain(&node.inputs[0])?;
        let window = self.window(node)?;
        if node.int("ceil_mode").unwrap_or(0) != 0 {
            return Err(self.error("pooling with ceil_mode"));
        }
        let op = if node.op == "MaxPool" { Op::MaxPool { window } } else { Op::AvgPool { window } };
        let channels = self.channels[x];
        self.push(op, vec![x], channels, output(node));
        Ok(())
    }

    fn resize(&mut self, node: &'a OnnxNode) -> Result<()> {
        let scales = node.inputs.last().and_then(|n| self.floats(n)).unwrap_or_default();
        let [1.0, 1.0, v, h] = *scales else { return Err(self.error("Resize without constant scales")) };
        let nearest = node.text("mode") == Some("nearest")
            && node.text("coordinate_transformation_mode") == Some("asymmetric")
            && node.text("nearest_mode") == Some("floor");
        if !nearest || v != h || v.fract() != 0.0 || v < 1.0 {
            return Err(self.error("Resize other than by a whole factor to the nearest pixel"));
        }
        let value = self.plain(&node.inputs[0])?;
        self.produced.insert(output(node), Produced { value, upsample: v as usize });
        Ok(())
    }

    fn add(&mut self, node: &'a OnnxNode) -> Result<()> {
        let (a, b) = (self.get(&node.inputs[0])?, self.get(&node.inputs[1])?);
        let (a, b) = if a.upsample > 1 { (b, a) } else { (a, b) };
        if a.upsample > 1 {
            return Err(self.error("sum of two enlarged values"));
        }
        let channels = self.channels[a.value];
        self.push(Op::Add { upsample: b.upsample }, vec![a.value, b.value], channels, output(node));
        Ok(())
    }

    fn concat(&mut self, node: &'a OnnxNode) -> Result<()> {
        if node.int("axis") != Some(1) {
            return Err(self.error("concatenation other than of channels"));
        }
        let parts: Vec<Produced> = node.inputs.iter().map(|i| self.get(i)).collect::<Result<_>>()?;
        let channels = parts.iter().map(|p| self.channels[p.value]).sum();
        let op = Op::Concat { upsample: parts.iter().map(|p| p.upsample).collect() };
        self.push(op, parts.iter().map(|p| p.value).collect(), channels, output(node));
        Ok(())
    }

    fn window(&self, node: &OnnxNode) -> Result<Window> {
        let pair = |name: &str| -> Option<[usize; 2]> {
            let v = node.ints(name)?;
            Some([usize::try_from(*v.first()?).ok()?, usize::try_from(*v.get(1)?).ok()?])
        };
        let kernel = pair("kernel_shape").ok_or_else(|| self.error("window without kernel_shape"))?;
        if pair("dilations").is_some_and(|d| d != [1, 1]) {
            return Err(self.error("dilated convolution"));
        }
        let padding = match (node.text("auto_pad"), node.ints("pads")) {
            (Some("SAME_UPPER"), _) => Padding::Same,
            (None | Some("NOTSET"), Some(&[t, l, b, r])) => {
                Padding::Explicit([t, l, b, r].map(|p| usize::try_from(p).unwrap_or(0)))
            }
            (None | Some("NOTSET"), None) => Padding::Explicit([0; 4]),
            _ => return Err(self.error("padding mode")),
        };
        Ok(Window { kernel, stride: pair("strides").unwrap_or([1, 1]), padding })
    }

    fn get(&self, name: &str) -> Result<Produced> {
        self.produced.get(name).copied().ok_or_else(|| self.error(format!("{name} is not computed")))
    }

    /// The value `name`, which must not be enlarged.
    fn plain(&self, name: &str) -> Result<ValueId> {
        match self.get(name)? {
            Produced { value, upsample: 1 } => Ok(value),
            _ => Err(self.error(format!("{name} is enlarged where it cannot be"))),
        }
    }

    fn constant(&self, name: &str) -> Option<&'a Tensor> {
        self.model.constants.get(name)
    }

    fn floats(&self, name: &str) -> Option<&'a [f32]> {
        self.constant(name).and_then(Tensor::floats)
    }

    /// The constant of one element that `node` reads, whichever operand it is.
    fn scalar(&self, node: &OnnxNode) -> Option<f32> {
        let constants = node.inputs.iter().find_map(|i| self.floats(i))?;
        if let [x] = constants { Some(*x) } else { None }
    }

    /// Consumers of `name` that are not part of a pattern yet.
    fn readers(&self, name: &str) -> Vec<usize> {
        if name == self.model.output {
            return Vec::new();
        }
        self.consumers.get(name).cloned().unwrap_or_default()
    }

    /// The only consumer of `name`, if it is an `op`.
    fn sole(&self, name: &str, op: &str) -> Option<(usize, &'a OnnxNode)> {
        match self.readers(name)[..] {
            [i] if self.model.nodes[i].op == op => Some((i, &self.model.nodes[i])),
            _ => None,
        }
    }

    /// Adds a node that computes the ONNX value `name`.
    fn push(&mut self, op: Op, inputs: Vec<ValueId>, channels: usize, name: &'a str) -> usize {
        let value = self.channels.len();
        self.channels.push(channels);
        self.nodes.push((op, inputs, value));
        self.produced.insert(name, Produced { value, upsample: 1 });
        self.nodes.len() - 1
    }

    fn tensor(&mut self, node: usize, suffix: &'static str, shape: &[usize], data: Vec<f32>) {
        self.tensors.push((node, suffix, shape.to_vec(), data));
    }

    fn finish(self, options: ImportOptions) -> Result<Imported> {
        if options.names.len() != self.nodes.len() {
            let listing: Vec<String> = self.nodes.iter().map(|n| format!("{:?}", n.0)).collect();
            let reason = format!(
                "{} nodes for {} names:\n{}",
                self.nodes.len(),
                options.names.len(),
                listing.join("\n")
            );
            return Err(self.error(reason));
        }
        let result = self.plain(&self.model.output)?;
        let mut values: Vec<Value> = self
            .channels
            .iter()
            .map(|&channels| Value { name: "image".into(), channels, quant: None })
            .collect();
        let mut nodes = Vec::new();
        for ((op, inputs, out), name) in self.nodes.into_iter().zip(&options.names) {
            values[out].name.clone_from(name);
            nodes.push(Node { name: name.clone(), op, inputs, output: out });
        }
        let tensors = self
            .tensors
            .into_iter()
            .map(|(node, suffix, shape, data)| PackTensor {
                name: format!("{}.{suffix}", options.names[node]),
                shape,
                data: PackTensorData::F32(data),
            })
            .collect();
        let graph =
            Graph { name: options.name.into(), input: options.input, values, nodes, outputs: vec![result] };
        Ok(Imported { graph, tensors })
    }
}

/// The single result of a node.
fn output(node: &OnnxNode) -> &str {
    node.outputs.first().map_or("", String::as_str)
}
