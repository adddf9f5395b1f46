//! What the threads of a session share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use glimpse_camera::Format;
use glimpse_engine::read::CancelToken;
use glimpse_telemetry::{Collector, Fate};

use crate::adapt::{Controller, Signals};
use crate::events::Queue;
use crate::slot::Slot;
use crate::{AdaptState, Clock, EndReason, LiveEvent, LiveOptions, Load, SourceState};

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
    control: Mutex<Control>,
    version: AtomicU64,
    stopped: AtomicBool,
    ending: Mutex<Option<(EndReason, String)>>,
    bell: Condvar,
    flow: Mutex<Flow>,
    /// Nanoseconds that the fast thread worked.
    pub(crate) busy: AtomicU64,
    /// Frames that a newer one replaced before the fast thread took them.
    pub(crate) late: AtomicU64,
}

/// What is asked for and what is done.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) options: LiveOptions,
    pub(crate) adapt: AdaptState,
}

/// Frames a second where every frame is analysed.
const ALL: f32 = 1000.0;

/// Who decides on the load.
#[derive(Debug)]
pub(crate) struct Control {
    controller: Controller,
    ladder: Vec<Load>,
    /// Every frame counts, however long it takes: nothing is adapted.
    in_turn: bool,
}

impl Control {
    /// What is done to begin with, at a source whose rate is not known yet.
    pub(crate) fn begin(options: LiveOptions, ladder: Vec<Load>, in_turn: bool) -> (Settings, Self) {
        let controller = Controller::new(options.clone(), 0.0, ladder.clone());
        let mut control = Self { controller, ladder, in_turn };
        let adapt = control.first();
        (Settings { options, adapt }, control)
    }

    /// The source's rate is known.
    fn source(&mut self, options: LiveOptions, fps: u32) -> AdaptState {
        self.controller = Controller::new(options, fps as f32, self.ladder.clone());
        self.first()
    }

    fn first(&mut self) -> AdaptState {
        let mut adapt = self.controller.step(Duration::ZERO, &Signals::default());
        if self.in_turn && adapt.pressure != crate::Pressure::User {
            adapt.load.fps = ALL;
        }
        adapt
    }
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
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        in_turn: bool,
        (settings, control): (Settings, Control),
        meter: Collector,
    ) -> Self {
        Self {
            control: Mutex::new(control),
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
            late: AtomicU64::new(0),
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

    /// Does what these options say; without a load of their own, what the controller says next.
    pub(crate) fn set_options(&self, options: LiveOptions) {
        let mut control = lock(&self.control);
        control.controller.set(options.clone());
        let first = (options.fixed.is_some() || control.in_turn).then(|| control.first());
        let mut settings = lock(&self.settings);
        settings.adapt.policy = options.policy;
        settings.options = options;
        settings.adapt = first.unwrap_or_else(|| settings.adapt.clone());
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    /// Does what the controller makes of what was measured.
    pub(crate) fn adapt(&self, signals: &Signals) {
        let mut control = lock(&self.control);
        if control.in_turn {
            return;
        }
        let adapt = control.controller.step(self.clock.now(), signals);
        let mut settings = lock(&self.settings);
        if settings.adapt != adapt {
            settings.adapt = adapt;
            self.version.fetch_add(1, Ordering::SeqCst);
        }
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
            let Format { width, height, fps, .. } = format;
            let mut control = lock(&self.control);
            let adapt = control.source(self.settings().options, fps);
            lock(&self.settings).adapt = adapt.clone();
            self.version.fetch_add(1, Ordering::SeqCst);
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

    /// A frame came that is of no use.
    pub(crate) fn damaged(&self, why: &str) {
        lock(&self.flow).last = Some(self.clock.now());
        self.turns(SourceState::Damaged, why);
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
