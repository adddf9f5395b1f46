//! The operators on `[height, width, channels]` tensors.
//!
//! Dense convolution is im2col and one matrix product, depthwise convolution a sum of shifted
//! products: candle's own CPU convolutions are several times to a hundred times slower.

use candle_core::{D, Result, Tensor};
use candle_nn::ops::{sigmoid, silu, softmax_last_dim};

use super::depthwise::Depthwise;
use crate::graph::{Activation, LEAKY_SLOPE, Window};

/// The shifted, strided views of a padded tensor, one for each tap of the window in row order.
fn taps(x: &Tensor, window: &Window, padding: f32) -> Result<(Vec<Tensor>, usize, usize)> {
    let (h, w, _) = x.dims3()?;
    let r = window.resolve(h, w);
    let ([kh, kw], [sh, sw]) = (window.kernel, window.stride);
    let side = |out: usize, k: usize, s: usize| out.max(1) * s + k.saturating_sub(1) / s * s;
    let (ph, pw) = (side(r.out_h, kh, sh), side(r.out_w, kw, sw));
    let x = pad(x, 0, r.top, ph, padding)?;
    let x = pad(&x, 1, r.left, pw, padding)?;
    let c = x.dim(2)?;
    let x = x.reshape((ph / sh, sh, pw / sw, sw, c))?;
    let mut views = Vec::with_capacity(kh * kw);
    for y in 0..kh {
        let rows = x.narrow(0, y / sh, r.out_h)?.narrow(1, y % sh, 1)?;
        for z in 0..kw {
            let view = rows.narrow(2, z / sw, r.out_w)?.narrow(3, z % sw, 1)?;
            views.push(view.squeeze(3)?.squeeze(1)?.contiguous()?);
        }
    }
    Ok((views, r.out_h, r.out_w))
}

/// `before` elements of `fill` along `dim`, then as many as make it `size` long (or it is cut).
fn pad(x: &Tensor, dim: usize, before: usize, size: usize, fill: f32) -> Result<Tensor> {
    let mut shape = x.dims().to_vec();
    let keep = shape[dim].min(size.saturating_sub(before));
    let after = size.saturating_sub(before + keep);
    let block = |shape: &mut Vec<usize>, n: usize| {
        shape[dim] = n;
        Tensor::full(fill, shape.as_slice(), x.device())
    };
    let mut parts = Vec::new();
    if before > 0 {
        parts.push(block(&mut shape, before)?);
    }
    parts.push(x.narrow(dim, 0, keep)?);
    if after > 0 {
        parts.push(block(&mut shape, after)?);
    }
    if parts.len() == 1 { parts[0].contiguous() } else { Tensor::cat(&parts, dim) }
}

/// `weight` is `[O, kh, kw, I]`.
pub(super) fn convolution(x: &Tensor, weight: &Tensor, window: &Window) -> Result<Tensor> {
    let o = weight.dim(0)?;
    let matrix = weight.reshape((o, ()))?;
    let (columns, h, w) = if window.kernel == [1, 1] && window.stride == [1, 1] {
        let (h, w, _) = x.dims3()?;
        (x.clone(), h, w)
    } else {
        let (views, h, w) = taps(x, window, 0.0)?;
        (Tensor::cat(&views, 2)?, h, w)
    };
    columns.reshape((h * w, ()))?.matmul(&matrix.t()?)?.reshape((h, w, o))
}

/// `weight` is `[kh, kw, C]`.
pub(super) fn depthwise(x: &Tensor, weight: &Tensor, window: &Window) -> Result<Tensor> {
    if x.device().is_cpu() && weight.dim(2)? == x.dim(2)? {
        return x.contiguous()?.apply_op2_no_bwd(&weight.contiguous()?, &Depthwise(*window));
    }
    depthwise_shifted(x, weight, window)
}

/// The same as a sum of shifted products, for other devices.
pub(super) fn depthwise_shifted(x: &Tensor, weight: &Tensor, window: &Window) -> Result<Tensor> {
    let (views, h, w) = taps(x, window, 0.0)?;
    let [_, kw] = window.kernel;
    let mut sum = Tensor::zeros((h, w, x.dim(2)?), x.dtype(), x.device())?;
    for (i, view) in views.iter().enumerate() {
        let tap = weight.narrow(0, i / kw, 1)?.narrow(1, i % kw, 1)?.flatten_all()?;
        sum = (sum + view.broadcast_mul(&tap)?)?;
    }
    Ok(sum)
}

/// `weight` is `[O, s, s, I]`.
pub(super) fn deconvolution(x: &Tensor, weight: &Tensor, stride: usize) -> Result<Tensor> {
    let (h, w, i) = x.dims3()?;
    let o = weight.dim(0)?;
    let matrix = weight.permute((1, 2, 0, 3))?.reshape((stride * stride * o, i))?;
    let y = x.reshape((h * w, i))?.matmul(&matrix.t()?)?;
    y.reshape((h, w, stride, stride, o))?.permute((0, 2, 1, 3, 4))?.reshape((h * stride, w * stride, o))
}

