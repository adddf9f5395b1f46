//! Climbs and descends the ladder.

use std::time::Duration;

use glimpse_telemetry::HeatState;

use super::backoff::{Backoff, Standing};
use super::ladder::{at_source, ladder};
use super::power::Power;
use super::strain::{Temper, bound, busy_under, power_under, time, time_under};
use super::warmth::{Urgency, Warmth};
use crate::{AdaptState, LiveOptions, Load, Pressure};

/// An excess that lasts no longer is a hiccup.
const LASTING: Duration = Duration::from_millis(750);
/// After a step, signals still tell of the load before: of a frame's time, of power, of heat.
const DWELL: Duration = Duration::from_millis(2500);
const POWER_DWELL: Duration = Duration::from_secs(4);
const HEAT_DWELL: Duration = Duration::from_secs(10);
/// Least calm after heat, which comes and goes in minutes.
pub(super) const HEAT_CALM: Duration = Duration::from_secs(60);
/// A forecast that lasts no longer was of a burst of work.
const FORESEEN_LASTING: Duration = Duration::from_secs(3);
/// Likewise where the bound is exceeded, not only in sight.
const HOT_DWELL: Duration = Duration::from_secs(4);
/// Signals further apart than this are of another time: the device slept, or the clock jumped.
const GAP: Duration = Duration::from_secs(5);
/// Steps down at once, at most.
const DEEPEST: usize = 4;
/// Frames may be late for this share of the time, as long as it is by little.
const LATE_SHARE: f64 = 0.04;
/// Little, as a share of the frame's time.
const LITTLE_LATE: f64 = 1.25;
/// What a calm time saves up for late frames, at most.
const MOST_LEEWAY: Duration = Duration::from_secs(8);
/// Share of the frame's time that a step may be expected to use that was not left for want of time.
const KNOWN_FILL: f64 = 0.9;
const SOURCE_FPS: f32 = 30.0;

/// What was measured since about two seconds. A value that is not known does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    /// Wall time of a frame, from its arrival to its observation, at the 9th decile, in milliseconds.
    /// `None` where none was analysed.
    pub frame_p90_ms: Option<f64>,
    /// Share of the time in which the fast stages were at work, 0 to 1.
    pub busy: f64,
    /// Of the frames that were to be analysed, the share that was dropped for want of time, 0 to 1.
    pub dropped_share: f64,
    /// Temperature of the processor, in °C.
    pub temperature_c: Option<f64>,
    /// How far the system throttles.
    pub heat: Option<HeatState>,
    /// How close the device is to throttling: 1 is where that is severe, 0 is 30 °C below.
    pub headroom: Option<f64>,
    /// Power of the device, in mW.
    pub power_mw: Option<f64>,
    /// Frames analysed a second; 0 where that is not known.
    pub rate: f64,
}

/// Keeps a session within its budget by the load that it allows.
///
/// It lowers the load within seconds when a bound is exceeded or, with the policies balanced and cool,
/// when the temperature is about to exceed it, and raises it one step at a time after a calm. A step that
/// fails soon after it was taken is tried again after three times the calm, or when the bound that made it
/// fail stands clearly better.
#[derive(Debug, Clone)]
pub struct Controller {
    options: LiveOptions,
    fps: f32,
    steps: Vec<Load>,
    level: usize,
    cause: Pressure,
    temper: Temper,
    warmth: Warmth,
    power: Power,
    backoff: Backoff,
    last: Option<Duration>,
    changed: Duration,
    exceeded: Option<Duration>,
    foreseen: Option<Duration>,
    calm: Option<Calm>,
    /// Time for which frames may yet be late by little.
    leeway: Duration,
}

/// Since when nothing pressed, and how close it came.
#[derive(Debug, Clone, Copy)]
struct Calm {
    since: Duration,
    worst: Standing,
}

impl Controller {
    /// Begins at the richest load. `source_fps` is what the source gives, 0 where that is not known;
    /// an empty `ladder` is that of the policy on one thread.
    pub fn new(options: LiveOptions, source_fps: f32, ladder: Vec<Load>) -> Self {
        let fps = if source_fps.is_finite() && source_fps > 0.0 { source_fps } else { SOURCE_FPS };
        let temper = Temper::of(options.policy);
        let mut controller = Self {
            temper,
            fps,
            steps: Vec::new(),
            level: 0,
            cause: Pressure::None,
            warmth: Warmth::default(),
            power: Power::default(),
            backoff: Backoff::default(),
            last: None,
            changed: Duration::ZERO,
            exceeded: None,
            foreseen: None,
            calm: None,
            leeway: Duration::ZERO,
            options,
        };
        controller.climb_on(ladder);
        controller
    }

