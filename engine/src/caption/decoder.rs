//! The caption decoder on the fast kernels: a transformer (Vaswani et al. 2017, arXiv:1706.03762,
//! normalized before each part) that keeps the keys and values of what it has seen.

use std::sync::Arc;

use glimpse_kernels::Kernels;
use glimpse_kernels::cached::CachedAttention;
use glimpse_kernels::rows::{RowFinish, RowGrid};

use super::linear::{Linear, LinearNames, LinearTensors, finite};
use super::settings::CaptionSettings;
use super::state::State;
use super::vocabulary::NEVER;
use crate::pack::{Pack, TensorData};
use crate::{Error, Result};

/// Added to the variance in layer norms.
pub(super) const EPSILON: f32 = 1e-5;

/// Widest model, widest middle of a feed-forward part, and most places of a memory.
const LIMITS: [usize; 3] = [1 << 12, 1 << 14, 1 << 12];

/// The sizes of a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Channels of a token.
    pub(super) width: usize,
    /// Channels in the middle of a feed-forward part.
    pub(super) middle: usize,
    /// Heads.
    pub(super) heads: usize,
    /// Layers.
    pub(super) layers: usize,
    /// Tokens of the vocabulary.
    pub(super) vocabulary: usize,
    /// Places of the memory.
    pub(super) places: usize,
    /// Most steps.
    pub(super) steps: usize,
}

/// A decoder, laid out for the kernels of this machine.
#[derive(Debug)]
pub(super) struct Decoder {
    pack: Arc<Pack>,
    kernels: &'static Kernels,
    shape: Shape,
    position: Vec<f32>,
    memory_position: Vec<f32>,
    memory_norm: Norm,
    layers: Vec<Layer>,
    norm: Norm,
    logits: Vec<Linear>,
}

#[derive(Debug)]
struct Layer {
    norms: [Norm; 3],
    qkv: Linear,
    self_out: Linear,
    query: Linear,
    cross: Linear,
    cross_out: Linear,
    up: Linear,
    down: Linear,
}

#[derive(Debug)]
struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Norm {
    fn load(pack: &Pack, name: &str, width: usize) -> Result<Self> {
        let part = |part: &str| Ok(finite(pack, &format!("{name}.{part}"), width)?.to_vec());
        Ok(Self { weight: part("weight")?, bias: part("bias")? })
    }

    fn run(&self, kernels: &Kernels, x: &[f32], out: &mut [f32]) {
        kernels.layer_norm_f32(x, &self.weight, &self.bias, EPSILON, &mut out[..x.len()]);
    }
}

/// The tensors of the linear layer `name`.
fn tensors<'a>(pack: &'a Pack, name: &str, shape: [usize; 2]) -> Result<LinearTensors<'a>> {
    let part = |part: &str| format!("{name}.{part}");
    let (weight, scale, bias) = (part("weight"), part("scale"), part("bias"));
    LinearTensors::load(pack, &LinearNames { weight: &weight, scale: &scale, bias: &bias }, shape)
}

impl Shape {
    /// The sizes that the tensors of `pack` have.
    pub(super) fn of(pack: &Pack, settings: &CaptionSettings) -> Result<Self> {
        let damaged = |reason: String| Error::PackDamaged { path: pack.path().to_owned(), reason };
        let sides = |name: &str| match pack.tensor(name)?.shape {
            [a, b] if *a > 0 && *b > 0 => Ok([*a, *b]),
            other => Err(damaged(format!("{name} has shape {other:?}"))),
        };
        let [vocabulary, width] = sides("embedding.weight")?;
        let [places, _] = sides("memory.position")?;
        let [positions, _] = sides("position")?;
        let [middle, _] = sides("layers.0.ffn.up.weight")?;
        let shape = Self {
            width,
            middle,
            heads: settings.heads,
            layers: settings.layers,
            vocabulary,
            places,
            steps: settings.max_tokens,
        };
        if width > LIMITS[0] || middle > LIMITS[1] || places > LIMITS[2] {
            return Err(damaged(format!("its decoder is too large: {shape:?}")));
        }
        if width % settings.heads != 0 || positions < settings.max_tokens {
            return Err(damaged(format!("its settings do not fit its decoder: {settings:?}, {shape:?}")));
        }
        Ok(shape)
    }

