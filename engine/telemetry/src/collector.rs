//! What a session measures itself by.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::layer::StageSpan;
use crate::probes::{ProbeOptions, Probes};
use crate::rates::Window;
use crate::sampler::Sampler;
use crate::stages::Stages;
use crate::times::milliseconds;
use crate::{Frames, Telemetry};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Takes in what one session measures. Clones are the same collector; it ends with the last of them.
///
/// Its memory is bounded: 64 stages of at most 75 KiB each. Recording takes well under a microsecond and
/// waits for nothing but other recordings of the same stage. The device's probes are read by a thread of
/// its own.
#[derive(Debug, Clone)]
pub struct Collector {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    id: u64,
    started: Instant,
    stages: Arc<Stages>,
    counts: Mutex<Counts>,
    sampler: Sampler,
}

#[derive(Debug, Default)]
struct Counts {
    frames: Frames,
    window: Window,
}

impl Collector {
    /// Begins a session's measurements. The probes are read once before this returns, then four times a
    /// second.
    pub fn new(options: ProbeOptions) -> Self {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let inner = Inner {
            id,
            started: Instant::now(),
            stages: Stages::begin(id),
            counts: Mutex::default(),
            sampler: Sampler::start(Probes::new(options)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The session's number: the field `session` of its spans.
    pub fn id(&self) -> u64 {
        self.inner.id
    }

    /// Counts frames. What the closure does to them is one step: no snapshot sees half of it.
    pub fn count(&self, change: impl FnOnce(&mut Frames)) {
        let at = self.inner.started.elapsed();
        let mut counts = self.counts();
        let before = counts.frames;
        change(&mut counts.frames);
        let after = counts.frames;
        counts.window.add(at, &before, &after);
    }

    /// Frames by what became of them.
    pub fn frames(&self) -> Frames {
        self.counts().frames
    }

    /// Adds a time of a stage that just ended. For what a span cannot measure; a span adds its own.
    pub fn record(&self, stage: &'static str, time: Duration) {
        self.inner.stages.named(stage).record(Instant::now(), time);
    }

    /// A stage of this session, not entered yet.
    pub fn span(&self, stage: &'static str) -> StageSpan {
        StageSpan::new(self.inner.id, stage, &self.inner.stages)
    }

    /// The quantile, 0 to 1, of a stage's times that ended within `within` before now; of its newest 128
    /// at most. `None` where it did not run then.
    pub fn recent(&self, stage: &str, quantile: f64, within: Duration) -> Option<Duration> {
        self.inner.stages.recent(stage, quantile, Instant::now(), within)
    }

    /// All that was measured until now.
    pub fn snapshot(&self) -> Telemetry {
        let at = self.inner.started.elapsed();
        let (frames, rates) = {
            let mut counts = self.counts();
            (counts.frames, counts.window.rates(at))
        };
        let device = self.inner.sampler.newest();
        Telemetry {
            at_ms: milliseconds(at),
            frames,
            rates,
            stages: self.inner.stages.summaries(),
            memory: device.memory,
            memory_peak: device.memory_peak,
            cpu: device.cpu,
            temperature: device.temperature,
            power: device.power,
            battery: device.battery,
            heat: device.heat,
            headroom: device.headroom,
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.inner.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
