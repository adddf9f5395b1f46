//! Multi-head self-attention.

use std::ops::Range;

use crate::dispatch::{fma, multiversion};
use crate::lanes::LANES;
use crate::norm::exp_less_max;

/// The shape of a self-attention (Vaswani et al. 2017, arXiv:1706.03762).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attention {
    /// Tokens.
    pub tokens: usize,
    /// Heads.
    pub heads: usize,
    /// Channels of one head.
    pub dim: usize,
    /// Factor on the products of queries and keys, `1/√dim` as a rule.
    pub scale: f32,
}

impl Attention {
    /// Channels of all heads.
    pub fn channels(&self) -> usize {
        self.heads * self.dim
    }

    /// `f32`s of scratch memory that [`Kernels::attention_f32`](crate::Kernels::attention_f32) needs.
    pub fn scratch_len(&self) -> usize {
        let tokens = self.tokens.next_multiple_of(LANES);
        tokens * (self.dim + self.dim.next_multiple_of(LANES) + QUERIES)
    }
}

/// Queries computed together.
const QUERIES: usize = 4;

multiversion! {
    /// `softmax(scale·Q·Kᵀ)·V` by head, for the tokens `queries`, into `out`
    /// (`[queries][heads·dim]`). `qkv` is `[tokens][3][heads][dim]`; `scratch` has at least
    /// [`Attention::scratch_len`] elements of any content.
    ///
    /// # Panics
    /// If a slice is too short or `queries` exceeds the tokens.
    pub fn attention_f32(
        qkv: &[f32],
        shape: &Attention,
        queries: Range<usize>,
        scratch: &mut [f32],
        out: &mut [f32],
    ) = fused attention;
}

#[inline(always)]
fn attention<const FMA: bool>(
    qkv: &[f32],
    shape: &Attention,
    queries: Range<usize>,
    scratch: &mut [f32],
    out: &mut [f32],
) {
    let Attention { tokens, heads, dim, scale } = *shape;
    let channels = shape.channels();
    assert!(queries.start <= queries.end && queries.end <= tokens && channels > 0);
    let qkv = &qkv[..tokens * 3 * channels];
    let out = &mut out[..queries.len() * channels];
    let padded = tokens.next_multiple_of(LANES);
    let wide = dim.next_multiple_of(LANES);
    let (keys, rest) = scratch[..shape.scratch_len()].split_at_mut(padded * dim);
    let (values, scores) = rest.split_at_mut(padded * wide);
    for head in 0..heads {
        let column = |part: usize| part * channels + head * dim;
        for (t, token) in qkv.chunks_exact(3 * channels).enumerate() {
            for (d, k) in token[column(1)..][..dim].iter().enumerate() {
                keys[d * padded + t] = *k;
            }
            values[t * wide..][..dim].copy_from_slice(&token[column(2)..][..dim]);
            values[t * wide + dim..(t + 1) * wide].fill(0.0);
        }
        for row in keys.chunks_exact_mut(padded) {
            row[tokens..].fill(0.0);
        }
        for (block, out) in out.chunks_mut(QUERIES * channels).enumerate() {
            let rows = out.len() / channels;
            let first = queries.start + block * QUERIES;
            let q: [&[f32]; QUERIES] =
                std::array::from_fn(|i| &qkv[(first + i.min(rows - 1)) * 3 * channels + column(0)..][..dim]);
            products::<FMA>(q, keys, scale, scores);
            let mut factors = [0.0; QUERIES];
            for (row, factor) in scores.chunks_exact_mut(padded).zip(&mut factors) {
                *factor = 1.0 / exp_less_max::<FMA>(&mut row[..tokens]);
            }
            for from in (0..dim).step_by(LANES) {
                let lanes = LANES.min(dim - from);
                let sums = mix::<FMA>(scores, values, [tokens, padded, wide, from]);
                for row in 0..rows {
                    let out = &mut out[row * channels + head * dim + from..][..lanes];
                    for (out, sum) in out.iter_mut().zip(&sums[row]) {
                        *out = sum * factors[row];
                    }
                }
            }
        }
    }
}

