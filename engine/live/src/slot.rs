//! Room for one frame between the source and the stages.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use glimpse_camera::Frame;

use crate::EndReason;

/// A frame as the session counts it.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) frame: Frame,
    /// Its number in the session.
    pub(crate) number: u64,
    /// Its time in the session's frames' time.
    pub(crate) at: Duration,
    /// When it came, by the machine's clock.
    pub(crate) came: Instant,
}

/// What became of a frame that was put into the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// It waits.
    Waits,
    /// It waits in place of one that nobody took.
    Replaced,
    /// The session is over.
    Refused,
}

/// What the slot gives.
#[derive(Debug)]
pub(crate) enum Taken {
    /// The frame that waited.
    Frame(Arc<Arrived>),
    /// None came in time.
    Nothing,
    /// None will come, and why.
    Over(EndReason, String),
}

/// Holds the frame that waits, and the newest one for whoever wants to show it.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: Option<Arc<Arrived>>,
    newest: Option<Arc<Arrived>>,
    over: Option<(EndReason, String)>,
    closed: bool,
}

impl Slot {
    /// Puts a frame into the slot: in place of the one that waits or, if `in_turn`, after that was taken.
    pub(crate) fn put(&self, arrived: Arrived, in_turn: bool) -> Put {
        let mut state = self.lock();
        while in_turn && state.waiting.is_some() && !state.closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return Put::Refused;
        }
        let arrived = Arc::new(arrived);
        state.newest = Some(Arc::clone(&arrived));
        let replaced = state.waiting.replace(arrived).is_some();
        self.changed.notify_all();
        if replaced { Put::Replaced } else { Put::Waits }
    }

    /// Takes the frame that waits, for which it waits `timeout` at most.
    pub(crate) fn take(&self, timeout: Duration) -> Taken {
        let start = Instant::now();
        let mut state = self.lock();
        loop {
            if state.closed {
                return Taken::Nothing;
            }
            if let Some(arrived) = state.waiting.take() {
                self.changed.notify_all();
                return Taken::Frame(arrived);
            }
            if let Some((reason, message)) = state.over.clone() {
                return Taken::Over(reason, message);
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Taken::Nothing;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The newest frame, if its number is higher than `after`; waits for one. `None` where none came in
    /// time or will come.
    pub(crate) fn newest(&self, after: u64, timeout: Duration) -> Option<Arc<Arrived>> {
        let start = Instant::now();
        let mut state = self.lock();
        loop {
            if let Some(newest) = state.newest.as_ref().filter(|newest| newest.number > after) {
                return Some(Arc::clone(newest));
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() || state.closed || state.over.is_some() {
                return None;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// No more frames will come; the one that waits is still taken.
    pub(crate) fn finish(&self, reason: EndReason, message: String) {
        self.lock().over.get_or_insert((reason, message));
        self.changed.notify_all();
    }

    /// Whether [`finish`](Self::finish) was called.
    pub(crate) fn is_over(&self) -> bool {
        self.lock().over.is_some()
    }

    /// Nothing is put or taken any more. Says whether a frame waited.
    pub(crate) fn close(&self) -> bool {
        let mut state = self.lock();
        state.closed = true;
        self.changed.notify_all();
        state.waiting.take().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
