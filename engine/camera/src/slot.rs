//! Room for one frame: the newest wins, and what nobody took is counted.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{CameraError, Frame};

/// Where the capture thread puts frames and others look at them.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    newest: Option<(u64, Arc<Frame>)>,
    taken: bool,
    /// Why there are no frames now.
    lost: Option<CameraError>,
    counts: Counts,
}

/// Frames so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) captured: u64,
    pub(crate) dropped: u64,
}

impl Slot {
    /// Puts a frame in place of the one before and gives it the next number, from 1.
    pub(crate) fn put(&self, frame: Frame) {
        let mut state = self.lock();
        if state.newest.is_some() && !state.taken {
            state.counts.dropped += 1;
        }
        state.counts.captured += 1;
        state.newest = Some((state.counts.captured, Arc::new(frame)));
        state.taken = false;
        state.lost = None;
        self.changed.notify_all();
    }

    /// Says that no frames come, and why; [`put`](Self::put) takes it back.
    pub(crate) fn lose(&self, why: CameraError) {
        self.lock().lost = Some(why);
        self.changed.notify_all();
    }

    /// Waits for a frame with a higher number than `after`. [`None`] where none came in time.
    pub(crate) fn newer(
        &self,
        after: u64,
        timeout: Duration,
    ) -> Result<Option<(u64, Arc<Frame>)>, CameraError> {
        let start = Instant::now();
        let mut state = self.lock();
        loop {
            if let Some(newest) = state.newest.clone().filter(|(number, _)| *number > after) {
                state.taken = true;
                return Ok(Some(newest));
            }
            let over = matches!(state.lost, Some(CameraError::Closed | CameraError::Ended));
            let left = timeout.saturating_sub(start.elapsed());
            if over || left.is_zero() {
                return state.lost.clone().map_or(Ok(None), Err);
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        self.lock().counts
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