    /// Takes other options from now on. Another policy brings its own ladder, with the threads and the
    /// precision of the one before, and begins at the step that costs most like the load that was.
    pub fn set(&mut self, options: LiveOptions) {
        let other = options.policy != self.options.policy;
        let load = self.load();
        self.options = options;
        if other {
            self.temper = Temper::of(self.options.policy);
            let richest = self.steps[0];
            self.climb_on(ladder(self.options.policy, richest.threads, richest.precision));
            self.level = self.closest(&load);
        } else if self.options.fixed.is_none() {
            // Other bounds: what failed under the old ones may do now.
            self.forget();
        }
    }

    /// What to do from now on. `at` is the session's time; four calls a second are enough.
    pub fn step(&mut self, at: Duration, signals: &Signals) -> AdaptState {
        if let Some(fixed) = self.options.fixed {
            self.level = self.closest(&fixed);
            self.last = None;
            return self.state(fixed, Pressure::User);
        }
        let passed = match self.last.replace(at) {
            Some(last) if at >= last && at - last <= GAP => at - last,
            _ => {
                self.begin(at);
                Duration::ZERO
            }
        };
        self.warmth.add(at, signals);
        if let Some(milliwatts) = signals.power_mw.filter(|value| value.is_finite() && *value >= 0.0) {
            self.power.add(milliwatts, passed);
        }
        self.backoff.settle(at);
        match self.pressing(at, passed, signals) {
            Some((pressure, down)) => self.lower(at, pressure, down),
            None => self.raise(at, signals),
        }
        self.state(self.load(), self.cause)
    }

    fn load(&self) -> Load {
        self.steps[self.level]
    }

    fn state(&self, load: Load, pressure: Pressure) -> AdaptState {
        AdaptState {
            policy: self.options.policy,
            level: self.level as u32,
            levels: self.steps.len() as u32,
            load,
            pressure,
        }
    }

    fn climb_on(&mut self, given: Vec<Load>) {
        let given = if given.is_empty() {
            ladder(self.options.policy, 1, glimpse_engine::Precision::Int8)
        } else {
            given
        };
        self.steps = at_source(&given, self.fps);
        self.level = 0;
        self.cause = Pressure::None;
        self.forget();
    }

    fn forget(&mut self) {
        self.backoff = Backoff::new(Duration::from_secs(self.temper.calm), self.steps.len());
        self.exceeded = None;
        self.foreseen = None;
        self.calm = None;
    }

    /// The step that costs most like `load`.
    fn closest(&self, load: &Load) -> usize {
        let cost = super::demand::demand(load, self.fps).ln();
        let distance = |step: &Load| (super::demand::demand(step, self.fps).ln() - cost).abs();
        let best = self.steps.iter().enumerate().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
        best.map_or(0, |(index, _)| index)
    }

    /// Time begins anew.
    fn begin(&mut self, at: Duration) {
        self.warmth = Warmth::default();
        self.power = Power::default();
        self.changed = at;
        self.exceeded = None;
        self.foreseen = None;
        self.calm = None;
    }

