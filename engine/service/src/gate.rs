//! Who may use the processor now: a bounded queue, first come, first served.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use glimpse_engine::Error;
use glimpse_engine::read::CancelToken;

use crate::api::{Failure, ServiceCode};

/// How often one who waits looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(25);

/// Lets a few in at a time and a few more wait; who comes later is sent away.
#[derive(Debug)]
pub(crate) struct Gate {
    /// Most at once.
    places: usize,
    /// Most that wait.
    queue: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    inside: usize,
    /// Tickets of those who wait, in the order in which they came.
    waiting: VecDeque<u64>,
    next: u64,
}

/// The right to be inside; dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    waited: Duration,
}

/// How full a gate is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Crowd {
    /// How many work now.
    pub inside: usize,
    /// How many wait.
    pub waiting: usize,
}

impl Gate {
    /// A gate with `places` inside and room for `queue` that wait.
    pub(crate) fn new(places: usize, queue: usize) -> Self {
        Self { places: places.max(1), queue, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// `busy` at once where as many wait as may; `cancelled` soon after `cancel` was.
    pub(crate) fn enter(&self, cancel: &CancelToken) -> Result<Permit<'_>, Failure> {
        let came = Instant::now();
        cancel.check()?;
        let mut state = self.lock();
        if state.inside >= self.places || !state.waiting.is_empty() {
            if state.waiting.len() >= self.queue {
                let message = format!("{} other requests wait already; try again soon", state.waiting.len());
                return Err(Failure::new(ServiceCode::Busy, message));
            }
            let ticket = state.next;
            state.next += 1;
            state.waiting.push_back(ticket);
            while state.inside >= self.places || state.waiting.front() != Some(&ticket) {
                state = self.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
                if cancel.is_cancelled() {
                    state.waiting.retain(|&other| other != ticket);
                    self.changed.notify_all();
                    return Err(Error::Cancelled.into());
                }
            }
            state.waiting.pop_front();
        }
        state.inside += 1;
        if state.inside < self.places && !state.waiting.is_empty() {
            self.changed.notify_all();
        }
        Ok(Permit { gate: self, waited: came.elapsed() })
    }

    /// How full it is.
    pub(crate) fn crowd(&self) -> Crowd {
        let state = self.lock();
        Crowd { inside: state.inside, waiting: state.waiting.len() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// How long it took to get in.
    pub(crate) fn waited(&self) -> Duration {
        self.waited
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.gate.lock().inside -= 1;
        self.gate.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    fn wait_until(what: impl Fn() -> bool) {
        let began = Instant::now();
        while !what() {
            assert!(began.elapsed() < Duration::from_secs(10), "it never came to be");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn one_at_a_time_in_the_order_of_arrival() {
        let gate = Arc::new(Gate::new(1, 8));
        let order = Arc::new(Mutex::new(Vec::new()));
        let first = gate.enter(&CancelToken::new()).unwrap();
        let threads: Vec<_> = (0..8)
            .map(|i| {
                let (gate_, order) = (gate.clone(), order.clone());
                let thread = thread::spawn(move || {
                    let permit = gate_.enter(&CancelToken::new()).unwrap();
                    assert_eq!(gate_.crowd().inside, 1);
                    order.lock().unwrap().push(i);
                    permit.waited()
                });
                wait_until(|| gate.crowd().waiting == i + 1);
                thread
            })
            .collect();
        thread::sleep(Duration::from_millis(20));
        drop(first);
        for thread in threads {
            assert!(thread.join().unwrap() >= Duration::from_millis(20));
        }
        assert_eq!(*order.lock().unwrap(), (0..8).collect::<Vec<_>>());
        assert_eq!(gate.crowd(), Crowd::default());
    }

    #[test]
    fn one_too_many_is_sent_away() {
        let gate = Gate::new(1, 1);
        let inside = gate.enter(&CancelToken::new()).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.enter(&CancelToken::new()).map(drop));
            wait_until(|| gate.crowd().waiting == 1);
            let failure = gate.enter(&CancelToken::new()).unwrap_err();
            assert_eq!(failure.code, "busy");
            drop(inside);
            waiting.join().unwrap().unwrap();
        });
        assert!(gate.enter(&CancelToken::new()).is_ok());
    }

    #[test]
    fn waiting_can_be_cancelled_and_leaves_no_gap() {
        let gate = Gate::new(1, 2);
        let inside = gate.enter(&CancelToken::new()).unwrap();
        let cancel = CancelToken::new();
        thread::scope(|scope| {
            let given_up = scope.spawn(|| gate.enter(&cancel).map(drop));
            wait_until(|| gate.crowd().waiting == 1);
            let patient = scope.spawn(|| gate.enter(&CancelToken::new()).map(drop));
            wait_until(|| gate.crowd().waiting == 2);
            cancel.cancel();
            assert!(given_up.join().unwrap().unwrap_err().is_cancelled());
            drop(inside);
            patient.join().unwrap().unwrap();
        });
        assert!(gate.enter(&cancel).unwrap_err().is_cancelled());
        assert_eq!(gate.crowd(), Crowd::default());
    }

    #[test]
    fn several_places_are_used_at_once() {
        let gate = Gate::new(2, 4);
        let a = gate.enter(&CancelToken::new()).unwrap();
        let _b = gate.enter(&CancelToken::new()).unwrap();
        assert_eq!(gate.crowd().inside, 2);
        drop(a);
        assert_eq!(gate.crowd().inside, 1);
    }
}
