//! The session's clock, so that tests need not wait.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Tells a session how much time has passed: for its ticks, its patience with a source, and the waits
/// between tries to open that again. Stages are measured by the machine's own clock.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Time since some moment; it never goes back.
    fn now(&self) -> Duration;

    /// How long to sleep before looking at this clock again, where `left` is to pass on it.
    fn nap(&self, left: Duration) -> Duration {
        left
    }
}

/// The machine's monotonic clock.
#[derive(Debug)]
pub struct RealClock(Instant);

impl Default for RealClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A clock that stands until it is put forward.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// Puts it forward by `time`.
    pub fn advance(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_add(nanos, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::SeqCst))
    }

    /// It may be put forward at any moment.
    fn nap(&self, left: Duration) -> Duration {
        left.min(Duration::from_millis(1))
    }
}
