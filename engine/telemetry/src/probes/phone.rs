//! Phones, as the half of the app that may ask their system tells them.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::{known, unknown};
use crate::{Heat, Probe};

/// What was measured longer ago says nothing of now.
const FRESH: Duration = Duration::from_secs(10);
/// No longer a source is kept, in characters.
const LONGEST: usize = 200;
/// No phone draws more, in mW.
const MOST_POWER: f64 = 100_000.0;
/// 120 °C above where throttling is severe: no headroom is higher.
const MOST_HEADROOM: f64 = 5.0;

/// What a phone told at one moment. Ages are as old as they were then.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneReadings {
    /// Power that the battery gives while it discharges, in mW, above 0 and at most 100,000.
    pub power: Probe,
    /// Charge of the battery, in %, 0 to 100.
    pub battery: Probe,
    /// Whether the battery feeds the phone; `None` where that is not known.
    pub discharging: Option<bool>,
    /// How far the system throttles.
    pub heat: Heat,
    /// How close throttling is; unit `"1"`, 0 to 5.
    pub headroom: Probe,
}

/// What is told of this phone. Clones are the same; whoever may ask the system pushes, the probes read.
///
/// What is pushed is checked again: a value out of its range, of another unit, or of no age is unknown, and so
/// is one that was measured more than ten seconds ago.
#[derive(Debug, Clone, Default)]
pub struct Phone {
    newest: Arc<Mutex<Option<(Instant, PhoneReadings)>>>,
}

/// Those that are the same.
impl PartialEq for Phone {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.newest, &other.newest)
    }
}

impl Eq for Phone {}

impl Phone {
    /// One that nothing was told of.
    pub fn new() -> Self {
        Self::default()
    }

