//! Convolutions and linear layers with what is folded into them: bias, batch norm, activation and
//! residual.

use glimpse_engine::graph::{Activation, Op, Padding, Window};

use super::{Importer, output};
use crate::error::Result;
use crate::onnx::OnnxNode;

/// `[O, I, kh, kw]` to `[O, kh, kw, I]`.
fn to_ohwi(w: &[f32], [o, i, kh, kw]: [usize; 4]) -> Vec<f32> {
    let mut out = Vec::with_capacity(w.len());
    for a in 0..o {
        for tap in 0..kh * kw {
            out.extend((0..i).map(|b| w[(a * i + b) * kh * kw + tap]));
        }
    }
    out
}

/// `[O, kh, kw, 3]` of BGR to `[O, kh, kw, 4]` of RGB and a channel that counts nothing.
fn bgr_to_rgb0(w: &[f32]) -> Vec<f32> {
    w.chunks_exact(3).flat_map(|p| [p[2], p[1], p[0], 0.0]).collect()
}

impl<'a> Importer<'a> {
    pub(super) fn convolution(&mut self, node: &'a OnnxNode) -> Result<()> {
        let weight =
            self.constant(&node.inputs[1]).ok_or_else(|| self.error("convolution by no constant"))?;
        let (&[o, i, kh, kw], Some(data)) = (&weight.shape[..], weight.floats()) else {
            return Err(self.error("kernel of a convolution"));
        };
        let window = self.window(node)?;
        let x = self.plain(&node.inputs[0])?;
        let depthwise = match node.int("group").unwrap_or(1) {
            1 => false,
            g if i == 1 && g as usize == o && self.channels[x] == o => true,
            _ => return Err(self.error("grouped convolution")),
        };
        let (mut data, mut shape) = if depthwise {
            // [C, 1, kh, kw] to [kh, kw, C]
            let taps = kh * kw;
            let data = (0..taps * o).map(|n| data[n % o * taps + n / o]).collect();
            (data, vec![kh, kw, o])
        } else {
            (to_ohwi(data, [o, i, kh, kw]), vec![o, kh, kw, i])
        };
        if x == 0 && !depthwise {
            if i != 3 {
                return Err(self.error("input other than a picture"));
            }
            data = bgr_to_rgb0(&data);
            shape[3] = 4;
        }
        let bias = match node.inputs.get(2).and_then(|b| self.floats(b)) {
            Some(b) => b.to_vec(),
            None => vec![0.0; o],
        };
        self.fused(node, Fused { window, depthwise, data, shape, bias }, x)
    }

    /// A product with a constant matrix is a 1×1 convolution.
    pub(super) fn linear(&mut self, node: &'a OnnxNode) -> Result<()> {
        let weight = self.constant(&node.inputs[1]).ok_or_else(|| self.error("product of two values"))?;
        let (&[i, o], Some(w)) = (&weight.shape[..], weight.floats()) else {
            return Err(self.error("matrix of a linear layer"));
        };
        let data: Vec<f32> = (0..o * i).map(|n| w[n % i * o + n / i]).collect();
        let x = self.plain(&node.inputs[0])?;
        let mut cur = output(node);
        let bias = self.bias(&mut cur, o).unwrap_or_else(|| vec![0.0; o]);
        let shape = vec![o, 1, 1, i];
        if let (true, Some((at, softmax))) = (self.top1, self.sole(cur, "Softmax")) {
            self.done[at] = true;
            let id = self.push(Op::Top1 { classes: o }, vec![x], 2, output(softmax));
            self.tensor(id, "weight", &shape, data);
            self.tensor(id, "bias", &[o], bias);
            return Ok(());
        }
        let window = Window { kernel: [1, 1], stride: [1, 1], padding: Padding::Explicit([0; 4]) };
        self.emit(Fused { window, depthwise: false, data, shape, bias }, x, cur)
    }

