//! Multi-head attention of single queries over kept keys and values, as in autoregressive decoding.

use crate::dispatch::{fma, multiversion};
use crate::lanes::LANES;
use crate::norm::exp_less_max;

/// The shape of kept keys and values: keys `[heads][dim][capacity]`, so that the products of one
/// query with many tokens need no sums across lanes, values `[capacity][heads][dim]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CachedAttention {
    /// Heads.
    pub heads: usize,
    /// Channels of one head.
    pub dim: usize,
    /// Tokens there is room for, a multiple of 16.
    pub capacity: usize,
    /// Factor on the products of queries and keys, `1/√dim` as a rule.
    pub scale: f32,
}

impl CachedAttention {
    /// The shape for at least `tokens` tokens, with the usual scale.
    pub fn new(heads: usize, dim: usize, tokens: usize) -> Self {
        let capacity = tokens.next_multiple_of(LANES).max(LANES);
        Self { heads, dim, capacity, scale: 1.0 / (dim as f32).sqrt() }
    }

    /// Channels of all heads.
    pub fn channels(&self) -> usize {
        self.heads * self.dim
    }

    /// Elements of the keys, and of the values.
    pub fn len(&self) -> usize {
        self.channels() * self.capacity
    }

    /// Whether there is nothing to attend to.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts the key and value (`[heads][dim]` each) of `token` in their places.
    ///
    /// # Panics
    /// If a slice is too short or `token` exceeds the capacity.
    pub fn keep(&self, token: usize, key: &[f32], value: &[f32], keys: &mut [f32], values: &mut [f32]) {
        assert!(token < self.capacity);
        let channels = self.channels();
        for (row, k) in keys[..self.len()].chunks_exact_mut(self.capacity).zip(&key[..channels]) {
            row[token] = *k;
        }
        values[token * channels..][..channels].copy_from_slice(&value[..channels]);
    }
}

multiversion! {
    /// `softmax(scale·Q·Kᵀ)·V` by head over the first `tokens` of the `kept` keys and values, for every row of
    /// `queries` (`[rows][heads][dim]`, as is `out`). `probabilities` (`[rows][heads][capacity]`) gets
    /// the softmax, 0 beyond `tokens`.
    ///
    /// # Panics
    /// If a slice is too short, the rows are not whole, or `tokens` is 0 or exceeds the capacity.
    pub fn attend_f32(
        queries: &[f32],
        kept: [&[f32]; 2],
        shape: &CachedAttention,
        tokens: usize,
        probabilities: &mut [f32],
        out: &mut [f32],
    ) = fused attend;
}

#[inline(always)]
fn attend<const FMA: bool>(
    queries: &[f32],
    kept: [&[f32]; 2],
    shape: &CachedAttention,
    tokens: usize,
    probabilities: &mut [f32],
    out: &mut [f32],
) {
    let CachedAttention { heads, dim, capacity, scale } = *shape;
    let channels = shape.channels();
    assert!(channels > 0 && tokens > 0 && tokens <= capacity && capacity.is_multiple_of(LANES));
    assert!(queries.len().is_multiple_of(channels));
    let [keys, values] = kept.map(|v| &v[..shape.len()]);
    let probabilities = &mut probabilities[..queries.len() / dim * capacity];
    let out = &mut out[..queries.len()];
    let rows = queries
        .chunks_exact(channels)
        .zip(out.chunks_exact_mut(channels))
        .zip(probabilities.chunks_exact_mut(heads * capacity));
    for ((queries, out), probabilities) in rows {
        let parts = queries
            .chunks_exact(dim)
            .zip(out.chunks_exact_mut(dim))
            .zip(probabilities.chunks_exact_mut(capacity))
            .zip(keys.chunks_exact(dim * capacity));
        for (head, (((query, out), row), keys)) in parts.enumerate() {
            products::<FMA>(query, keys, scale, tokens, row);
            let factor = 1.0 / exp_less_max::<FMA>(&mut row[..tokens]);
            row[tokens..].fill(0.0);
            row.iter_mut().for_each(|p| *p *= factor);
            mix::<FMA>(&row[..tokens], values, [channels, head * dim], out);
        }
    }
}

/// `out[t] = scale·Σ_d query[d]·keys[d][t]` for `t` below `tokens`, rounded up to lanes.
#[inline(always)]
fn products<const FMA: bool>(query: &[f32], keys: &[f32], scale: f32, tokens: usize, out: &mut [f32]) {
    let capacity = out.len();
    for (i, out) in out.chunks_exact_mut(LANES).take(tokens.div_ceil(LANES)).enumerate() {
        let mut acc = [0.0f32; LANES];
        for (q, keys) in query.iter().zip(keys.chunks_exact(capacity)) {
            let Some(k) = keys[i * LANES..].first_chunk::<LANES>() else { return };
            for (acc, k) in acc.iter_mut().zip(k) {
                *acc = fma::<FMA>(*q, *k, *acc);
            }
        }
        for (out, acc) in out.iter_mut().zip(acc) {
            *out = acc * scale;
        }
    }
}

