//! What live video is asked for and what it tells.

use glimpse_live as live;

use crate::error::{GlimpseError, Result};
use crate::numbers::{int, long, natural};
use crate::options::Precision;
use crate::receipt::StageTime;
use crate::results::{Bounds, CaptionSource, Quad, Tag};
use crate::telemetry_types::Telemetry;

/// What live video prefers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Enum)]
pub enum Policy {
    /// All there is, until the device throttles.
    Fast,
    /// Steps down early enough to last.
    #[default]
    Balanced,
    /// As little work as still follows the scene.
    Cool,
}

impl From<Policy> for live::Policy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Fast => Self::Fast,
            Policy::Balanced => Self::Balanced,
            Policy::Cool => Self::Cool,
        }
    }
}

impl From<live::Policy> for Policy {
    fn from(policy: live::Policy) -> Self {
        match policy {
            live::Policy::Fast => Self::Fast,
            live::Policy::Balanced => Self::Balanced,
            live::Policy::Cool => Self::Cool,
        }
    }
}

/// What live video is asked for. All of it can change while it runs.
#[derive(Debug, Clone, uniffi::Record)]
pub struct LiveOptions {
    /// Look for objects and follow them.
    #[uniffi(default = true)]
    pub find: bool,
    /// Name what the whole picture shows.
    #[uniffi(default = true)]
    pub tags: bool,
    /// Read text.
    #[uniffi(default = true)]
    pub read: bool,
    /// Say in a sentence what is seen.
    #[uniffi(default = true)]
    pub caption: bool,
    /// What it prefers. Unset: balanced.
    #[uniffi(default = None)]
    pub policy: Option<Policy>,
    /// What nine of ten frames may take, in milliseconds. Unset: the time between two frames.
    #[uniffi(default = None)]
    pub frame_ms: Option<f64>,
    /// Mean power that the device may draw, in mW. Unset: any.
    #[uniffi(default = None)]
    pub power_mw: Option<f64>,
    /// Temperature that the processor may reach, in °C. Unset: the policy's own.
    #[uniffi(default = None)]
    pub temperature_c: Option<f64>,
    /// Keeps the load at this. Unset: it adapts.
    #[uniffi(default = None)]
    pub fixed: Option<Load>,
    /// Objects of a lower score are not shown, 0 to 1. Unset: 0.4.
    #[uniffi(default = None)]
    pub min_score: Option<f32>,
    /// Only characters of these languages (BCP 47). Empty: all.
    #[uniffi(default = [])]
    pub languages: Vec<String>,
}

impl TryFrom<LiveOptions> for live::LiveOptions {
    type Error = GlimpseError;

    fn try_from(options: LiveOptions) -> Result<Self> {
        let LiveOptions { find, tags, read, caption, frame_ms, power_mw, temperature_c, .. } = options;
        Ok(Self {
            stages: live::Stages { find, tags, read, caption },
            policy: options.policy.unwrap_or_default().into(),
            budget: live::Budget { frame_ms, power_mw, temperature_c },
            fixed: options.fixed.map(TryInto::try_into).transpose()?,
            min_score: options.min_score,
            languages: options.languages,
        })
    }
}

/// How much is done.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct Load {
    /// Frames a second that are analysed, at most; above 0.
    pub fps: f32,
    /// Sides at which objects are looked for, as a share of what is usual; above 0.
    pub scale: f32,
    /// Objects are looked for on every how many analysed frames; 1 at least.
    pub find_every: i32,
    /// Likewise the tags.
    pub tags_every: i32,
    /// Least time between two readings, in milliseconds. Unset: text is not read.
    pub read_ms: Option<i32>,
    /// Least time between two captions, in milliseconds. Unset: no captions.
    pub caption_ms: Option<i32>,
    /// Threads of the fast stages, 1 at least.
    pub threads: i32,
    /// Number format.
    pub precision: Precision,
}

impl TryFrom<Load> for live::Load {
    type Error = GlimpseError;

    fn try_from(load: Load) -> Result<Self> {
        let every = |option, ms: Option<i32>| ms.map(|ms| natural(option, ms)).transpose();
        Ok(Self {
            fps: load.fps,
            scale: load.scale,
            find_every: natural("fixed.find_every", load.find_every)?,
            tags_every: natural("fixed.tags_every", load.tags_every)?,
            read_ms: every("fixed.read_ms", load.read_ms)?,
            caption_ms: every("fixed.caption_ms", load.caption_ms)?,
            threads: natural("fixed.threads", load.threads)?,
            precision: load.precision.into(),
        })
    }
}

