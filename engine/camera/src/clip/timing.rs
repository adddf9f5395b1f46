//! Times of frames.

use std::time::Duration;

/// Frames a second as a fraction, neither below 1/1000 nor above 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    frames: u64,
    seconds: u64,
}

impl Rate {
    /// What is taken where a file gives no sensible rate.
    pub(crate) const USUAL: Self = Self { frames: 25, seconds: 1 };

    /// [`None`] where it is out of bounds.
    pub(crate) fn new(frames: u64, seconds: u64) -> Option<Self> {
        let bounds = 1..=u64::from(u32::MAX);
        let sensible = bounds.contains(&frames)
            && bounds.contains(&seconds)
            && frames <= seconds.saturating_mul(1000)
            && seconds <= frames.saturating_mul(1000);
        sensible.then_some(Self { frames, seconds })
    }

    /// When the frame with this number, from 0, is shown.
    pub(crate) fn at(self, number: u64) -> Duration {
        let nanos = u128::from(number) * u128::from(self.seconds) * 1_000_000_000 / u128::from(self.frames);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    pub(crate) fn per_second(self) -> f64 {
        self.frames as f64 / self.seconds as f64
    }
}

/// How long an animation's frame that asks for `delay` is shown: as browsers do it, a tenth of a second
/// where it asks for a hundredth or less.
pub(crate) fn shown_for(delay: Duration) -> Duration {
    if delay <= Duration::from_millis(10) { Duration::from_millis(100) } else { delay }
}

/// Average rate of so many frames in so long a time; [`Rate::USUAL`] where that says nothing.
pub(crate) fn average(frames: u64, duration: Duration) -> f64 {
    let rate = frames as f64 / duration.as_secs_f64();
    if frames > 0 && rate.is_finite() { rate.clamp(0.001, 1000.0) } else { Rate::USUAL.per_second() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_do_not_drift() {
        let ntsc = Rate::new(30_000, 1001).unwrap();
        assert_eq!(ntsc.at(0), Duration::ZERO);
        assert_eq!(ntsc.at(30_000), Duration::from_secs(1001));
        assert_eq!(ntsc.at(u64::MAX), Duration::from_nanos(u64::MAX));
        assert!((ntsc.per_second() - 29.97).abs() < 0.001);
    }

    #[test]
    fn absurd_rates_are_none() {
        for (frames, seconds) in [(0, 1), (1, 0), (0, 0), (1001, 1), (1, 1001), (u64::MAX, u64::MAX)] {
            assert_eq!(Rate::new(frames, seconds), None);
        }
        assert_eq!(average(0, Duration::ZERO), 25.0);
        assert_eq!(average(10, Duration::ZERO), 25.0);
        assert_eq!(average(10, Duration::from_secs(2)), 5.0);
    }
}
