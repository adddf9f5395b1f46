//! Reading ONNX files: just the parts of the format that the models here use.

mod model;
mod proto;

pub(crate) use model::{Model, OnnxNode, Tensor};
