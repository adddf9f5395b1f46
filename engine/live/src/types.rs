//! What goes in and out.

use glimpse_engine::read::Quad;
use glimpse_engine::{CaptionSource, Precision, Tag};
use glimpse_telemetry::Telemetry;
use serde::{Deserialize, Serialize};

/// What the controller prefers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// All there is, until the device throttles.
    Fast,
    /// Steps down early enough to last.
    #[default]
    Balanced,
    /// As little work as still follows the scene.
    Cool,
}

/// Which stages may run at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Stages {
    /// Objects and their tracks.
    pub find: bool,
    /// What the whole picture shows.
    pub tags: bool,
    /// Text.
    pub read: bool,
    /// A sentence.
    pub caption: bool,
}

impl Default for Stages {
    fn default() -> Self {
        Self { find: true, tags: true, read: true, caption: true }
    }
}

/// What the pipeline may cost. A bound that is `None` does not bind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// Wall time of a frame at the 9th decile, in milliseconds. `None`: the time between two frames.
    pub frame_ms: Option<f64>,
    /// Mean power of the device, in mW.
    pub power_mw: Option<f64>,
    /// Temperature of the processor, in °C. `None`: the policy's own.
    pub temperature_c: Option<f64>,
}

/// How much is done. A ladder of these, from everything to little, is what the controller climbs.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Frames a second that are analysed, at most; above 0.
    pub fps: f32,
    /// Sides at which objects are looked for, as a share of what is usual for a picture; above 0, at most 2.
    pub scale: f32,
    /// Objects are looked for on every how many analysed frames; tracks carry them between. 1 at least.
    pub find_every: u32,
    /// Likewise the tags.
    pub tags_every: u32,
    /// Least time between two readings, in milliseconds; `None`: text is not read.
    pub read_ms: Option<u32>,
    /// Least time between two captions, in milliseconds; `None`: no captions.
    pub caption_ms: Option<u32>,
    /// Threads of the fast stages, 1 at least.
    pub threads: usize,
    /// Number format.
    pub precision: Precision,
}

/// What a session is asked for. All of it can change while it runs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LiveOptions {
    /// Which stages may run.
    pub stages: Stages,
    /// What the controller prefers.
    pub policy: Policy,
    /// What it may cost.
    pub budget: Budget,
    /// Set by the user: the controller leaves the load at this.
    pub fixed: Option<Load>,
    /// Objects that never reached this score are not shown, 0 to 1. `None`: 0.4.
    pub min_score: Option<f32>,
    /// Only characters of these languages (BCP 47). Empty: all.
    pub languages: Vec<String>,
}

/// A tracked object.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiveObject {
    /// The same object has the same id in every frame of the session.
    pub id: u64,
    /// Its class, by COCO's name: what most of its detections say, by score.
    pub label: String,
    /// Score of its newest detection, 0 to 1.
    pub score: f32,
    /// Left, top, width, height in pixels of the frame.
    #[serde(rename = "box")]
    pub bounds: [f32; 4],
    /// How fast its centre moves, in pixels a second.
    pub velocity: [f32; 2],
    /// Since it was first seen, in milliseconds.
    pub age_ms: f64,
    /// Since it was last detected, in milliseconds; 0 where it was in this frame. Above, the box is predicted.
    pub unseen_ms: f64,
}

/// A tracked line of text.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiveText {
    /// The same line has the same id in every frame of the session.
    pub id: u64,
    /// What its readings say together.
    pub text: String,
    /// Confidence of that, 0 to 1.
    pub confidence: f32,
    /// Corners in pixels of the frame, as in a [`glimpse_engine::Line`].
    pub quad: Quad,
    /// Readings that it is merged from.
    pub readings: u32,
    /// Since the last of them, in milliseconds.
    pub unread_ms: f64,
}

/// The running caption.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiveCaption {
    /// The sentence.
    pub text: String,
    /// Where it comes from.
    pub source: CaptionSource,
    /// Of which moment it is, in the frames' time, in milliseconds.
    pub at_ms: f64,
}

