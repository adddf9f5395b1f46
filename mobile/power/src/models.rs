//! What the native halves send, and its way to the telemetry.

use std::collections::BTreeMap;

use glimpse_telemetry::{Heat, HeatState, PhoneReadings, Probe};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Longest JSON of a reading, in bytes; those of phones have about three thousand.
const MOST_BYTES: usize = 64 << 10;
/// Most raw values, findings and thresholds that are taken.
const MOST_ENTRIES: usize = 64;

/// What the battery does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BatteryState {
    /// It feeds the phone.
    Discharging,
    /// It takes from a charger.
    Charging,
    /// On a charger, and full.
    Full,
    /// On a charger, neither full nor charging.
    Idle,
    /// Not told, or told in contradiction.
    Unknown,
}

/// A value that the phone may or may not tell. An unknown one is `None`, never 0.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quantity {
    /// The value; finite.
    pub value: Option<f64>,
    /// Its unit, for example `"mA"`; `"1"` for shares.
    pub unit: String,
    /// Where it comes from, or why it is unknown.
    pub source: String,
    /// How long ago it was measured, in milliseconds.
    pub age_ms: f64,
}

/// Where a state of heat begins.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub struct Threshold {
    /// The state.
    pub heat: HeatState,
    /// The headroom, where 1 is severe throttling.
    pub headroom: f64,
}

/// All that a phone tells at one moment. `README.md` says what each is on which system.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PowerReading {
    /// `"android"` or `"ios"`.
    pub platform: String,
    /// Counts readings from 0.
    pub sequence: u64,
    /// What the battery does.
    pub state: BatteryState,
    /// Where that is known from, or why it is not.
    pub state_source: String,
    /// Whether something is plugged in.
    pub plugged: Option<bool>,
    /// Charge, in %.
    pub level: Quantity,
    /// In mV.
    pub voltage: Quantity,
    /// In mA; positive into the battery, negative out of it.
    pub current: Quantity,
    /// What a discharging battery gives, in mW.
    pub power: Quantity,
    /// What is left, in mAh.
    pub charge: Quantity,
    /// What is left, in mWh.
    pub energy: Quantity,
    /// Of the battery, in °C.
    pub temperature: Quantity,
    /// How far the system throttles.
    pub heat: Option<HeatState>,
    /// Where that is known from, or why it is not.
    pub heat_source: String,
    /// How long ago it was told, in milliseconds.
    pub heat_age_ms: f64,
    /// How close severe throttling is, which is at 1; unit `"1"`.
    pub headroom: Quantity,
    /// The headrooms at which states begin, as far as the phone tells them.
    pub thresholds: Vec<Threshold>,
    /// Whether the power saver is on.
    pub saving: Option<bool>,
    /// Every value as the system gave it, by the system's name.
    pub raw: BTreeMap<String, String>,
    /// What was found out of the values' units and signs.
    pub findings: Vec<String>,
}

/// Name, unit and range of each quantity.
type Range = (&'static str, &'static str, f64, f64);

const RANGES: [Range; 8] = [
    ("level", "%", 0.0, 100.0),
    ("voltage", "mV", 2_000.0, 30_000.0),
    ("current", "mA", -30_000.0, 30_000.0),
    ("power", "mW", 0.0, 100_000.0),
    ("charge", "mAh", 0.0, 100_000.0),
    ("energy", "mWh", 0.0, 400_000.0),
    ("temperature", "°C", -50.0, 150.0),
    ("headroom", "1", 0.0, 5.0),
];

impl PowerReading {
    /// Reads what a native half sent. Values out of what a phone can have become unknown, and say so.
    ///
    /// # Errors
    /// [`Error::BadReading`] where it is no reading: of another shape, too long, a key missing.
    pub fn parse(json: &str) -> Result<Self> {
        if json.len() > MOST_BYTES {
            return Err(Error::BadReading(format!("{} bytes", json.len())));
        }
        serde_json::from_str::<Self>(json)
            .map(Self::checked)
            .map_err(|error| Error::BadReading(error.to_string()))
    }

