//! How far the quantized model is from `f32`, value by value and at the output.

use std::io::Write;
use std::path::PathBuf;

use glimpse_engine::graph::{Graph, Op};
use glimpse_engine::reference::{Reference, ReferenceInput, ReferenceOptions, ReferenceValue};

use crate::calibrate::{Calibration, pictures};
use crate::error::{Error, Result};
use crate::import::Imported;
use crate::quantize::{equalize, quantize};

/// Runs both on the pictures at `paths` and prints the ratio of signal to quantization noise of
/// every value and the agreement of the outputs.
pub(crate) fn compare(
    imported: &Imported,
    calibration: &Calibration,
    paths: &[PathBuf],
    layers: bool,
) -> Result<()> {
    let mut plain = imported.clone();
    equalize(&mut plain, &calibration.channel_scales(&imported.graph)?)?;
    let int8 = quantize(imported, calibration)?;
    let plain = Reference::new(plain.graph, &plain.tensors)?;
    let int8 = Reference::new(int8.graph, &int8.tensors)?;
    let graph = int8.graph();
    let mut noise = vec![(0f64, 0f64); graph.values.len()];
    let mut agreement = Agreement::default();
    for path in paths {
        let p = pictures::open(path, graph.input.multiple_of)?;
        let input = ReferenceInput::Rgb(&p.rgb);
        let exact = plain.run(input, p.height, p.width, ReferenceOptions::default())?;
        let options = ReferenceOptions { fake_quant: true };
        let mut output = ReferenceValue::default();
        int8.visit(input, p.height, p.width, options, |id, value| {
            let value = value.read()?;
            for (a, b) in exact[id].data.iter().zip(&value.data) {
                noise[id].0 += f64::from(*a).powi(2);
                noise[id].1 += f64::from(a - b).powi(2);
            }
            if Some(&id) == graph.outputs.first() {
                output = value;
            }
            Ok(())
        })?;
        let id = graph.outputs.first().copied().unwrap_or_default();
        agreement.add(graph, &p.name, &exact[id], &output);
    }
    let mut text = String::new();
    if layers {
        for (value, (signal, error)) in graph.values.iter().zip(&noise).skip(1) {
            text.push_str(&format!("{:24} {:6.1} dB\n", value.name, 10.0 * (signal / error).log10()));
        }
    }
    text.push_str(&agreement.report());
    std::io::stdout().write_all(text.as_bytes()).map_err(|e| Error::io("standard output", e))
}

/// Agreement of the outputs over pictures.
#[derive(Default)]
struct Agreement {
    /// Intersection over union of the masks, a picture.
    overlaps: Vec<f64>,
    /// Pixels of intersection and union over all pictures.
    mask: (u64, u64),
    /// Pictures whose best classes, decoded, are the same; all.
    same: (u32, u32),
    worst: Vec<(f64, String)>,
}

/// Threshold of the detector's probability map.
const MASK: f32 = 0.3;

impl Agreement {
    fn add(&mut self, graph: &Graph, name: &str, a: &ReferenceValue, b: &ReferenceValue) {
        let reads = graph.nodes.iter().any(|n| matches!(n.op, Op::Top1 { .. }));
        if reads || graph.nodes.last().is_some_and(|n| n.op == Op::Softmax) {
            let same = if reads { decode(a) == decode(b) } else { best(a) == best(b) };
            self.same = (self.same.0 + u32::from(same), self.same.1 + 1);
            if !same {
                self.worst.push((0.0, name.to_owned()));
            }
            return;
        }
        let (mut both, mut any) = (0, 0);
        for (x, y) in a.data.iter().zip(&b.data) {
            both += u64::from(*x > MASK && *y > MASK);
            any += u64::from(*x > MASK || *y > MASK);
        }
        self.mask = (self.mask.0 + both, self.mask.1 + any);
        if any > 0 {
            let overlap = both as f64 / any as f64;
            self.overlaps.push(overlap);
            self.worst.push((overlap, name.to_owned()));
        }
    }

    fn report(mut self) -> String {
        self.worst.sort_by(|a, b| a.0.total_cmp(&b.0));
        let worst: Vec<String> = self.worst.iter().take(5).map(|(o, n)| format!("{n} {o:.3}")).collect();
        let worst = worst.join(", ");
        if self.same.1 > 0 {
            return format!("same result {} of {}; not: {worst}\n", self.same.0, self.same.1);
        }
        let mean = self.overlaps.iter().sum::<f64>() / self.overlaps.len().max(1) as f64;
        let total = self.mask.0 as f64 / self.mask.1.max(1) as f64;
        format!("mask overlap {total:.4} of all pixels, {mean:.4} mean of pictures; least: {worst}\n")
    }
}

/// The most probable class.
fn best(probabilities: &ReferenceValue) -> Option<usize> {
    let data = &probabilities.data;
    (0..data.len()).max_by(|a, b| data[*a].total_cmp(&data[*b]))
}

/// Greedy CTC: classes without repetitions and blanks.
fn decode(top1: &ReferenceValue) -> Vec<u32> {
    let mut last = 0;
    let mut classes = Vec::new();
    for pair in top1.data.chunks_exact(2) {
        let class = pair[0] as u32;
        if class != last && class != 0 {
            classes.push(class);
        }
        last = class;
    }
    classes
}
