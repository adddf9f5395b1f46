//! The decoder in `f32` on candle: the oracle of the fast one. It sees all tokens of a row at once and
//! keeps nothing.

use std::collections::HashMap;

use candle_core::{D, Device, Tensor};
use candle_nn::{LayerNorm, Linear, Module};

use super::decoder::{EPSILON, Shape};
use super::settings::CaptionSettings;
use crate::pack::{Pack, TensorData};
use crate::{Error, Result};

/// The decoder of a caption pack; weights of `int8` packs are `integer × scale`.
#[derive(Debug)]
pub struct DecoderReference {
    shape: Shape,
    tensors: HashMap<String, Tensor>,
}

type Candle<T> = candle_core::Result<T>;

impl DecoderReference {
    /// Loads the tensors of `pack`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`], [`Error::PackVersion`].
    pub fn open(pack: &Pack) -> Result<Self> {
        let settings = CaptionSettings::read(pack)?;
        let shape = Shape::of(pack, &settings)?;
        let mut names: Vec<String> =
            ["position", "memory.position", "embedding.weight", "logits.bias"].map(str::to_owned).to_vec();
        let mut both = |name: &str| names.extend([format!("{name}.weight"), format!("{name}.bias")]);
        both("memory.norm");
        both("norm");
        let parts = ["self.qkv", "self.out", "cross.q", "cross.kv", "cross.out", "ffn.up", "ffn.down"];
        for l in 0..shape.layers {
            for part in ["norm1", "norm2", "norm3"].iter().chain(&parts) {
                both(&format!("layers.{l}.{part}"));
            }
        }
        let tensors = names.into_iter().map(|name| Ok((name.clone(), load(pack, &name)?)));
        Ok(Self { shape, tensors: tensors.collect::<Result<_>>()? })
    }

    /// Logits of the token after each of `tokens` (`[tokens][vocabulary]`), given the tail's output
    /// `memory` (`[places][width]`).
    ///
    /// # Errors
    /// [`Error::Model`] where the memory or the tokens do not fit the decoder.
    pub fn logits(&self, memory: &[f32], tokens: &[u32]) -> Result<Vec<f32>> {
        self.run(memory, tokens).map_err(|e| Error::Model { model: "caption".into(), reason: e.to_string() })
    }

    fn get(&self, name: &str) -> Candle<Tensor> {
        match self.tensors.get(name) {
            Some(tensor) => Ok(tensor.clone()),
            None => candle_core::bail!("no tensor {name}"),
        }
    }

    fn norm(&self, name: &str, x: &Tensor) -> Candle<Tensor> {
        let (weight, bias) = (self.get(&format!("{name}.weight"))?, self.get(&format!("{name}.bias"))?);
        LayerNorm::new(weight, bias, f64::from(EPSILON)).forward(x)
    }

    fn linear(&self, name: &str, x: &Tensor) -> Candle<Tensor> {
        let (weight, bias) = (self.get(&format!("{name}.weight"))?, self.get(&format!("{name}.bias"))?);
        Linear::new(weight, Some(bias)).forward(x)
    }

    fn run(&self, memory: &[f32], tokens: &[u32]) -> Candle<Vec<f32>> {
        let Shape { width, places, layers, .. } = self.shape;
        let memory = Tensor::from_slice(memory, (places, width), &Device::Cpu)?;
        let memory = self.norm("memory.norm", &(memory + self.get("memory.position")?)?)?;
        let ids = Tensor::from_slice(tokens, tokens.len(), &Device::Cpu)?;
        let position = self.get("position")?.narrow(0, 0, tokens.len())?;
        let mut x = (self.get("embedding.weight")?.index_select(&ids, 0)? + position)?;
        for l in 0..layers {
            let name = |part: &str| format!("layers.{l}.{part}");
            let qkv = self.linear(&name("self.qkv"), &self.norm(&name("norm1"), &x)?)?;
            let part = |i: usize| qkv.narrow(D::Minus1, i * width, width);
            let mixed = self.attend(&part(0)?, &part(1)?, &part(2)?, true)?;
            x = (x + self.linear(&name("self.out"), &mixed)?)?;
            let query = self.linear(&name("cross.q"), &self.norm(&name("norm2"), &x)?)?;
            let kv = self.linear(&name("cross.kv"), &memory)?;
            let part = |i: usize| kv.narrow(D::Minus1, i * width, width);
            let mixed = self.attend(&query, &part(0)?, &part(1)?, false)?;
            x = (x + self.linear(&name("cross.out"), &mixed)?)?;
            let middle = self.linear(&name("ffn.up"), &self.norm(&name("norm3"), &x)?)?.relu()?;
            x = (x + self.linear(&name("ffn.down"), &middle)?)?;
        }
        let classes = Linear::new(self.get("embedding.weight")?, Some(self.get("logits.bias")?));
        classes.forward(&self.norm("norm", &x)?)?.flatten_all()?.to_vec1()
    }

    /// Attention by head of the rows of `q` to those of `k` and `v`; where `causal`, to none that come
    /// after.
    fn attend(&self, q: &Tensor, k: &Tensor, v: &Tensor, causal: bool) -> Candle<Tensor> {
        let (heads, dim) = (self.shape.heads, self.shape.width / self.shape.heads);
        let split = |t: &Tensor| t.reshape((t.dim(0)?, heads, dim))?.transpose(0, 1)?.contiguous();
        let (rows, tokens) = (q.dim(0)?, k.dim(0)?);
        let mut scores = (split(q)?.matmul(&split(k)?.transpose(1, 2)?)? / (dim as f64).sqrt())?;
        if causal {
            let mask: Vec<f32> = (0..rows * tokens)
                .map(|i| if i % tokens > i / tokens { f32::NEG_INFINITY } else { 0.0 })
                .collect();
            scores = scores.broadcast_add(&Tensor::from_vec(mask, (1, rows, tokens), &Device::Cpu)?)?;
        }
        let weights = candle_nn::ops::softmax_last_dim(&scores)?;
        weights.matmul(&split(v)?)?.transpose(0, 1)?.reshape((rows, heads * dim))
    }
}

/// The tensor `name` in `f32`.
fn load(pack: &Pack, name: &str) -> Result<Tensor> {
    let damaged = |reason: String| Error::PackDamaged { path: pack.path().to_owned(), reason };
    let tensor = pack.tensor(name)?;
    let data: Vec<f32> = match tensor.data {
        TensorData::F32(v) => v.to_vec(),
        TensorData::I8(v) => {
            let rows = tensor.shape.first().copied().unwrap_or_default();
            let scale = pack.floats(&name.replace(".weight", ".scale"), rows)?;
            let columns = v.len() / rows.max(1);
            v.iter().enumerate().map(|(i, w)| f32::from(*w) * scale[i / columns]).collect()
        }
        TensorData::U8(_) => return Err(damaged(format!("{name} is not numbers"))),
    };
    Tensor::from_vec(data, tensor.shape, &Device::Cpu).map_err(|e| damaged(format!("{name}: {e}")))
}
