//! Activations of `f32` slices, in place, and the exponential under them.

use crate::dispatch::{fma, multiversion};
use crate::elementwise::to_byte;

multiversion! {
    /// `max(x, 0)`.
    pub fn relu_f32(x: &mut [f32]) = exact relu;

    /// `clamp(x, 0, 6)`.
    pub fn relu6_f32(x: &mut [f32]) = exact relu6;

    /// `max(x, slope·x)` for a slope between 0 and 1, the leaky rectifier (Maas et al. 2013).
    pub fn leaky_relu_f32(x: &mut [f32], slope: f32) = exact leaky_relu;

    /// `x·Φ(x)`, the GELU with the true normal distribution (Hendrycks and Gimpel 2016,
    /// arXiv:1606.08415). Largest relative error 1e-6 on `[−5, ∞)`; below, largest absolute error
    /// 1e-11.
    pub fn gelu_f32(x: &mut [f32]) = fused gelu;

    /// `x / (1 + e⁻ˣ)`. Largest relative error 5e-7 on `[−80, ∞)`.
    pub fn silu_f32(x: &mut [f32]) = fused silu;

    /// `1 / (1 + e⁻ˣ)`. Largest relative error 5e-7 on `[−80, ∞)`; NaN stays NaN.
    pub fn sigmoid_f32(x: &mut [f32]) = fused sigmoid;

    /// `x·clamp(x/6 + 1/2, 0, 1)` (Howard et al. 2019, arXiv:1905.02244).
    pub fn hard_swish_f32(x: &mut [f32]) = exact hard_swish;

    /// `clamp(alpha·x + beta, 0, 1)`.
    pub fn hard_sigmoid_f32(x: &mut [f32], alpha: f32, beta: f32) = exact hard_sigmoid;

    /// `round_ties_even(255 / (1 + e⁻ˣ))`: a probability in steps of 1/255; NaN gives 0. A result
    /// may differ by one between instruction sets.
    ///
    /// # Panics
    /// If `x` is shorter than `out`.
    pub fn sigmoid_u8(x: &[f32], out: &mut [u8]) = fused sigmoid_bytes;
}

/// Arguments outside give the result of the nearest bound.
pub(crate) const EXP_RANGE: [f32; 2] = [-87.0, 88.0];

/// `(eʳ − 1 − r) / r²` on `|r| ≤ ln 2 / 2`, minimax, relative error of `eʳ` 3.1e-9.
const EXP_POLY: [f32; 5] = [0.499_999_94, 0.166_665_21, 0.041_668_39, 0.008_368_71, 0.001_381_461];

/// `ln 2` in two parts, the first exact times any exponent (Cody and Waite 1980).
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// Adding it to `|t| < 2²²` leaves the nearest integer in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// `eˣ`, `x` clamped to [`EXP_RANGE`]; relative error below 2e-7. NaN stays NaN.
#[inline(always)]
pub(crate) fn exp<const FMA: bool>(x: f32) -> f32 {
    let x = if EXP_RANGE[0] > x { EXP_RANGE[0] } else { x };
    let x = if EXP_RANGE[1] < x { EXP_RANGE[1] } else { x };
    let shifted = fma::<FMA>(x, std::f32::consts::LOG2_E, ROUND);
    let k = shifted - ROUND;
    let r = fma::<FMA>(k, -LN_2[0], x);
    let r = fma::<FMA>(k, -LN_2[1], r);
    let mut p = EXP_POLY[4];
    p = fma::<FMA>(p, r, EXP_POLY[3]);
    p = fma::<FMA>(p, r, EXP_POLY[2]);
    p = fma::<FMA>(p, r, EXP_POLY[1]);
    p = fma::<FMA>(p, r, EXP_POLY[0]);
    p = fma::<FMA>(p, r * r, r) + 1.0;
    let power = (shifted.to_bits() << 23).wrapping_add(1.0f32.to_bits());
    p * f32::from_bits(power)
}

