//! The two passes over the pictures: channel ranges, then distributions of the equalized values.

use std::collections::BTreeMap;
use std::path::PathBuf;

use glimpse_engine::graph::{Graph, Op, ValueId};
use glimpse_engine::reference::{Reference, ReferenceInput, ReferenceOptions, ReferenceValue};

use super::histogram::Histogram;
use super::{Calibration, pictures, rounded};
use crate::error::{Error, Result};
use crate::import::Imported;
use crate::quantize::{ChannelScales, equalize, is_quantized, takes_picture, tied_channels};

/// How to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MeasureOptions {
    /// How far channels are equalized: 0 not at all, 1 to equal ranges.
    pub(crate) strength: f32,
    /// Exponent of the error that clipping weighs against rounding.
    pub(crate) power: f64,
}

/// Smallest factor between the ranges of two channels of a value that is made up for.
const LEAST_SCALE: f32 = 1.0 / 64.0;

/// The model that a model's input comes from, where it is not a picture.
pub(crate) struct Upstream {
    /// The model.
    pub(crate) model: Imported,
    /// Which of its outputs.
    pub(crate) output: usize,
    /// How it is quantized: both models must hold the value on the same grid.
    pub(crate) calibration: Calibration,
}

impl Upstream {
    /// The value that it hands on.
    fn value(&self) -> Result<ValueId> {
        let value = self.model.graph.outputs.get(self.output).copied();
        value.ok_or_else(|| Error::Calibration(format!("{} has no such output", self.model.graph.name)))
    }

    /// Lowest and highest value on that value's grid.
    fn range(&self) -> Result<[f64; 2]> {
        let name = &self.model.graph.values[self.value()?].name;
        let range = self.calibration.ranges.get(name).copied();
        range.ok_or_else(|| Error::Calibration(format!("no range for {name}")))
    }
}

/// Measures `model` on the pictures at `paths`, which `upstream` sees first where there is one.
pub(crate) fn measure(
    model: &Imported,
    upstream: Option<&Upstream>,
    paths: &[PathBuf],
    data: String,
    options: MeasureOptions,
) -> Result<Calibration> {
    let graph = &model.graph;
    let mut ranges: Vec<ChannelRanges> =
        graph.values.iter().map(|v| ChannelRanges::new(v.channels)).collect();
    run(model, upstream, paths, |id, value| ranges[id].add(value))?;
    let scales = choose_scales(graph, &ranges, options.strength);
    let mut equalized = model.clone();
    equalize(&mut equalized, &scales)?;
    let mut found: Vec<Distribution> =
        ranges.iter().zip(&scales).map(|(range, scale)| Distribution::new(range, scale)).collect();
    run(&equalized, upstream, paths, |id, value| found[id].add(value))?;
    let mut calibration = assemble(graph, &scales, &found, data, options.power);
    if let Some(upstream) = upstream {
        calibration.ranges.insert(graph.values[0].name.clone(), upstream.range()?);
    }
    Ok(calibration)
}

