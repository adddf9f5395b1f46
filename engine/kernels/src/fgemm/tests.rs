//! Every kernel of the machine against a direct convolution in `f64`.

use super::{FConv, FScratch, FWeights};
use crate::Kernels;
use crate::conv::ConvGeometry;
use crate::test_support::Random;

/// Largest error, as a part of one plus the sum of the terms' magnitudes.
const RELATIVE: f64 = 3e-7;

struct Case {
    geometry: ConvGeometry,
    n: usize,
    range: [f32; 2],
    residual: bool,
}

fn cases() -> Vec<Case> {
    let mut random = Random::new(11);
    (0..90)
        .map(|i| {
            let kernel = [[1, 1], [1, 1], [3, 3], [2, 2], [1, 7], [5, 5]][i % 6];
            let stride = [random.within(1, 2), random.within(1, 2)];
            let input = [random.within(1, 9), random.within(1, 30)];
            let padding = [kernel[0] / 2, kernel[1] / 2];
            let side = |d: usize| (input[d] + 2 * padding[d]).saturating_sub(kernel[d]) / stride[d] + 1;
            let output = [side(0), side(1)];
            let channels = [1, 3, 8, 15, 24, 48, 120][random.within(0, 6)];
            let n = [1, 3, 8, 16, 23, 24, 25, 47, 48, 49, 96, 120][random.within(0, 11)];
            let geometry = ConvGeometry { input, channels, output, kernel, stride, padding };
            let range = [[f32::NEG_INFINITY, f32::INFINITY], [0.0, f32::INFINITY], [0.0, 0.6]];
            Case { geometry, n, range: range[i % 3], residual: i % 4 < 2 }
        })
        .collect()
}

fn reals(random: &mut Random, len: usize) -> Vec<f32> {
    (0..len).map(|_| random.within(0, 2_000_000) as f32 / 1e6 - 1.0).collect()
}

/// Sum before bounds and residual, and the sum of the magnitudes of its terms.
fn direct(case: &Case, x: &[f32], w: &[f32], bias: &[f32], p: usize, n: usize) -> (f64, f64) {
    let g = &case.geometry;
    let mut acc = (f64::from(bias[n]), f64::from(bias[n].abs()));
    for tap in 0..g.taps() {
        let Some(q) = g.source(p, tap) else { continue };
        for c in 0..g.channels {
            let term = f64::from(x[q * g.channels + c]) * f64::from(w[(n * g.taps() + tap) * g.channels + c]);
            acc = (acc.0 + term, acc.1 + term.abs());
        }
    }
    acc
}

#[test]
fn every_kernel_is_within_rounding_of_the_sum() {
    let names: Vec<_> = Kernels::available().iter().map(|k| k.fgemm().name).collect();
    println!("f32 matrix kernels tested: {names:?}");
    for (i, case) in cases().iter().enumerate() {
        let mut random = Random::new(i as u64 + 300);
        let g = &case.geometry;
        let pixels = g.output[0] * g.output[1];
        let x = reals(&mut random, g.input[0] * g.input[1] * g.channels);
        let w = reals(&mut random, case.n * g.taps() * g.channels);
        let bias = reals(&mut random, case.n);
        let residual = case.residual.then(|| reals(&mut random, pixels * case.n));
        let padding_row = vec![0.0; g.channels];
        let expected: Vec<(f64, f64)> =
            (0..pixels * case.n).map(|at| direct(case, &x, &w, &bias, at / case.n, at % case.n)).collect();
        for kernels in Kernels::available() {
            let packed = FWeights::pack(kernels.fgemm(), &w, [case.n, g.taps(), g.channels], &bias);
            let conv = FConv {
                kernels,
                weights: &packed,
                geometry: *g,
                range: case.range,
                padding_row: &padding_row,
            };
            let mut out = vec![-77.0; pixels * case.n + 5];
            let mut scratch = FScratch::default();
            for range in [0..pixels / 3, pixels / 3..pixels] {
                let (at, end) = (range.start * case.n, range.end * case.n);
                let r = residual.as_deref().map(|r| &r[at..]);
                conv.run(&x, r, range, &mut out[at..end], &mut scratch);
            }
            let name = kernels.fgemm().name;
            for (at, (got, (sum, size))) in out.iter().zip(&expected).enumerate() {
                let bounded = sum.clamp(f64::from(case.range[0]), f64::from(case.range[1]));
                let e = bounded + residual.as_ref().map_or(0.0, |r| f64::from(r[at]));
                let error = (f64::from(*got) - e).abs();
                assert!(error <= RELATIVE * (size + 1.0), "{name}: case {i}, {g:?}: {got} for {e}");
            }
            assert!(out[pixels * case.n..].iter().all(|v| *v == -77.0), "{name} wrote past its output");
        }
    }
}

#[test]
fn not_a_number_stays_one() {
    for kernels in Kernels::available() {
        let packed = FWeights::pack(kernels.fgemm(), &[1.0; 30], [30, 1, 1], &[0.0; 30]);
        let geometry = ConvGeometry::pointwise(9, 1);
        let conv = FConv { kernels, weights: &packed, geometry, range: [0.0, 6.0], padding_row: &[0.0] };
        let mut x = [1.0; 9];
        x[4] = f32::NAN;
        x[5] = f32::INFINITY;
        let mut out = [0.0; 9 * 30];
        conv.run(&x, None, 0..9, &mut out, &mut FScratch::default());
        for (i, v) in out.iter().enumerate() {
            match i / 30 {
                4 => assert!(v.is_nan(), "{}", kernels.fgemm().name),
                5 => assert_eq!(*v, 6.0),
                _ => assert_eq!(*v, 1.0),
            }
        }
    }
}
