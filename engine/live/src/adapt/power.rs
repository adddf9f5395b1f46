//! Mean power, over seconds and over a minute.

use std::time::Duration;

const FAST: f64 = 5.0;
const SLOW: f64 = 45.0;

/// Exponentially weighted means of the device's power, in mW.
#[derive(Debug, Clone, Default)]
pub(super) struct Power {
    /// Of this load.
    fast: Mean,
    /// Of all.
    slow: Mean,
}

#[derive(Debug, Clone, Default)]
struct Mean {
    value: f64,
    /// Seconds that it is of.
    of: f64,
}

impl Mean {
    /// A plain mean until it spans the time constant.
    fn add(&mut self, value: f64, seconds: f64, time_constant: f64) {
        self.of = (self.of + seconds).min(time_constant);
        let weight = (seconds / self.of.max(1e-9)).min(1.0);
        self.value += weight * (value - self.value);
    }

    fn get(&self) -> Option<f64> {
        (self.of > 0.0).then_some(self.value)
    }
}

impl Power {
    pub(super) fn add(&mut self, milliwatts: f64, passed: Duration) {
        let seconds = passed.as_secs_f64();
        self.fast.add(milliwatts, seconds, FAST);
        self.slow.add(milliwatts, seconds, SLOW);
    }

    /// The load changed.
    pub(super) fn restart(&mut self) {
        self.fast = Mean::default();
    }

    /// How far the budget is used, 1 is all of it: by the last seconds where they exceed it much, by the
    /// last minute where they exceed it at all.
    pub(super) fn use_of(&self, budget: f64) -> Option<f64> {
        let (fast, slow) = (self.fast.get()? / budget, self.slow.get()? / budget);
        Some(if fast > 1.1 || (fast > 0.98 && slow > 1.0) {
            fast.max(slow.min(1.05))
        } else {
            fast.min(0.98)
        })
    }

    /// The higher of both means, as a share of the budget.
    pub(super) fn most(&self, budget: f64) -> Option<f64> {
        Some(self.fast.get()?.max(self.slow.get()?) / budget)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_burst_is_not_an_excess_and_a_lasting_one_is() {
        let mut power = Power::default();
        assert_eq!(power.use_of(100.0), None);
        let quarter = Duration::from_millis(250);
        (0..240).for_each(|_| power.add(80.0, quarter));
        assert!((power.use_of(100.0).unwrap() - 0.8).abs() < 1e-6);
        (0..2).for_each(|_| power.add(200.0, quarter));
        assert!(power.use_of(100.0).unwrap() < 1.0);
        (0..8).for_each(|_| power.add(200.0, quarter));
        assert!(power.use_of(100.0).unwrap() > 1.0);
    }

    #[test]
    fn a_minute_above_the_budget_by_little_is_an_excess() {
        let mut power = Power::default();
        (0..240).for_each(|_| power.add(103.0, Duration::from_millis(250)));
        assert!(power.use_of(100.0).unwrap() > 1.0);
        power.restart();
        power.add(60.0, Duration::from_millis(250));
        assert!(power.use_of(100.0).unwrap() < 1.0 && power.most(100.0).unwrap() > 1.0);
    }
}
