//! The fast executor against the candle reference, value by value.

#![allow(clippy::print_stdout, reason = "a test tells how far apart the two are")]

use std::sync::Arc;

use glimpse_kernels::Kernels;

use super::test_support::{pack, picture, reals, run};
use super::{Fusion, Model, Pool, Session};
use crate::pack::Pack;
use crate::reference::{Reference, ReferenceInput, ReferenceOptions, ReferenceValue};

/// Root of the mean squared difference over that of the reference.
fn distance(fast: &[f32], reference: &[f32]) -> f64 {
    let square = |v: f32| f64::from(v) * f64::from(v);
    let error: f64 = fast.iter().zip(reference).map(|(a, b)| square(a - b)).sum();
    let power: f64 = reference.iter().map(|b| square(*b)).sum();
    (error / power.max(1e-12)).sqrt()
}

/// Runs the fast executor on a picture, then each node of the reference on the fast executor's own
/// operands.
fn compare(pack: &Arc<Pack>, kernels: &'static Kernels, [h, w]: [usize; 2]) -> Vec<Row> {
    let rgb = picture(h, w);
    let reference = Reference::open(pack).expect("reference");
    let model = Model::compile(pack.clone(), kernels, Fusion::Off).expect("compile");
    let pool = Pool::new(2).expect("pool");
    let mut session = Session::new(2);
    let finished = run(&mut session, &model, [h, w], &rgb, &pool);
    let graph = model.graph();
    let fast = |v: usize| {
        let (output, [h, w]) = finished.value(v);
        let value = &graph.values[v];
        ReferenceValue { shape: [h, w, value.channels], data: reals(output, value.quant) }
    };
    let options = ReferenceOptions { fake_quant: true };
    graph
        .nodes
        .iter()
        .enumerate()
        .map(|(i, node)| {
            let operands: Vec<ReferenceValue> = node.inputs.iter().map(|v| fast(*v)).collect();
            let expected = reference.run_node(i, &operands, options).expect("node");
            let got = fast(node.output);
            assert_eq!(got.shape, expected.shape, "{}", node.name);
            let step = graph.values[node.output].quant.map(|q| q.scale);
            Row::new(node.name.clone(), step, &got.data, &expected.data)
        })
        .collect()
}

/// How far a node's results are from the reference's.
struct Row {
    name: String,
    /// [`distance`] of real results, 0 for quantized ones.
    distance: f64,
    /// Largest difference of quantized results, in steps.
    steps: f32,
    /// Share of quantized results that differ at all.
    share: f64,
}

impl Row {
    fn new(name: String, step: Option<f32>, got: &[f32], expected: &[f32]) -> Self {
        let Some(step) = step else {
            return Self { name, distance: distance(got, expected), steps: 0.0, share: 0.0 };
        };
        let steps = got.iter().zip(expected).map(|(a, b)| ((a - b) / step).abs());
        let differing = steps.clone().filter(|d| *d > 0.5).count();
        let share = differing as f64 / got.len().max(1) as f64;
        Self { name, distance: 0.0, steps: steps.fold(0.0, f32::max), share }
    }
}

fn check(id: &str, shape: [usize; 2]) {
    let pack = pack(id);
    for kernels in Kernels::available() {
        let isa = kernels.isa().name();
        let rows = compare(&pack, kernels, shape);
        let distance = rows.iter().map(|r| r.distance).fold(0.0, f64::max);
        let share = rows.iter().map(|r| r.share).fold(0.0, f64::max);
        println!(
            "{id} {shape:?} on {isa}: real results within {distance:.1e}, at most {:.2} % of bytes differ",
            100.0 * share
        );
        for row in &rows {
            assert!(row.distance <= REAL_TOLERANCE, "{id} on {isa}: {} is {} off", row.name, row.distance);
            assert!(row.steps < 1.5, "{id} on {isa}: {} is {} steps off", row.name, row.steps);
            assert!(row.share <= SHARE_TOLERANCE, "{id} on {isa}: {} of {} differ", row.share, row.name);
        }
    }
}

/// Rounding of `f32` sums in another order.
const REAL_TOLERANCE: f64 = 1e-4;
/// Bytes that lie between two steps and are rounded to the other one, most of them by the
/// polynomial of the integer GELU.
const SHARE_TOLERANCE: f64 = 0.2;

#[test]
fn int8_detector_follows_the_reference() {
    check("ocr-det-int8", [96, 160]);
}

#[test]
fn int8_recognizer_follows_the_reference() {
    check("ocr-rec-int8", [48, 200]);
}

#[test]
fn int8_objects_follow_the_reference() {
    check("find-int8", [96, 128]);
}

#[test]
fn f32_objects_follow_the_reference() {
    check("find-f32", [64, 96]);
}

#[test]
fn f32_detector_follows_the_reference() {
    check("ocr-det-f32", [96, 160]);
}

#[test]
fn f32_recognizer_follows_the_reference() {
    check("ocr-rec-f32", [48, 200]);
}

#[test]
fn int8_encoder_follows_the_reference() {
    check("see-int8", [224, 224]);
}

#[test]
fn f32_encoder_follows_the_reference() {
    check("see-f32", [224, 224]);
}

/// All errors together: the whole `f32` network against the reference.
#[test]
fn f32_networks_end_where_the_reference_ends() {
    for (id, [h, w]) in [
        ("ocr-det-f32", [64, 128]),
        ("ocr-rec-f32", [48, 136]),
        ("see-f32", [224, 224]),
        ("find-f32", [64, 96]),
    ] {
        let pack = pack(id);
        let rgb = picture(h, w);
        let reference = Reference::open(&pack).expect("reference");
        let values = reference
            .run(ReferenceInput::Rgb(&rgb), h, w, ReferenceOptions::default())
            .expect("reference run");
        let model = Model::compile(pack, Kernels::best(), Fusion::On).expect("compile");
        let mut session = Session::new(1);
        let finished = run(&mut session, &model, [h, w], &rgb, &Pool::single());
        let (output, _) = finished.output(0).expect("output");
        let distance = distance(&reals(output, None), &values[model.graph().outputs[0]].data);
        assert!(distance < 1e-3, "{id}: {distance}");
    }
}
