//! What ran, where, and how long it took.

use serde::{Deserialize, Serialize};

use crate::Note;
use crate::clock::Spent;

/// Wall time of a call, in milliseconds, cut in two ways: by what is looked for (`decode`, `detect`,
/// `recognize`) and by the kind of work (`decode`, `pre`, `infer`, `post`). Either adds up to `total`,
/// but for the opening of packs by the first call that needs them, which `total` alone counts. It is
/// time on the thread of the call: what several threads do at once counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timings {
    /// Reading and decoding the file; 0 where a decoded picture was given.
    pub decode: f64,
    /// Scaling, detection network and box extraction.
    pub detect: f64,
    /// Cropping, recognition network and CTC decoding.
    pub recognize: f64,
    /// Scaling the picture for the detector, and cutting lines for the recognizer.
    pub pre: f64,
    /// The networks.
    pub infer: f64,
    /// From the networks' outputs to lines, words and paragraphs.
    pub post: f64,
    /// The whole call, decoding included.
    pub total: f64,
}

impl Timings {
    pub(crate) fn set(&mut self, spent: Spent) {
        let Spent { decode, pre, infer, post, total } = spent;
        *self = Self { decode, pre, infer, post, total, ..*self };
    }
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
    pub notes: Vec<Note>,
}