    fn kept(&self, tokens: usize) -> CachedAttention {
        CachedAttention::new(self.heads, self.width / self.heads, tokens)
    }

    /// Shape of the keys and values of a caption.
    pub(super) fn own(&self) -> CachedAttention {
        self.kept(self.steps)
    }

    /// Shape of the keys and values of the memory.
    pub(super) fn cross(&self) -> CachedAttention {
        self.kept(self.places)
    }
}

/// Parts of the vocabulary, so that two threads can share it.
const PARTS: usize = 2;
/// Outputs of a part are a multiple of this, which every kernel's panel divides.
const PART_UNIT: usize = 48;

impl Decoder {
    /// Lays out the tensors of `pack`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] where tensors are missing, do not fit each other or are not finite.
    pub(super) fn load(
        pack: Arc<Pack>,
        settings: &CaptionSettings,
        vocabulary: usize,
        kernels: &'static Kernels,
    ) -> Result<Self> {
        let shape = Shape::of(&pack, settings)?;
        if shape.vocabulary != vocabulary {
            let reason = format!("{vocabulary} pieces for {} embeddings", shape.vocabulary);
            return Err(Error::PackDamaged { path: pack.path().to_owned(), reason });
        }
        let width = shape.width;
        let positions = pack.tensor("position")?.shape[0] * width;
        let names = LinearNames { weight: "embedding.weight", scale: "embedding.scale", bias: "logits.bias" };
        let mut classes = LinearTensors::load(&pack, &names, [vocabulary, width])?;
        classes.exclude(&NEVER);
        let part = vocabulary.div_ceil(PARTS).next_multiple_of(PART_UNIT);
        let logits = (0..vocabulary)
            .step_by(part)
            .map(|first| classes.pack(kernels, first..vocabulary.min(first + part), RowGrid::Signed))
            .collect();
        let decoder = Self {
            position: finite(&pack, "position", positions)?.to_vec(),
            memory_position: finite(&pack, "memory.position", shape.places * width)?.to_vec(),
            memory_norm: Norm::load(&pack, "memory.norm", width)?,
            layers: (0..shape.layers)
                .map(|l| Layer::load(&pack, l, &shape, kernels))
                .collect::<Result<_>>()?,
            norm: Norm::load(&pack, "norm", width)?,
            logits,
            shape,
            kernels,
            pack: pack.clone(),
        };
        pack.release();
        Ok(decoder)
    }