    /// What it says, as far as a phone can be so.
    #[must_use]
    pub fn checked(mut self) -> Self {
        let quantities = [
            &mut self.level,
            &mut self.voltage,
            &mut self.current,
            &mut self.power,
            &mut self.charge,
            &mut self.energy,
            &mut self.temperature,
            &mut self.headroom,
        ];
        for (quantity, range) in quantities.into_iter().zip(RANGES) {
            quantity.check(range);
        }
        if self.state != BatteryState::Discharging && self.power.value.is_some() {
            self.power.refuse("told while the battery does not discharge");
        }
        if !(self.heat_age_ms.is_finite() && self.heat_age_ms >= 0.0) {
            self.heat_age_ms = 0.0;
            if self.heat.take().is_some() {
                self.heat_source = "told of no age".into();
            }
        }
        self.thresholds.retain(|threshold| (0.0..=5.0).contains(&threshold.headroom));
        self.thresholds.truncate(MOST_ENTRIES);
        self.findings.truncate(MOST_ENTRIES);
        while self.raw.len() > MOST_ENTRIES {
            self.raw.pop_last();
        }
        self
    }

    /// What the engine's probes take of it.
    pub fn for_telemetry(&self) -> PhoneReadings {
        let system = match self.platform.as_str() {
            "android" => "Android: ",
            "ios" => "iOS: ",
            _ => "",
        };
        let probe = |quantity: &Quantity| Probe {
            value: quantity.value,
            unit: quantity.unit.clone(),
            source: format!("{system}{}", quantity.source),
            age_ms: quantity.age_ms,
        };
        let discharging = match self.state {
            BatteryState::Unknown => None,
            state => Some(state == BatteryState::Discharging && self.plugged != Some(true)),
        };
        PhoneReadings {
            power: probe(&self.power),
            battery: probe(&self.level),
            discharging,
            heat: Heat {
                state: self.heat,
                source: format!("{system}{}", self.heat_source),
                age_ms: self.heat_age_ms,
            },
            headroom: probe(&self.headroom),
        }
    }
}

impl Quantity {
    fn check(&mut self, (name, unit, least, most): Range) {
        let Some(value) = self.value else {
            self.unit = unit.into();
            self.age_ms = 0.0;
            return;
        };
        if self.unit != unit {
            self.refuse(&format!("{name} told in {}, not in {unit}", self.unit));
        } else if !(least..=most).contains(&value) {
            self.refuse(&format!("no phone's {name}: {value} {unit}"));
        } else if !(self.age_ms.is_finite() && self.age_ms >= 0.0) {
            self.refuse(&format!("{name} told of no age"));
        }
        self.unit = unit.into();
    }