    /// The phone that this process runs on: what probes of phones read unless they are given another.
    pub fn this() -> &'static Self {
        static THIS: OnceLock<Phone> = OnceLock::new();
        THIS.get_or_init(Self::new)
    }

    /// Takes the newest readings.
    pub fn push(&self, readings: PhoneReadings) {
        self.push_at(Instant::now(), readings);
    }

    /// Nothing is told any more.
    pub fn forget(&self) {
        *self.lock() = None;
    }

    pub(super) fn push_at(&self, now: Instant, readings: PhoneReadings) {
        let PhoneReadings { power, battery, discharging, heat, headroom } = readings;
        let checked = PhoneReadings {
            power: check(power, "mW", |value| value > 0.0 && value <= MOST_POWER),
            battery: check(battery, "%", |value| (0.0..=100.0).contains(&value)),
            discharging,
            heat: check_heat(heat),
            headroom: check(headroom, "1", |value| (0.0..=MOST_HEADROOM).contains(&value)),
        };
        *self.lock() = Some((now, checked));
    }

    pub(super) fn power(&self, now: Instant) -> Probe {
        self.probe(now, "mW", |readings| &readings.power)
    }

    pub(super) fn battery(&self, now: Instant) -> Probe {
        self.probe(now, "%", |readings| &readings.battery)
    }

    pub(super) fn headroom(&self, now: Instant) -> Probe {
        self.probe(now, "1", |readings| &readings.headroom)
    }

    pub(super) fn heat(&self, now: Instant) -> Heat {
        let newest = self.lock();
        let Some((at, readings)) = newest.as_ref() else { return Heat::unknown(NOTHING) };
        let heat = Heat { age_ms: readings.heat.age_ms + since(*at, now), ..readings.heat.clone() };
        if heat.state.is_some() && !fresh(heat.age_ms) {
            return Heat::unknown(old(heat.age_ms));
        }
        heat
    }

    pub(super) fn discharging(&self, now: Instant) -> bool {
        let newest = self.lock();
        newest
            .as_ref()
            .is_some_and(|(at, readings)| fresh(since(*at, now)) && readings.discharging == Some(true))
    }

    fn probe(&self, now: Instant, unit: &str, of: impl Fn(&PhoneReadings) -> &Probe) -> Probe {
        let newest = self.lock();
        let Some((at, readings)) = newest.as_ref() else { return unknown(unit, NOTHING) };
        let probe = of(readings);
        let age_ms = probe.age_ms + since(*at, now);
        if probe.value.is_some() && !fresh(age_ms) {
            return unknown(unit, old(age_ms));
        }
        Probe { age_ms, ..probe.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Instant, PhoneReadings)>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const NOTHING: &str = "the phone has not told anything yet";

fn since(at: Instant, now: Instant) -> f64 {
    now.saturating_duration_since(at).as_secs_f64() * 1e3
}

fn fresh(age_ms: f64) -> bool {
    age_ms <= FRESH.as_secs_f64() * 1e3
}

fn old(age_ms: f64) -> String {
    format!("not told since {:.0} s", age_ms / 1e3)
}

fn check(probe: Probe, unit: &str, plausible: impl Fn(f64) -> bool) -> Probe {
    let source = shortened(probe.source);
    let Some(value) = probe.value else { return Probe { age_ms: 0.0, ..unknown(unit, source) } };
    if probe.unit != unit {
        return unknown(unit, format!("told in {}, not in {unit}: {source}", shortened(probe.unit)));
    }
    if !plausible(value) {
        return unknown(unit, format!("no phone's: {value} {unit} by {source}"));
    }
    if !(probe.age_ms.is_finite() && probe.age_ms >= 0.0) {
        return unknown(unit, format!("told of no age: {source}"));
    }
    Probe { age_ms: probe.age_ms, ..known(value, unit, source) }
}

fn check_heat(heat: Heat) -> Heat {
    let source = shortened(heat.source);
    if heat.state.is_some() && !(heat.age_ms.is_finite() && heat.age_ms >= 0.0) {
        return Heat::unknown(format!("told of no age: {source}"));
    }
    let age_ms = if heat.state.is_some() { heat.age_ms } else { 0.0 };
    Heat { source, age_ms, ..heat }
}

/// Without what no line of text has.
fn shortened(text: String) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HeatState;
    use crate::probes::{ProbeOptions, Probes};

    fn told(power: f64) -> PhoneReadings {
        PhoneReadings {
            power: Probe { age_ms: 1200.0, ..known(power, "mW", "battery: CURRENT_NOW, in mA × voltage") },
            battery: known(63.0, "%", "EXTRA_LEVEL of EXTRA_SCALE"),
            discharging: Some(true),
            heat: Heat {
                state: Some(HeatState::Fair),
                source: "PowerManager: thermal status 1".into(),
                age_ms: 0.0,
            },
            headroom: known(0.82, "1", "PowerManager: thermal headroom"),
        }
    }

    fn probes(phone: &Phone) -> Probes {
        Probes::new(ProbeOptions { phone: Some(phone.clone()), ..ProbeOptions::default() })
    }

    #[test]
    fn what_is_told_is_read_with_its_age() {
        let phone = Phone::new();
        let probes = probes(&phone);
        let start = Instant::now();
        assert_eq!(probes.read_at(start).power, unknown("mW", NOTHING));
        assert_eq!(probes.read_at(start).heat, Heat::unknown(NOTHING));
        phone.push_at(start, told(2310.0));
        let readings = probes.read_at(start + Duration::from_millis(300));
        assert_eq!(readings.power.value, Some(2310.0));
        assert!((readings.power.age_ms - 1500.0).abs() < 1e-6, "{}", readings.power.age_ms);
        assert_eq!((readings.battery.value, readings.headroom.value), (Some(63.0), Some(0.82)));
        assert_eq!(readings.heat.state, Some(HeatState::Fair));
        assert_eq!(readings.temperature.value, None);
        phone.forget();
        assert_eq!(probes.read_at(start).battery, unknown("%", NOTHING));
    }

    #[test]
    fn what_is_old_is_unknown() {
        let phone = Phone::new();
        let probes = probes(&phone);
        let start = Instant::now();
        phone.push_at(start, told(2310.0));
        let readings = probes.read_at(start + Duration::from_secs(9));
        // It was measured 1.2 s before it was told.
        assert_eq!(readings.power, unknown("mW", "not told since 10 s"));
        assert_eq!(readings.battery.value, Some(63.0));
        assert!(phone.discharging(start + Duration::from_secs(9)));
        let readings = probes.read_at(start + Duration::from_secs(60));
        assert_eq!(readings.battery, unknown("%", "not told since 60 s"));
        assert_eq!(readings.headroom, unknown("1", "not told since 60 s"));
        assert_eq!(readings.heat, Heat::unknown("not told since 60 s"));
        assert!(!phone.discharging(start + Duration::from_secs(60)));
    }

    #[test]
    fn senseless_values_are_unknown() {
        let phone = Phone::new();
        let now = Instant::now();
        for power in [0.0, -5.0, 1e6, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            phone.push_at(now, told(power));
            let probe = phone.power(now);
            assert_eq!((probe.value, probe.unit.as_str()), (None, "mW"), "{probe:?}");
            assert!(probe.source.starts_with("no phone's"), "{probe:?}");
        }
        let odd = PhoneReadings {
            power: known(1000.0, "µW", "x"),
            battery: known(101.0, "%", "x"),
            discharging: None,
            heat: Heat { state: Some(HeatState::Critical), source: "x".into(), age_ms: f64::NAN },
            headroom: Probe { age_ms: -1.0, ..known(0.5, "1", "x") },
        };
        phone.push_at(now, odd);
        assert_eq!(phone.power(now), unknown("mW", "told in µW, not in mW: x"));
        assert_eq!(phone.battery(now).value, None);
        assert_eq!(phone.headroom(now), unknown("1", "told of no age: x"));
        assert_eq!(phone.heat(now), Heat::unknown("told of no age: x"));
    }

    #[test]
    fn sources_are_bounded_lines() {
        let phone = Phone::new();
        let now = Instant::now();
        phone.push_at(
            now,
            PhoneReadings { battery: known(5.0, "%", "ä\n\u{7}".repeat(1 << 16)), ..told(1.0) },
        );
        assert_eq!(phone.battery(now).source, "ä".repeat(LONGEST));
    }

    #[test]
    fn random_readings_are_known_only_within_their_ranges() {
        let phone = Phone::new();
        let now = Instant::now();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            f64::from_bits(state)
        };
        for _ in 0..20_000 {
            let (value, age_ms) = (next(), next());
            let probe = |unit| Probe { age_ms, ..known(value, unit, "x") };
            phone.push_at(now, PhoneReadings { power: probe("mW"), headroom: probe("1"), ..told(1.0) });
            for (read, range) in
                [(phone.power(now), 0.0..=MOST_POWER), (phone.headroom(now), 0.0..=MOST_HEADROOM)]
            {
                assert!(read.age_ms >= 0.0 && read.age_ms <= 1e4);
                assert!(read.value.is_none_or(|value| range.contains(&value)), "{read:?}");
            }
        }
    }
}
