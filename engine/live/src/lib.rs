//! Live video understanding: frames in, observations out, within a budget.
//!
//! ```text
//! source ─► newest frame ─► scheduler ─┬► find, tags ─► tracks ──┐
//!                                      └► read, caption (slow) ──┴► Observation ─► consumer
//! ```
//!
//! A [`LiveSession`] runs a [`FrameSource`](glimpse_camera::FrameSource) before [`Eyes`] on threads of its
//! own, and tells [`LiveEvents`].

pub mod adapt;
mod clock;
mod error;
mod events;
mod eyes;
mod fast;
mod images;
mod intake;
mod options;
pub mod scene;
mod scheduler;
mod session;
mod shared;
mod slot;
mod slow;
mod smooth;
pub mod summary;
mod supervisor;
pub mod text;
pub mod track;
mod types;

pub use clock::{Clock, ManualClock, RealClock};
pub use error::LiveError;
pub use events::{LiveEvents, Tap};
pub use eyes::{EngineEyes, Eyes};
pub use session::{JpegFrame, LiveSession, Pace, StartOptions};
pub use types::{
    AdaptState, Budget, EndReason, LiveCaption, LiveEvent, LiveObject, LiveOptions, LiveText, Load, Moment,
    MomentKind, Observation, Policy, Pressure, SourceState, StageTime, Stages,
};
