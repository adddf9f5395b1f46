//! Patterns of many nodes: squeeze-and-excitation, layer norm, attention.

use glimpse_engine::graph::Op;

use super::{Importer, output};
use crate::error::Result;
use crate::onnx::OnnxNode;

impl<'a> Importer<'a> {
    /// A mean over the picture: the start of squeeze-and-excitation, or a pooling.
    pub(super) fn global_pool(&mut self, node: &'a OnnxNode) -> Result<()> {
        let x = self.plain(&node.inputs[0])?;
        let channels = self.channels[x];
        let Some(block) = self.squeeze_excite(node) else {
            self.push(Op::GlobalAvgPool, vec![x], channels, output(node));
            return Ok(());
        };
        for &i in &block.nodes {
            self.done[i] = true;
        }
        let op = Op::SqueezeExcite { slope: block.slope, residual: block.residual };
        let id = self.push(op, vec![x], channels, block.result);
        let hidden = block.reduce.1.len();
        self.tensor(id, "reduce.weight", &[hidden, channels], block.reduce.0);
        self.tensor(id, "reduce.bias", &[hidden], block.reduce.1);
        self.tensor(id, "expand.weight", &[channels, hidden], block.expand.0);
        self.tensor(id, "expand.bias", &[channels], block.expand.1);
        Ok(())
    }

