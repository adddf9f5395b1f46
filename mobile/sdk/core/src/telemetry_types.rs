//! What live video costs, as the SDKs tell it.

use glimpse_telemetry as telemetry;

use crate::numbers::long;

/// What live video cost so far.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Telemetry {
    /// Since the start, in milliseconds.
    pub at_ms: f64,
    /// Frames by what became of them.
    pub frames: FrameCounts,
    /// Frames a second that came, over the last second.
    pub captured_fps: f64,
    /// Frames a second that became observations, over the last second.
    pub analysed_fps: f64,
    /// Wall times, in the order in which a frame passes through the stages.
    pub stages: Vec<StageSummary>,
    /// Resident memory of the process, in bytes.
    pub memory: Probe,
    /// Processor use of this process, in % of one core.
    pub cpu: Probe,
    /// Temperature of the processor, in °C.
    pub temperature: Probe,
    /// Power that the device draws, in mW.
    pub power: Probe,
    /// Charge of the battery, in %.
    pub battery: Probe,
}

/// Frames by what became of them: `captured = analysed + dropped + skipped + damaged + waiting`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct FrameCounts {
    /// Were pushed.
    pub captured: i64,
    /// Became an observation.
    pub analysed: i64,
    /// A newer one replaced them before anybody took them.
    pub dropped: i64,
    /// Left out on purpose, to lower the load.
    pub skipped: i64,
    /// Could not be understood.
    pub damaged: i64,
    /// Not yet taken, or being worked on.
    pub waiting: i64,
    /// Of those analysed: answered with earlier results because nothing moved.
    pub reused: i64,
}

/// Wall time of one stage over a session, in milliseconds.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct StageSummary {
    /// `"capture"`, `"convert"`, `"find"`, `"tags"`, `"read"`, `"caption"`, `"track"`, `"deliver"`, `"frame"`
    /// (from the frame's arrival to its observation).
    pub stage: String,
    /// Times it ran.
    pub count: i64,
    /// The newest.
    pub last_ms: f64,
    /// Mean.
    pub mean_ms: f64,
    /// Median.
    pub p50_ms: f64,
    /// Nine of ten are at most this.
    pub p90_ms: f64,
    /// 99 of 100 are at most this.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// A value that the device may or may not tell. An unknown one is unset, never 0.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Probe {
    /// The value.
    pub value: Option<f64>,
    /// Its unit, for example `"°C"` or `"mW"`.
    pub unit: String,
    /// Where it comes from, or why it is unknown.
    pub source: String,
    /// How long ago it was measured, in milliseconds.
    pub age_ms: f64,
}

impl From<telemetry::Telemetry> for Telemetry {
    fn from(t: telemetry::Telemetry) -> Self {
        Self {
            at_ms: t.at_ms,
            frames: t.frames.into(),
            captured_fps: t.rates.captured,
            analysed_fps: t.rates.analysed,
            stages: t.stages.into_iter().map(Into::into).collect(),
            memory: t.memory.into(),
            cpu: t.cpu.into(),
            temperature: t.temperature.into(),
            power: t.power.into(),
            battery: t.battery.into(),
        }
    }
}

impl From<telemetry::Frames> for FrameCounts {
    fn from(frames: telemetry::Frames) -> Self {
        Self {
            captured: long(frames.captured),
            analysed: long(frames.analysed),
            dropped: long(frames.dropped),
            skipped: long(frames.skipped),
            damaged: long(frames.damaged),
            waiting: long(frames.waiting),
            reused: long(frames.reused),
        }
    }
}

impl From<telemetry::StageSummary> for StageSummary {
    fn from(s: telemetry::StageSummary) -> Self {
        let telemetry::StageSummary { stage, count, last_ms, mean_ms, p50_ms, p90_ms, p99_ms, max_ms } = s;
        Self { stage, count: long(count), last_ms, mean_ms, p50_ms, p90_ms, p99_ms, max_ms }
    }
}

impl From<telemetry::Probe> for Probe {
    fn from(p: telemetry::Probe) -> Self {
        Self { value: p.value, unit: p.unit, source: p.source, age_ms: p.age_ms }
    }
}
