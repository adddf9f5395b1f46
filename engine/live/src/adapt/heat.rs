//! Where the temperature is going.

use std::collections::VecDeque;
use std::time::Duration;

/// Samples older than this say nothing of the load that is now.
const WINDOW: Duration = Duration::from_secs(20);
const MOST: usize = 128;
/// A slope from less than this is mostly the sensor's steps.
const LEAST: Duration = Duration::from_secs(6);
/// A slower rise than this, in °C a second, is noise.
const FLAT: f64 = 0.01;
/// How fast a crest fades, in °C a second.
const FADING: f64 = 0.05;

/// The newest temperatures under one load.
#[derive(Debug, Clone, Default)]
pub(super) struct Heat {
    samples: VecDeque<(Duration, f64)>,
    /// The highest of late, and when that was said.
    crest: Option<(Duration, f64)>,
}

impl Heat {
    pub(super) fn add(&mut self, at: Duration, degrees: f64) {
        while self.samples.len() >= MOST
            || self.samples.front().is_some_and(|&(from, _)| at.saturating_sub(from) > WINDOW)
        {
            self.samples.pop_front();
        }
        self.samples.push_back((at, degrees));
        if let Some(now) = self.now() {
            let faded = |(of, crest): (Duration, f64)| crest - FADING * at.saturating_sub(of).as_secs_f64();
            self.crest = Some((at, self.crest.map_or(now, |crest| faded(crest).max(now))));
        }
    }

    /// The highest of the last minutes, as far as it has not faded: work that comes in bursts heats in
    /// bursts.
    pub(super) fn crest(&self) -> Option<f64> {
        self.crest.map(|(_, degrees)| degrees)
    }

    /// The load changed: what was before tells nothing of the slope.
    pub(super) fn restart(&mut self) {
        self.samples.clear();
    }

    /// Mean of the newest three seconds: sensors tell whole degrees.
    pub(super) fn now(&self) -> Option<f64> {
        let &(newest, _) = self.samples.back()?;
        let recent = self
            .samples
            .iter()
            .rev()
            .take_while(|(at, _)| newest.saturating_sub(*at) < Duration::from_secs(3));
        let (sum, count) = recent.fold((0.0, 0u32), |(sum, count), (_, degrees)| (sum + degrees, count + 1));
        Some(sum / f64::from(count.max(1)))
    }

    /// The temperature after `ahead`, under this load.
    ///
    /// A body that is heated evenly nears its end temperature exponentially (the first-order RC model): its
    /// slope falls by the same share in the same time. The slopes of the older and of the newer half of
    /// the window give that share; where it does not fall, the rise goes on as it is.
    pub(super) fn after(&self, ahead: Duration) -> Option<f64> {
        let now = self.now()?;
        let (Some(&(first, _)), Some(&(last, _))) = (self.samples.front(), self.samples.back()) else {
            return Some(now);
        };
        let span = last.saturating_sub(first);
        if span < LEAST {
            return Some(now);
        }
        let middle = first + span / 2;
        let older = slope(self.samples.iter().filter(|(at, _)| *at <= middle));
        let newer = slope(self.samples.iter().filter(|(at, _)| *at >= middle));
        let whole = slope(self.samples.iter());
        if whole < FLAT {
            return Some(now);
        }
        let ahead = ahead.as_secs_f64();
        let rise = match newer / older {
            share if older > FLAT && share > 0.05 && share < 0.95 => {
                let time_constant = -(span.as_secs_f64() / 2.0) / share.ln();
                newer * time_constant * (1.0 - (-ahead / time_constant).exp())
            }
            _ => newer.clamp(0.0, 2.0 * whole) * ahead,
        };
        Some(now + rise.max(0.0))
    }
}

/// Least squares, in °C a second.
fn slope<'a>(samples: impl Iterator<Item = &'a (Duration, f64)> + Clone) -> f64 {
    let count = samples.clone().count() as f64;
    if count < 3.0 {
        return 0.0;
    }
    let seconds = |at: &Duration| at.as_secs_f64();
    let (sum_x, sum_y) = samples.clone().fold((0.0, 0.0), |(x, y), (at, value)| (x + seconds(at), y + value));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (covariance, variance) = samples.fold((0.0, 0.0), |(covariance, variance), (at, value)| {
        let x = seconds(at) - mean_x;
        (covariance + x * (value - mean_y), variance + x * x)
    });
    if variance > 0.0 { covariance / variance } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heated(end: f64, time_constant: f64, from: f64, to: f64) -> Heat {
        let mut heat = Heat::default();
        let mut at = from;
        while at <= to {
            heat.add(Duration::from_secs_f64(at), end - (end - 30.0) * (-at / time_constant).exp());
            at += 0.25;
        }
        heat
    }

    #[test]
    fn an_exponential_rise_is_foreseen() {
        for (end, time_constant) in [(90.0, 20.0), (70.0, 40.0), (85.0, 90.0)] {
            let heat = heated(end, time_constant, 10.0, 30.0);
            let truth = end - (end - 30.0) * (-60.0 / time_constant).exp();
            let told = heat.after(Duration::from_secs(30)).unwrap();
            assert!((told - truth).abs() < 3.0, "{told} is not {truth}");
        }
    }

    #[test]
    fn a_flat_or_falling_temperature_stays() {
        let mut heat = Heat::default();
        assert_eq!(heat.after(Duration::from_secs(30)), None);
        for step in 0..80u32 {
            heat.add(Duration::from_millis(250) * step, 60.0 + f64::from(step % 2));
        }
        assert!((heat.after(Duration::from_secs(60)).unwrap() - 60.5).abs() < 1.0);
        for step in 80..200u32 {
            heat.add(Duration::from_millis(250) * step, 100.0 - 0.2 * f64::from(step));
        }
        // The mean is of a second and a half before.
        assert!(heat.after(Duration::from_secs(60)).unwrap() < 62.0);
        assert!(heat.samples.len() <= MOST);
        // A crest fades by 3 °C a minute.
        let crest = heat.crest().unwrap();
        assert!((80.0..83.0).contains(&crest), "{crest}");
    }
}