    fn refuse(&mut self, why: &str) {
        self.source = format!("{why} ({})", self.source);
        self.value = None;
        self.age_ms = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISCHARGING: &str = include_str!("../testdata/android-discharging.json");
    const CHARGING: &str = include_str!("../testdata/android-charging.json");
    const SILENT: &str = include_str!("../testdata/android-silent.json");

    fn json() -> serde_json::Value {
        serde_json::from_str(DISCHARGING).unwrap()
    }

    fn parse(json: &serde_json::Value) -> Result<PowerReading> {
        PowerReading::parse(&json.to_string())
    }

    #[test]
    fn readings_as_kotlin_sends_them() {
        let reading = PowerReading::parse(DISCHARGING).unwrap();
        assert_eq!((reading.state, reading.plugged), (BatteryState::Discharging, Some(false)));
        let (current, voltage) = (reading.current.value.unwrap(), reading.voltage.value.unwrap());
        assert!(current < 0.0 && reading.current.source == "CURRENT_NOW, in mA");
        assert!((reading.power.value.unwrap() + current * voltage / 1e3).abs() < 20.0);
        assert_eq!(reading.thresholds.len(), 2);
        assert_eq!((reading.heat, reading.saving), (Some(HeatState::Nominal), Some(false)));
        let reading = PowerReading::parse(CHARGING).unwrap();
        assert_eq!((reading.state, reading.power.value), (BatteryState::Charging, None));
        assert!(reading.current.value.unwrap() > 0.0);
        let reading = PowerReading::parse(SILENT).unwrap();
        assert_eq!((reading.state, reading.heat, reading.saving), (BatteryState::Unknown, None, None));
        assert_eq!(reading.raw["ENERGY_COUNTER"], i64::MIN.to_string());
    }

    #[test]
    fn a_reading_stays_the_same_on_the_way_to_a_page() {
        for text in [DISCHARGING, CHARGING, SILENT] {
            let reading = PowerReading::parse(text).unwrap();
            let again = PowerReading::parse(&serde_json::to_string(&reading).unwrap()).unwrap();
            assert_eq!(again, reading);
        }
    }

    #[test]
    fn telemetry_gets_sources_and_ages() {
        let told = PowerReading::parse(DISCHARGING).unwrap().for_telemetry();
        assert!(told.power.value.is_some() && told.power.age_ms == 1000.0);
        assert_eq!(told.power.source, "Android: battery: CURRENT_NOW, in mA × voltage");
        assert_eq!((told.discharging, told.heat.state), (Some(true), Some(HeatState::Nominal)));
        let told = PowerReading::parse(CHARGING).unwrap().for_telemetry();
        assert_eq!((told.discharging, told.power.value), (Some(false), None));
        let told = PowerReading::parse(SILENT).unwrap().for_telemetry();
        assert_eq!((told.discharging, told.heat.state), (None, None));
        assert_eq!(told.heat.source, "Android: Android 10 and newer tell it");
    }

    #[test]
    fn values_that_no_phone_has_become_unknown() {
        for (key, value) in [
            ("level", serde_json::json!(101)),
            ("level", serde_json::json!(-1)),
            ("voltage", serde_json::json!(4)),
            ("current", serde_json::json!(-400_000)),
            ("power", serde_json::json!(-3)),
            ("power", serde_json::json!(1e300)),
            ("temperature", serde_json::json!(3140)),
            ("headroom", serde_json::json!(77)),
        ] {
            let mut json = json();
            json[key]["value"] = value;
            let reading = serde_json::to_value(parse(&json).unwrap()).unwrap();
            assert!(reading[key]["value"].is_null(), "{key}: {}", reading[key]);
            assert!(reading[key]["source"].as_str().unwrap().starts_with("no phone's"));
        }
        let mut other = json();
        other["power"]["unit"] = "W".into();
        assert_eq!(parse(&other).unwrap().power.value, None);
        let mut other = json();
        other["power"]["ageMs"] = (-5).into();
        assert_eq!(parse(&other).unwrap().power.value, None);
        let mut other = json();
        other["heatAgeMs"] = (-5).into();
        assert_eq!(parse(&other).unwrap().heat, None);
        let mut other = json();
        other["state"] = "charging".into();
        assert_eq!(parse(&other).unwrap().power.value, None);
    }

    #[test]
    fn what_is_no_reading_is_refused() {
        let keys: Vec<String> = json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys.len(), 20);
        for key in &keys {
            // A missing option is an unknown one, by serde's rule.
            if ["plugged", "heat", "saving"].contains(&key.as_str()) {
                continue;
            }
            let mut less = json();
            less.as_object_mut().unwrap().remove(key);
            assert!(matches!(parse(&less), Err(Error::BadReading(_))), "without {key}");
            for other in [serde_json::json!(null), serde_json::json!([1]), serde_json::json!("\u{0}x")] {
                let mut changed = json();
                changed[key] = other.clone();
                // Any text is a source or a platform; an empty list is none of these.
                let text = ["platform", "stateSource", "heatSource"].contains(&key.as_str());
                assert!(parse(&changed).is_err() || (text && other.is_string()), "{key}: {other}");
            }
        }
        let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
        for text in ["", "null", "[]", "{", "{}", "NaN", "\u{feff}{}", &deep, &" ".repeat(70_000)] {
            assert!(matches!(PowerReading::parse(text), Err(Error::BadReading(_))), "{text:.20}");
        }
        for text in [DISCHARGING.replace("841", "1e999"), DISCHARGING.replace("\"mA\"", "\"m\u{1}\"")] {
            assert!(PowerReading::parse(&text).is_err());
        }
    }

    #[test]
    fn lists_are_bounded() {
        let mut json = json();
        json["findings"] = vec!["x"; 1000].into();
        for number in 0..1000 {
            json["raw"][format!("k{number}")] = "v".into();
        }
        let reading = parse(&json).unwrap();
        assert_eq!((reading.findings.len(), reading.raw.len()), (MOST_ENTRIES, MOST_ENTRIES));
    }

    #[test]
    fn bytes_cut_or_changed_never_panic() {
        let bytes = DISCHARGING.as_bytes();
        let mut state = 7_u32;
        for round in 0..4000_usize {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let mut changed = bytes[..bytes.len() - (round % 7) * 100].to_vec();
            let at = state as usize % changed.len();
            changed[at] = (state >> 24) as u8;
            if let Ok(reading) = PowerReading::parse(&String::from_utf8_lossy(&changed)) {
                assert!(reading.level.value.is_none_or(|level| (0.0..=100.0).contains(&level)));
                assert!(reading.power.value.is_none_or(|power| (0.0..=100_000.0).contains(&power)));
            }
        }
    }
}
