//! The reader on a small model, on damaged ones and on lies.

use super::Model;
use super::model::TensorData;
use crate::error::{Error, Result};

/// A placeholder, a constant of two halves and one of an integer, and their sum; nodes out of order.
const GRAPH: &str = r#"{
  "format": "graph-model",
  "modelTopology": {"node": [
    {"name": "sum", "op": "Add", "input": ["x", "w", "^x"], "attr": {"strides": {"list": {"i": ["1", 2]}},
      "padding": {"s": "VkFMSUQ="}, "alpha": {"f": 0.1}, "half_pixel_centers": {"b": true}}},
    {"name": "w", "op": "Const"},
    {"name": "n", "op": "Const"},
    {"name": "x", "op": "Placeholder"}
  ]},
  "weightsManifest": [{"paths": ["a.bin"], "weights": [
    {"name": "w", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
    {"name": "n", "shape": [], "dtype": "int32"}
  ]}]
}"#;
const WEIGHTS: [u8; 8] = [0x00, 0x3c, 0x00, 0xc0, 7, 0, 0, 0];

fn parse(json: &str, weights: &[u8]) -> Result<Model> {
    Model::parse("test.json", json.as_bytes(), weights)
}

fn refused(json: &str, weights: &[u8], about: &str) {
    match parse(json, weights) {
        Err(Error::Source { reason, .. }) => assert!(reason.contains(about), "{reason}"),
        other => panic!("{other:?} instead of an error about {about}"),
    }
}

#[test]
fn a_model_is_read() -> Result<()> {
    let model = parse(GRAPH, &WEIGHTS)?;
    let names: Vec<&str> = model.nodes.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names, ["x", "sum"]);
    assert_eq!(model.constants["w"].data, TensorData::F32(vec![1.0, -2.0]));
    assert_eq!(model.constants["n"].data, TensorData::I32(vec![7]));
    let sum = &model.nodes[1];
    assert_eq!(sum.inputs, ["x", "w"]);
    assert_eq!(sum.ints("strides"), Some(vec![1, 2]));
    assert!(sum.says("padding", "VALID") && !sum.says("padding", "SAME"));
    assert!(sum.flag("half_pixel_centers") && !sum.flag("align_corners"));
    assert_eq!(sum.float("alpha"), Some(0.1));
    Ok(())
}

#[test]
fn linear_quantization_is_undone() -> Result<()> {
    let json = GRAPH.replace(r#""dtype": "float16"}"#, r#""dtype": "uint8", "scale": 0.5, "min": -1.0}"#);
    let model = parse(&json, &[0, 4, 7, 0, 0, 0])?;
    assert_eq!(model.constants["w"].data, TensorData::F32(vec![-1.0, 1.0]));
    Ok(())
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    for len in 0..WEIGHTS.len() {
        refused(GRAPH, &WEIGHTS[..len], "cut off");
    }
    refused(GRAPH, &[&WEIGHTS[..], &[0]].concat(), "after the last weight");
    refused(&GRAPH.replace("[2]", "[18446744073709551615, 2]"), &WEIGHTS, "cut off");
    refused(&GRAPH.replace("[2]", "[9223372036854775807]"), &WEIGHTS, "cut off");
    refused(&GRAPH.replace("\"float16\"", "\"int4\""), &WEIGHTS, "unknown type");
    refused(&GRAPH.replace("\"name\": \"n\", \"shape\"", "\"name\": \"w\", \"shape\""), &WEIGHTS, "twice");
}

#[test]
fn graphs_that_cannot_be_are_refused() {
    refused(&GRAPH.replace("graph-model", "layers-model"), &WEIGHTS, "not a graph model");
    refused(&GRAPH.replace("[\"x\", \"w\"", "[\"y\", \"w\""), &WEIGHTS, "not there");
    refused(&GRAPH.replace("[\"x\", \"w\"", "[\"sum\", \"w\""), &WEIGHTS, "circle");
    refused(&GRAPH.replace("{\"name\": \"x\"", "{\"name\": \"sum\""), &WEIGHTS, "two nodes");
    refused("[]", &WEIGHTS, "");
    refused("", &[], "");
    for end in 0..GRAPH.len() - 1 {
        refused(&GRAPH[..end], &WEIGHTS, "");
    }
}

/// A graph of other nodes, or of NanoDet's in an order that means something else, is an error and
/// never a panic.
#[test]
fn foreign_graphs_are_not_imported() -> Result<()> {
    let error = super::nanodet(&parse(GRAPH, &WEIGHTS)?).expect_err("no detector");
    assert!(matches!(error, Error::Import { .. }), "{error}");
    for op in [
        "Placeholder",
        "Transpose",
        "Pad",
        "PadV2",
        "Conv2D",
        "LeakyRelu",
        "MaxPool",
        "ConcatV2",
        "ResizeBilinear",
        "SplitV",
        "Softmax",
        "Sigmoid",
    ] {
        let json = GRAPH.replace("\"op\": \"Add\"", &format!("\"op\": \"{op}\""));
        let error = super::nanodet(&parse(&json, &WEIGHTS)?).expect_err(op);
        assert!(matches!(error, Error::Import { .. }), "{op}: {error}");
    }
    Ok(())
}
