//! What runs is what is asked for, on pictures and on other networks' values.

use std::sync::Arc;

use glimpse_kernels::Kernels;

use super::{Feed, Fusion, Model, Output, Pool, Request, Session, Wanted};
use crate::graph::{Activation, Graph, Input, Node, Op, Quant, Value};
use crate::pack::{Pack, PackHeader, pack_bytes};
use crate::read::CancelToken;
use crate::{ErrorCode, Precision};

/// `x → relu → [mean, relu6]` on values of three channels.
fn model(quant: Option<Quant>) -> Model {
    let value = |name: &str| Value { name: name.into(), channels: 3, quant };
    let node = |name: &str, op, input, output| Node { name: name.into(), op, inputs: vec![input], output };
    let graph = Graph {
        name: "test".into(),
        input: Input { scale: 1.0, offset: 0.0, shift: [0.0; 3], multiple_of: [1, 1], fixed: [0, 0] },
        values: ["x", "relu", "mean", "relu6"].map(value).to_vec(),
        nodes: vec![
            node("relu", Op::Activate { activation: Activation::Relu }, 0, 1),
            node("mean", Op::GlobalAvgPool, 1, 2),
            node("relu6", Op::Activate { activation: Activation::Relu6 }, 1, 3),
        ],
        outputs: vec![2, 3],
    };
    let header = PackHeader {
        id: "test".into(),
        precision: Precision::F32,
        licence: String::new(),
        provenance: String::new(),
        calibration: String::new(),
    };
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("test.safetensors");
    std::fs::write(&path, pack_bytes(&header, &graph, &[])).expect("write");
    Model::compile(Arc::new(Pack::open(&path).expect("pack")), Kernels::best(), Fusion::On).expect("compile")
}

const X: [f32; 12] = [1.0, -2.0, 8.0, 3.0, -4.0, 0.0, 5.0, 6.0, 0.0, 7.0, -8.0, 4.0];

fn request(feed: Feed<'_>, wanted: Wanted) -> Request<'_> {
    Request { shape: [2, 2], feed, wanted, allowed: None }
}

#[test]
fn only_the_steps_of_the_wanted_outputs_run() {
    let model = model(None);
    let (pool, cancel) = (Pool::single(), CancelToken::new());
    let mut session = Session::new(1);
    let names = |session: &mut Session, wanted| -> Vec<String> {
        let steps = session.profile(&model, &request(Feed::Reals(&X), wanted), &pool).expect("profile");
        steps.into_iter().map(|step| step.name).collect()
    };
    assert_eq!(names(&mut session, Wanted::FIRST), ["relu", "mean"]);
    assert_eq!(names(&mut session, Wanted::only([1])), ["relu", "relu6"]);
    assert_eq!(names(&mut session, Wanted::ALL), ["relu", "mean", "relu6"]);

    let finished = session.run(&model, &request(Feed::Reals(&X), Wanted::ALL), &pool, &cancel).expect("run");
    assert_eq!(finished.reals(0).expect("mean"), [4.0, 1.5, 3.0]);
    assert_eq!(
        finished.reals(1).expect("relu6"),
        [1.0, 0.0, 6.0, 3.0, 0.0, 0.0, 5.0, 6.0, 0.0, 6.0, 0.0, 4.0]
    );
    let finished =
        session.run(&model, &request(Feed::Reals(&X), Wanted::FIRST), &pool, &cancel).expect("run");
    assert_eq!(finished.output(0).expect("mean").1, [1, 1]);
    assert_eq!(finished.output(1).expect_err("not asked for").code(), ErrorCode::Model);
    assert_eq!(finished.output(2).expect_err("there is none").code(), ErrorCode::Model);
}

#[test]
fn bytes_of_another_network_are_taken_as_they_are() {
    let quant = Quant { scale: 0.5, zero_point: 4 };
    let model = model(Some(quant));
    let bytes = X.map(|x| (x * 2.0) as i32 + 4).map(|b| b.clamp(0, 255) as u8);
    let mut session = Session::new(1);
    let finished = session
        .run(&model, &request(Feed::Bytes(&bytes), Wanted::ALL), &Pool::single(), &CancelToken::new())
        .expect("run");
    assert!(matches!(finished.output(0).expect("mean").0, Output::U8([12, 7, 10])));
    assert_eq!(finished.reals(0).expect_err("quantized").code(), ErrorCode::Model);
}

#[test]
fn an_input_that_does_not_fit_is_refused() {
    let (real, quantized) = (model(None), model(Some(Quant { scale: 0.5, zero_point: 4 })));
    let picture = |input: &mut [u8]| input.fill(0);
    let bytes = [0; 12];
    let cases = [
        (&real, Feed::Reals(&X[1..])),
        (&real, Feed::Bytes(&bytes)),
        (&real, Feed::Picture(&picture)),
        (&quantized, Feed::Reals(&X)),
        (&quantized, Feed::Bytes(&bytes[1..])),
    ];
    for (model, feed) in cases {
        let mut session = Session::new(1);
        let error = session
            .run(model, &request(feed, Wanted::ALL), &Pool::single(), &CancelToken::new())
            .expect_err("does not fit");
        assert_eq!(error.code(), ErrorCode::Model, "{feed:?}");
    }
}
