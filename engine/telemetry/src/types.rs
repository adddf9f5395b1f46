//! What a snapshot says.

use serde::{Deserialize, Serialize};

/// A value that the device may or may not tell. An unknown one is `None`, never 0.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Probe {
    /// The value.
    pub value: Option<f64>,
    /// Its unit, for example `"°C"` or `"mW"`.
    pub unit: String,
    /// Where it comes from, or why it is unknown.
    pub source: String,
    /// How long ago it was measured, in milliseconds.
    #[serde(default)]
    pub age_ms: f64,
}

/// How far a system throttles, on the scale of Apple's `ProcessInfo.ThermalState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HeatState {
    /// Not at all.
    Nominal,
    /// Not so that one notices.
    Fair,
    /// Noticeably: less should be done.
    Serious,
    /// As far as it can: only what must be should be done.
    Critical,
}

/// How far the system throttles, where it tells that.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Heat {
    /// The state; `null` where it is unknown.
    pub state: Option<HeatState>,
    /// Where it comes from, or why it is unknown.
    pub source: String,
    /// How long ago it was told, in milliseconds.
    #[serde(default)]
    pub age_ms: f64,
}

impl Heat {
    pub(crate) fn unknown(reason: impl Into<String>) -> Self {
        Self { state: None, source: reason.into(), age_ms: 0.0 }
    }
}

/// Wall time of one stage over a session.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageSummary {
    /// `"capture"`, `"convert"`, `"find"`, `"tags"`, `"read"`, `"caption"`, `"track"`, `"deliver"`, `"frame"`
    /// (from the frame's arrival to its observation), and the parts of a model's stage as
    /// `"find.pre"`, `"find.infer"`, `"find.post"`.
    pub stage: String,
    /// Times it ran.
    pub count: u64,
    /// The newest, in milliseconds.
    pub last_ms: f64,
    /// Mean, in milliseconds.
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

/// Frames by what became of them. None is lost without being counted:
/// `captured = analysed + dropped + skipped + damaged + waiting`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Frames {
    /// Came from the source, and those that the source says were lost on the way to it.
    pub captured: u64,
    /// Became an observation.
    pub analysed: u64,
    /// A newer one replaced it before anybody took it, or it was lost in the source.
    pub dropped: u64,
    /// Left out on purpose, to lower the load.
    pub skipped: u64,
    /// Could not be decoded.
    pub damaged: u64,
    /// Not yet taken, or being worked on.
    pub waiting: u64,
    /// Of those analysed: answered with earlier results because nothing moved.
    pub reused: u64,
    /// Observations that the consumer took.
    pub delivered: u64,
    /// Observations that a newer one replaced before the consumer took them.
    pub undelivered: u64,
}

/// What becomes of a frame that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It becomes an observation.
    Analysed,
    /// It becomes an observation that repeats earlier results.
    Reused,
    /// A newer one replaces it.
    Dropped,
    /// It is left out on purpose.
    Skipped,
    /// It cannot be decoded.
    Damaged,
}

impl Frames {
    /// One came and waits.
    pub fn arrive(&mut self) {
        self.captured += 1;
        self.waiting += 1;
    }

    /// The source lost `count` before they came.
    pub fn lose(&mut self, count: u64) {
        self.captured += count;
        self.dropped += count;
    }

    /// One that waits does so no more. Does nothing where none waits.
    pub fn settle(&mut self, fate: Fate) {
        let Some(waiting) = self.waiting.checked_sub(1) else { return };
        self.waiting = waiting;
        match fate {
            Fate::Analysed => self.analysed += 1,
            Fate::Reused => {
                self.analysed += 1;
                self.reused += 1;
            }
            Fate::Dropped => self.dropped += 1,
            Fate::Skipped => self.skipped += 1,
            Fate::Damaged => self.damaged += 1,
        }
    }

    /// Whether none is lost: `captured = analysed + dropped + skipped + damaged + waiting`, those reused are
    /// among those analysed, and no more were delivered than there are observations.
    pub fn balanced(&self) -> bool {
        self.captured == self.analysed + self.dropped + self.skipped + self.damaged + self.waiting
            && self.reused <= self.analysed
            && self.delivered + self.undelivered <= self.analysed
    }
}

/// Frames a second over the last second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rates {
    /// That came.
    pub captured: f64,
    /// That became observations.
    pub analysed: f64,
    /// Whose observations were taken.
    pub delivered: f64,
}

/// What a session cost so far. Sent four times a second.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Telemetry {
    /// Since the session's start, in milliseconds.
    pub at_ms: f64,
    /// Frames by what became of them.
    pub frames: Frames,
    /// Frames a second.
    pub rates: Rates,
    /// Wall times, in the order in which a frame passes through the stages.
    pub stages: Vec<StageSummary>,
    /// Resident memory of the process, in bytes.
    pub memory: Probe,
    /// Most that was ever resident, in bytes.
    pub memory_peak: Probe,
    /// Processor use of this process, in % of one core.
    pub cpu: Probe,
    /// Temperature of the processor, in °C.
    pub temperature: Probe,
    /// Power that the device draws, in mW.
    pub power: Probe,
    /// Charge of the battery, in %.
    pub battery: Probe,
    /// How far the system throttles.
    #[serde(default)]
    pub heat: Heat,
    /// How close it is to throttling: 1 is where that is severe, 0 is 30 °C below; no unit.
    #[serde(default)]
    pub headroom: Probe,
}
