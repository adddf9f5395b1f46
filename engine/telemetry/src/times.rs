//! Wall times of one stage.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::StageSummary;

/// Longer times count as this.
const LONGEST: Duration = Duration::from_secs(60);
/// How many of the newest times are kept one by one.
const RECENT: usize = 128;

/// A histogram from 1 µs to 60 s with three digits, and the newest times one by one.
///
/// The histogram has its whole size, 68 KiB, from the start: one that grows, or whose pages come as they
/// are first written to, looks like a leak for minutes to whoever watches the memory.
#[derive(Debug)]
pub(crate) struct Times {
    histogram: Histogram<u32>,
    count: u64,
    sum: Duration,
    last: Duration,
    max: Duration,
    recent: VecDeque<(Instant, Duration)>,
}

/// An empty histogram whose memory is there.
fn whole_histogram() -> Histogram<u32> {
    let longest = LONGEST.as_micros() as u64;
    let mut histogram =
        Histogram::new_with_max(longest, 3).expect("the bounds and three digits are what a histogram takes");
    histogram.auto(false);
    // Clearing writes to all of its pages; what was never written to needs none.
    histogram.saturating_record(longest);
    histogram.reset();
    histogram
}

impl Times {
    pub(crate) fn new() -> Self {
        Self {
            histogram: whole_histogram(),
            count: 0,
            sum: Duration::ZERO,
            last: Duration::ZERO,
            max: Duration::ZERO,
            recent: VecDeque::with_capacity(RECENT),
        }
    }

    /// Adds a time that ended at `at`.
    pub(crate) fn record(&mut self, at: Instant, time: Duration) {
        let time = time.min(LONGEST);
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
        if let Err(error) = self.histogram.record(micros) {
            tracing::debug!(%error, "a time was not recorded");
            return;
        }
        self.count += 1;
        self.sum = self.sum.saturating_add(time);
        self.last = time;
        self.max = self.max.max(time);
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((at, time));
    }

    /// The quantile of the times that ended within `within` before `now`; of the newest 128 at most.
    pub(crate) fn recent(&self, quantile: f64, now: Instant, within: Duration) -> Option<Duration> {
        let mut times: Vec<Duration> = self
            .recent
            .iter()
            .rev()
            .take_while(|(at, _)| now.saturating_duration_since(*at) <= within)
            .map(|&(_, time)| time)
            .collect();
        let last = times.len().checked_sub(1)?;
        let rank =
            ((quantile.clamp(0.0, 1.0) * times.len() as f64).ceil() as usize).saturating_sub(1).min(last);
        Some(*times.select_nth_unstable(rank).1)
    }

    pub(crate) fn summary(&self, stage: &str) -> StageSummary {
        let [p50_ms, p90_ms, p99_ms] = self.quantiles([0.5, 0.9, 0.99]);
        StageSummary {
            stage: stage.into(),
            count: self.count,
            last_ms: milliseconds(self.last),
            mean_ms: if self.count == 0 { 0.0 } else { milliseconds(self.sum) / self.count as f64 },
            p50_ms,
            p90_ms,
            p99_ms,
            max_ms: milliseconds(self.max),
        }
    }

    /// Values at rising quantiles in milliseconds, in one pass.
    fn quantiles<const N: usize>(&self, quantiles: [f64; N]) -> [f64; N] {
        let ranks = quantiles.map(|quantile| ((quantile * self.count as f64).ceil() as u64).max(1));
        let mut values = [milliseconds(self.max); N];
        let (mut seen, mut next) = (0u64, 0);
        for step in self.histogram.iter_recorded() {
            seen += u64::from(step.count_at_value());
            while next < N && seen >= ranks[next] {
                values[next] = (step.value_iterated_to() as f64 / 1e3).min(milliseconds(self.max));
                next += 1;
            }
            if next == N {
                break;
            }
        }
        values
    }
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_three_digits() {
        let mut times = Times::new();
        let now = Instant::now();
        for micros in 1..=100_000u64 {
            times.record(now, Duration::from_micros(micros));
        }
        let summary = times.summary("find");
        assert_eq!((summary.count, summary.stage.as_str()), (100_000, "find"));
        for (value, exact) in [
            (summary.p50_ms, 50.0),
            (summary.p90_ms, 90.0),
            (summary.p99_ms, 99.0),
            (summary.mean_ms, 50.0005),
        ] {
            assert!((value / exact - 1.0).abs() < 1e-3, "{value} is not {exact}");
        }
        assert_eq!((summary.last_ms, summary.max_ms), (100.0, 100.0));
    }

    #[test]
    fn times_beyond_the_bounds_count_as_the_bounds() {
        let mut times = Times::new();
        let now = Instant::now();
        times.record(now, Duration::MAX);
        times.record(now, Duration::ZERO);
        let summary = times.summary("read");
        assert_eq!(summary.count, 2);
        assert_eq!(summary.max_ms, 60_000.0);
        assert_eq!((summary.last_ms, summary.p50_ms), (0.0, 0.001));
        assert!(times.histogram.len() == 2 && times.histogram.distinct_values() * 4 <= 80 << 10);
    }

    #[test]
    fn nothing_recorded_is_all_zero_with_a_count_of_zero() {
        let summary = Times::new().summary("caption");
        assert_eq!(summary, StageSummary { stage: "caption".into(), ..StageSummary::default() });
    }

    #[test]
    fn recent_times_leave_out_what_is_older() {
        let mut times = Times::new();
        let start = Instant::now();
        for step in 0..20u64 {
            times.record(start + Duration::from_millis(100 * step), Duration::from_millis(step));
        }
        let now = start + Duration::from_millis(1900);
        // Those of steps 9 to 19.
        assert_eq!(times.recent(0.0, now, Duration::from_secs(1)), Some(Duration::from_millis(9)));
        assert_eq!(times.recent(0.9, now, Duration::from_secs(1)), Some(Duration::from_millis(18)));
        assert_eq!(times.recent(0.9, now + Duration::from_secs(9), Duration::from_secs(1)), None);
    }
}
