//! Every instruction set against the formulas, written out in `f64` or plain integers.

use super::{ConcatPart, Operand};
use crate::Kernels;
use crate::qgemm::ConvGeometry;
use crate::test_support::Random;

fn bytes(random: &mut Random, len: usize) -> Vec<u8> {
    (0..len).map(|_| random.within(0, 255) as u8).collect()
}

fn reals(random: &mut Random, len: usize) -> Vec<f32> {
    (0..len).map(|_| random.within(0, 2_000_000) as f32 / 1e6 - 1.0).collect()
}

fn byte(t: f32) -> u8 {
    (t.round_ties_even() as i32).clamp(0, 255) as u8
}

const CHANNELS: [usize; 9] = [1, 3, 8, 15, 24, 48, 96, 120, 129];

#[test]
fn rounding_is_to_even_and_clamps() {
    for i in -2000..4000 {
        let t = i as f32 / 8.0;
        assert_eq!(super::to_byte(t), byte(t), "{t}");
    }
    for t in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE] {
        assert_eq!(super::to_byte(t), byte(t), "{t}");
    }
}

#[test]
fn sums_by_channel() {
    let mut random = Random::new(2);
    for channels in CHANNELS {
        for pixels in [0, 1, 7, 8, 9, 64, 65, 200] {
            let x = bytes(&mut random, channels * pixels);
            let mut expected = vec![5u32; channels];
            for (i, v) in x.iter().enumerate() {
                expected[i % channels] += u32::from(*v);
            }
            let real: Vec<f32> = x.iter().map(|v| f32::from(*v)).collect();
            for kernels in Kernels::available() {
                let mut sums = vec![5u32; channels];
                kernels.channel_sums_u8(&x, &mut sums);
                assert_eq!(sums, expected, "{:?}", kernels.isa());
                let mut sums = vec![5f64; channels];
                kernels.channel_sums_f32(&real, &mut sums);
                assert!(sums.iter().zip(&expected).all(|(a, b)| *a == f64::from(*b)));
            }
        }
    }
}

#[test]
fn scaling_by_channel() {
    let mut random = Random::new(3);
    for channels in CHANNELS {
        let x = bytes(&mut random, channels * 13);
        let m: Vec<f32> = reals(&mut random, channels).iter().map(|v| v + 1.0).collect();
        let expected: Vec<u8> = x
            .iter()
            .enumerate()
            .map(|(i, v)| byte((f32::from(*v) - 31.0) * m[i % channels] + 17.5))
            .collect();
        let real = reals(&mut random, channels * 13);
        for kernels in Kernels::available() {
            let mut out = vec![0; x.len()];
            kernels.scale_channels_u8(&x, &m, 31, 17.5, &mut out);
            assert_eq!(out, expected, "{:?}", kernels.isa());
            let mut out = vec![0.0; x.len()];
            kernels.scale_channels_f32(&real, &m, &mut out);
            assert!(out.iter().enumerate().all(|(i, v)| *v == real[i] * m[i % channels]));
        }
    }
}

#[test]
fn addition_plain_and_upsampled() {
    let mut random = Random::new(4);
    for channels in CHANNELS {
        for upsample in [1, 2, 3, 8] {
            let pixels = 5;
            let a = bytes(&mut random, channels * pixels * upsample);
            let b = bytes(&mut random, channels * pixels);
            let (fa, fb, offset) = (0.7, 0.5, -40.25);
            let source = |i: usize| i / (channels * upsample) * channels + i % channels;
            let expected: Vec<u8> = (0..a.len())
                .map(|i| byte(f32::from(a[i]) * fa + f32::from(b[source(i)]) * fb + offset))
                .collect();
            let repeated: Vec<u8> = (0..a.len()).map(|i| b[source(i)]).collect();
            let (ra, rb) = (reals(&mut random, a.len()), reals(&mut random, b.len()));
            for kernels in Kernels::available() {
                let mut out = vec![0; a.len()];
                let x = Operand { bytes: &a, factor: fa };
                let y = Operand { bytes: &b, factor: fb };
                kernels.add_upsampled_u8(x, y, channels, upsample, offset, &mut out);
                assert_eq!(out, expected, "{:?}", kernels.isa());
                let y = Operand { bytes: &repeated, factor: fb };
                out.fill(0);
                kernels.add_u8(x, y, offset, &mut out);
                assert_eq!(out, expected, "{:?}", kernels.isa());
                let mut out = vec![0.0; ra.len()];
                kernels.add_upsampled_f32(&ra, &rb, channels, upsample, &mut out);
                assert!(out.iter().enumerate().all(|(i, v)| *v == ra[i] + rb[source(i)]));
                kernels.add_f32(&ra, &ra, &mut out);
                assert!(out.iter().zip(&ra).all(|(v, a)| *v == a + a));
            }
        }
    }
}

