//! What a Prometheus server can ask for.

mod live;

use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use glimpse_service::Service;
use glimpse_service::api::{LookEvent, Measures, ServiceCode, Stage, Task, Telemetry};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::answer::{Answer, Refusal};

/// Upper bounds of the buckets of wall times, in seconds.
const BUCKETS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0, 30.0];
const TEXT: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// All that is counted and measured.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Family<RouteLabels, Histogram, Buckets>,
    look_seconds: Family<TaskLabels, Histogram, Buckets>,
    stage_seconds: Family<StageLabels, Histogram, Buckets>,
    failed_looks: Family<CodeLabels, Counter>,
    gauges: Gauges,
    live: live::LiveMetrics,
    pub(crate) connections: Gauge,
    pub(crate) turned_away: Counter,
}

/// What is asked for when the metrics are.
#[derive(Debug, Default)]
struct Gauges {
    inside: Family<GateLabels, Gauge>,
    waiting: Family<GateLabels, Gauge>,
    pictures: Gauge,
    picture_bytes: Gauge,
    resident: Gauge<f64, AtomicU64>,
    peak: Gauge<f64, AtomicU64>,
    up: Gauge<i64, AtomicI64>,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct TaskLabels {
    task: TaskLabel,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StageLabels {
    task: TaskLabel,
    stage: StageLabel,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct CodeLabels {
    code: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct GateLabels {
    gate: GateLabel,
}

#[derive(Debug, Clone, Copy, Hash, PartialEq, Eq, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "the names are the labels' values")]
enum GateLabel {
    engine,
    pixels,
}

#[derive(Debug, Clone, Copy, Hash, PartialEq, Eq, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "the names are the labels' values")]
enum TaskLabel {
    read,
    describe,
    find,
}

#[derive(Debug, Clone, Copy, Hash, PartialEq, Eq, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "the names are the labels' values")]
enum StageLabel {
    capture,
    decode,
    queue,
    pre,
    infer,
    post,
    paint,
}

/// Makes histograms of wall times.
#[derive(Debug, Clone, Copy)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(BUCKETS)
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("glimpse");
        let metrics = Self {
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(Buckets),
            look_seconds: Family::new_with_constructor(Buckets),
            stage_seconds: Family::new_with_constructor(Buckets),
            failed_looks: Family::default(),
            gauges: Gauges::default(),
            live: live::LiveMetrics::default(),
            connections: Gauge::default(),
            turned_away: Counter::default(),
            registry: Registry::default(),
        };
        let r = &mut registry;
        r.register("http_requests", "Requests by what was answered", metrics.requests.clone());
        let help = "Wall time until an answer begins";
        r.register_with_unit("http_request", help, Unit::Seconds, metrics.request_seconds.clone());
        let help = "Wall time of looks, waiting included";
        r.register_with_unit("look", help, Unit::Seconds, metrics.look_seconds.clone());
        let help = "Wall time of each stage of looks";
        r.register_with_unit("stage", help, Unit::Seconds, metrics.stage_seconds.clone());
        r.register("looks_failed", "Looks that failed after they began", metrics.failed_looks.clone());
        r.register("connections", "Open connections", metrics.connections.clone());
        let help = "Connections that were one too many";
        r.register("connections_turned_away", help, metrics.turned_away.clone());
        let gauges = &metrics.gauges;
        r.register("gate_inside", "Requests that work now", gauges.inside.clone());
        r.register("gate_waiting", "Requests that wait for others", gauges.waiting.clone());
        r.register("pictures_open", "Opened pictures", gauges.pictures.clone());
        let help = "Bytes of the opened pictures";
        r.register_with_unit("pictures", help, Unit::Bytes, gauges.picture_bytes.clone());
        let help = "Memory of the process that is resident";
        r.register_with_unit("resident_memory", help, Unit::Bytes, gauges.resident.clone());
        let help = "Most memory of the process that was ever resident";
        r.register_with_unit("resident_memory_peak", help, Unit::Bytes, gauges.peak.clone());
        metrics.live.register(r);
        r.register("up", "1", gauges.up.clone());
        Self { registry, ..metrics }
    }

    /// A request was answered under `status`, after `time`.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, time: Duration) {
        let labels = RequestLabels { method: method.into(), route: route.into(), status };
        self.requests.get_or_create(&labels).inc();
        self.request_seconds.get_or_create(&RouteLabels { route: route.into() }).observe(time.as_secs_f64());
    }

    /// A look told of `event`.
    pub(crate) fn heard(&self, event: &LookEvent) {
        match event {
            LookEvent::Done { measures } => self.looked(measures),
            LookEvent::Failed { failure } => {
                self.failed_looks.get_or_create(&CodeLabels { code: failure.code.to_string() }).inc();
            }
            _ => {}
        }
    }

    /// The session of live video of this number begins.
    pub(crate) fn live_began(&self, number: u64) {
        self.live.began(number);
    }

    /// It ended, and cost this in all.
    pub(crate) fn live_ended(&self, number: u64, telemetry: &Telemetry) {
        self.live.ended(number, telemetry);
    }

    fn looked(&self, measures: &Measures) {
        let task = task(measures.task);
        self.look_seconds.get_or_create(&TaskLabels { task }).observe(measures.total_ms / 1e3);
        for time in &measures.stages {
            let labels = StageLabels { task, stage: stage(time.stage) };
            self.stage_seconds.get_or_create(&labels).observe(time.ms / 1e3);
        }
    }

    /// All of it as text.
    pub(crate) fn answer(&self, service: &Service) -> Answer {
        let load = service.workload();
        let gauges = &self.gauges;
        for (gate, crowd) in [(GateLabel::engine, load.engine), (GateLabel::pixels, load.pixels)] {
            gauges.inside.get_or_create(&GateLabels { gate }).set(crowd.inside as i64);
            gauges.waiting.get_or_create(&GateLabels { gate }).set(crowd.waiting as i64);
        }
        gauges.pictures.set(load.pictures as i64);
        gauges.picture_bytes.set(load.picture_bytes as i64);
        let memory = service.memory();
        // What is unknown is not a number: 0 would be a lie.
        gauges.resident.set(memory.resident.map_or(f64::NAN, |bytes| bytes as f64));
        gauges.peak.set(memory.peak.map_or(f64::NAN, |bytes| bytes as f64));
        self.live.update(service.live_telemetry());
        gauges.up.set(1);
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|error| {
            Refusal::new(ServiceCode::Internal, format!("cannot write the metrics: {error}"))
        })?;
        let response: Response = ([(CONTENT_TYPE, TEXT)], Body::from(text)).into_response();
        Ok(response)
    }
}

fn task(task: Task) -> TaskLabel {
    match task {
        Task::Read => TaskLabel::read,
        Task::Describe => TaskLabel::describe,
        Task::Find => TaskLabel::find,
    }
}

fn stage(stage: Stage) -> StageLabel {
    match stage {
        Stage::Capture => StageLabel::capture,
        Stage::Decode => StageLabel::decode,
        Stage::Queue => StageLabel::queue,
        Stage::Pre => StageLabel::pre,
        Stage::Infer => StageLabel::infer,
        Stage::Post => StageLabel::post,
        Stage::Paint => StageLabel::paint,
    }
}