    /// Transposed convolution whose kernel equals its stride: `[I, O, s, s]` to `[O, s, s, I]`.
    pub(super) fn deconvolution(&mut self, node: &'a OnnxNode) -> Result<()> {
        let weight = self.constant(&node.inputs[1]).ok_or_else(|| self.error("kernel of a deconvolution"))?;
        let (&[i, o, kh, kw], Some(w)) = (&weight.shape[..], weight.floats()) else {
            return Err(self.error("kernel of a deconvolution"));
        };
        let window = self.window(node)?;
        let s = kh;
        let plain = window.padding == Padding::Explicit([0; 4]) && node.int("group").unwrap_or(1) == 1;
        if kw != s || window.stride != [s, s] || !plain {
            return Err(self.error("deconvolution with overlap"));
        }
        let mut data = Vec::with_capacity(w.len());
        for a in 0..o {
            for tap in 0..s * s {
                data.extend((0..i).map(|b| w[(b * o + a) * s * s + tap]));
            }
        }
        let x = self.plain(&node.inputs[0])?;
        let mut cur = output(node);
        let mut bias = match node.inputs.get(2).and_then(|b| self.floats(b)) {
            Some(b) => b.to_vec(),
            None => vec![0.0; o],
        };
        if let Some(more) = self.bias(&mut cur, o) {
            bias.iter_mut().zip(more).for_each(|(b, m)| *b += m);
        }
        let activation = self.activation(&mut cur);
        let id = self.push(Op::Deconv { stride: s, activation }, vec![x], o, cur);
        self.tensor(id, "weight", &[o, s, s, i], data);
        self.tensor(id, "bias", &[o], bias);
        Ok(())
    }

    /// Folds the bias and the batch norm that follow.
    fn fused(&mut self, node: &'a OnnxNode, mut conv: Fused, x: usize) -> Result<()> {
        let o = conv.bias.len();
        let mut cur = output(node);
        if let Some(more) = self.bias(&mut cur, o) {
            conv.bias.iter_mut().zip(more).for_each(|(b, m)| *b += m);
        }
        if let Some((at, norm)) = self.sole(cur, "BatchNormalization") {
            let part = |i: usize| node_floats(self, norm, i, o);
            let (Some(gamma), Some(beta), Some(mean), Some(var)) = (part(1), part(2), part(3), part(4))
            else {
                return Err(self.error("batch norm without constants"));
            };
            let eps = norm.float("epsilon").unwrap_or(1e-5);
            let factor: Vec<f32> = gamma.iter().zip(var).map(|(g, v)| fold_factor(*g, *v, eps)).collect();
            let run = conv.data.len() / o;
            for (n, w) in conv.data.iter_mut().enumerate() {
                *w *= if conv.depthwise { factor[n % o] } else { factor[n / run] };
            }
            for c in 0..o {
                conv.bias[c] = (conv.bias[c] - mean[c]) * factor[c] + beta[c];
            }
            self.done[at] = true;
            cur = output(norm);
        }
        self.emit(conv, x, cur)
    }

    /// Adds the convolution that computes `cur`, with the activation and residual that follow.
    fn emit(&mut self, conv: Fused, x: usize, mut cur: &'a str) -> Result<()> {
        let activation = self.activation(&mut cur);
        let mut inputs = vec![x];
        if let Some((at, sum)) = self.sole(cur, "Add") {
            let other = sum.inputs.iter().find(|i| i.as_str() != cur);
            if let Some(p) = other.and_then(|i| self.produced.get(i.as_str())).filter(|p| p.upsample == 1) {
                inputs.push(p.value);
                self.done[at] = true;
                cur = output(sum);
            }
        }
        let op = Op::Conv { window: conv.window, depthwise: conv.depthwise, activation };
        let o = conv.bias.len();
        let id = self.push(op, inputs, o, cur);
        self.tensor(id, "weight", &conv.shape, conv.data);
        self.tensor(id, "bias", &[o], conv.bias);
        Ok(())
    }