impl From<live::Load> for Load {
    fn from(load: live::Load) -> Self {
        Self {
            fps: load.fps,
            scale: load.scale,
            find_every: int(load.find_every),
            tags_every: int(load.tags_every),
            read_ms: load.read_ms.map(int),
            caption_ms: load.caption_ms.map(int),
            threads: int(load.threads),
            precision: load.precision.into(),
        }
    }
}

/// What is known of the scene at one frame.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Observation {
    /// The frame's number, from 1; numbers that are missing were dropped or skipped.
    pub frame: i64,
    /// The frame's time in milliseconds, since the stream's start.
    pub at_ms: f64,
    /// Width of the frame in pixels.
    pub width: i32,
    /// Height of the frame in pixels.
    pub height: i32,
    /// Number of the scene, from 1: it grows with every cut.
    pub scene: i32,
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

/// A tracked object.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct LiveObject {
    /// The same object has the same id in every frame of the session.
    pub id: i64,
    /// Its class, by COCO's name.
    pub label: String,
    /// Score of its newest detection, 0 to 1.
    pub score: f32,
    /// Where it is.
    pub bounds: Bounds,
    /// How fast its centre moves to the right, in pixels a second.
    pub velocity_x: f32,
    /// How fast its centre moves down, in pixels a second.
    pub velocity_y: f32,
    /// Since it was first seen, in milliseconds.
    pub age_ms: f64,
    /// Since it was last detected, in milliseconds; 0 where it was in this frame. Above, the box is predicted.
    pub unseen_ms: f64,
}

/// A tracked line of text.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct LiveText {
    /// The same line has the same id in every frame of the session.
    pub id: i64,
    /// What its readings say together.
    pub text: String,
    /// Confidence of that, 0 to 1.
    pub confidence: f32,
    /// Its corners in pixels of the frame.
    pub quad: Quad,
    /// Readings that it is merged from.
    pub readings: i32,
    /// Since the last of them, in milliseconds.
    pub unread_ms: f64,
}

/// The running caption.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct LiveCaption {
    /// The sentence.
    pub text: String,
    /// Where it comes from.
    pub source: CaptionSource,
    /// Of which moment it is, in the frames' time, in milliseconds.
    pub at_ms: f64,
}

impl From<live::Observation> for Observation {
    fn from(seen: live::Observation) -> Self {
        let caption =
            |c: live::LiveCaption| LiveCaption { text: c.text, source: c.source.into(), at_ms: c.at_ms };
        Self {
            frame: long(seen.frame),
            at_ms: seen.at_ms,
            width: int(seen.width),
            height: int(seen.height),
            scene: int(seen.scene),
            cut: seen.cut,
            still: seen.still,
            objects: seen.objects.into_iter().map(Into::into).collect(),
            texts: seen.texts.into_iter().map(Into::into).collect(),
            tags: seen.tags.into_iter().map(Into::into).collect(),
            caption: seen.caption.map(caption),
            stages: seen.stages.into_iter().map(|s| StageTime { stage: s.stage, ms: s.ms }).collect(),
        }
    }
}

impl From<live::LiveObject> for LiveObject {
    fn from(object: live::LiveObject) -> Self {
        let live::LiveObject { id, label, score, bounds, velocity, age_ms, unseen_ms } = object;
        let [velocity_x, velocity_y] = velocity;
        let (id, bounds) = (long(id), bounds.into());
        Self { id, label, score, bounds, velocity_x, velocity_y, age_ms, unseen_ms }
    }
}

impl From<live::LiveText> for LiveText {
    fn from(text: live::LiveText) -> Self {
        let live::LiveText { id, text, confidence, quad, readings, unread_ms } = text;
        Self { id: long(id), text, confidence, quad: quad.into(), readings: int(readings), unread_ms }
    }
}

