//! What a session tells, on its way to whoever listens.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use glimpse_telemetry::Collector;
use tokio::sync::Notify;

use crate::{LiveEvent, Observation};

/// Moments and states of the source that wait, at most; beyond these the oldest go.
const MOST_KEPT: usize = 256;

/// Of observations and of telemetry only the newest waits; the rest waits in order.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    woken: Notify,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<LiveEvent>,
    /// The last event was put.
    closed: bool,
    /// Nobody listens any more.
    deaf: bool,
}

fn is_observation(event: &LiveEvent) -> bool {
    matches!(event, LiveEvent::Observation { .. })
}

fn is_telemetry(event: &LiveEvent) -> bool {
    matches!(event, LiveEvent::Telemetry { .. })
}

fn is_kept(event: &LiveEvent) -> bool {
    matches!(event, LiveEvent::Moment { .. } | LiveEvent::Source { .. })
}

impl Queue {
    /// Puts an event. Says whether an observation made way for it.
    pub(crate) fn put(&self, event: LiveEvent) -> bool {
        let mut state = self.lock();
        if state.closed {
            return false;
        }
        let mut replaced = false;
        if is_observation(&event) {
            replaced = remove_first(&mut state.events, is_observation);
        } else if is_telemetry(&event) {
            remove_first(&mut state.events, is_telemetry);
        } else if is_kept(&event) && state.events.iter().filter(|e| is_kept(e)).count() >= MOST_KEPT {
            remove_first(&mut state.events, is_kept);
        }
        state.closed = matches!(event, LiveEvent::Ended { .. });
        state.events.push_back(event);
        drop(state);
        self.changed.notify_all();
        self.woken.notify_one();
        replaced
    }

    /// Waits until no observation waits, or nobody listens, or `is_over` says so, which it is asked
    /// from time to time.
    pub(crate) fn wait_for_room(&self, is_over: impl Fn() -> bool) {
        let mut state = self.lock();
        while !state.closed && !state.deaf && state.events.iter().any(is_observation) && !is_over() {
            let woken = self.changed.wait_timeout(state, Duration::from_millis(20));
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The oldest event, and whether there will be any more.
    fn take(&self) -> (Option<LiveEvent>, bool) {
        let mut state = self.lock();
        let event = state.events.pop_front();
        let over = state.closed && state.events.is_empty();
        drop(state);
        if event.is_some() {
            self.changed.notify_all();
        }
        (event, over)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remove_first(events: &mut VecDeque<LiveEvent>, is: impl Fn(&LiveEvent) -> bool) -> bool {
    events.iter().position(is).is_some_and(|i| events.remove(i).is_some())
}

/// What a session tells: [`LiveEvent::Started`] first, where its source opened, and [`LiveEvent::Ended`]
/// last. Whoever takes too long misses observations, never the rest unless more than 256 of it wait.
/// Dropping this does not end the session.
#[derive(Debug)]
pub struct LiveEvents {
    queue: Arc<Queue>,
    meter: Collector,
}

impl LiveEvents {
    pub(crate) fn new(queue: Arc<Queue>, meter: Collector) -> Self {
        Self { queue, meter }
    }

    /// The next event, for which it waits `timeout` at most. `None` where none came in time, and after
    /// the last.
    pub fn next(&mut self, timeout: Duration) -> Option<LiveEvent> {
        let start = Instant::now();
        loop {
            let (event, over) = self.take();
            let left = timeout.saturating_sub(start.elapsed());
            if event.is_some() || over || left.is_zero() {
                return event;
            }
            let state = self.queue.lock();
            if state.events.is_empty() && !state.closed {
                let _ = self.queue.changed.wait_timeout(state, left);
            }
        }
    }

    fn take(&self) -> (Option<LiveEvent>, bool) {
        let (event, over) = self.queue.take();
        if event.as_ref().is_some_and(is_observation) {
            self.meter.count(|frames| frames.delivered += 1);
        }
        (event, over)
    }

    /// The next event. `None` after the last. Dropping the future loses nothing.
    pub async fn recv(&mut self) -> Option<LiveEvent> {
        loop {
            let woken = self.queue.woken.notified();
            let (event, over) = self.take();
            if event.is_some() || over {
                return event;
            }
            woken.await;
        }
    }

    /// Whether the last event was taken.
    pub fn is_over(&self) -> bool {
        let state = self.queue.lock();
        state.closed && state.events.is_empty()
    }
}

impl Drop for LiveEvents {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.deaf = true;
        drop(state);
        self.queue.changed.notify_all();
    }
}

/// Sees each frame that was analysed, with what is known of it, on the thread of the fast stages, which
/// waits meanwhile.
pub trait Tap: Send {
    /// A frame and its observation.
    fn frame(&mut self, image: &image::RgbImage, observation: &Observation);
}
