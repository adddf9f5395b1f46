//! What live video costs, as measured: wall time of each stage, frames by what became of them, memory,
//! processor, heat and power. Every value has a unit, a source and an age; an unknown one is unknown,
//! never 0.
//!
//! ```text
//! span of a stage ─► StageLayer, or the span itself ─► Collector ─► Telemetry
//! count of frames ──────────────────────────────────────►│
//! Probes, on a thread of their own ─────────────────────►┘
//! ```

mod collector;
mod layer;
mod probes;
mod rates;
mod sampler;
mod stages;
mod times;
mod types;

pub use collector::Collector;
pub use layer::{StageGuard, StageLayer, StageSpan, TARGET, layer};
pub use probes::{Phone, PhoneReadings, ProbeOptions, Probes, Readings, memory};
pub use types::{Fate, Frames, Heat, HeatState, Probe, Rates, StageSummary, Telemetry};
