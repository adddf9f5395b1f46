//! Live video understanding: frames in, observations out, within a budget.
//!
//! ```text
//! source ─► newest frame ─► scheduler ─┬► find, tags ─► tracks ──┐
//!                                      └► read, caption (slow) ──┴► Observation ─► consumer
//! ```

pub mod adapt;
mod types;

pub use types::{
    AdaptState, Budget, EndReason, LiveCaption, LiveEvent, LiveObject, LiveOptions, LiveText, Load, Moment,
    MomentKind, Observation, Policy, Pressure, SourceState, StageTime, Stages,
};