    /// The bound that is exceeded, and how many steps down should meet it; `Some` with 0 steps while it
    /// may be a hiccup, or the last step's doing.
    fn pressing(&mut self, at: Duration, passed: Duration, signals: &Signals) -> Option<(Pressure, usize)> {
        let (load, budget) = (self.load(), self.options.budget);
        let since = at.saturating_sub(self.changed);
        match self.warmth.pressing(&self.temper, self.most_degrees()) {
            Some(Urgency::Critical) => {
                return Some((Pressure::Heat, if since >= HOT_DWELL { DEEPEST } else { 0 }));
            }
            Some(Urgency::Exceeded) => return Some((Pressure::Heat, usize::from(since >= HOT_DWELL))),
            Some(Urgency::Foreseen) => {
                let first = *self.foreseen.get_or_insert(at);
                let lasting = at.saturating_sub(first) >= FORESEEN_LASTING;
                return Some((Pressure::Heat, usize::from(lasting && since >= HEAT_DWELL)));
            }
            None => self.foreseen = None,
        }
        let power =
            bound(budget.power_mw).and_then(|bound| self.power.use_of(bound)).filter(|used| *used > 1.0);
        let time = time(signals, &budget, &load, self.fps).filter(|used| *used > 1.0);
        if time.is_none() {
            self.leeway = (self.leeway + passed.mul_f64(LATE_SHARE)).min(MOST_LEEWAY);
        }
        if power.is_none() && time.is_none() {
            self.exceeded = None;
            return None;
        }
        if power.is_none() && time.is_some_and(|used| used <= LITTLE_LATE) && self.leeway > passed {
            self.leeway -= passed;
            return Some((Pressure::Time, 0));
        }
        let first = *self.exceeded.get_or_insert(at);
        let lasting = at.saturating_sub(first) >= LASTING;
        let power_steps = power
            .map_or(0, |used| self.steps_until(|other| power_under(other, used, &load, self.fps) <= 1.0));
        let time_steps = time.map_or(0, |used| {
            self.steps_until(|other| time_under(other, used, &budget, &load, self.fps) <= 1.0)
        });
        let (pressure, steps, dwell) = if power_steps > time_steps {
            (Pressure::Power, power_steps, POWER_DWELL)
        } else {
            (Pressure::Time, time_steps, DWELL)
        };
        Some((pressure, if lasting && since >= dwell { steps } else { 0 }))
    }

    /// The bound of the processor's temperature, in °C.
    fn most_degrees(&self) -> f64 {
        bound(self.options.budget.temperature_c).unwrap_or(self.temper.degrees)
    }

    /// Steps down until `meets` is true of one, 1 to [`DEEPEST`].
    fn steps_until(&self, meets: impl Fn(&Load) -> bool) -> usize {
        let below = &self.steps[self.level + 1..];
        below.iter().position(meets).map_or(DEEPEST, |index| (index + 1).min(DEEPEST))
    }

    fn lower(&mut self, at: Duration, pressure: Pressure, down: usize) {
        self.calm = None;
        let level = (self.level + down).min(self.steps.len() - 1);
        if level != self.level || self.level + 1 == self.steps.len() {
            self.cause = pressure;
        }
        if level != self.level {
            self.backoff.lowered(at, self.level, pressure);
            self.go(at, level);
        }
    }

    fn go(&mut self, at: Duration, level: usize) {
        self.level = level;
        self.changed = at;
        self.exceeded = None;
        self.foreseen = None;
        self.calm = None;
        self.warmth.restart();
        self.power.restart();
    }

    /// Takes the next richer step after a calm.
    fn raise(&mut self, at: Duration, signals: &Signals) {
        let Some(richer) = self.level.checked_sub(1) else {
            self.cause = Pressure::None;
            return;
        };
        let Some(standing) = self.room_for(richer, signals) else {
            self.calm = None;
            return;
        };
        let calm = self.calm.get_or_insert(Calm { since: at, worst: standing });
        calm.worst = calm.worst.worse(&standing);
        let Calm { since, worst } = *calm;
        let mut wait = self.backoff.wait(richer, &worst);
        if self.cause == Pressure::Heat {
            wait = wait.max(HEAT_CALM);
        }
        if at.saturating_sub(self.changed) >= DWELL && at.saturating_sub(since) >= wait {
            self.go(at, richer);
            self.backoff.raised(at, richer, worst);
            if richer == 0 {
                self.cause = Pressure::None;
            }
        }
    }

    /// How the bounds stand, where the richer step is expected to keep all of them.
    fn room_for(&self, richer: usize, signals: &Signals) -> Option<Standing> {
        let (load, other, budget) = (self.load(), &self.steps[richer], &self.options.budget);
        let time = time(signals, budget, &load, self.fps)?;
        // What was left for heat or power had the time that it needs.
        let fill = match self.cause {
            Pressure::Heat | Pressure::Power => KNOWN_FILL,
            _ => self.temper.fill,
        };
        if time_under(other, time, budget, &load, self.fps) > fill
            || busy_under(other, signals.busy, &load, self.fps) > fill
            || signals.dropped_share > 0.02
        {
            return None;
        }
        let power = bound(budget.power_mw).and_then(|bound| self.power.most(bound));
        if power.is_some_and(|used| power_under(other, used, &load, self.fps) > 0.95) {
            return None;
        }
        if !self.warmth.has_room(&self.temper, self.most_degrees()) {
            return None;
        }
        let degrees = self.warmth.crest().unwrap_or(0.0);
        Some(Standing { time, power: power.unwrap_or(0.0), degrees })
    }
}

#[cfg(test)]
mod tests;
