//! From an `f32` graph and a calibration to the `int8` graph, without any data: the same input
//! gives the same bytes.

mod decoder;
mod equalize;
mod plan;
mod weights;

use glimpse_engine::graph::{Graph, Op, Quant, ValueId};
use glimpse_engine::pack::{PackTensor, PackTensorData};

use crate::calibrate::Calibration;
use crate::error::{Error, Result};
use crate::import::Imported;

pub(crate) use equalize::{ChannelScales, equalize, tied_channels};
pub(crate) use plan::{is_quantized, takes_picture};
use weights::Kernel;

/// Quantizes an imported model as `calibration` says.
pub(crate) fn quantize(imported: &Imported, calibration: &Calibration) -> Result<Imported> {
    let mut model = imported.clone();
    let scales = calibration.channel_scales(&model.graph)?;
    equalize(&mut model, &scales)?;
    set_ranges(&mut model.graph, calibration)?;
    for index in 0..model.graph.nodes.len() {
        quantize_node(&mut model, index, calibration)?;
    }
    decoder::quantize_decoder(&mut model)?;
    Ok(model)
}

/// Gives every value that is quantized its step and zero point.
fn set_ranges(graph: &mut Graph, calibration: &Calibration) -> Result<()> {
    for id in 0..graph.values.len() {
        if !is_quantized(graph, id) {
            continue;
        }
        graph.values[id].quant = Some(if id == 0 && takes_picture(graph) {
            // Every byte of a picture is a value; what lies between steps is made up for in the
            // first bias.
            Quant { scale: graph.input.scale, zero_point: picture_zero(graph) }
        } else if is_probability(graph, id) {
            Quant { scale: 1.0 / 255.0, zero_point: 0 }
        } else {
            let name = &graph.values[id].name;
            let range = calibration.ranges.get(name);
            let [low, high] = range.ok_or_else(|| Error::Calibration(format!("no range for {name}")))?;
            quant_of(*low as f32, *high as f32)
        });
    }
    Ok(())
}

/// The output of a sigmoid.
fn is_probability(graph: &Graph, id: ValueId) -> bool {
    use glimpse_engine::graph::Activation::Sigmoid;
    graph.nodes.iter().any(|n| {
        let sigmoid = match &n.op {
            Op::Conv { activation, .. } | Op::Deconv { activation, .. } => *activation == Sigmoid,
            Op::Activate { activation } => *activation == Sigmoid,
            _ => false,
        };
        n.output == id && n.inputs.len() == 1 && sigmoid
    })
}

/// The grid of 256 steps over `low..=high` that has 0 on it.
pub(crate) fn quant_of(low: f32, high: f32) -> Quant {
    let (low, high) = (low.min(0.0), high.max(0.0));
    let scale = ((high - low) / 255.0).max(1e-8);
    let zero_point = (-low / scale).round_ties_even().clamp(0.0, 255.0) as u8;
    Quant { scale, zero_point }
}

fn quantize_node(model: &mut Imported, index: usize, calibration: &Calibration) -> Result<()> {
    let node = model.graph.nodes[index].clone();
    let Some(input) = node.inputs.first().map(|&i| &model.graph.values[i]) else { return Ok(()) };
    if input.quant.is_none() {
        return Ok(());
    }
    let kernel = match &node.op {
        Op::Conv { depthwise: true, .. } => Kernel::Depthwise,
        Op::Conv { .. } | Op::Deconv { .. } | Op::Top1 { .. } => Kernel::Dense,
        _ => return Ok(()),
    };
    let channels = input.channels;
    let picture = node.inputs[0] == 0 && takes_picture(&model.graph);
    let (means, powers) = if picture {
        (vec![0.0; channels], vec![1.0; channels])
    } else {
        calibration.moments(&input.name, channels)?
    };
    let position = |suffix: &str| {
        let name = format!("{}.{suffix}", node.name);
        let at = model.tensors.iter().position(|t| t.name == name);
        at.ok_or_else(|| Error::Calibration(format!("no tensor {name}")))
    };
    let (w, b) = (position("weight")?, position("bias")?);
    let PackTensorData::F32(weight) = &model.tensors[w].data else {
        return Err(Error::Calibration(format!("{} is quantized already", node.name)));
    };
    let PackTensorData::F32(bias) = &model.tensors[b].data else {
        return Err(Error::Calibration(format!("{} has no f32 bias", node.name)));
    };
    let done = weights::quantize_kernel(weight, bias, kernel, &means, &powers);
    let mut bias = done.bias;
    if picture {
        correct_input(&mut bias, &done.weight, &done.scale, &model.graph);
    }
    model.tensors[w].data = PackTensorData::I8(done.weight);
    model.tensors[b].data = PackTensorData::F32(bias);
    let name = format!("{}.scale", node.name);
    model.tensors.push(PackTensor {
        name,
        shape: vec![done.scale.len()],
        data: PackTensorData::F32(done.scale),
    });
    Ok(())
}

/// The byte nearest to 0 in a picture, the upper one of two that are equally near.
fn picture_zero(graph: &Graph) -> u8 {
    // The quotient of two rounded numbers may lie a little below the half that it means.
    (-graph.input.offset / graph.input.scale + 1e-3).round().clamp(0.0, 255.0) as u8
}

/// A byte stands for `byte × scale + offset + shift`, its grid for `(byte − zero) × scale`: the
/// difference goes into the bias of the first convolution.
fn correct_input(bias: &mut [f32], weight: &[i8], scale: &[f32], graph: &Graph) {
    let input = &graph.input;
    let gap = input.offset + f32::from(picture_zero(graph)) * input.scale;
    let run = weight.len() / bias.len();
    for (o, b) in bias.iter_mut().enumerate() {
        let row = &weight[o * run..][..run];
        let sum: i32 = row.iter().map(|&q| i32::from(q)).sum();
        *b += gap * sum as f32 * scale[o];
        for (channel, shift) in input.shift.iter().enumerate().filter(|(_, shift)| **shift != 0.0) {
            let sum: i32 = row.iter().skip(channel).step_by(4).map(|&q| i32::from(q)).sum();
            *b += shift * sum as f32 * scale[o];
        }
    }
}