    fn squeeze_excite(&self, mean: &'a OnnxNode) -> Option<SqueezeExcite<'a>> {
        let x = mean.inputs.first()?;
        let mut nodes = Vec::new();
        let mut cur = output(mean);
        let reduce = self.fully_connected(&mut cur, &mut nodes)?;
        let (at, relu) = self.sole(cur, "Relu")?;
        nodes.push(at);
        cur = output(relu);
        let expand = self.fully_connected(&mut cur, &mut nodes)?;
        let (at, sigmoid) = self.sole(cur, "HardSigmoid")?;
        nodes.push(at);
        if sigmoid.float("beta") != Some(0.5) {
            return None;
        }
        let (at, product) = self.sole(output(sigmoid), "Mul")?;
        nodes.push(at);
        if !product.inputs.contains(x) {
            return None;
        }
        let mut block = SqueezeExcite {
            nodes,
            reduce,
            expand,
            slope: sigmoid.float("alpha")?,
            residual: false,
            result: output(product),
        };
        if let Some((at, sum)) = self.sole(block.result, "Add")
            && sum.inputs.contains(x)
        {
            block.nodes.push(at);
            block.residual = true;
            block.result = output(sum);
        }
        Some(block)
    }

    /// A 1×1 convolution of a pooled value and its bias: weight `[O, I]` and bias.
    fn fully_connected(&self, cur: &mut &'a str, nodes: &mut Vec<usize>) -> Option<(Vec<f32>, Vec<f32>)> {
        let (at, conv) = self.sole(cur, "Conv")?;
        let weight = self.constant(conv.inputs.get(1)?)?;
        nodes.push(at);
        let o = *weight.shape.first()?;
        let (at, sum) = self.sole(output(conv), "Add")?;
        let bias = sum.inputs.iter().find_map(|i| self.floats(i)).filter(|b| b.len() == o)?;
        nodes.push(at);
        *cur = output(sum);
        Some((weight.floats()?.to_vec(), bias.to_vec()))
    }

    /// `(x − mean) / √(mean((x − mean)²) + ε) · weight + bias`
    pub(super) fn layer_norm(&mut self, mean: &'a OnnxNode) -> Result<()> {
        let Some(LayerNorm { nodes, eps, weight, bias }) = self.find_layer_norm(mean) else {
            return Err(self.error(format!("mean at {}", output(mean))));
        };
        for &i in &nodes {
            self.done[i] = true;
        }
        let x = self.plain(&mean.inputs[0])?;
        let channels = self.channels[x];
        let result = nodes.last().map_or("", |&i| output(&self.model.nodes[i]));
        let id = self.push(Op::LayerNorm { eps }, vec![x], channels, result);
        self.tensor(id, "weight", &[channels], weight.to_vec());
        self.tensor(id, "bias", &[channels], bias.to_vec());
        Ok(())
    }

    fn find_layer_norm(&self, mean: &'a OnnxNode) -> Option<LayerNorm<'a>> {
        let (sub, centred) = self.sole(output(mean), "Sub")?;
        let readers = self.readers(output(centred));
        let find = |op: &str| readers.iter().copied().find(|&i| self.model.nodes[i].op == op);
        let (pow, div) = (find("Pow")?, find("Div")?);
        if self.scalar(&self.model.nodes[pow]) != Some(2.0) {
            return None;
        }
        let (variance, node) = self.sole(output(&self.model.nodes[pow]), "ReduceMean")?;
        let (sum, node) = self.sole(output(node), "Add")?;
        let eps = self.scalar(node)?;
        let (root, _) = self.sole(output(node), "Sqrt")?;
        let (scale, node) = self.sole(output(&self.model.nodes[div]), "Mul")?;
        let weight = node.inputs.iter().find_map(|i| self.floats(i))?;
        let (shift, node) = self.sole(output(node), "Add")?;
        let bias = node.inputs.iter().find_map(|i| self.floats(i))?;
        let nodes = vec![sub, pow, variance, sum, root, div, scale, shift];
        Some(LayerNorm { nodes, eps, weight, bias })
    }

    /// Multi-head self-attention from the reshape of fused queries, keys and values to the
    /// reshape of the result; false where `split` begins none.
    pub(super) fn attention(&mut self, split: &'a OnnxNode) -> Result<bool> {
        let shape = split.inputs.get(1).and_then(|n| self.constant(n)).and_then(|t| t.integers());
        let Some(&[0, -1, 3, heads, head]) = shape else { return Ok(false) };
        let Some(found) = self.find_attention(split) else {
            return Err(self.error(format!("attention at {}", output(split))));
        };
        for &i in &found.nodes {
            self.done[i] = true;
        }
        let x = self.plain(&split.inputs[0])?;
        let heads = usize::try_from(heads).unwrap_or(0);
        let channels = heads * usize::try_from(head).unwrap_or(0);
        self.push(Op::Attention { heads, scale: found.scale }, vec![x], channels, found.result);
        Ok(true)
    }

    fn find_attention(&self, split: &'a OnnxNode) -> Option<Attention<'a>> {
        let (order, parts) = self.sole(output(split), "Transpose")?;
        if parts.ints("perm") != Some(&[2, 0, 3, 1, 4]) {
            return None;
        }
        let mut nodes = vec![order];
        let mut part = [""; 3];
        for slice in self.readers(output(parts)) {
            let node = &self.model.nodes[slice];
            let start = *self.constant(node.inputs.get(1)?)?.integers()?.first()?;
            let (squeeze, squeezed) = self.sole(output(node), "Squeeze")?;
            *part.get_mut(usize::try_from(start).ok()?)? = output(squeezed);
            nodes.extend([slice, squeeze]);
        }
        let [q, k, v] = part;
        let (at, scaled) = self.sole(q, "Mul")?;
        let scale = self.scalar(scaled)?;
        let (zero, shifted) = self.sole(output(scaled), "Add")?;
        if self.scalar(shifted) != Some(0.0) {
            return None;
        }
        let (flip, keys) = self.sole(k, "Transpose")?;
        let (product, scores) = self.sole(output(shifted), "MatMul")?;
        let (soft, weights) = self.sole(output(scores), "Softmax")?;
        let (mix, mixed) = self.sole(output(weights), "MatMul")?;
        let (back, merged) = self.sole(output(mixed), "Transpose")?;
        let (join, result) = self.sole(output(merged), "Reshape")?;
        let fits = keys.ints("perm") == Some(&[0, 1, 3, 2])
            && scores.inputs == [output(shifted), output(keys)]
            && mixed.inputs == [output(weights), v]
            && merged.ints("perm") == Some(&[0, 2, 1, 3]);
        nodes.extend([at, zero, flip, product, soft, mix, back, join]);
        fits.then(|| Attention { nodes, scale, result: output(result) })
    }
}

struct SqueezeExcite<'a> {
    nodes: Vec<usize>,
    reduce: (Vec<f32>, Vec<f32>),
    expand: (Vec<f32>, Vec<f32>),
    slope: f32,
    residual: bool,
    result: &'a str,
}

struct Attention<'a> {
    nodes: Vec<usize>,
    scale: f32,
    result: &'a str,
}

struct LayerNorm<'a> {
    nodes: Vec<usize>,
    eps: f32,
    weight: &'a [f32],
    bias: &'a [f32],
}
