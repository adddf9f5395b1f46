//! What the threads of a session share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use glimpse_camera::Format;
use glimpse_engine::read::CancelToken;
use glimpse_telemetry::{Collector, Fate};

use crate::events::Queue;
use crate::slot::Slot;
use crate::{AdaptState, Clock, EndReason, LiveEvent, LiveOptions, SourceState};

/// One session's state.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    /// Every frame counts, and waits for its turn.
    pub(crate) in_turn: bool,
    pub(crate) slot: Slot,
    pub(crate) queue: Arc<Queue>,
    pub(crate) meter: Collector,
    /// Ends the models' running calls.
    pub(crate) cancel: CancelToken,
    pub(crate) paused: AtomicBool,
    settings: Mutex<Settings>,
    version: AtomicU64,
    stopped: AtomicBool,
    ending: Mutex<Option<(EndReason, String)>>,
    bell: Condvar,
    flow: Mutex<Flow>,
    /// Nanoseconds that the fast thread worked.
    pub(crate) busy: AtomicU64,
}

/// What is asked for and what is done.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) options: LiveOptions,
    pub(crate) adapt: AdaptState,
}

/// How the source is.
#[derive(Debug, Default)]
struct Flow {
    opened: Option<Format>,
    /// When the last frame came, by the session's clock; when it was opened, before the first.
    last: Option<Duration>,
    state: Option<SourceState>,
}

impl Shared {
    pub(crate) fn new(clock: Arc<dyn Clock>, in_turn: bool, settings: Settings, meter: Collector) -> Self {
        Self {
            clock,
            in_turn,
            slot: Slot::default(),
            queue: Arc::default(),
            meter,
            cancel: CancelToken::new(),
            paused: AtomicBool::new(false),
            settings: Mutex::new(settings),
            version: AtomicU64::new(1),
            stopped: AtomicBool::new(false),
            ending: Mutex::default(),
            bell: Condvar::new(),
            flow: Mutex::default(),
            busy: AtomicU64::new(0),
        }
    }

    /// Ends the session; the first reason is the one that is told.
    pub(crate) fn end(&self, reason: EndReason, message: impl Into<String>) {
        lock(&self.ending).get_or_insert_with(|| (reason, message.into()));
        self.stopped.store(true, Ordering::SeqCst);
        self.cancel.cancel();
        if self.slot.close() {
            self.meter.count(|frames| frames.settle(Fate::Dropped));
        }
        self.bell.notify_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    pub(crate) fn ending(&self) -> (EndReason, String) {
        lock(&self.ending).clone().unwrap_or((EndReason::Stopped, "stopped".into()))
    }

    /// Waits until `time` has passed on the session's clock, or the session is over.
    pub(crate) fn wait(&self, time: Duration) {
        let until = self.clock.now() + time;
        let mut ending = lock(&self.ending);
        while ending.is_none() {
            let left = until.saturating_sub(self.clock.now());
            if left.is_zero() {
                return;
            }
            let woken = self.bell.wait_timeout(ending, self.clock.nap(left));
            ending = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        lock(&self.settings).clone()
    }

    /// Changes what is asked for or done.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut lock(&self.settings));
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    /// Grows with every change of the settings.
    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::SeqCst)
    }

    /// The source is open, at first or again.
    pub(crate) fn opened(&self, format: Format) {
        let mut flow = lock(&self.flow);
        flow.last = Some(self.clock.now());
        if flow.opened.replace(format).is_none() {
            let adapt = self.settings().adapt;
            let Format { width, height, fps, .. } = format;
            self.queue.put(LiveEvent::Started { width, height, fps: fps as f32, adapt });
        }
    }

    /// A frame came; tells where that is news.
    pub(crate) fn flows(&self) {
        let mut flow = lock(&self.flow);
        flow.last = Some(self.clock.now());
        let back = match flow.state {
            Some(SourceState::Lost | SourceState::Stalled) => SourceState::Returned,
            Some(SourceState::Damaged) => SourceState::Flowing,
            _ => return,
        };
        flow.state = Some(back);
        self.tell(back, "frames come again");
    }

    /// The source is in another state, where it was not in it before.
    pub(crate) fn turns(&self, state: SourceState, message: &str) {
        let mut flow = lock(&self.flow);
        if flow.state.replace(state) != Some(state) {
            self.tell(state, message);
        }
    }

    /// No frame came for `patience`: tells it once.
    pub(crate) fn watch(&self, patience: Duration) {
        let mut flow = lock(&self.flow);
        let silent = flow.last.is_some_and(|last| self.clock.now().saturating_sub(last) >= patience);
        let known =
            matches!(flow.state, Some(SourceState::Stalled | SourceState::Lost | SourceState::Paused));
        if silent && !known && !self.slot.is_over() {
            flow.state = Some(SourceState::Stalled);
            self.tell(SourceState::Stalled, "no frames come");
        }
    }

    /// Something about the source that does not last.
    pub(crate) fn tell(&self, state: SourceState, message: &str) {
        self.queue.put(LiveEvent::Source { state, message: message.into() });
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
