//! Symmetric 8-bit weights, one scale an output channel.
//!
//! The AVX2 kernels multiply bytes by weights and add neighbours in 16 bits, which saturate. So in
//! each output channel, for each pair of input channels (2j, 2j + 1) of one tap, the positive
//! weights add up to at most [`PAIR_LIMIT`], and so do the negative ones: 255 × 128 < 2¹⁵.

/// Largest magnitude of a weight.
pub(crate) const WEIGHT_LIMIT: i32 = 127;
/// Largest sum of the weights of one sign in a pair.
pub(crate) const PAIR_LIMIT: i32 = 128;
/// A weight's step is at least this share of its channel's bias: the executor holds the bias in
/// steps of weight times input, in 32 bits, which a channel of almost no weights would overflow.
const BIAS_STEP: f32 = 1.0 / (1 << 20) as f32;

/// How a kernel's elements belong to output channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// `[O, taps, I]`, bound by pairs of `I`.
    Dense,
    /// `[taps, C]`, without that bound.
    Depthwise,
}

/// A quantized kernel: real weight = integer × scale.
pub(super) struct Quantized {
    pub(super) weight: Vec<i8>,
    pub(super) scale: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// Quantizes a kernel. `means` and `powers` are the mean and mean square of each input channel:
/// the mean error of the weights goes into the bias, and errors count by the power they meet.
pub(super) fn quantize_kernel(
    weight: &[f32],
    bias: &[f32],
    kernel: Kernel,
    means: &[f32],
    powers: &[f32],
) -> Quantized {
    let outputs = bias.len();
    let run = weight.len() / outputs;
    let mut done =
        Quantized { weight: vec![0; weight.len()], scale: Vec::with_capacity(outputs), bias: bias.to_vec() };
    for o in 0..outputs {
        let (row, inputs): (Vec<f32>, usize) = match kernel {
            Kernel::Dense => (weight[o * run..][..run].to_vec(), means.len()),
            Kernel::Depthwise => (weight.iter().skip(o).step_by(outputs).copied().collect(), 1),
        };
        let channel = |n: usize| if kernel == Kernel::Dense { n % inputs } else { o };
        let power: Vec<f32> = (0..run).map(|n| powers[channel(n)].max(1e-12)).collect();
        let (q, scale) = quantize_row(&row, &power, inputs, kernel, bias[o].abs() * BIAS_STEP);
        let error: f32 = (0..run).map(|n| (row[n] - f32::from(q[n]) * scale) * means[channel(n)]).sum();
        done.bias[o] += error;
        done.scale.push(scale);
        for (n, q) in q.into_iter().enumerate() {
            let at = if kernel == Kernel::Dense { o * run + n } else { n * outputs + o };
            done.weight[at] = q;
        }
    }
    done
}

/// Integers and scale of one output channel: the scale with the least error weighted by `power`,
/// not below `floor`.
pub(crate) fn quantize_row(
    row: &[f32],
    power: &[f32],
    inputs: usize,
    kernel: Kernel,
    floor: f32,
) -> (Vec<i8>, f32) {
    const STEPS: u32 = 40;
    let bound = row_bound(row, inputs, kernel).max(2.0 * floor);
    if bound == 0.0 {
        return (vec![0; row.len()], 1.0);
    }
    let mut best = (Vec::new(), bound, f64::INFINITY);
    for step in 0..=STEPS {
        // From the scale that clips nothing down to half of it.
        let scale = bound * (1.0 - 0.5 * step as f32 / STEPS as f32);
        let mut q: Vec<i32> = row
            .iter()
            .map(|w| ((w / scale).round_ties_even() as i32).clamp(-WEIGHT_LIMIT, WEIGHT_LIMIT))
            .collect();
        if kernel == Kernel::Dense {
            q.chunks_mut(inputs).zip(row.chunks(inputs)).for_each(|(q, w)| {
                q.chunks_mut(2).zip(w.chunks(2)).for_each(|(q, w)| bound_pair(q, w, scale))
            });
        }
        let error: f64 = row
            .iter()
            .zip(&q)
            .zip(power)
            .map(|((w, q), p)| f64::from(w - *q as f32 * scale).powi(2) * f64::from(*p))
            .sum();
        if error < best.2 {
            best = (q, scale, error);
        }
    }
    (best.0.into_iter().map(|q| q as i8).collect(), best.1)
}

/// The smallest scale at which neither a weight nor a pair exceeds its limit.
fn row_bound(row: &[f32], inputs: usize, kernel: Kernel) -> f32 {
    let single = row.iter().fold(0f32, |m, w| m.max(w.abs())) / WEIGHT_LIMIT as f32;
    if kernel == Kernel::Depthwise {
        return single;
    }
    let pair = |p: &[f32]| {
        let positive: f32 = p.iter().map(|w| w.max(0.0)).sum();
        let negative: f32 = p.iter().map(|w| (-w).max(0.0)).sum();
        positive.max(negative)
    };
    let pairs = row.chunks(inputs).flat_map(|tap| tap.chunks(2)).map(pair).fold(0f32, f32::max);
    single.max(pairs / PAIR_LIMIT as f32)
}

/// Lowers the magnitudes of a pair of one sign to its limit, each time that which costs least.
fn bound_pair(q: &mut [i32], w: &[f32], scale: f32) {
    while q.len() == 2 && q[0].signum() * q[1].signum() > 0 && q[0].abs() + q[1].abs() > PAIR_LIMIT {
        let cost = |i: usize| {
            let now = w[i] / scale - q[i] as f32;
            let then = now + q[i].signum() as f32;
            then * then - now * now
        };
        let i = usize::from(cost(1) < cost(0));
        q[i] -= q[i].signum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(n: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        // Products have heavier tails than a uniform.
        (0..n).map(|_| next() * next() * next()).collect()
    }

    #[test]
    fn pairs_never_saturate() {
        for (inputs, taps, seed) in [(4, 9, 1), (48, 1, 2), (7, 4, 3), (1, 4, 4), (384, 1, 5)] {
            let row = noise(inputs * taps, seed);
            let (q, _) = quantize_row(&row, &vec![1.0; row.len()], inputs, Kernel::Dense, 0.0);
            for pair in q.chunks(inputs).flat_map(|tap| tap.chunks(2)) {
                let sum = |keep: fn(&i32) -> bool| {
                    pair.iter().map(|&q| i32::from(q)).filter(keep).sum::<i32>().abs()
                };
                assert!(sum(|q| *q > 0) <= PAIR_LIMIT && sum(|q| *q < 0) <= PAIR_LIMIT, "{pair:?}");
            }
        }
    }

    #[test]
    fn equal_neighbours_are_halved_or_clipped_but_stay_close() {
        let (q, scale) = quantize_row(&[1.0, 1.0, -1.0, 0.5], &[1.0; 4], 4, Kernel::Dense, 0.0);
        assert_eq!(q[0], 64);
        assert!((f32::from(q[3]) * scale - 0.5).abs() < 0.01);
    }

    #[test]
    fn depthwise_uses_the_full_range() {
        let (q, scale) = quantize_row(&[1.0, 1.0, 0.3], &[1.0; 3], 1, Kernel::Depthwise, 0.0);
        assert!(q[0] > 100 && (f32::from(q[0]) * scale - 1.0).abs() < 0.01, "{q:?} {scale}");
    }

    #[test]
    fn the_mean_error_goes_into_the_bias() {
        let weight = noise(16, 9);
        let means: Vec<f32> = (0..16).map(|i| i as f32).collect();
        let done = quantize_kernel(&weight, &[0.0], Kernel::Dense, &means, &[1.0; 16]);
        let exact: f32 = weight.iter().zip(&means).map(|(w, m)| w * m).sum();
        let found: f32 = done.weight.iter().zip(&means).map(|(q, m)| f32::from(*q) * done.scale[0] * m).sum();
        assert!((found + done.bias[0] - exact).abs() < 1e-4);
    }

    #[test]
    fn a_channel_of_almost_no_weights_keeps_its_bias() {
        let weight = [3e-9f32, -1e-9, 0.0, 2e-9];
        let done = quantize_kernel(&weight, &[4.5], Kernel::Dense, &[0.1; 4], &[1.0; 4]);
        let steps = f64::from(done.bias[0]) / f64::from(done.scale[0]);
        assert!(steps.abs() < f64::from(1 << 21), "{steps} steps");
        assert_eq!(done.weight, [0; 4]);
    }
}
