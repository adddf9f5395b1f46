//! Measuring this device.

use glimpse_engine::{Note, Receipt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Failure, Memory, PictureId, Stage, Task};

/// What to measure.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BenchRequest {
    /// Which tasks, in turn.
    pub tasks: Vec<Task>,
    /// Timed runs of each: 1 to 1000.
    pub runs: u32,
    /// Runs before them that do not count: 0 to 100.
    pub warmup: u32,
    /// An opened picture; `None` takes a sample that suits each task.
    #[serde(default)]
    pub picture: Option<PictureId>,
}

/// What a measurement sends: any number of `run`, then `report`; `failed` ends it instead.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BenchEvent {
    /// One run is over.
    Run {
        /// Its task.
        task: Task,
        /// Which: from 1; warm-up runs count from 1 as well.
        run: u32,
        /// How many of its kind there will be.
        runs: u32,
        /// Whether it counts.
        warmup: bool,
        /// Wall time in milliseconds.
        ms: f64,
    },
    /// All are over.
    Report {
        /// What was measured.
        report: BenchReport,
        /// The same as a Markdown page.
        markdown: String,
    },
    /// It failed, or was cancelled.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// What was measured, and on what.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct BenchReport {
    /// Version of this format: 2. In version 1 the doubts and notes were bare sentences.
    pub version: u32,
    /// When it began, as RFC 3339 in UTC.
    pub began: String,
    /// Version of the engine.
    pub engine: String,
    /// Whether this build is optimized.
    pub optimized: bool,
    /// The processor's name, where it is known.
    pub cpu: Option<String>,
    /// Architecture and operating system, for example `"x86_64 linux"`.
    pub platform: String,
    /// Threads of the engine.
    pub threads: usize,
    /// Memory of the process at the end.
    pub memory: Memory,
    /// One entry a task.
    pub tasks: Vec<BenchTask>,
    /// Why the figures should not be trusted or compared; empty where nothing speaks against them.
    pub doubts: Vec<Note>,
}

/// What was measured of one task.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct BenchTask {
    /// Which.
    pub task: Task,
    /// Name of the picture.
    pub picture: String,
    /// Its width and height in pixels.
    pub size: [u32; 2],
    /// Wall time of each timed run in the order in which they ran, in milliseconds.
    pub runs_ms: Vec<f64>,
    /// Least, in milliseconds.
    pub min: f64,
    /// Median.
    pub p50: f64,
    /// Nine of ten are at most this.
    pub p90: f64,
    /// 99 of 100 are at most this.
    pub p99: f64,
    /// Most.
    pub max: f64,
    /// Median of each stage, in milliseconds.
    pub stages: Vec<BenchStage>,
    /// What ran where.
    pub receipt: Receipt,
}

/// Median wall time of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct BenchStage {
    /// Which.
    pub stage: Stage,
    /// Median over the timed runs, in milliseconds.
    pub p50: f64,
}
