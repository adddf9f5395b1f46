//! What live video costs.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use glimpse_service::api::{Probe, Telemetry};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// What is told of a stage's wall times, by quantile.
const QUANTILES: [&str; 3] = ["0.5", "0.9", "0.99"];

type Value = Gauge<f64, AtomicU64>;

/// Counters go on over all sessions; gauges are those of the sessions that run.
#[derive(Debug, Default)]
pub(super) struct LiveMetrics {
    /// What was last counted of each session that runs.
    counted: Mutex<BTreeMap<u64, Telemetry>>,
    sessions: Gauge,
    begun: Counter,
    frames: Family<FateLabels, Counter>,
    runs: Family<StageLabels, Counter>,
    quantiles: Family<QuantileLabels, Value>,
    rates: Family<RateLabels, Value>,
    temperature: Family<SourceLabels, Value>,
    power: Family<SourceLabels, Value>,
    battery: Family<SourceLabels, Value>,
    processor: Family<SourceLabels, Value>,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct FateLabels {
    fate: &'static str,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StageLabels {
    stage: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct QuantileLabels {
    session: u64,
    stage: String,
    quantile: &'static str,
}

/// Where a value comes from.
#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct SourceLabels {
    source: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RateLabels {
    session: u64,
    frames: &'static str,
}

impl LiveMetrics {
    pub(super) fn register(&self, r: &mut Registry) {
        r.register("live_sessions", "Sessions of live video that run", self.sessions.clone());
        r.register("live_sessions_begun", "Sessions of live video that began", self.begun.clone());
        r.register("live_frames", "Frames of live video by what became of them", self.frames.clone());
        r.register("live_stage_runs", "Times that each stage of live video ran", self.runs.clone());
        let help = "Wall time of each stage of a session that runs, by quantile";
        r.register_with_unit("live_stage", help, Unit::Seconds, self.quantiles.clone());
        r.register("live_rate", "Frames a second of a session over the last second", self.rates.clone());
        let help = "Temperature of the processor, while live video runs and where it is known";
        r.register_with_unit("live_temperature", help, Unit::Celsius, self.temperature.clone());
        let help = "Power that the device draws, while live video runs and where it is known";
        r.register_with_unit("live_power", help, Unit::Other("watts".into()), self.power.clone());
        let help = "Charge of the battery, while live video runs and where it is known";
        r.register_with_unit("live_battery", help, Unit::Ratios, self.battery.clone());
        let help = "Processor use of this process in cores, while live video runs and where it is known";
        r.register("live_processor_cores", help, self.processor.clone());
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Telemetry>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session `number` begins.
    pub(super) fn began(&self, number: u64) {
        self.lock().insert(number, Telemetry::default());
        self.begun.inc();
    }

    /// It ended, and cost this in all.
    pub(super) fn ended(&self, number: u64, telemetry: &Telemetry) {
        let before = self.lock().remove(&number);
        self.count(&before.unwrap_or_default(), telemetry);
    }

    /// Takes in what the sessions that run cost so far.
    pub(super) fn update(&self, running: Vec<(u64, Telemetry)>) {
        self.quantiles.clear();
        self.rates.clear();
        let mut counted = self.lock();
        self.sessions.set(counted.len() as i64);
        for probe in [&self.temperature, &self.power, &self.battery, &self.processor] {
            probe.clear();
        }
        for (number, telemetry) in running {
            // One that ended meanwhile is counted already.
            let Some(before) = counted.get_mut(&number) else { continue };
            self.count(before, &telemetry);
            self.show(number, &telemetry);
            *before = telemetry;
        }
    }

    fn count(&self, before: &Telemetry, now: &Telemetry) {
        let (a, b) = (&before.frames, &now.frames);
        for (fate, before, now) in [
            ("captured", a.captured, b.captured),
            ("analysed", a.analysed, b.analysed),
            ("dropped", a.dropped, b.dropped),
            ("skipped", a.skipped, b.skipped),
            ("damaged", a.damaged, b.damaged),
            ("reused", a.reused, b.reused),
            ("delivered", a.delivered, b.delivered),
            ("undelivered", a.undelivered, b.undelivered),
        ] {
            self.frames.get_or_create(&FateLabels { fate }).inc_by(now.saturating_sub(before));
        }
        for stage in &now.stages {
            let before = before.stages.iter().find(|other| other.stage == stage.stage);
            let more = stage.count.saturating_sub(before.map_or(0, |before| before.count));
            self.runs.get_or_create(&StageLabels { stage: stage.stage.clone() }).inc_by(more);
        }
    }

    fn show(&self, session: u64, telemetry: &Telemetry) {
        for stage in telemetry.stages.iter().filter(|stage| stage.count > 0) {
            for (quantile, ms) in QUANTILES.into_iter().zip([stage.p50_ms, stage.p90_ms, stage.p99_ms]) {
                let labels = QuantileLabels { session, stage: stage.stage.clone(), quantile };
                self.quantiles.get_or_create(&labels).set(ms / 1e3);
            }
        }
        let rates = &telemetry.rates;
        for (frames, rate) in
            [("captured", rates.captured), ("analysed", rates.analysed), ("delivered", rates.delivered)]
        {
            self.rates.get_or_create(&RateLabels { session, frames }).set(rate);
        }
        let known = |gauge: &Family<SourceLabels, Value>, probe: &Probe, unit: f64| {
            if let Some(value) = probe.value {
                let labels = SourceLabels { source: probe.source.clone() };
                gauge.get_or_create(&labels).set(value / unit);
            }
        };
        known(&self.temperature, &telemetry.temperature, 1.0);
        known(&self.power, &telemetry.power, 1e3);
        known(&self.battery, &telemetry.battery, 1e2);
        known(&self.processor, &telemetry.cpu, 1e2);
    }
}

#[cfg(test)]
mod tests {
    use glimpse_service::api::StageSummary;
    use prometheus_client::encoding::text::encode;

    use super::*;

    fn telemetry(analysed: u64, temperature: Option<f64>) -> Telemetry {
        let mut telemetry = Telemetry::default();
        telemetry.frames.analysed = analysed;
        telemetry.temperature.value = temperature;
        let find = StageSummary { stage: "find".into(), count: analysed, p50_ms: 20.0, ..Default::default() };
        telemetry.stages.push(find);
        telemetry
    }

    #[test]
    fn counters_go_on_and_gauges_go_with_their_session() {
        let (live, mut registry) = (LiveMetrics::default(), Registry::default());
        live.register(&mut registry);
        let text = || {
            let mut text = String::new();
            encode(&mut text, &registry).unwrap();
            text
        };
        live.began(1);
        live.update(vec![(1, telemetry(5, Some(48.0)))]);
        live.update(vec![(1, telemetry(7, None)), (9, telemetry(100, None))]);
        let told = text();
        assert!(told.contains("live_frames_total{fate=\"analysed\"} 7\n"), "{told}");
        assert!(told.contains("live_stage_runs_total{stage=\"find\"} 7\n"), "{told}");
        let median = "live_stage_seconds{session=\"1\",stage=\"find\",quantile=\"0.5\"} 0.02\n";
        assert!(told.contains(median), "{told}");
        assert!(!told.contains("temperature_celsius{"), "what is unknown is not told: {told}");

        live.ended(1, &telemetry(8, None));
        live.update(vec![(1, telemetry(8, Some(50.0)))]);
        let told = text();
        assert!(told.contains("live_frames_total{fate=\"analysed\"} 8\n"), "{told}");
        assert!(told.contains("live_sessions 0\n") && !told.contains("session=\"1\""), "{told}");
    }
}
