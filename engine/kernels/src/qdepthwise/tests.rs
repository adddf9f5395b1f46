//! Every kernel of the machine against a direct depthwise convolution.

use super::*;
use crate::qgemm::scalar::{byte, real};
use crate::qgemm::{ConvGeometry, QActivation};
use crate::test_support::Random;
use crate::{Kernels, SLACK};

fn geometry(random: &mut Random, i: usize) -> ConvGeometry {
    let kernel = [[3, 3], [5, 5], [7, 7], [1, 7], [3, 3], [2, 4], [1, 1]][i % 7];
    let stride = [random.within(1, 2), random.within(1, 2)];
    let widest = if i.is_multiple_of(9) { 150 } else { 24 };
    let input =
        [random.within(1, 9), if i.is_multiple_of(3) { i / 3 % 9 + 1 } else { random.within(1, widest) }];
    let padding = [kernel[0] / 2, random.within(kernel[1] / 2, kernel[1] - 1)];
    let side = |d: usize| (input[d] + 2 * padding[d]).saturating_sub(kernel[d]) / stride[d] + 1;
    let output = [side(0), side(1)];
    let channels = [1, 5, 8, 16, 24, 31, 48, 64, 96, 120, 192, 200, 384][random.within(0, 12)];
    ConvGeometry { input, channels, output, kernel, stride, padding }
}

fn direct(g: &ConvGeometry, x: &[u8], zero: u8, w: &[i8], init: &[i32]) -> Vec<i32> {
    let mut out = Vec::new();
    for p in 0..g.output[0] * g.output[1] {
        for c in 0..g.channels {
            let tap = |t: usize| {
                let a = g.source(p, t).map_or(zero, |q| x[q * g.channels + c]);
                i32::from(a) * i32::from(w[t * g.channels + c])
            };
            out.push(init[c] + (0..g.taps()).map(tap).sum::<i32>());
        }
    }
    out
}

#[test]
fn every_kernel_gives_the_reference_bytes() {
    let names: Vec<_> = Kernels::available().iter().map(|k| k.qdepthwise().name).collect();
    println!("integer depthwise kernels tested: {names:?}");
    let mut random = Random::new(11);
    for i in 0..300 {
        let g = geometry(&mut random, i);
        let (pixels, extreme) = (g.output[0] * g.output[1], i % 5 == 0);
        let mut x: Vec<u8> = (0..g.input[0] * g.input[1] * g.channels)
            .map(|_| if extreme { 255 } else { random.within(0, 255) as u8 })
            .collect();
        let mut weight = || if extreme { 127 } else { (random.within(0, 254) as i32 - 127) as i8 };
        let w: Vec<i8> = (0..g.taps() * g.channels).map(|_| weight()).collect();
        let init: Vec<i32> = (0..g.channels).map(|_| random.within(0, 20000) as i32 - 10000).collect();
        // Now and then far beyond what fits 32 bits.
        let size = if i % 11 == 0 { 1e12 } else { 0.002 };
        let spread = size / (g.taps() as f32).sqrt();
        let scale: Vec<f32> = (0..g.channels).map(|_| spread * (1.0 + random.within(0, 9) as f32)).collect();
        let gelu = random.within(0, 1) == 1;
        let output = QOutput {
            activation: if gelu { QActivation::Gelu } else { QActivation::Linear },
            post: 17.0,
            residual_scale: 0.0,
            offset: 11.25,
            min: [0, 7][random.within(0, 1)],
            max: [255, 200][random.within(0, 1)],
            min_f32: 0.0,
            max_f32: 0.0,
        };
        let zero = random.within(0, 255) as u8;
        let expected: Vec<u8> = direct(&g, &x, zero, &w, &init)
            .iter()
            .enumerate()
            .map(|(at, acc)| byte(real(*acc, scale[at % g.channels], None, &output), &output))
            .collect();
        let mut sums = vec![5u32; g.channels];
        expected.iter().enumerate().for_each(|(at, q)| sums[at % g.channels] += u32::from(*q));
        x.resize(x.len() + SLACK, 77);
        let padding_row = vec![zero; g.channels + SLACK];
        for kernels in Kernels::available() {
            let kernel = kernels.qdepthwise();
            let weights = QDepthwiseWeights::pack(kernel, &w, g.kernel, g.stride[0], &init, &scale);
            let conv =
                QDepthwise { kernels, weights: &weights, geometry: g, output, padding_row: &padding_row };
            let mut scratch = QDepthwiseScratch::with_kernel(g.kernel);
            let capacity = (scratch.columns_capacity(), scratch.sources_capacity());
            let row = g.output[1] * g.channels;
            let cut = random.within(0, g.output[0]);
            for with_sums in [false, true] {
                let mut out = vec![123u8; pixels * g.channels + SLACK];
                let mut got = vec![5u32; g.channels];
                for range in [0..cut, cut..g.output[0]] {
                    let sums = with_sums.then_some(got.as_mut_slice());
                    let out = &mut out[range.start * row..range.end * row];
                    conv.run_u8(&x, range, out, sums, &mut scratch);
                }
                assert_eq!(out[..expected.len()], expected[..], "{}: case {i}, {g:?}", kernel.name);
                assert!(out[expected.len()..].iter().all(|b| *b == 123), "{} wrote past", kernel.name);
                assert!(!with_sums || got == sums, "{}: sums of case {i}, {g:?}", kernel.name);
            }
            let after = (scratch.columns_capacity(), scratch.sources_capacity());
            assert_eq!(capacity, after, "{} allocated: case {i}, {g:?}", kernel.name);
        }
    }
}
