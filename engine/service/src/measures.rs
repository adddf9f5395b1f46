//! Wall times of looks: percentiles by task.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hdrhistogram::Histogram;

use crate::api::{Percentiles, Task};

/// The longest time that is told apart: an hour, in microseconds.
const LONGEST: u64 = 3_600_000_000;

/// Wall times since the start, in microseconds to three digits.
#[derive(Debug, Default)]
pub(crate) struct History {
    tasks: Mutex<BTreeMap<Task, Histogram<u64>>>,
}

impl History {
    /// Adds a look that took `ms` milliseconds and gives the percentiles of all of its task.
    pub(crate) fn add(&self, task: Task, ms: f64) -> Percentiles {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let histogram = tasks.entry(task).or_insert_with(new_histogram);
        histogram.saturating_record((ms * 1e3).round().clamp(1.0, LONGEST as f64) as u64);
        percentiles(histogram)
    }
}

fn new_histogram() -> Histogram<u64> {
    let Ok(histogram) = Histogram::new_with_bounds(1, LONGEST, 3) else {
        unreachable!("the bounds are constants that the crate takes")
    };
    histogram
}

fn percentiles(histogram: &Histogram<u64>) -> Percentiles {
    let at = |q: f64| histogram.value_at_quantile(q) as f64 / 1e3;
    Percentiles { count: histogram.len(), p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

/// The value that a share `q` of `sorted` is at most: the nearest rank. 0 where there is none.
pub(crate) fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1).min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_task() {
        let history = History::default();
        for ms in 1..100 {
            history.add(Task::Read, f64::from(ms));
        }
        let read = history.add(Task::Read, 100.0);
        assert_eq!(read.count, 100);
        for (value, truth) in [(read.p50, 50.0), (read.p90, 90.0), (read.p99, 99.0)] {
            assert!((value - truth).abs() <= truth * 0.001, "{value} is not {truth}");
        }
        assert_eq!(history.add(Task::Find, 3.0).count, 1);
    }

    #[test]
    fn no_time_is_too_short_or_too_long() {
        let history = History::default();
        history.add(Task::Describe, 0.0);
        history.add(Task::Describe, -1.0);
        assert_eq!(history.add(Task::Describe, 1e12).count, 3);
    }

    #[test]
    fn quantiles_are_nearest_ranks() {
        let sorted: Vec<f64> = (1..=10).map(f64::from).collect();
        let all: Vec<f64> = [0.0, 0.1, 0.5, 0.9, 0.99, 1.0].iter().map(|&q| quantile(&sorted, q)).collect();
        assert_eq!(all, [1.0, 1.0, 5.0, 9.0, 10.0, 10.0]);
        assert_eq!(quantile(&[7.0], 0.5), 7.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
