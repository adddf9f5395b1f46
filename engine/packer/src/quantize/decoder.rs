//! The caption decoder's matrices in 8 bits. Its rows are quantized as they run, so no ranges are
//! needed; what a layer norm lets through is known from its weight and bias.

use glimpse_engine::pack::{PackTensor, PackTensorData};

use super::weights::{Kernel, quantize_kernel};
use crate::error::{Error, Result};
use crate::import::Imported;
use crate::import::caption::matrices;

/// Quantizes the decoder's matrices, by output, where `model` has a decoder.
pub(super) fn quantize_decoder(model: &mut Imported) -> Result<()> {
    let has = |name: &str| model.tensors.iter().any(|t| t.name == name);
    let layers = (0..).take_while(|l| has(&format!("layers.{l}.ffn.up.weight"))).count();
    if layers == 0 {
        return Ok(());
    }
    for matrix in matrices(layers) {
        let weight_name = format!("{}.weight", matrix.name);
        let (w, weight) = reals(model, &weight_name)?;
        let (b, bias) = reals(model, &matrix.bias)?;
        let columns = model.tensors[w].shape.get(1).copied().unwrap_or_default();
        let (means, powers) = match &matrix.norm {
            // Normalized channels have mean 0 and power 1 before weight and bias.
            Some(norm) => {
                let (_, gamma) = reals(model, &format!("{norm}.weight"))?;
                let (_, beta) = reals(model, &format!("{norm}.bias"))?;
                let powers = gamma.iter().zip(&beta).map(|(g, b)| g * g + b * b).collect();
                (beta, powers)
            }
            None => (vec![0.0; columns], vec![1.0; columns]),
        };
        if means.len() != columns || bias.len() * columns != weight.len() || columns == 0 {
            return Err(Error::Calibration(format!("{weight_name} does not fit what feeds it")));
        }
        let done = quantize_kernel(&weight, &bias, Kernel::Dense, &means, &powers);
        model.tensors[w].data = PackTensorData::I8(done.weight);
        model.tensors[b].data = PackTensorData::F32(done.bias);
        model.tensors.push(PackTensor {
            name: format!("{}.scale", matrix.name),
            shape: vec![done.scale.len()],
            data: PackTensorData::F32(done.scale),
        });
    }
    Ok(())
}

/// Index and elements of the real tensor `name`.
fn reals(model: &Imported, name: &str) -> Result<(usize, Vec<f32>)> {
    let found = model.tensors.iter().enumerate().find(|(_, t)| t.name == name);
    match found.map(|(at, t)| (at, &t.data)) {
        Some((at, PackTensorData::F32(data))) => Ok((at, data.clone())),
        _ => Err(Error::Calibration(format!("no real tensor {name}"))),
    }
}
