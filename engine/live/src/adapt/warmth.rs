//! How warm the device is, by whatever tells it: the processor's degrees, the headroom to throttling, and the
//! system's own state.

use std::time::Duration;

use glimpse_telemetry::HeatState;

use super::controller::Signals;
use super::heat::Heat;
use super::strain::Temper;
use crate::Policy;

/// The headroom spans this many °C from 0 to 1: so Android defines it for the sensors of the skin, and takes 1
/// for where throttling is severe (`PowerManager.getThermalHeadroom`).
const SPAN: f64 = 30.0;
/// A headroom that was not told for this long is not known any more.
const FORGOTTEN: Duration = Duration::from_secs(10);
/// Forecasts matter this close to the bound, in °C.
const NEAR: f64 = 10.0;

/// How urgent it is to do less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// The bound is in sight.
    Foreseen,
    /// It is exceeded.
    Exceeded,
    /// The system says that it cannot do more against it.
    Critical,
}

/// The newest of all that tells warmth, under one load.
#[derive(Debug, Clone, Default)]
pub(super) struct Warmth {
    degrees: Heat,
    /// In °C above where throttling is severe.
    headroom: Heat,
    told: Option<Duration>,
    state: Option<HeatState>,
}

impl Warmth {
    pub(super) fn add(&mut self, at: Duration, signals: &Signals) {
        if let Some(degrees) = signals.temperature_c.filter(|value| value.is_finite()) {
            self.degrees.add(at, degrees);
        }
        if let Some(headroom) = signals.headroom.filter(|value| value.is_finite() && *value >= 0.0) {
            self.headroom.add(at, SPAN * (headroom - 1.0));
            self.told = Some(at);
        } else if self.told.is_some_and(|told| at.saturating_sub(told) > FORGOTTEN) {
            self.headroom = Heat::default();
            self.told = None;
        }
        self.state = signals.heat;
    }

    /// The load changed.
    pub(super) fn restart(&mut self) {
        self.degrees.restart();
        self.headroom.restart();
    }

    /// Whether less must be done, with `bound` °C as the most of the processor.
    pub(super) fn pressing(&self, temper: &Temper, bound: f64) -> Option<Urgency> {
        let of = |heat: &Heat, bound: f64| {
            let (now, ahead) = (heat.now()?, heat.after(Duration::from_secs(temper.foresight))?);
            if now >= bound - 0.25 {
                return Some(Urgency::Exceeded);
            }
            (ahead >= bound && now > bound - NEAR).then_some(Urgency::Foreseen)
        };
        let state = match self.state {
            Some(HeatState::Critical) => Some(Urgency::Critical),
            Some(HeatState::Serious) => Some(Urgency::Exceeded),
            Some(HeatState::Fair) if temper.policy == Policy::Cool => Some(Urgency::Exceeded),
            _ => None,
        };
        of(&self.degrees, bound).max(of(&self.headroom, severe_below(temper))).max(state)
    }

    /// Whether a richer load may be tried: all that is known is by a margin below its bound, now, of late and
    /// as foreseen.
    pub(super) fn has_room(&self, temper: &Temper, bound: f64) -> bool {
        let below = |heat: &Heat, bound: f64| {
            let limit = bound - temper.margin;
            let ahead = heat.after(Duration::from_secs(2 * temper.foresight));
            ahead.is_none_or(|degrees| degrees <= limit)
                && heat.crest().is_none_or(|degrees| degrees <= limit)
        };
        below(&self.degrees, bound)
            && below(&self.headroom, severe_below(temper))
            && self.state.is_none_or(|state| state == HeatState::Nominal)
    }

    /// The highest of late, in °C of whichever is known: to be compared with itself at another time.
    pub(super) fn crest(&self) -> Option<f64> {
        self.degrees.crest().or_else(|| self.headroom.crest())
    }
}

/// The policy's bound of the headroom, in °C above where throttling is severe.
fn severe_below(temper: &Temper) -> f64 {
    SPAN * (temper.headroom - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(seconds: u32, signals: impl Fn(f64) -> Signals) -> Warmth {
        let mut warmth = Warmth::default();
        for step in 0..seconds * 4 {
            let at = Duration::from_millis(250) * step;
            warmth.add(at, &signals(at.as_secs_f64()));
        }
        warmth
    }

    #[test]
    fn a_headroom_near_severe_presses_and_one_that_rises_is_foreseen() {
        let temper = Temper::of(Policy::Balanced);
        let at =
            |headroom: f64| told(20, move |_| Signals { headroom: Some(headroom), ..Signals::default() });
        assert_eq!(at(0.9).pressing(&temper, 80.0), Some(Urgency::Exceeded));
        assert_eq!(at(0.7).pressing(&temper, 80.0), None);
        assert!(at(0.6).has_room(&temper, 80.0) && !at(0.75).has_room(&temper, 80.0));
        let rising = told(20, |seconds| Signals {
            headroom: Some(0.5 + (seconds.floor()) * 0.014),
            ..Signals::default()
        });
        assert_eq!(rising.pressing(&temper, 80.0), Some(Urgency::Foreseen));
    }

    #[test]
    fn the_system_s_state_counts_with_and_without_numbers() {
        let temper = Temper::of(Policy::Balanced);
        let at = |heat| told(1, move |_| Signals { heat, ..Signals::default() });
        assert_eq!(at(None).pressing(&temper, 80.0), None);
        assert_eq!(at(Some(HeatState::Fair)).pressing(&temper, 80.0), None);
        assert!(!at(Some(HeatState::Fair)).has_room(&temper, 80.0));
        assert!(at(Some(HeatState::Nominal)).has_room(&temper, 80.0));
        assert_eq!(at(Some(HeatState::Serious)).pressing(&temper, 80.0), Some(Urgency::Exceeded));
        assert_eq!(at(Some(HeatState::Critical)).pressing(&temper, 80.0), Some(Urgency::Critical));
        let cool = Temper::of(Policy::Cool);
        assert_eq!(at(Some(HeatState::Fair)).pressing(&cool, 65.0), Some(Urgency::Exceeded));
    }

    #[test]
    fn a_headroom_that_is_no_longer_told_is_forgotten() {
        let temper = Temper::of(Policy::Balanced);
        let mut warmth = told(5, |_| Signals { headroom: Some(1.1), ..Signals::default() });
        warmth.add(Duration::from_secs(8), &Signals { headroom: Some(f64::NAN), ..Signals::default() });
        assert_eq!(warmth.pressing(&temper, 80.0), Some(Urgency::Exceeded));
        warmth.add(Duration::from_secs(16), &Signals::default());
        assert_eq!(warmth.pressing(&temper, 80.0), None);
    }
}