/// Nearest-neighbour enlargement by a whole factor.
pub(super) fn enlarge(x: &Tensor, factor: usize) -> Result<Tensor> {
    if factor == 1 {
        return Ok(x.clone());
    }
    let (h, w, c) = x.dims3()?;
    x.reshape((h, 1, w, 1, c))?.broadcast_as((h, factor, w, factor, c))?.reshape((h * factor, w * factor, c))
}

/// Twice the size, bilinear with half-pixel centres: along each side in turn, every other pixel is
/// three quarters of its nearest neighbour and a quarter of the one before, the rest of the one
/// after.
pub(super) fn enlarge_bilinear(x: &Tensor) -> Result<Tensor> {
    let (h, w, c) = x.dims3()?;
    enlarge_side(&enlarge_side(x, 0)?, 1)?.reshape((2 * h, 2 * w, c))
}

fn enlarge_side(x: &Tensor, dim: usize) -> Result<Tensor> {
    let n = x.dim(dim)?;
    let (first, last) = (x.narrow(dim, 0, 1)?, x.narrow(dim, n - 1, 1)?);
    let before = Tensor::cat(&[&first, &x.narrow(dim, 0, n - 1)?], dim)?;
    let after = Tensor::cat(&[&x.narrow(dim, 1, n - 1)?, &last], dim)?;
    let near = (x * 0.75)?;
    let mixed = [(&near + before * 0.25)?, (&near + after * 0.25)?];
    let mut shape = x.dims().to_vec();
    shape[dim] = 2 * n;
    Tensor::stack(&mixed, dim + 1)?.reshape(shape)
}

/// The gate of squeeze-and-excitation, `[1, 1, C]`.
pub(super) fn gate(x: &Tensor, reduce: [&Tensor; 2], expand: [&Tensor; 2], slope: f32) -> Result<Tensor> {
    let c = x.dim(2)?;
    let mean = x.mean_keepdim((0, 1))?.reshape((1, c))?;
    let hidden = mean.matmul(&reduce[0].t()?)?.broadcast_add(reduce[1])?.relu()?;
    let score = hidden.matmul(&expand[0].t()?)?.broadcast_add(expand[1])?;
    score.affine(f64::from(slope), 0.5)?.clamp(0f32, 1f32)?.reshape((1, 1, c))
}

pub(super) fn max_pool(x: &Tensor, window: &Window) -> Result<Tensor> {
    let (views, ..) = taps(x, window, f32::MIN)?;
    views.iter().skip(1).try_fold(views[0].clone(), |best, view| best.maximum(view))
}

pub(super) fn average_pool(x: &Tensor, window: &Window) -> Result<Tensor> {
    let (views, ..) = taps(x, window, 0.0)?;
    let sum = views.iter().skip(1).try_fold(views[0].clone(), |sum, view| sum + view)?;
    sum * (1.0 / views.len() as f64)
}

/// `x` is `[1, T, 3·C]`.
pub(super) fn attention(x: &Tensor, heads: usize, scale: f32) -> Result<Tensor> {
    let (h, t, c3) = x.dims3()?;
    if h != 1 || heads == 0 || !c3.is_multiple_of(3 * heads) {
        candle_core::bail!("attention over {h} x {t} x {c3} with {heads} heads");
    }
    let head = c3 / 3 / heads;
    let parts = x.reshape((t, 3, heads, head))?.permute((1, 2, 0, 3))?.contiguous()?;
    let (q, k, v) = (parts.get(0)?, parts.get(1)?, parts.get(2)?);
    let scores = (q.matmul(&k.t()?)? * f64::from(scale))?;
    let mixed = softmax_last_dim(&scores)?.matmul(&v)?;
    mixed.transpose(0, 1)?.reshape((1, t, heads * head))
}

/// The best class of each position and its probability, `[h, w, 2]`.
pub(super) fn top1(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    let (h, w, c) = x.dims3()?;
    let matrix = weight.reshape((weight.dim(0)?, c))?;
    let logits = x.reshape((h * w, c))?.matmul(&matrix.t()?)?.broadcast_add(bias)?;
    let p = softmax_last_dim(&logits)?;
    let class = p.argmax_keepdim(D::Minus1)?.to_dtype(x.dtype())?;
    let best = p.max_keepdim(D::Minus1)?;
    Tensor::cat(&[class, best], 1)?.reshape((h, w, 2))
}