/// `P(t)` with `t·P(t)·e^(−a²/2) = Φ(−a)`, `t = 1 / (1 + 0.3·a)`: the form of Hastings (1955;
/// Abramowitz and Stegun 7.1.26), fitted for relative error, 1.5e-7 on `0 ≤ a ≤ 14`.
const TAIL_POLY: [f32; 8] = [
    0.119_629_3,
    0.120_753_966,
    0.099_913_41,
    0.128_561_87,
    -0.053_684_242,
    0.206_354_19,
    -0.157_203_5,
    0.035_674_877,
];

#[inline(always)]
pub(crate) fn gelu_one<const FMA: bool>(x: f32) -> f32 {
    let a = x.abs();
    let t = 1.0 / fma::<FMA>(a, 0.3, 1.0);
    let mut p = TAIL_POLY[7];
    p = fma::<FMA>(p, t, TAIL_POLY[6]);
    p = fma::<FMA>(p, t, TAIL_POLY[5]);
    p = fma::<FMA>(p, t, TAIL_POLY[4]);
    p = fma::<FMA>(p, t, TAIL_POLY[3]);
    p = fma::<FMA>(p, t, TAIL_POLY[2]);
    p = fma::<FMA>(p, t, TAIL_POLY[1]);
    p = fma::<FMA>(p, t, TAIL_POLY[0]);
    let tail = p * t * exp::<FMA>(-0.5 * a * a);
    let phi = if x > 0.0 { 1.0 - tail } else { tail };
    x * phi
}

#[inline(always)]
fn sigmoid_one<const FMA: bool>(x: f32) -> f32 {
    1.0 / (1.0 + exp::<FMA>(-x))
}

#[inline(always)]
fn each(x: &mut [f32], function: impl Fn(f32) -> f32) {
    for v in x {
        *v = function(*v);
    }
}

#[inline(always)]
fn unit(t: f32) -> f32 {
    let t = if 0.0 > t { 0.0 } else { t };
    if 1.0 < t { 1.0 } else { t }
}

#[inline(always)]
fn relu(x: &mut [f32]) {
    each(x, |v| if 0.0 > v { 0.0 } else { v });
}

#[inline(always)]
fn relu6(x: &mut [f32]) {
    each(x, |v| {
        let v = if 0.0 > v { 0.0 } else { v };
        if 6.0 < v { 6.0 } else { v }
    });
}

#[inline(always)]
fn leaky_relu(x: &mut [f32], slope: f32) {
    each(x, |v| {
        let low = v * slope;
        if low > v { low } else { v }
    });
}

#[inline(always)]
fn gelu<const FMA: bool>(x: &mut [f32]) {
    each(x, gelu_one::<FMA>);
}

#[inline(always)]
fn silu<const FMA: bool>(x: &mut [f32]) {
    each(x, |v| v * sigmoid_one::<FMA>(v));
}

#[inline(always)]
fn sigmoid<const FMA: bool>(x: &mut [f32]) {
    each(x, sigmoid_one::<FMA>);
}

#[inline(always)]
fn hard_swish(x: &mut [f32]) {
    each(x, |v| v * unit(v * (1.0 / 6.0) + 0.5));
}

#[inline(always)]
fn hard_sigmoid(x: &mut [f32], alpha: f32, beta: f32) {
    each(x, |v| unit(v * alpha + beta));
}

#[inline(always)]
fn sigmoid_bytes<const FMA: bool>(x: &[f32], out: &mut [u8]) {
    let x = &x[..out.len()];
    for (out, x) in out.iter_mut().zip(x) {
        *out = to_byte(255.0 * sigmoid_one::<FMA>(*x));
    }
}

#[cfg(test)]
mod tests {
    use crate::Kernels;

