//! The fast executor against the candle reference, value by value.

use std::path::PathBuf;
use std::sync::Arc;

use glimpse_kernels::Kernels;

use super::session::Output;
use super::session::Session;
use super::{Fusion, Model, Pool};
use crate::pack::{Manifest, Pack};
use crate::read::CancelToken;
use crate::reference::{Reference, ReferenceInput, ReferenceOptions, ReferenceValue};

fn pack(id: &str) -> Arc<Pack> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let manifest = Manifest::read(&folder).expect("assets/packs.toml");
    Arc::new(manifest.open(&folder, id).expect("pack (f32 packs: `make packs-f32`)"))
}

/// A picture with strokes on paper, so that the networks see edges as of text.
fn picture(h: usize, w: usize) -> Vec<u8> {
    let mut seed = 99u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    let mut rgb: Vec<u8> = (0..h * w * 3).map(|_| 215 + (next() % 30) as u8).collect();
    for _ in 0..h * w / 150 {
        let (y, x, ink) = (next() % h, next() % w, (next() % 60) as u8);
        let (tall, wide) = if next() % 2 == 0 { (12, 2) } else { (2, 9) };
        for yy in y..(y + tall).min(h) {
            for xx in x..(x + wide).min(w) {
                rgb[(yy * w + xx) * 3..][..3].fill(ink);
            }
        }
    }
    rgb
}

fn to_rgbx(rgb: &[u8], out: &mut [u8]) {
    for (x, p) in out.chunks_exact_mut(4).zip(rgb.chunks_exact(3)) {
        x.copy_from_slice(&[p[0], p[1], p[2], 0]);
    }
}

/// Root of the mean squared difference over that of the reference.
fn distance(fast: &[f32], reference: &[f32]) -> f64 {
    let square = |v: f32| f64::from(v) * f64::from(v);
    let error: f64 = fast.iter().zip(reference).map(|(a, b)| square(a - b)).sum();
    let power: f64 = reference.iter().map(|b| square(*b)).sum();
    (error / power.max(1e-12)).sqrt()
}

fn reals(output: Output<'_>, quant: Option<crate::graph::Quant>) -> Vec<f32> {
    match (output, quant) {
        (Output::U8(b), Some(q)) => {
            b.iter().map(|b| (f32::from(*b) - f32::from(q.zero_point)) * q.scale).collect()
        }
        (Output::F32(v), _) => v.to_vec(),
        (Output::U8(_), None) => panic!("bytes without a quantization"),
    }
}

/// Runs both on the same picture and returns each value's name and [`distance`].
fn compare(pack: &Arc<Pack>, kernels: &'static Kernels, [h, w]: [usize; 2]) -> Vec<(String, f64)> {
    let rgb = picture(h, w);
    let reference = Reference::open(pack).expect("reference");
    let expected: Vec<ReferenceValue> = reference
        .run(ReferenceInput::Rgb(&rgb), h, w, ReferenceOptions { fake_quant: true })
        .expect("reference run");
    let model = Model::compile(pack.clone(), kernels, Fusion::Off).expect("compile");
    let pool = Pool::new(2).expect("pool");
    let mut session = Session::new(2);
    let finished = session
        .run(&model, [h, w], |input| to_rgbx(&rgb, input), &pool, None, &CancelToken::new())
        .expect("run");
    let graph = model.graph();
    (0..graph.values.len())
        .map(|v| {
            let (output, shape) = finished.value(&model, v);
            assert_eq!(shape, [expected[v].shape[0], expected[v].shape[1]], "{}", graph.values[v].name);
            let fast = reals(output, graph.values[v].quant);
            (graph.values[v].name.clone(), distance(&fast, &expected[v].data))
        })
        .collect()
}

fn check(id: &str, shape: [usize; 2], tolerance: f64) {
    let pack = pack(id);
    for kernels in Kernels::available() {
        let rows = compare(&pack, kernels, shape);
        let (name, worst) = rows.iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("values");
        println!("{id} {shape:?} on {}: largest distance {worst:.2e} at {name}", kernels.isa().name());
        for (name, distance) in &rows {
            assert!(*distance <= tolerance, "{id} on {}: {name} is {distance} off", kernels.isa().name());
        }
    }
}

/// Rounding of `f32` sums in another order.
const F32_TOLERANCE: f64 = 2e-3;
/// Rounding to neighbouring bytes, which later layers carry on.
const INT8_TOLERANCE: f64 = 0.06;

#[test]
fn int8_detector_follows_the_reference() {
    check("ocr-det-int8", [96, 160], INT8_TOLERANCE);
}

#[test]
fn int8_recognizer_follows_the_reference() {
    check("ocr-rec-int8", [48, 200], INT8_TOLERANCE);
}

#[test]
fn f32_detector_follows_the_reference() {
    check("ocr-det-f32", [96, 160], F32_TOLERANCE);
}

#[test]
fn f32_recognizer_follows_the_reference() {
    check("ocr-rec-f32", [48, 200], F32_TOLERANCE);
}

/// Fused and unfused runs, one thread and several, every instruction set: the same bytes.
#[test]
fn every_way_of_running_gives_the_same_bytes() {
    for (id, shape) in [("ocr-det-int8", [64, 96]), ("ocr-rec-int8", [48, 104])] {
        let pack = pack(id);
        let rgb = picture(shape[0], shape[1]);
        let mut first: Option<Vec<f32>> = None;
        for kernels in Kernels::available() {
            for fusion in [Fusion::Off, Fusion::On] {
                let model = Model::compile(pack.clone(), kernels, fusion).expect("compile");
                for threads in [1, 3] {
                    let pool = Pool::new(threads).expect("pool");
                    let mut session = Session::new(threads);
                    let cancel = CancelToken::new();
                    let finished = session
                        .run(&model, shape, |input| to_rgbx(&rgb, input), &pool, None, &cancel)
                        .expect("run");
                    let (output, _) = finished.output(&model);
                    let quant = model.graph().values[model.graph().outputs[0]].quant;
                    let got = reals(output, quant);
                    // The recognizer's neck is real: its rounding differs between instruction sets.
                    let near = |a: &f32, b: &f32| (a - b).abs() <= if quant.is_some() { 0.0 } else { 2e-2 };
                    let expected = first.get_or_insert_with(|| got.clone());
                    let same = expected.iter().zip(&got).filter(|(a, b)| near(a, b)).count();
                    assert!(
                        same * 100 >= got.len() * if quant.is_some() { 100 } else { 95 },
                        "{id} on {} {fusion:?} {threads} threads: {same} of {}",
                        kernels.isa().name(),
                        got.len()
                    );
                }
            }
        }
    }
}
