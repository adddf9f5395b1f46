//! What live video costs, as measured: wall time of each stage, frames by what became of them, memory,
//! processor, heat and power. Every value has a unit, a source and an age; an unknown one is unknown,
//! never 0.

mod types;

pub use types::{Frames, Probe, Rates, StageSummary, Telemetry};
