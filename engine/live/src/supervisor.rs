//! Four times a second: what was measured, told and heeded. At the end: sees the threads out.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use glimpse_telemetry::Telemetry;

use crate::LiveEvent;
use crate::adapt::Signals;
use crate::shared::Shared;

/// Between two measurements that are told.
const TICK: Duration = Duration::from_millis(250);
/// Measurements that the controller goes by: those of two seconds.
const MEMORY: usize = 8;
/// A source that does not let go within this time is left alone: it ends when the system lets it.
const GRACE: Duration = Duration::from_secs(2);

/// The threads that end when the session does.
pub(crate) struct Threads {
    pub(crate) fast: JoinHandle<()>,
    pub(crate) slow: JoinHandle<()>,
    /// Disconnected once the source's thread is gone.
    pub(crate) source: Receiver<()>,
}

/// Works until the session is over, and tells its end.
pub(crate) fn run(shared: &Shared, threads: Threads, stalled_after: Duration) -> Telemetry {
    let mut past = Past::default();
    while !shared.is_stopped() {
        shared.wait(TICK);
        if shared.is_stopped() {
            break;
        }
        shared.watch(stalled_after);
        let telemetry = shared.meter.snapshot();
        let signals = past.signals(shared, &telemetry);
        shared.adapt(&signals);
        let adapt = shared.settings().adapt;
        shared.queue.put(LiveEvent::Telemetry { telemetry, adapt });
    }
    for thread in [threads.fast, threads.slow] {
        if thread.join().is_err() {
            tracing::error!("a thread of the session panicked");
        }
    }
    if threads.source.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
        tracing::warn!("the source does not let go; its thread is left to the system");
    }
    let (reason, message) = shared.ending();
    let telemetry = shared.meter.snapshot();
    shared.queue.put(LiveEvent::Ended { reason, message, telemetry: telemetry.clone() });
    telemetry
}

/// Counts at a moment.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    at: Duration,
    busy: u64,
    analysed: u64,
    late: u64,
}

/// The marks of the last two seconds.
#[derive(Debug, Default)]
struct Past(VecDeque<Mark>);

impl Past {
    fn signals(&mut self, shared: &Shared, telemetry: &Telemetry) -> Signals {
        let now = Mark {
            // Work is measured by the machine's clock.
            at: Duration::from_secs_f64(telemetry.at_ms.max(0.0) / 1e3),
            busy: shared.busy.load(Ordering::Relaxed),
            analysed: telemetry.frames.analysed,
            late: shared.late.load(Ordering::Relaxed),
        };
        let then = self.0.front().copied().unwrap_or_default();
        self.0.push_back(now);
        if self.0.len() > MEMORY {
            self.0.pop_front();
        }
        let passed = now.at.saturating_sub(then.at).as_secs_f64().max(1e-3);
        let busy = Duration::from_nanos(now.busy - then.busy).as_secs_f64();
        let (analysed, late) = ((now.analysed - then.analysed) as f64, (now.late - then.late) as f64);
        let recent = shared.meter.recent("frame", 0.9, Duration::from_secs(2));
        Signals {
            frame_p90_ms: recent.map(|time| time.as_secs_f64() * 1e3),
            busy: (busy / passed).min(1.0),
            dropped_share: if late > 0.0 { late / (late + analysed) } else { 0.0 },
            temperature_c: telemetry.temperature.value,
            heat: telemetry.heat.state,
            headroom: telemetry.headroom.value,
            power_mw: telemetry.power.value,
            rate: telemetry.rates.analysed,
        }
    }
}
