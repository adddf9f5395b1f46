//! From a counter that only grows to its rate.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The rate is a mean over this much, where readings are that close together.
const WINDOW: Duration = Duration::from_secs(1);
/// A mean over more than this says nothing of now.
const LONGEST: Duration = Duration::from_secs(60);
/// Readings closer than this differ by the counter's own steps.
const SHORTEST: Duration = Duration::from_millis(50);

/// Readings of the last second, and one before.
#[derive(Debug, Default)]
pub(super) struct Meter {
    readings: VecDeque<(Instant, f64)>,
}

impl Meter {
    /// Adds a reading. The growth a second, and over which time; `None` until there are two that are far
    /// enough apart.
    pub(super) fn add(&mut self, now: Instant, counter: f64) -> Option<(f64, Duration)> {
        while self.readings.len() > 1 && now.saturating_duration_since(self.readings[1].0) >= WINDOW {
            self.readings.pop_front();
        }
        if self.readings.front().is_some_and(|&(at, _)| now.saturating_duration_since(at) > LONGEST) {
            self.readings.clear();
        }
        if self.readings.back().is_none_or(|&(at, _)| now.saturating_duration_since(at) >= SHORTEST) {
            self.readings.push_back((now, counter));
        }
        let (&(from, first), &(to, last)) = (self.readings.front()?, self.readings.back()?);
        let over = to.saturating_duration_since(from);
        (over >= SHORTEST).then(|| ((last - first) / over.as_secs_f64(), over))
    }

    /// Forgets all: the counter began anew.
    pub(super) fn reset(&mut self) {
        self.readings.clear();
    }
}