    /// The constant that is added to `cur`, one number a channel; `cur` becomes the sum.
    pub(super) fn bias(&mut self, cur: &mut &'a str, channels: usize) -> Option<Vec<f32>> {
        let (at, node) = self.sole(cur, "Add")?;
        let bias = node.inputs.iter().find_map(|i| self.floats(i)).filter(|b| b.len() == channels)?;
        self.done[at] = true;
        *cur = output(node);
        Some(bias.to_vec())
    }

    /// The activation that follows `cur`; `cur` becomes its result.
    fn activation(&mut self, cur: &mut &'a str) -> Activation {
        let readers = self.readers(cur);
        let found = match readers[..] {
            [i] => self.single_activation(i),
            [a, b] => self.gated_activation(cur, a, b).or_else(|| self.gated_activation(cur, b, a)),
            _ => None,
        };
        let Some((activation, nodes)) = found else { return Activation::None };
        for &i in &nodes {
            self.done[i] = true;
        }
        if let Some(&last) = nodes.last() {
            *cur = output(&self.model.nodes[last]);
        }
        activation
    }

    fn single_activation(&self, i: usize) -> Option<(Activation, Vec<usize>)> {
        let node = &self.model.nodes[i];
        let activation = match node.op.as_str() {
            "Relu" => Activation::Relu,
            "Sigmoid" => Activation::Sigmoid,
            "Clip" if self.is_clip_0_6(node) => Activation::Relu6,
            _ => return None,
        };
        Some((activation, vec![i]))
    }

    /// `x · f(x)`, where `first` begins `f` and `last` is the product.
    fn gated_activation(&self, x: &str, first: usize, last: usize) -> Option<(Activation, Vec<usize>)> {
        let (head, product) = (&self.model.nodes[first], &self.model.nodes[last]);
        if product.op != "Mul" {
            return None;
        }
        let gates =
            |name: &str| product.inputs.iter().any(|i| i == name) && product.inputs.iter().any(|i| i == x);
        let close = |a: Option<f32>, b: f32| a.is_some_and(|a| (a - b).abs() < 1e-5);
        match head.op.as_str() {
            "Sigmoid" if gates(output(head)) => Some((Activation::Silu, vec![first, last])),
            "Div" if close(self.scalar(head), std::f32::consts::SQRT_2) => {
                let (erf, node) = self.sole(output(head), "Erf")?;
                let (sum, node) = self.sole(output(node), "Add")?;
                let (half, scale) = self.sole(output(product), "Mul")?;
                (close(self.scalar(node), 1.0) && gates(output(node)) && close(self.scalar(scale), 0.5))
                    .then(|| (Activation::Gelu, vec![first, erf, sum, last, half]))
            }
            "Add" if close(self.scalar(head), 3.0) => {
                let (clip, node) = self.sole(output(head), "Clip")?;
                let (sixth, scale) = self.sole(output(product), "Div")?;
                (self.is_clip_0_6(node) && gates(output(node)) && close(self.scalar(scale), 6.0))
                    .then(|| (Activation::HardSwish, vec![first, clip, last, sixth]))
            }
            _ => None,
        }
    }

    fn is_clip_0_6(&self, node: &OnnxNode) -> bool {
        let bound = |i: usize| node.inputs.get(i).and_then(|n| self.floats(n));
        bound(1) == Some(&[0.0]) && bound(2) == Some(&[6.0])
    }
}

/// A convolution before it enters the graph.
struct Fused {
    window: Window,
    depthwise: bool,
    data: Vec<f32>,
    shape: Vec<usize>,
    bias: Vec<f32>,
}

fn node_floats<'a>(importer: &Importer<'a>, node: &OnnxNode, i: usize, len: usize) -> Option<&'a [f32]> {
    importer.floats(node.inputs.get(i)?).filter(|v| v.len() == len)
}

/// `γ / √(σ² + ε)`, in double precision.
pub(crate) fn fold_factor(gamma: f32, variance: f32, eps: f32) -> f32 {
    (f64::from(gamma) / (f64::from(variance) + f64::from(eps)).sqrt()) as f32
}