fn run(
    model: &Imported,
    upstream: Option<&Upstream>,
    paths: &[PathBuf],
    mut see: impl FnMut(ValueId, &ReferenceValue),
) -> Result<()> {
    let load = |model: &Imported| Reference::new(model.graph.clone(), &model.tensors);
    let reference = load(model)?;
    let first = upstream.map(|u| Ok::<_, Error>((load(&u.model)?, u.value()?))).transpose()?;
    let options = ReferenceOptions::default();
    for path in paths {
        let source = upstream.map_or(model, |u| &u.model);
        let p = pictures::open(path, source.graph.input.multiple_of)?;
        let (mut h, mut w) = (p.height, p.width);
        let mut handed_on = ReferenceValue::default();
        let mut input = ReferenceInput::Rgb(&p.rgb);
        if let Some((first, output)) = &first {
            first.visit(input, h, w, options, |id, value| {
                if id == *output {
                    handed_on = value.read()?;
                }
                Ok(())
            })?;
            [h, w, _] = handed_on.shape;
            input = ReferenceInput::Real(&handed_on.data);
        }
        reference.visit(input, h, w, options, |id, value| {
            if is_quantized(&model.graph, id) {
                see(id, &value.read()?);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Extremes of each channel.
struct ChannelRanges {
    low: Vec<f32>,
    high: Vec<f32>,
    /// Sum over pictures of the largest magnitude.
    peak: Vec<f32>,
}

impl ChannelRanges {
    fn new(channels: usize) -> Self {
        Self { low: vec![0.0; channels], high: vec![0.0; channels], peak: vec![0.0; channels] }
    }

    fn add(&mut self, value: &ReferenceValue) {
        let c = value.shape[2];
        let mut peak = vec![0f32; c];
        for pixel in value.data.chunks_exact(c) {
            for (i, &x) in pixel.iter().enumerate() {
                self.low[i] = self.low[i].min(x);
                self.high[i] = self.high[i].max(x);
                peak[i] = peak[i].max(x.abs());
            }
        }
        self.peak.iter_mut().zip(peak).for_each(|(sum, p)| *sum += p);
    }
}

/// For each group of tied channels the geometric mean of its members' ranges relative to the
/// widest channel of their values, raised to `strength`.
fn choose_scales(graph: &Graph, ranges: &[ChannelRanges], strength: f32) -> ChannelScales {
    let tied = tied_channels(graph);
    let mut groups: BTreeMap<usize, (f32, u32)> = BTreeMap::new();
    for (id, value) in graph.values.iter().enumerate() {
        let widest = ranges[id].peak.iter().fold(0f32, |a, &b| a.max(b));
        for c in 0..value.channels {
            if let Some(group) = tied.group(id, c).filter(|_| widest > 0.0) {
                let relative = (ranges[id].peak[c] / widest).max(LEAST_SCALE);
                let entry = groups.entry(group).or_default();
                *entry = (entry.0 + relative.ln(), entry.1 + 1);
            }
        }
    }
    let scale = |group: usize| match groups.get(&group) {
        Some(&(sum, count)) => rounded(f64::from((sum / count as f32 * strength).exp()), 3) as f32,
        None => 1.0,
    };
    let of = |(id, v): (ValueId, &glimpse_engine::graph::Value)| {
        (0..v.channels).map(|c| tied.group(id, c).map_or(1.0, scale)).collect()
    };
    graph.values.iter().enumerate().map(of).collect()
}

/// Histogram and moments of an equalized value.
struct Distribution {
    histogram: Histogram,
    sum: Vec<f64>,
    square: Vec<f64>,
    count: u64,
}

impl Distribution {
    fn new(range: &ChannelRanges, scale: &[f32]) -> Self {
        let extreme =
            |v: &[f32], pick: fn(f32, f32) -> f32| v.iter().zip(scale).map(|(x, s)| x / s).fold(0f32, pick);
        let histogram = Histogram::new(extreme(&range.low, f32::min), extreme(&range.high, f32::max));
        let zeros = vec![0.0; scale.len()];
        Self { histogram, sum: zeros.clone(), square: zeros, count: 0 }
    }

    fn add(&mut self, value: &ReferenceValue) {
        self.histogram.add(&value.data);
        for pixel in value.data.chunks_exact(value.shape[2]) {
            self.count += 1;
            for (i, &x) in pixel.iter().enumerate() {
                self.sum[i] += f64::from(x);
                self.square[i] += f64::from(x * x);
            }
        }
    }
}

fn assemble(
    graph: &Graph,
    scales: &ChannelScales,
    found: &[Distribution],
    data: String,
    power: f64,
) -> Calibration {
    let mut calibration = Calibration {
        model: graph.name.clone(),
        data,
        scales: BTreeMap::new(),
        ranges: BTreeMap::new(),
        means: BTreeMap::new(),
        powers: BTreeMap::new(),
    };
    for (id, value) in graph.values.iter().enumerate() {
        if !is_quantized(graph, id) || (id == 0 && takes_picture(graph)) {
            continue;
        }
        let name = || value.name.clone();
        let each = |v: &[f64], digits| v.iter().map(|&x| rounded(x, digits)).collect::<Vec<f64>>();
        if scales[id].iter().any(|&s| s != 1.0) {
            let s: Vec<f64> = scales[id].iter().map(|&s| f64::from(s)).collect();
            calibration.scales.insert(name(), each(&s, 3));
        }
        let [low, high] = found[id].histogram.best_range(power).map(f64::from);
        calibration.ranges.insert(name(), [rounded(low, 5), rounded(high, 5)]);
        if feeds_weights(graph, id) {
            let n = found[id].count.max(1) as f64;
            let mean = |v: &[f64]| v.iter().map(|x| x / n).collect::<Vec<f64>>();
            calibration.means.insert(name(), each(&mean(&found[id].sum), 4));
            calibration.powers.insert(name(), each(&mean(&found[id].square), 3));
        }
    }
    calibration
}

fn feeds_weights(graph: &Graph, id: ValueId) -> bool {
    graph.nodes.iter().any(|n| {
        matches!(n.op, Op::Conv { .. } | Op::Deconv { .. } | Op::Top1 { .. }) && n.inputs.first() == Some(&id)
    })
}

impl MeasureOptions {
    /// Refuses values that mean nothing.
    pub(crate) fn checked(self) -> Result<Self> {
        if !(0.0..=1.0).contains(&self.strength) || !(1.0..=8.0).contains(&self.power) {
            return Err(Error::Calibration("--strength is 0 to 1, --power 1 to 8".into()));
        }
        Ok(self)
    }
}