/// What a stream of frames tells: `Started` first, unless it never starts, and `Ended` last.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum LiveEvent {
    /// It is at work.
    Started {
        /// What is done to begin with.
        adapt: AdaptState,
    },
    /// What is known at a frame. The newest replaces those that were not taken.
    Observed {
        /// The result.
        observation: Observation,
    },
    /// What it cost so far; four times a second.
    Measured {
        /// The measurements.
        telemetry: Telemetry,
        /// Where the controller stands.
        adapt: AdaptState,
    },
    /// Something happened.
    Happened {
        /// It.
        moment: Moment,
    },
    /// The frames come in another way than before.
    SourceChanged {
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

impl From<live::LiveEvent> for LiveEvent {
    fn from(event: live::LiveEvent) -> Self {
        match event {
            live::LiveEvent::Started { adapt, .. } => Self::Started { adapt: adapt.into() },
            live::LiveEvent::Observation { observation } => {
                Self::Observed { observation: observation.into() }
            }
            live::LiveEvent::Telemetry { telemetry, adapt } => {
                Self::Measured { telemetry: telemetry.into(), adapt: adapt.into() }
            }
            live::LiveEvent::Moment { moment } => Self::Happened { moment: moment.into() },
            live::LiveEvent::Source { state, message } => {
                Self::SourceChanged { state: state.into(), message }
            }
            live::LiveEvent::Ended { reason, message, telemetry } => {
                Self::Ended { reason: reason.into(), message, telemetry: telemetry.into() }
            }
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Moment {
    /// When, in the frames' time, in milliseconds.
    pub at_ms: f64,
    /// What.
    pub kind: MomentKind,
    /// Label of the object, the text, or the sentence.
    pub what: String,
    /// Id of the object or the line of text.
    pub id: Option<i64>,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
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

impl From<live::Moment> for Moment {
    fn from(live::Moment { at_ms, kind, what, id }: live::Moment) -> Self {
        let kind = match kind {
            live::MomentKind::Scene => MomentKind::Scene,
            live::MomentKind::Enters => MomentKind::Enters,
            live::MomentKind::Leaves => MomentKind::Leaves,
            live::MomentKind::Text => MomentKind::Text,
            live::MomentKind::Caption => MomentKind::Caption,
        };
        Self { at_ms, kind, what, id: id.map(long) }
    }
}

/// How frames come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SourceState {
    /// They come.
    Flowing,
    /// None came for a while.
    Stalled,
    /// None came for so long that it is asked for again.
    Lost,
    /// They come again after they were lost or stalled.
    Returned,
    /// They are of another size than before.
    Resized,
    /// Their times jumped: back, or far ahead.
    ClockJumped,
    /// They cannot be understood.
    Damaged,
    /// The caller paused.
    Paused,
}

impl From<live::SourceState> for SourceState {
    fn from(state: live::SourceState) -> Self {
        match state {
            live::SourceState::Flowing => Self::Flowing,
            live::SourceState::Stalled => Self::Stalled,
            live::SourceState::Lost => Self::Lost,
            live::SourceState::Returned => Self::Returned,
            live::SourceState::Resized => Self::Resized,
            live::SourceState::ClockJumped => Self::ClockJumped,
            live::SourceState::Damaged => Self::Damaged,
            live::SourceState::Paused => Self::Paused,
        }
    }
}

/// Why a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum EndReason {
    /// No more frames come: it was finished.
    EndOfSource,
    /// It was asked to stop.
    Stopped,
    /// Frames cannot be had any more.
    SourceFailed,
    /// A model failed.
    EngineFailed,
}

impl From<live::EndReason> for EndReason {
    fn from(reason: live::EndReason) -> Self {
        match reason {
            live::EndReason::EndOfSource => Self::EndOfSource,
            live::EndReason::Stopped => Self::Stopped,
            live::EndReason::SourceFailed => Self::SourceFailed,
            live::EndReason::EngineFailed => Self::EngineFailed,
        }
    }
}

/// Where the controller of the load stands.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct AdaptState {
    /// The policy in force.
    pub policy: Policy,
    /// Step of the ladder, 0 is everything.
    pub level: i32,
    /// Steps that there are.
    pub levels: i32,
    /// What is done.
    pub load: Load,
    /// Why.
    pub pressure: Pressure,
}

/// Why the load is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Pressure {
    /// Nothing presses.
    Nothing,
    /// Frames take longer than their budget.
    Time,
    /// The processor is too warm.
    Heat,
    /// The device draws too much power.
    Power,
    /// The caller set it.
    User,
}

impl From<live::AdaptState> for AdaptState {
    fn from(state: live::AdaptState) -> Self {
        let pressure = match state.pressure {
            live::Pressure::None => Pressure::Nothing,
            live::Pressure::Time => Pressure::Time,
            live::Pressure::Heat => Pressure::Heat,
            live::Pressure::Power => Pressure::Power,
            live::Pressure::User => Pressure::User,
        };
        let (policy, load) = (state.policy.into(), state.load.into());
        Self { policy, level: int(state.level), levels: int(state.levels), load, pressure }
    }
}