#[test]
fn requantization_and_concatenation() {
    let mut random = Random::new(5);
    for channels in CHANNELS {
        for (upsample, factor, offset) in [(1, 1.0, 0.0), (2, 1.3, -20.0), (4, 0.5, 0.5)] {
            let x = bytes(&mut random, channels * 6);
            let plain: Vec<u8> = x.iter().map(|v| byte(f32::from(*v) * factor + offset)).collect();
            let stride = channels + 7;
            let part = ConcatPart { channels, upsample, stride };
            let real = reals(&mut random, x.len());
            for kernels in Kernels::available() {
                let mut out = vec![0; x.len()];
                kernels.requant_u8(&x, factor, offset, &mut out);
                assert_eq!(out, plain, "{:?}", kernels.isa());
                let mut wide = vec![9; 6 * upsample * stride - 7];
                kernels.concat_u8(&x, part, factor, offset, &mut wide);
                let mut wide_f32 = vec![9.0; wide.len()];
                kernels.concat_f32(&real, part, &mut wide_f32);
                for i in 0..wide.len() {
                    let (pixel, c) = (i / stride, i % stride);
                    let from = pixel / upsample * channels + c;
                    let (byte, real) = if c < channels { (plain[from], real[from]) } else { (9, 9.0) };
                    assert!(wide[i] == byte && wide_f32[i] == real, "{:?}: {i}", kernels.isa());
                }
            }
        }
    }
}

#[test]
fn quantization_there_and_back() {
    let mut random = Random::new(6);
    for len in [0, 1, 15, 16, 17, 300] {
        let mut x: Vec<f32> = reals(&mut random, len).iter().map(|v| v * 200.0).collect();
        let special = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -0.0, 1e-40];
        for (v, s) in x.iter_mut().skip(3).zip(special) {
            *v = s;
        }
        let expected: Vec<u8> = x.iter().map(|v| byte(*v * 0.9 + 100.0)).collect();
        let table = std::array::from_fn(|i| 255 - i as u8);
        for kernels in Kernels::available() {
            let mut q = vec![7; len];
            kernels.quantize_u8(&x, 0.9, 100.0, &mut q);
            assert_eq!(q, expected, "{:?}", kernels.isa());
            let mut back = vec![0.0; len];
            kernels.dequantize_u8(&q, 100, 0.37, &mut back);
            assert!(q.iter().zip(&back).all(|(q, v)| *v == (f32::from(*q) - 100.0) * 0.37));
            let mut mapped = vec![0; len];
            kernels.map_u8(&q, &table, &mut mapped);
            assert!(q.iter().zip(&mapped).all(|(a, b)| *b == 255 - *a));
        }
    }
}

/// Values of the window of output pixel `p`, channel `c`.
fn window<T: Copy>(x: &[T], g: &ConvGeometry, p: usize, c: usize) -> Vec<T> {
    (0..g.taps()).filter_map(|tap| g.source(p, tap)).map(|q| x[q * g.channels + c]).collect()
}

#[test]
fn pooling() {
    let mut random = Random::new(7);
    for i in 0..40 {
        let kernel = [random.within(1, 3), random.within(1, 3)];
        let input = [random.within(1, 9), random.within(1, 9)];
        let padding = [random.within(0, kernel[0] - 1), random.within(0, kernel[1] - 1)];
        let stride = [random.within(1, 3), random.within(1, 3)];
        let side = |d: usize| (input[d] + 2 * padding[d]).saturating_sub(kernel[d]) / stride[d] + 1;
        let channels = CHANNELS[i % CHANNELS.len()];
        // Beyond the natural size, windows lie wholly in the padding.
        let beyond = if i % 5 == 0 { 4 } else { 0 };
        let output = [side(0) + beyond, side(1) + beyond];
        let g = ConvGeometry { input, channels, output, kernel, stride, padding };
        let x = bytes(&mut random, input[0] * input[1] * channels);
        let real = reals(&mut random, x.len());
        let row = output[1] * channels;
        for kernels in Kernels::available() {
            let (mut max, mut mean) = (vec![0; output[0] * row], vec![0; output[0] * row]);
            let (mut max_f32, mut mean_f32) = (vec![0.0; max.len()], vec![0.0; max.len()]);
            for rows in [0..output[0] / 2, output[0] / 2..output[0]] {
                let at = rows.start * row;
                kernels.max_pool_u8(&x, &g, rows.clone(), &mut max[at..]);
                kernels.avg_pool_u8(&x, &g, rows.clone(), 0.8, 12.0, &mut mean[at..]);
                kernels.max_pool_f32(&real, &g, rows.clone(), &mut max_f32[at..]);
                kernels.avg_pool_f32(&real, &g, rows, &mut mean_f32[at..]);
            }
            for at in 0..max.len() {
                let (p, c) = (at / channels, at % channels);
                let w = window(&x, &g, p, c);
                assert_eq!(max[at], w.iter().copied().max().unwrap_or(0));
                let sum: u32 = w.iter().map(|v| u32::from(*v)).sum();
                let share = 1.0 / w.len().max(1) as f32;
                assert_eq!(mean[at], byte(sum as f32 * share * 0.8 + 12.0), "{:?}", kernels.isa());
                let w = window(&real, &g, p, c);
                assert_eq!(max_f32[at], w.iter().copied().fold(f32::NEG_INFINITY, f32::max));
                assert!((mean_f32[at] - w.iter().sum::<f32>() * share).abs() < 1e-6);
            }
        }
    }
}
