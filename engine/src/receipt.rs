//! What ran, where, and how long it took.

use serde::{Deserialize, Serialize};

/// Wall time of each stage of a call, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timings {
    /// Reading and decoding the file.
    pub decode: f64,
    /// Scaling, detection network and box extraction.
    pub detect: f64,
    /// Cropping, recognition network and CTC decoding.
    pub recognize: f64,
    /// The whole call, decoding included.
    pub total: f64,
}

/// Where one stage ran.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageReceipt {
    /// `"detect"`, `"recognize"`, ...
    pub stage: String,
    /// `"cpu"`; other backends come with their issues.
    pub backend: String,
    /// Instruction set of the kernels, for example `"avx512vnni"`.
    pub isa: String,
    /// `"int8"` or `"f32"`.
    pub precision: String,
    /// Id of the pack whose weights ran.
    pub pack: String,
    /// Multiply-accumulates of its convolutions, linear layers and attention.
    pub macs: u64,
    /// Input shapes that ran, as `"HxW"`, each with its count.
    pub shapes: Vec<(String, u32)>,
}

/// What ran where in one call.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// Engine version.
    pub engine: String,
    /// Threads of the pool.
    pub threads: usize,
    /// One entry a stage that ran.
    pub stages: Vec<StageReceipt>,
    /// Orientation of the page that was found: 0, 90, 180 or 270 degrees clockwise.
    pub page_rotation: u16,
    /// Things that a caller may want to know, for example that the picture was scaled down.
    pub notes: Vec<String>,
}