pub(super) fn activate(x: &Tensor, activation: Activation) -> Result<Tensor> {
    match activation {
        Activation::None => Ok(x.clone()),
        Activation::Relu => x.relu(),
        Activation::Relu6 => x.clamp(0f32, 6f32),
        Activation::Gelu => x.gelu_erf(),
        Activation::Silu => silu(x),
        Activation::HardSwish => x * ((x + 3.0)?.clamp(0f32, 6f32)? * (1.0 / 6.0))?,
        Activation::Sigmoid => sigmoid(x),
        Activation::LeakyRelu => x.maximum(&(x * f64::from(LEAKY_SLOPE))?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Padding;
    use candle_core::Device;

    fn wave(shape: &[usize], step: f32) -> Tensor {
        let n: usize = shape.iter().product();
        let data: Vec<f32> = (0..n).map(|i| (i as f32 * step).sin()).collect();
        Tensor::from_vec(data, shape, &Device::Cpu).expect("as many elements as the shape says")
    }

    fn assert_close(a: &Tensor, b: &Tensor, tolerance: f32) {
        assert_eq!(a.dims(), b.dims());
        let d = (a - b).and_then(|d| d.abs()?.max_all()?.to_scalar::<f32>()).expect("same shapes");
        assert!(d <= tolerance, "differ by {d}");
    }

    const WINDOWS: [([usize; 2], [usize; 2], Padding); 6] = [
        ([3, 3], [1, 1], Padding::Explicit([1; 4])),
        ([3, 3], [2, 1], Padding::Explicit([1; 4])),
        ([5, 5], [2, 2], Padding::Explicit([2; 4])),
        ([1, 7], [1, 1], Padding::Explicit([0, 3, 0, 3])),
        ([2, 2], [1, 1], Padding::Same),
        ([3, 3], [2, 2], Padding::Same),
    ];

    #[test]
    fn depthwise_agrees_with_shifted_products() -> Result<()> {
        for (kernel, stride, padding) in WINDOWS {
            let window = Window { kernel, stride, padding };
            let (x, w) = (wave(&[9, 11, 5], 0.7), wave(&[kernel[0], kernel[1], 5], 1.3));
            assert_close(&depthwise(&x, &w, &window)?, &depthwise_shifted(&x, &w, &window)?, 1e-5);
        }
        Ok(())
    }

    #[test]
    fn convolution_agrees_with_candle() -> Result<()> {
        for (kernel, stride, padding) in WINDOWS {
            let Padding::Explicit([p, q, ..]) = padding else { continue };
            if p != q || stride[0] != stride[1] {
                continue;
            }
            let window = Window { kernel, stride, padding };
            let (x, w) = (wave(&[9, 11, 5], 0.7), wave(&[4, kernel[0], kernel[1], 5], 1.3));
            let theirs = x
                .permute((2, 0, 1))?
                .unsqueeze(0)?
                .conv2d(&w.permute((0, 3, 1, 2))?.contiguous()?, p, stride[0], 1, 1)?
                .squeeze(0)?
                .permute((1, 2, 0))?
                .contiguous()?;
            assert_close(&convolution(&x, &w, &window)?, &theirs, 1e-4);
        }
        Ok(())
    }

    #[test]
    fn deconvolution_agrees_with_candle() -> Result<()> {
        let (x, w) = (wave(&[4, 5, 6], 0.7), wave(&[3, 2, 2, 6], 1.3));
        let theirs = x
            .permute((2, 0, 1))?
            .unsqueeze(0)?
            .contiguous()?
            .conv_transpose2d(&w.permute((3, 0, 1, 2))?.contiguous()?, 0, 0, 2, 1)?
            .squeeze(0)?
            .permute((1, 2, 0))?
            .contiguous()?;
        assert_close(&deconvolution(&x, &w, 2)?, &theirs, 1e-4);
        Ok(())
    }

    #[test]
    fn pooling_never_lets_padding_win() -> Result<()> {
        let x = (wave(&[3, 3, 2], 0.9) - 5.0)?;
        let window = Window { kernel: [2, 2], stride: [1, 1], padding: Padding::Same };
        let y = max_pool(&x, &window)?;
        assert_eq!(y.dims(), [3, 3, 2]);
        let corner: Vec<f32> = y.get(2)?.get(2)?.to_vec1()?;
        assert_eq!(corner, x.get(2)?.get(2)?.to_vec1::<f32>()?);
        Ok(())
    }

    #[test]
    fn bilinear_enlargement_of_a_ramp_is_a_ramp_with_flat_ends() -> Result<()> {
        let x = Tensor::new(&[[[0f32], [4.0], [8.0]], [[16.0], [20.0], [24.0]]], &Device::Cpu)?;
        let y = enlarge_bilinear(&x)?.squeeze(2)?.to_vec2::<f32>()?;
        let row = |first: f32| [0.0, 1.0, 3.0, 5.0, 7.0, 8.0].map(|v: f32| v + first).to_vec();
        assert_eq!(y, [row(0.0), row(4.0), row(12.0), row(16.0)]);
        let one = Tensor::new(&[[[7f32]]], &Device::Cpu)?;
        assert_eq!(enlarge_bilinear(&one)?.flatten_all()?.to_vec1::<f32>()?, [7.0; 4]);
        Ok(())
    }

    #[test]
    fn enlargement_repeats_pixels() -> Result<()> {
        let x = wave(&[2, 3, 4], 0.9);
        let y = enlarge(&x, 4)?;
        assert_eq!(y.dims(), [8, 12, 4]);
        assert_eq!(y.get(5)?.get(9)?.to_vec1::<f32>()?, x.get(1)?.get(2)?.to_vec1::<f32>()?);
        Ok(())
    }
}
