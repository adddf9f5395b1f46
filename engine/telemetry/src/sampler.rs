//! Reads the probes on a thread of its own: a battery's file can take tens of milliseconds.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::probes::{Probes, Readings};
use crate::times::milliseconds;

/// Between two readings.
const CADENCE: Duration = Duration::from_millis(250);

/// The newest readings, and the thread that makes them.
#[derive(Debug)]
pub(crate) struct Sampler {
    newest: Arc<Mutex<(Instant, Readings)>>,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    /// Reads once, and then again and again until it is dropped.
    pub(crate) fn start(probes: Probes) -> Self {
        let newest = Arc::new(Mutex::new((Instant::now(), probes.read())));
        let (stop, stopped) = mpsc::channel();
        let shared = Arc::clone(&newest);
        let work = move || {
            while stopped.recv_timeout(CADENCE) == Err(RecvTimeoutError::Timeout) {
                let readings = probes.read();
                *lock(&shared) = (Instant::now(), readings);
            }
        };
        let thread = std::thread::Builder::new().name("glimpse-probes".into()).spawn(work);
        let thread = thread
            .inspect_err(
                |error| tracing::warn!(%error, "no thread reads the probes: their values stay as they are"),
            )
            .ok();
        Self { newest, stop: Some(stop), thread }
    }

    /// The newest readings, as old as they are now.
    pub(crate) fn newest(&self) -> Readings {
        let (at, mut readings) = lock(&self.newest).clone();
        let age = milliseconds(at.elapsed());
        for probe in readings.all_mut() {
            probe.age_ms += age;
        }
        readings.heat.age_ms += age;
        readings
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::warn!("the thread that reads the probes had failed");
        }
    }
}

fn lock(newest: &Mutex<(Instant, Readings)>) -> MutexGuard<'_, (Instant, Readings)> {
    newest.lock().unwrap_or_else(PoisonError::into_inner)
}