    /// The sizes.
    pub(super) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The kernels it was laid out for.
    pub(super) fn kernels(&self) -> &'static Kernels {
        self.kernels
    }

    /// Outputs of each part of the vocabulary.
    pub(super) fn parts(&self) -> impl Iterator<Item = usize> {
        self.logits.iter().map(Linear::columns)
    }

    /// Multiply-accumulates: of preparing a memory, and of a step of one row, without attention.
    pub(super) fn macs(&self) -> [u64; 2] {
        let cross: u64 = self.layers.iter().map(|l| l.cross.macs()).sum();
        let layer =
            |l: &Layer| [&l.qkv, &l.self_out, &l.query, &l.cross_out, &l.up, &l.down].map(Linear::macs);
        let step: u64 = self.layers.iter().flat_map(layer).sum();
        let logits: u64 = self.logits.iter().map(Linear::macs).sum();
        [cross * self.shape.places as u64, step + logits]
    }

    /// Takes the memory (`[places][width]`, as the tail gives it) for the captions to come: their
    /// keys and values in every layer.
    ///
    /// # Panics
    /// If `memory` has another length.
    pub(super) fn prepare(&self, state: &mut State, memory: &[f32]) {
        let (kernels, width) = (self.kernels, self.shape.width);
        assert_eq!(memory.len(), self.memory_position.len());
        state.restart();
        let State { memory: sum, normed, pairs, inputs, products, cross, .. } = state;
        for ((sum, m), p) in sum.iter_mut().zip(memory).zip(&self.memory_position) {
            *sum = m + p;
        }
        let normed = &mut normed[..memory.len()];
        self.memory_norm.run(kernels, sum, normed);
        let shape = self.shape.cross();
        for (layer, cross) in self.layers.iter().zip(cross) {
            layer.cross.apply(kernels, normed, RowFinish::Store, pairs, (&mut *inputs, &mut *products));
            for (place, pair) in pairs.chunks_exact(2 * width).enumerate() {
                let (key, value) = pair.split_at(width);
                shape.keep(place, key, value, &mut cross.keys, &mut cross.values);
            }
        }
    }

    /// One more step: `tokens[i]` follows what row `parents[i]` of the step before had seen. With
    /// `parallel`, the scores of the vocabulary are computed on the threads of the running pool.
    ///
    /// # Panics
    /// If there are more rows or steps than `state` has room for, or a token or parent is not one.
    pub(super) fn step(&self, state: &mut State, parents: &[usize], tokens: &[u32], parallel: bool) {
        let (kernels, width, rows) = (self.kernels, self.shape.width, tokens.len());
        assert!(rows > 0 && rows == parents.len() && state.at < self.shape.steps);
        state.follow(parents);
        let position = &self.position[state.at * width..][..width];
        for (token, x) in tokens.iter().zip(state.x.chunks_exact_mut(width)) {
            self.embed(*token as usize, position, x);
        }
        for l in 0..self.layers.len() {
            self.attend_self(state, l, rows);
            self.attend_cross(state, l, rows);
            let layer = &self.layers[l];
            let State { x, normed, middle, inputs, products, .. } = &mut *state;
            let (x, normed) = (&mut x[..rows * width], &mut normed[..rows * width]);
            let middle = &mut middle[..rows * self.shape.middle];
            layer.norms[2].run(kernels, x, normed);
            layer.up.apply(kernels, normed, RowFinish::Relu, middle, (&mut *inputs, &mut *products));
            layer.down.apply(kernels, middle, RowFinish::Add, x, (inputs, products));
        }
        self.score(state, rows, parallel);
        state.at += 1;
    }

    /// `out = embedding[token] + position`.
    fn embed(&self, token: usize, position: &[f32], out: &mut [f32]) {
        let width = self.shape.width;
        assert!(token < self.shape.vocabulary);
        let row = token * width..(token + 1) * width;
        // The tensors were read when the decoder was laid out, and the map does not change.
        match self.pack.tensor("embedding.weight").map(|t| t.data) {
            Ok(TensorData::F32(weight)) => {
                out.iter_mut().zip(&weight[row]).zip(position).for_each(|((o, w), p)| *o = w + p);
            }
            Ok(TensorData::I8(weight)) => {
                let scale =
                    self.pack.floats("embedding.scale", self.shape.vocabulary).map_or(0.0, |s| s[token]);
                let weight = weight[row].iter().map(|w| f32::from(*w) * scale);
                out.iter_mut().zip(weight).zip(position).for_each(|((o, w), p)| *o = w + p);
            }
            _ => out.copy_from_slice(position),
        }
    }

    fn attend_self(&self, state: &mut State, l: usize, rows: usize) {
        let (kernels, width, layer) = (self.kernels, self.shape.width, &self.layers[l]);
        let shape = self.shape.own();
        let at = state.at;
        let State { x, normed, wide, attended, probabilities, inputs, products, own, slots, .. } = state;
        let (x, normed) = (&mut x[..rows * width], &mut normed[..rows * width]);
        let (wide, attended) = (&mut wide[..rows * 3 * width], &mut attended[..rows * width]);
        layer.norms[0].run(kernels, x, normed);
        layer.qkv.apply(kernels, normed, RowFinish::Store, wide, (&mut *inputs, &mut *products));
        let each = wide.chunks_exact(3 * width).zip(attended.chunks_exact_mut(width)).zip(slots);
        for ((qkv, attended), slot) in each {
            let (query, pair) = qkv.split_at(width);
            let (key, value) = pair.split_at(width);
            let kept = &mut own[l][*slot];
            shape.keep(at, key, value, &mut kept.keys, &mut kept.values);
            kernels.attend_f32(query, [&kept.keys, &kept.values], &shape, at + 1, probabilities, attended);
        }
        layer.self_out.apply(kernels, attended, RowFinish::Add, x, (inputs, products));
    }

    fn attend_cross(&self, state: &mut State, l: usize, rows: usize) {
        let (kernels, width, layer) = (self.kernels, self.shape.width, &self.layers[l]);
        let shape = self.shape.cross();
        let State { x, normed, wide, attended, probabilities, inputs, products, cross, .. } = state;
        let (x, normed) = (&mut x[..rows * width], &mut normed[..rows * width]);
        let (queries, attended) = (&mut wide[..rows * width], &mut attended[..rows * width]);
        layer.norms[1].run(kernels, x, normed);
        layer.query.apply(kernels, normed, RowFinish::Store, queries, (&mut *inputs, &mut *products));
        let (kept, places) = (&cross[l], self.shape.places);
        kernels.attend_f32(queries, [&kept.keys, &kept.values], &shape, places, probabilities, attended);
        layer.cross_out.apply(kernels, attended, RowFinish::Add, x, (inputs, products));
    }

    /// The logits of the whole vocabulary.
    fn score(&self, state: &mut State, rows: usize, parallel: bool) {
        let (kernels, width) = (self.kernels, self.shape.width);
        let State { x, normed, inputs, parts, .. } = state;
        let normed = &mut normed[..rows * width];
        self.norm.run(kernels, &x[..rows * width], normed);
        let (normed, first) = (&*normed, &self.logits[0]);
        first.load(kernels, normed, inputs);
        let run = |(linear, part): (&Linear, &mut super::state::Part)| {
            let out = &mut part.logits[..rows * linear.columns()];
            linear.product(kernels, normed, inputs, RowFinish::Store, out, &mut part.products);
        };
        match (&self.logits[..], &mut parts[..]) {
            ([a, b], [part_a, part_b]) if parallel => {
                rayon::join(|| run((a, part_a)), || run((b, part_b)));
            }
            _ => self.logits.iter().zip(parts).for_each(run),
        }
    }
}

impl Layer {
    fn load(pack: &Pack, l: usize, shape: &Shape, kernels: &Kernels) -> Result<Self> {
        let (d, m) = (shape.width, shape.middle);
        let linear = |name: &str, [outputs, inputs]: [usize; 2], grid| {
            let name = format!("layers.{l}.{name}");
            Ok::<_, Error>(tensors(pack, &name, [outputs, inputs])?.pack(kernels, 0..outputs, grid))
        };
        let norm = |i: usize| Norm::load(pack, &format!("layers.{l}.norm{i}"), d);
        Ok(Self {
            norms: [norm(1)?, norm(2)?, norm(3)?],
            qkv: linear("self.qkv", [3 * d, d], RowGrid::Signed)?,
            self_out: linear("self.out", [d, d], RowGrid::Signed)?,
            query: linear("cross.q", [d, d], RowGrid::Signed)?,
            cross: linear("cross.kv", [2 * d, d], RowGrid::Signed)?,
            cross_out: linear("cross.out", [d, d], RowGrid::Signed)?,
            up: linear("ffn.up", [m, d], RowGrid::Signed)?,
            down: linear("ffn.down", [d, m], RowGrid::Positive)?,
        })
    }
}
