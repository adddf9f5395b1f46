//! Live video: what is asked for, what streams back, and clips to watch.

pub use glimpse_live::{
    AdaptState, Budget, EndReason, LiveEvent, LiveOptions, Moment, MomentKind, Observation, Policy, Pressure,
    SourceState, Stages,
};
pub use glimpse_telemetry::{StageSummary, Telemetry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Failure;

/// Where a session's frames come from.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum LiveSource {
    /// The client sends them.
    Pushed,
    /// A clip that was opened.
    Clip {
        /// Its id.
        id: ClipId,
    },
    /// A clip that the app brings along.
    Sample {
        /// Its name, as the list of them has it.
        name: String,
    },
    /// A camera of the device; only the window has these.
    Camera {
        /// Its id.
        id: String,
    },
    /// A file or folder that was dropped on the window, or opened with it.
    Path {
        /// As the window was told of it.
        path: String,
    },
}

/// What begins a session.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveStart {
    /// Where its frames come from.
    pub source: LiveSource,
    /// What it is asked for.
    #[serde(default)]
    pub options: LiveOptions,
    /// Whether to send the frames back, as JPEGs, as many as the client takes.
    #[serde(default)]
    pub pictures: bool,
}

/// What can be said to a running session.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum LiveCommand {
    /// From now on it is asked for something else.
    Options {
        /// All of it.
        options: LiveOptions,
    },
    /// Stop looking at frames for a while, or go on.
    Pause {
        /// Whether to stop.
        paused: bool,
    },
    /// End; `ended` comes.
    Stop,
}

/// What a session sends: `started` first and `ended` last, or `failed` in place of either.
// As with the events themselves: boxing the most frequent kind would cost an allocation each.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LiveMessage {
    /// It tells of itself.
    Event(LiveEvent),
    /// It cannot begin, or what was sent to it cannot be understood; nothing follows.
    Failed(LiveFailed),
}

/// Why there is no session.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveFailed {
    /// It failed.
    Failed {
        /// Why.
        failure: Failure,
    },
}

impl From<Failure> for LiveMessage {
    fn from(failure: Failure) -> Self {
        Self::Failed(LiveFailed::Failed { failure })
    }
}

/// Names an opened clip: 128 random bits in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct ClipId(pub String);

/// A clip that was opened: its first frame decodes.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct ClipAbout {
    /// Its id.
    pub id: ClipId,
    /// File name, where it is known.
    pub name: Option<String>,
    /// The kind of file, for example `"mp4"`, `"avi"`, `"y4m"`, `"gif"`.
    pub container: String,
    /// How its pictures are encoded, for example `"h264"`, `"mjpeg"`, `"raw"`.
    pub codec: String,
    /// Width of its frames in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Frames a second, 0 where it does not say.
    pub fps: f64,
    /// How long it lasts, in milliseconds, where it says.
    pub duration_ms: Option<f64>,
    /// Bytes of the file.
    pub bytes: u64,
}

/// A clip that the app brings along.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct SampleClip {
    /// Its name, by which a session is begun with it, for example `"tour.mp4"`.
    pub name: String,
    /// The kind of file.
    pub container: String,
    /// How its pictures are encoded.
    pub codec: String,
    /// Width of its frames in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Frames a second, 0 where it does not say.
    pub fps: f64,
    /// How long it lasts, in milliseconds, where it says.
    pub duration_ms: Option<f64>,
    /// Bytes of the file.
    pub bytes: u64,
}

/// How live video begins, unless it is said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct LiveSettings {
    /// What the controller prefers.
    pub policy: Policy,
    /// Which stages may run.
    pub stages: Stages,
    /// Mean power of the device that it may cost, in mW, above 0; `None` does not bind.
    pub power_mw: Option<f64>,
}
