//! How long to wait before a richer step is tried again.

use std::time::Duration;

use super::controller::HEAT_CALM;
use crate::Pressure;

/// A step that is left for want of time or power this soon after it was taken was taken too early.
const TRIAL: Duration = Duration::from_secs(120);
/// Heat tells late.
const HEAT_TRIAL: Duration = Duration::from_secs(600);
const LONGEST: Duration = Duration::from_secs(300);
const HEAT_LONGEST: Duration = Duration::from_secs(1800);

/// What stood at an attempt: the shares of the bounds that were used before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    pub(super) time: f64,
    pub(super) power: f64,
    pub(super) degrees: f64,
}

#[derive(Debug, Clone, Copy)]
struct Failure {
    wait: Duration,
    of: Pressure,
    before: Standing,
}

/// Failed attempts, a slot a step.
#[derive(Debug, Clone, Default)]
pub(super) struct Backoff {
    base: Duration,
    failures: Vec<Option<Failure>>,
    attempt: Option<(Duration, usize, Standing)>,
}

impl Backoff {
    pub(super) fn new(base: Duration, steps: usize) -> Self {
        Self { base, failures: vec![None; steps], attempt: None }
    }

    /// How long it must be calm before `step` is tried, as things stand.
    pub(super) fn wait(&self, step: usize, now: &Standing) -> Duration {
        match self.failures.get(step) {
            Some(Some(failure)) if !failure.is_past(now) => failure.wait,
            _ => self.base,
        }
    }

    /// A richer step was taken.
    pub(super) fn raised(&mut self, at: Duration, step: usize, before: Standing) {
        self.attempt = Some((at, step, before));
    }

    /// The step was left for a cheaper one.
    pub(super) fn lowered(&mut self, at: Duration, step: usize, of: Pressure) {
        let Some((raised, tried, before)) = self.attempt.take() else { return };
        let heat = of == Pressure::Heat;
        if tried != step || at.saturating_sub(raised) > if heat { HEAT_TRIAL } else { TRIAL } {
            return;
        }
        let longest = if heat { HEAT_LONGEST } else { LONGEST };
        let first = if heat { self.base.max(HEAT_CALM) } else { self.base };
        if let Some(slot) = self.failures.get_mut(tried) {
            let wait = slot.map_or(first, |failure| failure.wait.max(first)).saturating_mul(3).min(longest);
            // Each attempt before its time must find things better than all that failed.
            let before = slot.map_or(before, |failure| failure.before.better(&before));
            *slot = Some(Failure { wait, of, before });
        }
    }

    /// Half of the wait is forgotten when the attempt under way has lasted, and again after as long.
    pub(super) fn settle(&mut self, at: Duration) {
        let Some((raised, tried, before)) = self.attempt else { return };
        let Some(slot @ Some(_)) = self.failures.get_mut(tried) else { return };
        let trial = slot.map_or(TRIAL, |failure| failure.trial());
        if at.saturating_sub(raised) > trial {
            *slot = slot
                .filter(|failure| failure.wait > self.base)
                .map(|failure| Failure { wait: failure.wait / 2, ..failure });
            self.attempt = Some((at, tried, before));
        }
    }
}

impl Standing {
    pub(super) fn worse(&self, other: &Self) -> Self {
        Self {
            time: self.time.max(other.time),
            power: self.power.max(other.power),
            degrees: self.degrees.max(other.degrees),
        }
    }

    fn better(&self, other: &Self) -> Self {
        Self {
            time: self.time.min(other.time),
            power: self.power.min(other.power),
            degrees: self.degrees.min(other.degrees),
        }
    }
}

impl Failure {
    fn trial(&self) -> Duration {
        if self.of == Pressure::Heat { HEAT_TRIAL } else { TRIAL }
    }

    /// Whether what failed stands clearly better now than when it was tried.
    fn is_past(&self, now: &Standing) -> bool {
        match self.of {
            Pressure::Heat => now.degrees < self.before.degrees - 4.0,
            Pressure::Power => now.power < 0.7 * self.before.power,
            _ => now.time < 0.7 * self.before.time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Standing = Standing { time: 0.6, power: 0.6, degrees: 70.0 };

    fn seconds(value: u64) -> Duration {
        Duration::from_secs(value)
    }

    #[test]
    fn waits_triple_to_a_bound_and_end_when_things_stand_better() {
        let mut backoff = Backoff::new(seconds(8), 4);
        assert_eq!(backoff.wait(2, &CALM), seconds(8));
        let mut waits = Vec::new();
        for number in 0..6 {
            let at = seconds(1000 * number);
            backoff.raised(at, 2, CALM);
            backoff.lowered(at + seconds(20), 2, Pressure::Time);
            waits.push(backoff.wait(2, &CALM).as_secs());
        }
        assert_eq!(waits, [24, 72, 216, 300, 300, 300]);
        assert_eq!(backoff.wait(1, &CALM), seconds(8));
        // Things stand better: it is tried at once, and if that fails too, they must stand better still.
        let better = Standing { time: 0.3, ..CALM };
        assert_eq!(backoff.wait(2, &better), seconds(8));
        backoff.raised(seconds(9000), 2, better);
        backoff.lowered(seconds(9010), 2, Pressure::Time);
        assert_eq!(backoff.wait(2, &better), seconds(300));
        assert_eq!(backoff.wait(2, &Standing { time: 0.2, ..CALM }), seconds(8));
        // An attempt that lasts halves it.
        backoff.raised(seconds(9500), 2, CALM);
        (9500..9700).for_each(|at| backoff.settle(seconds(at)));
        assert_eq!(backoff.wait(2, &CALM), seconds(150));
    }

    #[test]
    fn an_attempt_that_lasts_is_no_failure() {
        let mut backoff = Backoff::new(seconds(8), 4);
        backoff.raised(seconds(0), 1, CALM);
        backoff.lowered(seconds(200), 1, Pressure::Power);
        assert_eq!(backoff.wait(1, &CALM), seconds(8));
        backoff.raised(seconds(300), 1, CALM);
        backoff.lowered(seconds(500), 1, Pressure::Heat);
        assert_eq!(backoff.wait(1, &CALM), seconds(180));
        assert_eq!(backoff.wait(1, &Standing { degrees: 65.0, ..CALM }), seconds(8));
    }
}
