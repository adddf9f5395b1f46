//! Frames a second over the last second.

use std::time::Duration;

use crate::{Frames, Rates};

const BUCKETS: u64 = 20;
const BUCKET: Duration = Duration::from_millis(50);
/// Before this much has passed, a rate says nothing.
const LEAST: Duration = Duration::from_millis(200);

/// Counts in buckets of 50 ms.
#[derive(Debug, Default)]
pub(crate) struct Window {
    buckets: [[u64; 3]; BUCKETS as usize],
    newest: u64,
}

impl Window {
    /// Adds what came between two counts, `at` since the session's start.
    pub(crate) fn add(&mut self, at: Duration, before: &Frames, after: &Frames) {
        self.turn(at);
        let bucket = &mut self.buckets[(self.newest % BUCKETS) as usize];
        bucket[0] += after.captured.saturating_sub(before.captured);
        bucket[1] += after.analysed.saturating_sub(before.analysed);
        bucket[2] += after.delivered.saturating_sub(before.delivered);
    }

    pub(crate) fn rates(&mut self, at: Duration) -> Rates {
        if at < LEAST {
            return Rates::default();
        }
        self.turn(at);
        let sums = self
            .buckets
            .iter()
            .fold([0u64; 3], |sum, bucket| [sum[0] + bucket[0], sum[1] + bucket[1], sum[2] + bucket[2]]);
        // The newest bucket is not full yet.
        let begun = at.saturating_sub(BUCKET * u32::try_from(self.newest).unwrap_or(u32::MAX)).min(BUCKET);
        let seconds = (BUCKET * (BUCKETS as u32 - 1) + begun).min(at).as_secs_f64();
        let [captured, analysed, delivered] = sums.map(|sum| sum as f64 / seconds);
        Rates { captured, analysed, delivered }
    }

    fn turn(&mut self, at: Duration) {
        let index = (at.as_nanos() / BUCKET.as_nanos()) as u64;
        for emptied in (self.newest + 1..=index).rev().take(BUCKETS as usize) {
            self.buckets[(emptied % BUCKETS) as usize] = [0; 3];
        }
        self.newest = self.newest.max(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_rate_is_told_to_a_frame_and_ends_with_its_frames() {
        let mut window = Window::default();
        let mut frames = Frames::default();
        for number in 0..300u64 {
            let before = frames;
            frames.captured += 2;
            frames.analysed += 1;
            window.add(Duration::from_micros(number * 33_333), &before, &frames);
            if number > 30 {
                let rates = window.rates(Duration::from_micros(number * 33_333));
                assert!((rates.analysed - 30.0).abs() <= 1.6, "{rates:?}");
                assert!((rates.captured - 60.0).abs() <= 3.2, "{rates:?}");
                assert_eq!(rates.delivered, 0.0);
            }
        }
        assert_eq!(window.rates(Duration::from_secs(12)), Rates::default());
    }

    #[test]
    fn the_first_second_counts_what_has_passed_of_it() {
        let mut window = Window::default();
        let frames = Frames { captured: 15, ..Frames::default() };
        assert_eq!(window.rates(Duration::from_millis(1)), Rates::default());
        window.add(Duration::from_millis(400), &Frames::default(), &frames);
        assert!((window.rates(Duration::from_millis(500)).captured - 30.0).abs() < 1e-9);
    }
}
