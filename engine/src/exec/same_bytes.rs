//! Whole networks of the repository's packs on every instruction set, against plain Rust.

#![allow(clippy::print_stdout, reason = "a test tells which instruction sets ran")]

use glimpse_kernels::Kernels;

use super::test_support::{pack, picture, reals, run};
use super::{Fusion, Model, Pool, Session};

/// Fused and unfused steps, one thread and several, every instruction set: the same bytes.
fn check(id: &str, shape: [usize; 2]) {
    let pack = pack(id);
    let rgb = picture(shape[0], shape[1]);
    let mut first: Option<Vec<f32>> = None;
    for kernels in Kernels::available() {
        for (fusion, threads) in [(Fusion::Off, 1), (Fusion::On, 3)] {
            let model = Model::compile(pack.clone(), kernels, fusion).expect("compile");
            let pool = Pool::new(threads).expect("pool");
            let mut session = Session::new(threads);
            let finished = run(&mut session, &model, shape, &rgb, &pool);
            let (output, _) = finished.output(0).expect("output");
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
        println!("{id} {shape:?}: {} gives what plain Rust gives", kernels.isa().name());
    }
}

#[test]
fn detector_of_text() {
    check("ocr-det-int8", [64, 96]);
}

#[test]
fn recognizer() {
    check("ocr-rec-int8", [48, 104]);
}

#[test]
fn encoder() {
    check("see-int8", [224, 224]);
}

#[test]
fn detector_of_objects() {
    check("find-int8", [96, 64]);
}