/// `scores[i][t] = scale·Σ_d q[i][d]·keys[d][t]`.
#[inline(always)]
fn products<const FMA: bool>(q: [&[f32]; QUERIES], keys: &[f32], scale: f32, scores: &mut [f32]) {
    let padded = scores.len() / QUERIES;
    for t in (0..padded).step_by(LANES) {
        let mut acc = [[0.0f32; LANES]; QUERIES];
        for (d, keys) in keys.chunks_exact(padded).enumerate() {
            let Some(k) = keys[t..].first_chunk::<LANES>() else { return };
            for (acc, q) in acc.iter_mut().zip(q) {
                let q = q[d];
                for (acc, k) in acc.iter_mut().zip(k) {
                    *acc = fma::<FMA>(q, *k, *acc);
                }
            }
        }
        for (row, acc) in scores.chunks_exact_mut(padded).zip(acc) {
            for (out, acc) in row[t..t + LANES].iter_mut().zip(acc) {
                *out = acc * scale;
            }
        }
    }
}

/// `Σ_t weights[i][t]·values[t][from..from + LANES]`.
#[inline(always)]
fn mix<const FMA: bool>(
    weights: &[f32],
    values: &[f32],
    [tokens, padded, wide, from]: [usize; 4],
) -> [[f32; LANES]; QUERIES] {
    let mut acc = [[0.0f32; LANES]; QUERIES];
    let weights: [&[f32]; QUERIES] = std::array::from_fn(|i| &weights[i * padded..][..tokens]);
    for (t, values) in values.chunks_exact(wide).take(tokens).enumerate() {
        let Some(v) = values[from..].first_chunk::<LANES>() else { break };
        for (acc, weights) in acc.iter_mut().zip(weights) {
            let w = weights[t];
            for (acc, v) in acc.iter_mut().zip(v) {
                *acc = fma::<FMA>(w, *v, *acc);
            }
        }
    }
    acc
}

#[cfg(test)]
mod tests {
    use super::Attention;
    use crate::Kernels;
    use crate::test_support::Random;

    const ABSOLUTE: f64 = 5e-6;

    fn direct(qkv: &[f32], s: &Attention) -> Vec<f64> {
        let c = s.channels();
        let at =
            |t: usize, part: usize, h: usize, d: usize| f64::from(qkv[t * 3 * c + part * c + h * s.dim + d]);
        let mut out = vec![0.0; s.tokens * c];
        for q in 0..s.tokens {
            for h in 0..s.heads {
                let scores: Vec<f64> = (0..s.tokens)
                    .map(|t| (0..s.dim).map(|d| at(q, 0, h, d) * at(t, 1, h, d)).sum::<f64>())
                    .map(|v| v * f64::from(s.scale))
                    .collect();
                let max = scores.iter().copied().fold(f64::MIN, f64::max);
                let sum: f64 = scores.iter().map(|v| (v - max).exp()).sum();
                for d in 0..s.dim {
                    out[q * c + h * s.dim + d] =
                        (0..s.tokens).map(|t| (scores[t] - max).exp() / sum * at(t, 2, h, d)).sum();
                }
            }
        }
        out
    }

    #[test]
    fn matches_the_formula() {
        let mut random = Random::new(10);
        let shapes = [(1, 8, 15), (5, 8, 15), (40, 8, 15), (163, 8, 15), (17, 2, 16), (9, 3, 33), (4, 1, 1)];
        for (tokens, heads, dim) in shapes {
            let shape = Attention { tokens, heads, dim, scale: 1.0 / (dim as f32).sqrt() };
            let c = shape.channels();
            let qkv: Vec<f32> =
                (0..tokens * 3 * c).map(|_| random.within(0, 4_000_000) as f32 / 1e6 - 2.0).collect();
            let expected = direct(&qkv, &shape);
            for kernels in Kernels::available() {
                let mut scratch = vec![f32::NAN; shape.scratch_len()];
                let mut out = vec![0.0; tokens * c];
                for queries in [0..tokens / 3, tokens / 3..tokens] {
                    let at = queries.start * c;
                    kernels.attention_f32(&qkv, &shape, queries, &mut scratch, &mut out[at..]);
                }
                for (a, e) in out.iter().zip(&expected) {
                    assert!((f64::from(*a) - e).abs() < ABSOLUTE, "{:?} {shape:?}", kernels.isa());
                }
                let bad = vec![f32::INFINITY; qkv.len()];
                kernels.attention_f32(&bad, &shape, 0..tokens, &mut scratch, &mut out);
            }
        }
    }
}