/// `out[d] = Σ_t weights[t]·values[t][first + d]`, rows of `channels`.
#[inline(always)]
fn mix<const FMA: bool>(weights: &[f32], values: &[f32], [channels, first]: [usize; 2], out: &mut [f32]) {
    let (whole, rest) = out.as_chunks_mut::<LANES>();
    let done = whole.len() * LANES;
    for (i, out) in whole.iter_mut().enumerate() {
        let mut acc = [0.0f32; LANES];
        for (w, row) in weights.iter().zip(values.chunks_exact(channels)) {
            let Some(v) = row[first + i * LANES..].first_chunk::<LANES>() else { return };
            for (acc, v) in acc.iter_mut().zip(v) {
                *acc = fma::<FMA>(*w, *v, *acc);
            }
        }
        *out = acc;
    }
    for (i, out) in rest.iter_mut().enumerate() {
        let column = values[first + done + i..].iter().step_by(channels);
        *out = weights.iter().zip(column).fold(0.0, |acc, (w, v)| fma::<FMA>(*w, *v, acc));
    }
}

#[cfg(test)]
mod tests {
    use super::CachedAttention;
    use crate::Kernels;
    use crate::test_support::Random;

    const ABSOLUTE: f64 = 5e-6;

    /// Probabilities `[head][token]` and the mixed values of one query.
    fn direct(query: &[f32], keys: &[f32], values: &[f32], heads: usize, tokens: usize) -> [Vec<f64>; 2] {
        let channels = query.len();
        let dim = channels / heads;
        let (mut probabilities, mut out) = (Vec::new(), vec![0.0; channels]);
        for h in 0..heads {
            let product = |t: usize| -> f64 {
                let term =
                    |d: usize| f64::from(query[h * dim + d]) * f64::from(keys[t * channels + h * dim + d]);
                (0..dim).map(term).sum::<f64>() / (dim as f64).sqrt()
            };
            let scores: Vec<f64> = (0..tokens).map(product).collect();
            let max = scores.iter().copied().fold(f64::MIN, f64::max);
            let sum: f64 = scores.iter().map(|v| (v - max).exp()).sum();
            for (t, score) in scores.iter().enumerate() {
                let p = (score - max).exp() / sum;
                probabilities.push(p);
                for d in 0..dim {
                    out[h * dim + d] += p * f64::from(values[t * channels + h * dim + d]);
                }
            }
        }
        [probabilities, out]
    }

    #[test]
    fn matches_the_formula() {
        let mut random = Random::new(31);
        let shapes =
            [(1, 4, 64, 3), (24, 4, 64, 1), (49, 8, 32, 5), (7, 2, 15, 2), (33, 3, 17, 4), (16, 1, 1, 1)];
        for (tokens, heads, dim, rows) in shapes {
            let shape = CachedAttention::new(heads, dim, tokens + 3);
            let channels = shape.channels();
            let mut reals = |len: usize| -> Vec<f32> {
                (0..len).map(|_| random.within(0, 4_000_000) as f32 / 1e6 - 2.0).collect()
            };
            let (queries, k, v) =
                (reals(rows * channels), reals(tokens * channels), reals(tokens * channels));
            let (mut keys, mut values) = (vec![f32::NAN; shape.len()], vec![f32::NAN; shape.len()]);
            for t in 0..tokens {
                shape.keep(t, &k[t * channels..], &v[t * channels..], &mut keys, &mut values);
            }
            for kernels in Kernels::available() {
                let mut probabilities = vec![-1.0; rows * heads * shape.capacity];
                let mut out = vec![-1.0; rows * channels];
                kernels.attend_f32(&queries, [&keys, &values], &shape, tokens, &mut probabilities, &mut out);
                for (row, query) in queries.chunks(channels).enumerate() {
                    let [e_probabilities, e_out] = direct(query, &k, &v, heads, tokens);
                    for (a, e) in out[row * channels..].iter().zip(&e_out) {
                        assert!((f64::from(*a) - e).abs() < ABSOLUTE, "{:?} {shape:?}", kernels.isa());
                    }
                    let row = &probabilities[row * heads * shape.capacity..][..heads * shape.capacity];
                    for (head, e) in row.chunks(shape.capacity).zip(e_probabilities.chunks(tokens)) {
                        assert!(
                            head[..tokens].iter().zip(e).all(|(a, e)| (f64::from(*a) - e).abs() < ABSOLUTE)
                        );
                        assert!(head[tokens..].iter().all(|p| *p == 0.0));
                    }
                }
            }
        }
    }

    #[test]
    fn infinities_do_no_harm() {
        let shape = CachedAttention::new(2, 16, 5);
        for kernels in Kernels::available() {
            let bad = vec![f32::INFINITY; shape.len()];
            let (mut probabilities, mut out) = (vec![0.0; 2 * shape.capacity], vec![0.0; 32]);
            kernels.attend_f32(&bad[..32], [&bad, &bad], &shape, 5, &mut probabilities, &mut out);
        }
    }
}