    const GELU_RELATIVE: f64 = 1e-6;
    const GELU_FAR: f64 = 1e-11;
    const SIGMOID_RELATIVE: f64 = 5e-7;
    const SPECIAL: [f32; 7] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 1e-40, -0.0];

    /// `Φ(−a)` for `a ≥ 0`: the power series near 0, Laplace's continued fraction beyond.
    fn tail(a: f64) -> f64 {
        let density = (-0.5 * a * a).exp() / (2.0 * std::f64::consts::PI).sqrt();
        if a > 3.0 {
            return density / (1..200).rev().fold(a, |f, k| a + f64::from(k) / f);
        }
        let (mut term, mut sum) = (a, a);
        for k in 1..100 {
            term *= a * a / f64::from(2 * k + 1);
            sum += term;
        }
        0.5 - density * sum
    }

    fn points() -> Vec<f32> {
        let mut x: Vec<f32> = (-9000..=9000).map(|i| i as f32 / 100.0).collect();
        x.extend((-7000..=7000).map(|i| i as f32 / 1000.0));
        x
    }

    fn worst(exact: impl Fn(f64) -> f64, low: f32, run: impl Fn(&Kernels, &mut [f32])) -> f64 {
        let x: Vec<f32> = points().into_iter().filter(|x| *x >= low && *x != 0.0).collect();
        let mut worst = 0.0f64;
        for kernels in Kernels::available() {
            let mut y = x.clone();
            run(kernels, &mut y);
            for (x, y) in x.iter().zip(&y) {
                let e = exact(f64::from(*x));
                worst = worst.max((f64::from(*y) - e).abs() / e.abs().max(f64::MIN_POSITIVE));
            }
            let mut special = SPECIAL;
            run(kernels, &mut special);
        }
        worst
    }

    #[test]
    fn gelu_error() {
        let exact = |x: f64| if x > 0.0 { x * (1.0 - tail(x)) } else { x * tail(-x) };
        let e = worst(exact, -5.0, |k, x| k.gelu_f32(x));
        assert!(e < GELU_RELATIVE, "{e}");
        for kernels in Kernels::available() {
            let mut far: Vec<f32> = points().into_iter().filter(|x| *x < -5.0).collect();
            let x = far.clone();
            kernels.gelu_f32(&mut far);
            for (x, y) in x.iter().zip(&far) {
                assert!((f64::from(*y) - exact(f64::from(*x))).abs() < GELU_FAR, "{x} {y}");
            }
        }
    }

    #[test]
    fn sigmoid_and_silu_error() {
        let exact = |x: f64| 1.0 / (1.0 + (-x).exp());
        let e = worst(exact, -80.0, |k, x| k.sigmoid_f32(x));
        assert!(e < SIGMOID_RELATIVE, "{e}");
        let e = worst(|x| x * exact(x), -80.0, |k, x| k.silu_f32(x));
        assert!(e < SIGMOID_RELATIVE, "{e}");
        let mut x = points();
        x.extend(SPECIAL);
        for kernels in Kernels::available() {
            let mut out = vec![0; x.len()];
            kernels.sigmoid_u8(&x, &mut out);
            for (x, q) in x.iter().zip(&out) {
                let t = 255.0 * exact(f64::from(*x));
                assert!((f64::from(*q) - t).abs() < 0.5001 || x.is_nan() && *q == 0, "{x} {q}");
            }
        }
    }

    #[test]
    fn piecewise_functions() {
        for kernels in Kernels::available() {
            let apply = |run: fn(&Kernels, &mut [f32])| {
                let mut y = points();
                run(kernels, &mut y);
                points().into_iter().zip(y).collect::<Vec<_>>()
            };
            assert!(apply(|k, x| k.relu_f32(x)).iter().all(|(x, y)| *y == x.max(0.0)));
            assert!(apply(|k, x| k.relu6_f32(x)).iter().all(|(x, y)| *y == x.clamp(0.0, 6.0)));
            assert!(apply(|k, x| k.leaky_relu_f32(x, 0.1)).iter().all(|(x, y)| *y == x.max(x * 0.1)));
            let hard = |x: f32| (x / 6.0 + 0.5).clamp(0.0, 1.0);
            for (x, y) in apply(|k, x| k.hard_swish_f32(x)) {
                assert!((y - x * hard(x)).abs() <= 1e-6 * x.abs(), "{x} {y}");
            }
            for (x, y) in apply(|k, x| k.hard_sigmoid_f32(x, 0.2, 0.5)) {
                assert!((y - (0.2 * x + 0.5).clamp(0.0, 1.0)).abs() < 1e-6, "{x} {y}");
            }
        }
    }
}