/// Wall time of one stage on this frame.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LiveStageTime"))]
pub struct StageTime {
    /// Its name, as in [`glimpse_telemetry::StageSummary`].
    pub stage: String,
    /// Milliseconds.
    pub ms: f64,
}

/// What is known of the scene at one frame.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Observation {
    /// The frame's number from its source, from 1; numbers that are missing were dropped or skipped.
    pub frame: u64,
    /// The frame's time from its source, in milliseconds since that started.
    pub at_ms: f64,
    /// Width of the frame in pixels.
    pub width: u32,
    /// Height of the frame in pixels.
    pub height: u32,
    /// Number of the scene, from 1: it grows with every cut.
    pub scene: u32,
    /// Whether a scene begins with this frame.
    pub cut: bool,
    /// Whether nothing moves: results may then be those of an earlier frame.
    pub still: bool,
    /// The objects.
    pub objects: Vec<LiveObject>,
    /// The lines of text, in reading order.
    pub texts: Vec<LiveText>,
    /// What the whole picture shows, most probable first; smoothed over frames.
    pub tags: Vec<Tag>,
    /// The running caption, once there is one.
    pub caption: Option<LiveCaption>,
    /// Wall times of the stages that this frame passed through.
    pub stages: Vec<StageTime>,
}

/// Why the load is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pressure {
    /// Nothing presses.
    None,
    /// Frames take longer than their budget.
    Time,
    /// The processor is too warm.
    Heat,
    /// The device draws too much power.
    Power,
    /// The user set it.
    User,
}

/// Where the controller stands.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdaptState {
    /// The policy in force.
    pub policy: Policy,
    /// Step of the ladder, 0 is everything.
    pub level: u32,
    /// Steps that there are.
    pub levels: u32,
    /// What is done.
    pub load: Load,
    /// Why.
    pub pressure: Pressure,
}

/// How the source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Frames come.
    Flowing,
    /// None came for a while; it is still open.
    Stalled,
    /// It is gone and being looked for.
    Lost,
    /// Frames come again after it was lost or stalled.
    Returned,
    /// Frames of another size come.
    Resized,
    /// Its clock jumped: back, or far ahead.
    ClockJumped,
    /// Frames come that cannot be decoded.
    Damaged,
    /// The user paused the session.
    Paused,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MomentKind {
    /// A scene begins.
    Scene,
    /// An object came.
    Enters,
    /// An object went.
    Leaves,
    /// Text was read.
    Text,
    /// A new sentence describes the scene.
    Caption,
}

/// A line of the rolling summary.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Moment {
    /// When, in the frames' time, in milliseconds.
    pub at_ms: f64,
    /// What.
    pub kind: MomentKind,
    /// Label of the object, the text, or the sentence.
    pub what: String,
    /// Id of the object or the line of text.
    pub id: Option<u64>,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The source has no more frames.
    EndOfSource,
    /// It was asked to stop.
    Stopped,
    /// The source failed for good.
    SourceFailed,
    /// A model failed.
    EngineFailed,
}

/// What a session tells, `started` first and `ended` last.
// Observations are most of what is sent: boxing them would cost an allocation each.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveEvent {
    /// The source is open.
    Started {
        /// Width of its frames in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Frames a second that it says it gives; 0 where it does not.
        fps: f32,
        /// What is done to begin with.
        adapt: AdaptState,
    },
    /// What is known at a frame. The newest replaces those that were not taken.
    Observation {
        /// The result.
        observation: Observation,
    },
    /// What it cost so far; four times a second.
    Telemetry {
        /// The measurements.
        telemetry: Telemetry,
        /// Where the controller stands.
        adapt: AdaptState,
    },
    /// Something happened: a line of the summary.
    Moment {
        /// It.
        moment: Moment,
    },
    /// The source is in another state than before.
    Source {
        /// Which.
        state: SourceState,
        /// In words.
        message: String,
    },
    /// It is over.
    Ended {
        /// Why.
        reason: EndReason,
        /// In words.
        message: String,
        /// What it cost.
        telemetry: Telemetry,
    },
}
