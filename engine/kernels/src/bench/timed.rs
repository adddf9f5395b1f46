//! Inputs and runs of the layers.

use std::time::Duration;

use super::shapes::{Layer, Operation};
use super::time;
use crate::fgemm::{FConv, FScratch, FWeights};
use crate::qdepthwise::{QDepthwise, QDepthwiseScratch, QDepthwiseWeights};
use crate::qgemm::{QActivation, QConv, QOutput, QScratch, QWeights};
use crate::{Kernels, SLACK};

/// The kernel that computes `layer`.
pub(super) fn name(layer: &Layer, kernels: &Kernels) -> &'static str {
    match layer.operation {
        Operation::Dense { .. } => kernels.qgemm().name,
        Operation::Depthwise => kernels.qdepthwise().name,
        Operation::Real { .. } => kernels.fgemm().name,
    }
}

/// Fastest and median nanoseconds of `layer`.
pub(super) fn layer(layer: &Layer, kernels: &Kernels, budget: Duration) -> [f64; 2] {
    match layer.operation {
        Operation::Dense { columns, gelu, residual } => {
            dense(layer, kernels, budget, columns, gelu, residual)
        }
        Operation::Depthwise => depthwise(layer, kernels, budget),
        Operation::Real { columns } => real(layer, kernels, budget, columns),
    }
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| ((i * 31) ^ (i >> 5)) as u8).collect()
}

/// Weights of −60 to 60, within every bound on neighbours, that spread as trained ones do (their standard
/// deviation is 20).
fn weights(len: usize) -> Vec<i8> {
    let mut state = 1u64;
    let mut part = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % 41) as i8 - 20
    };
    (0..len).map(|_| part() + part() + part()).map(|w| w.clamp(-60, 60)).collect()
}

fn output(gelu: bool) -> QOutput {
    QOutput {
        activation: if gelu { QActivation::Gelu } else { QActivation::Linear },
        post: 20.0,
        residual_scale: 0.5,
        offset: 100.0,
        min: 0,
        max: 255,
        min_f32: f32::NEG_INFINITY,
        max_f32: f32::INFINITY,
    }
}

fn dense(
    layer: &Layer,
    kernels: &Kernels,
    budget: Duration,
    columns: usize,
    gelu: bool,
    residual: bool,
) -> [f64; 2] {
    let g = layer.geometry;
    let pixels = g.output[0] * g.output[1];
    let input = bytes(g.input[0] * g.input[1] * g.channels + SLACK);
    let before = residual.then(|| bytes(pixels * columns + SLACK));
    let raw = weights(columns * g.taps() * g.channels);
    let shape = [columns, g.taps(), g.channels];
    let weights = QWeights::pack(kernels.qgemm(), &raw, shape, &vec![0; columns], &vec![1e-4; columns]);
    let padding_row = vec![7; g.channels + SLACK];
    let conv =
        QConv { kernels, weights: &weights, geometry: g, output: output(gelu), padding_row: &padding_row };
    let mut out = vec![0; pixels * columns];
    let mut scratch = QScratch::default();
    time(budget, || conv.run_u8(&input, before.as_deref(), 0..pixels, &mut out, &mut scratch))
}

fn depthwise(layer: &Layer, kernels: &Kernels, budget: Duration) -> [f64; 2] {
    let g = layer.geometry;
    let input = bytes(g.input[0] * g.input[1] * g.channels + SLACK);
    let raw = weights(g.taps() * g.channels);
    let (init, scale) = (vec![0; g.channels], vec![1e-3; g.channels]);
    let weights = QDepthwiseWeights::pack(kernels.qdepthwise(), &raw, g.kernel, g.stride[0], &init, &scale);
    let padding_row = vec![7; g.channels + SLACK];
    let conv = QDepthwise {
        kernels,
        weights: &weights,
        geometry: g,
        output: output(false),
        padding_row: &padding_row,
    };
    let mut out = vec![0; g.output[0] * g.output[1] * g.channels];
    let mut scratch = QDepthwiseScratch::with_kernel(g.kernel);
    time(budget, || conv.run_u8(&input, 0..g.output[0], &mut out, None, &mut scratch))
}

fn real(layer: &Layer, kernels: &Kernels, budget: Duration, columns: usize) -> [f64; 2] {
    let g = layer.geometry;
    let floats = |len: usize| -> Vec<f32> { weights(len).iter().map(|w| f32::from(*w) / 64.0).collect() };
    let pixels = g.output[0] * g.output[1];
    let input = floats(g.input[0] * g.input[1] * g.channels + SLACK);
    let raw = floats(columns * g.taps() * g.channels);
    let shape = [columns, g.taps(), g.channels];
    let weights = FWeights::pack(kernels.fgemm(), &raw, shape, &vec![0.0; columns]);
    let padding_row = vec![0.0; g.channels + SLACK];
    let range = [f32::NEG_INFINITY, f32::INFINITY];
    let conv = FConv { kernels, weights: &weights, geometry: g, range, padding_row: &padding_row };
    let mut out = vec![0.0; pixels * columns];
    let mut scratch = FScratch::default();
    time(budget, || conv.run(&input, None, 0..pixels, &mut out, &mut scratch))
}
