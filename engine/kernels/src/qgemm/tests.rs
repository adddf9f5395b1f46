//! Every kernel of the machine against a direct convolution.

use super::scalar::{byte, real};
use super::*;
use crate::test_support::Random;
use crate::{Kernels, SLACK};

struct Case {
    geometry: ConvGeometry,
    n: usize,
    output: QOutput,
    residual: bool,
}

fn cases() -> Vec<Case> {
    let mut random = Random::new(1);
    let mut cases = Vec::new();
    for i in 0..200 {
        let kernel = [[1, 1], [1, 1], [3, 3], [2, 2], [1, 7], [5, 5]][i % 6];
        let stride = [random.within(1, 2), random.within(1, 2)];
        let input = [random.within(1, 9), random.within(1, 40)];
        let padding = [kernel[0] / 2, kernel[1] / 2];
        let side = |d: usize| (input[d] + 2 * padding[d]).saturating_sub(kernel[d]) / stride[d] + 1;
        let output = [side(0), side(1)];
        let channels = [4, 8, 12, 24, 48, 96, 120, 384][random.within(0, 7)];
        let n = [1, 3, 8, 24, 47, 48, 49, 96, 120, 200][random.within(0, 9)];
        let geometry = ConvGeometry { input, channels, output, kernel, stride, padding };
        let activation =
            [QActivation::Linear, QActivation::Gelu, QActivation::LeakyRelu][random.within(0, 2)];
        let scale = 1.0 / (channels as f32).sqrt();
        let output = QOutput {
            activation,
            post: if activation == QActivation::LeakyRelu { 0.1 } else { 21.0 * scale },
            residual_scale: 0.37,
            offset: 11.25,
            min: [0, 7][random.within(0, 1)],
            max: [255, 200][random.within(0, 1)],
            min_f32: -3.0,
            max_f32: 1e9,
        };
        cases.push(Case { geometry, n, output, residual: random.within(0, 1) == 1 });
    }
    cases
}

fn direct(
    case: &Case,
    x: &[u8],
    zero: u8,
    w: &[i8],
    init: &[i32],
    scale: &[f32],
    r: Option<&[u8]>,
) -> Vec<f32> {
    let g = &case.geometry;
    let mut out = Vec::new();
    for p in 0..g.output[0] * g.output[1] {
        for n in 0..case.n {
            let mut acc = init[n];
            for tap in 0..g.taps() {
                let row = g.source(p, tap).map(|q| &x[q * g.channels..]);
                for (c, w) in w[(n * g.taps() + tap) * g.channels..][..g.channels].iter().enumerate() {
                    acc += i32::from(row.map_or(zero, |row| row[c])) * i32::from(*w);
                }
            }
            out.push(real(acc, scale[n], r.map(|r| r[p * case.n + n]), &case.output));
        }
    }
    out
}

/// Random weights within the bound on neighbours that `docs/packs.md` states: of the whole range, of the kind
/// that is trained, or at the bound under which kernels add two groups' products.
fn weights(random: &mut Random, kind: usize, len: usize) -> Vec<i8> {
    let sign = [1, -1][random.within(0, 1)];
    let mut w: Vec<i8> = (0..len)
        .map(|_| match kind {
            0 => random.within(0, 254) as i32 - 127,
            1 if random.within(0, 49) > 0 => random.within(0, 60) as i32 - 30,
            1 => random.within(0, 254) as i32 - 127,
            _ => sign * 32,
        })
        .map(|v| v as i8)
        .collect();
    for pair in w.chunks_mut(2) {
        if let [a, b] = pair {
            while (i32::from(*a) + i32::from(*b)).abs() > 128 && (*a < 0) == (*b < 0) {
                *a /= 2;
            }
        }
    }
    w
}

#[test]
fn every_kernel_gives_the_reference_bytes() {
    let isas: Vec<_> = Kernels::available().iter().map(|k| k.qgemm().name).collect();
    println!("integer matrix kernels tested: {isas:?}");
    for (i, case) in cases().iter().enumerate() {
        let mut random = Random::new(i as u64 + 100);
        let g = &case.geometry;
        let pixels = g.output[0] * g.output[1];
        let extreme = i % 5 == 0;
        let kind = i / 5 % 3;
        let mut x: Vec<u8> = (0..g.input[0] * g.input[1] * g.channels)
            .map(|_| if extreme { 255 } else { random.within(0, 255) as u8 })
            .collect();
        let w = weights(&mut random, kind, case.n * g.taps() * g.channels);
        let init: Vec<i32> = (0..case.n).map(|_| random.within(0, 20000) as i32 - 10000).collect();
        // Now and then far beyond what fits 32 bits.
        let size = if i % 11 == 0 { 1e12 } else { 0.02 };
        let spread = size / (g.channels as f32 * g.taps() as f32).sqrt();
        let scale: Vec<f32> = (0..case.n).map(|_| spread * (1.0 + random.within(0, 9) as f32)).collect();
        let mut residual: Vec<u8> = (0..pixels * case.n).map(|_| random.within(0, 255) as u8).collect();
        let zero = random.within(0, 255) as u8;
        let expected =
            direct(case, &x, zero, &w, &init, &scale, case.residual.then_some(residual.as_slice()));
        x.resize(x.len() + SLACK, 77);
        residual.resize(residual.len() + SLACK, 99);
        let padding_row = vec![zero; g.channels + SLACK];
        for kernels in Kernels::available() {
            let packed = QWeights::pack(kernels.qgemm(), &w, [case.n, g.taps(), g.channels], &init, &scale);
            let conv = QConv {
                kernels,
                weights: &packed,
                geometry: *g,
                output: case.output,
                padding_row: &padding_row,
            };
            let cut = pixels / 3;
            let mut scratch = QScratch::default();
            let mut out = vec![123u8; pixels * case.n + SLACK];
            let mut out_f32 = vec![-77.0f32; pixels * case.n + SLACK];
            for range in [0..cut, cut..pixels] {
                let at = range.start * case.n;
                let end = range.end * case.n;
                let r = case.residual.then(|| &residual[at..]);
                conv.run_u8(&x, r, range.clone(), &mut out[at..end], &mut scratch);
                conv.run_f32(&x, r, range, &mut out_f32[at..end], &mut scratch);
            }
            let bytes: Vec<u8> = expected.iter().map(|t| byte(*t, &case.output)).collect();
            let name = kernels.qgemm().name;
            assert_eq!(out[..bytes.len()], bytes[..], "{name}: case {i}, {g:?}");
            assert!(out[bytes.len()..].iter().all(|b| *b == 123), "{name} wrote past its output");
            for (got, t) in out_f32.iter().zip(&expected) {
                assert_eq!(*got, t.clamp(-3.0, 1e9), "{name}: case {i}, {g:?}");
            }
            assert!(out_f32[bytes.len()..].iter().all(|v| *v == -77.0), "{name} wrote past its output");
        }
    }
}
