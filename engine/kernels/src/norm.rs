//! Normalization of rows.

use crate::activation::exp;
use crate::dispatch::{fma, multiversion};
use crate::lanes::{fold, max, sum};

multiversion! {
    /// Layer normalization (Ba, Kiros and Hinton 2016, arXiv:1607.06450) of every row:
    /// `gamma·(x − mean) / √(variance + epsilon) + beta`, row length from `gamma`.
    ///
    /// # Panics
    /// If `beta` has another length than `gamma`, `out` is not whole rows, or `x` is shorter.
    pub fn layer_norm_f32(x: &[f32], gamma: &[f32], beta: &[f32], epsilon: f32, out: &mut [f32])
        = fused layer_norm;

    /// Softmax of every row of `columns`, in place.
    ///
    /// # Panics
    /// If `x` is not whole rows.
    pub fn softmax_f32(x: &mut [f32], columns: usize) = fused softmax;
}

#[inline(always)]
fn layer_norm<const FMA: bool>(x: &[f32], gamma: &[f32], beta: &[f32], epsilon: f32, out: &mut [f32]) {
    let columns = gamma.len();
    assert!(columns > 0 && beta.len() == columns && out.len().is_multiple_of(columns));
    let x = &x[..out.len()];
    let share = 1.0 / columns as f32;
    for (out, x) in out.chunks_exact_mut(columns).zip(x.chunks_exact(columns)) {
        let mean = sum(x) * share;
        let square = |acc: f32, v: f32| fma::<FMA>(v - mean, v - mean, acc);
        let variance = fold(x, 0.0, square, |a, b| a + b) * share;
        let factor = 1.0 / (variance + epsilon).sqrt();
        for (((out, x), g), b) in out.iter_mut().zip(x).zip(gamma).zip(beta) {
            *out = fma::<FMA>((x - mean) * factor, *g, *b);
        }
    }
}

#[inline(always)]
fn softmax<const FMA: bool>(x: &mut [f32], columns: usize) {
    assert!(columns > 0 && x.len().is_multiple_of(columns));
    for row in x.chunks_exact_mut(columns) {
        let factor = 1.0 / exp_less_max::<FMA>(row);
        for v in row.iter_mut() {
            *v *= factor;
        }
    }
}

/// Replaces `row` by `e^(x − max)` and gives the sum.
#[inline(always)]
pub(crate) fn exp_less_max<const FMA: bool>(row: &mut [f32]) -> f32 {
    let max = max(row);
    for v in row.iter_mut() {
        *v = exp::<FMA>(*v - max);
    }
    sum(row)
}

#[cfg(test)]
mod tests {
    use crate::Kernels;
    use crate::test_support::Random;

    const LAYER_NORM_ABSOLUTE: f64 = 2e-5;
    const SOFTMAX_ABSOLUTE: f64 = 5e-7;

    fn reals(random: &mut Random, len: usize) -> Vec<f32> {
        (0..len).map(|_| random.within(0, 2_000_000) as f32 / 2e5 - 5.0).collect()
    }

    #[test]
    fn layer_norm_follows_its_formula() {
        let mut random = Random::new(8);
        for columns in [1, 7, 16, 33, 120, 384] {
            let x = reals(&mut random, 5 * columns);
            let (gamma, beta) = (reals(&mut random, columns), reals(&mut random, columns));
            for kernels in Kernels::available() {
                let mut out = vec![0.0; x.len()];
                kernels.layer_norm_f32(&x, &gamma, &beta, 1e-5, &mut out);
                for (out, x) in out.chunks(columns).zip(x.chunks(columns)) {
                    let n = columns as f64;
                    let mean = x.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
                    let variance = x.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / n;
                    for i in 0..columns {
                        let unit = (f64::from(x[i]) - mean) / (variance + 1e-5).sqrt();
                        let e = unit * f64::from(gamma[i]) + f64::from(beta[i]);
                        assert!((f64::from(out[i]) - e).abs() < LAYER_NORM_ABSOLUTE, "{columns} {i}");
                    }
                }
                let mut bad = vec![f32::NAN; x.len()];
                let nan = bad.clone();
                kernels.layer_norm_f32(&nan, &gamma, &beta, 1e-5, &mut bad);
                assert!(bad.iter().all(|v| v.is_nan()));
            }
        }
    }

    #[test]
    fn softmax_follows_its_formula() {
        let mut random = Random::new(9);
        for columns in [1, 3, 16, 40, 121] {
            let x: Vec<f32> = reals(&mut random, 4 * columns).iter().map(|v| v * 8.0).collect();
            for kernels in Kernels::available() {
                let mut out = x.clone();
                kernels.softmax_f32(&mut out, columns);
                for (out, x) in out.chunks(columns).zip(x.chunks(columns)) {
                    let max = x.iter().copied().fold(f32::MIN, f32::max);
                    let e: Vec<f64> = x.iter().map(|v| f64::from(v - max).exp()).collect();
                    let sum: f64 = e.iter().sum();
                    for (out, e) in out.iter().zip(&e) {
                        assert!((f64::from(*out) - e / sum).abs() < SOFTMAX_ABSOLUTE);
                    }
                }
                let mut odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0];
                kernels.softmax_f32(&mut odd, 2);
            }
        }
    }
}
