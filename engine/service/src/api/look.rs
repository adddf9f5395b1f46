//! Looking at an opened picture: what is asked for and what streams back.

use glimpse_engine::{Description, Found, Precision, Reading, Receipt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Failure;
pub use glimpse_telemetry::Probe;

/// What can be done with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Read its text.
    Read,
    /// Say what it shows: sentence, tags, objects, colours.
    Describe,
    /// Find objects.
    Find,
}

/// What a look is asked for. Only `task` is needed.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookRequest {
    /// What to do.
    pub task: Task,
    /// Read: lines of less confidence are dropped, 0 to 1. Default 0.5.
    #[serde(default)]
    pub min_confidence: Option<f32>,
    /// Read: only characters of these languages (BCP 47). Default: all.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Find: objects of a lower score are dropped, 0 to 1. Default 0.3.
    #[serde(default)]
    pub min_score: Option<f32>,
    /// Describe: hypotheses of the caption search. Default: the pack's choice.
    #[serde(default)]
    pub beam: Option<usize>,
    /// Describe: also read the text.
    #[serde(default)]
    pub text: bool,
    /// Describe: also say where each token of the caption looked.
    #[serde(default)]
    pub attention: bool,
    /// Do not keep the picture in the library, even where the settings keep pictures.
    #[serde(default)]
    pub unkept: bool,
}

impl LookRequest {
    /// A request with all defaults.
    pub fn new(task: Task) -> Self {
        Self {
            task,
            min_confidence: None,
            languages: Vec::new(),
            min_score: None,
            beam: None,
            text: false,
            attention: false,
            unkept: false,
        }
    }
}

/// What a look sends, in this order: `started`, any number of `token`, then `reading`,
/// `description` or `found`, then `done`. `failed` ends it at any point instead.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LookEvent {
    /// The engine begins with it.
    Started {
        /// How long it waited for other work, in milliseconds.
        queue_ms: f64,
    },
    /// A token of the caption as the decoder writes it. What is shown at the end may be another
    /// sentence: see `caption_source` of the description.
    Token {
        /// What it adds to the text.
        text: String,
        /// Its probability, 0 to 1.
        confidence: f32,
    },
    /// The text.
    Reading {
        /// The result.
        reading: Reading,
    },
    /// The description.
    Description {
        /// The result.
        description: Description,
    },
    /// The objects.
    Found {
        /// The result.
        found: Found,
    },
    /// It is finished.
    Done {
        /// What it cost.
        measures: Measures,
    },
    /// It failed, or was cancelled.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// What a look cost, as measured.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Measures {
    /// What was done.
    pub task: Task,
    /// Wall time of each stage in the order in which they ran, in milliseconds.
    pub stages: Vec<StageTime>,
    /// From the request's arrival to its last result, in milliseconds: waiting included.
    pub total_ms: f64,
    /// Percentiles over the looks of this task since the start of the app.
    pub history: Percentiles,
    /// Memory of the process.
    pub memory: Memory,
    /// Threads of the engine.
    pub threads: usize,
    /// Number format of the packs.
    pub precision: Precision,
    /// What ran where.
    pub receipt: Receipt,
    /// State of heat of the device.
    pub thermal: Probe,
    /// Power that the device draws.
    pub power: Probe,
}

/// Kinds of stages, in the order in which a look passes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// From the source to the engine; measured by the UI.
    Capture,
    /// From the file to pixels.
    Decode,
    /// Waiting for other work.
    Queue,
    /// Scaling and cropping for the networks.
    Pre,
    /// The networks.
    Infer,
    /// From outputs of networks to results.
    Post,
    /// Until it is on the screen; measured by the UI.
    Paint,
}

/// Wall time of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct StageTime {
    /// Which.
    pub stage: Stage,
    /// Milliseconds.
    pub ms: f64,
}

/// Percentiles of wall times in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Percentiles {
    /// How many there are.
    pub count: u64,
    /// Median.
    pub p50: f64,
    /// Nine of ten are at most this.
    pub p90: f64,
    /// 99 of 100 are at most this.
    pub p99: f64,
}

/// Memory of this process in bytes; `None` where the platform does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct Memory {
    /// Resident now.
    pub resident: Option<u64>,
    /// Most that was ever resident.
    pub peak: Option<u64>,
}
