//! Heat and power, as Linux's sysfs tells them. What is not told is unknown, never 0.

use std::path::{Path, PathBuf};

use crate::api::Probe;

/// Where the probes look.
#[derive(Debug, Clone)]
pub(crate) struct Probes {
    root: PathBuf,
}

impl Probes {
    /// Probes below `root`; `None` is the device's own `/sys`.
    pub(crate) fn new(root: Option<PathBuf>) -> Self {
        Self { root: root.unwrap_or_else(|| "/sys".into()) }
    }

    /// The highest temperature of the processor's zones, or of all where none is the processor's, in °C.
    pub(crate) fn thermal(&self) -> Probe {
        let mut zones: Vec<(bool, f64, String)> = folders(&self.root.join("class/thermal"), "thermal_zone")
            .into_iter()
            .filter_map(|zone| {
                let name = text(&zone.join("type"))?;
                let degrees = number(&zone.join("temp"))? / 1000.0;
                // What lies outside is a sensor that is switched off or not wired.
                (-50.0..200.0).contains(&degrees).then(|| (is_processor(&name), degrees, name))
            })
            .collect();
        zones.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap_or(std::cmp::Ordering::Equal));
        match zones.pop() {
            Some((_, degrees, name)) => known(degrees, "°C", format!("thermal zone {name}")),
            None => unknown("°C", self.why("class/thermal", "this device tells no temperature")),
        }
    }

    /// The power that a discharging battery gives, in mW.
    pub(crate) fn power(&self) -> Probe {
        let mut reason = self.why("class/power_supply", "there is no battery that tells its power");
        for supply in folders(&self.root.join("class/power_supply"), "") {
            if text(&supply.join("type")).as_deref() != Some("Battery") {
                continue;
            }
            // That of a mouse or a headset.
            if text(&supply.join("scope")).as_deref() == Some("Device") {
                continue;
            }
            let name = supply.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let status = text(&supply.join("status")).unwrap_or_default();
            if status != "Discharging" {
                reason = format!("battery {name} is not what feeds the device: {}", status.to_lowercase());
                continue;
            }
            let micro = |file: &str| number(&supply.join(file)).map(f64::abs).filter(|&value| value > 0.0);
            if let Some(microwatts) = micro("power_now") {
                return known(microwatts / 1e3, "mW", format!("battery {name}: power_now"));
            }
            if let (Some(current), Some(voltage)) = (micro("current_now"), micro("voltage_now")) {
                let source = format!("battery {name}: current_now × voltage_now");
                return known(current * voltage / 1e9, "mW", source);
            }
            reason = format!("battery {name} tells neither power nor current");
        }
        unknown("mW", reason)
    }

    /// Whether the device runs on a battery, where that is told.
    pub(crate) fn on_battery(&self) -> bool {
        folders(&self.root.join("class/power_supply"), "").iter().any(|supply| {
            text(&supply.join("type")).as_deref() == Some("Battery")
                && text(&supply.join("status")).as_deref() == Some("Discharging")
        })
    }

    fn why(&self, folder: &str, otherwise: &str) -> String {
        if self.root.join(folder).is_dir() { otherwise.into() } else { "this system does not tell it".into() }
    }
}

/// Whether a thermal zone of this name is the processor's.
fn is_processor(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["cpu", "pkg", "soc", "core", "apc"].iter().any(|part| name.contains(part))
}

fn known(value: f64, unit: &str, source: String) -> Probe {
    Probe { value: Some(value), unit: unit.into(), source, age_ms: 0.0 }
}

fn unknown(unit: &str, reason: String) -> Probe {
    Probe { value: None, unit: unit.into(), source: reason, age_ms: 0.0 }
}

/// The entries of `folder` whose names begin with `prefix`, by name.
fn folders(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix)))
        .collect();
    found.sort();
    found
}

fn text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

fn number(path: &Path) -> Option<f64> {
    text(path)?.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(files: &[(&str, &str)]) -> (tempfile::TempDir, Probes) {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join("class").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let probes = Probes::new(Some(root.path().to_owned()));
        (root, probes)
    }

    #[test]
    fn the_processor_s_hottest_zone_is_told() {
        let (_root, probes) = system(&[
            ("thermal/thermal_zone0/type", "acpitz\n"),
            ("thermal/thermal_zone0/temp", "91000\n"),
            ("thermal/thermal_zone1/type", "cpu0-thermal\n"),
            ("thermal/thermal_zone1/temp", "48500\n"),
            ("thermal/thermal_zone2/type", "cpu1-thermal\n"),
            ("thermal/thermal_zone2/temp", "52500\n"),
            ("thermal/thermal_zone3/type", "cpu2-thermal\n"),
            ("thermal/thermal_zone3/temp", "-273000\n"),
        ]);
        let probe = probes.thermal();
        assert_eq!((probe.value, probe.unit.as_str()), (Some(52.5), "°C"));
        assert_eq!(probe.source, "thermal zone cpu1-thermal");
    }

    #[test]
    fn what_is_not_told_is_unknown_and_says_why() {
        let (_root, probes) = system(&[]);
        assert_eq!(probes.thermal(), unknown("°C", "this system does not tell it".into()));
        assert_eq!(probes.power().value, None);
        let (_root, probes) = system(&[
            ("thermal/thermal_zone0/type", "cpu"),
            ("thermal/thermal_zone0/temp", "none"),
            ("power_supply/BAT0/type", "Battery"),
            ("power_supply/BAT0/status", "Charging"),
            ("power_supply/BAT0/power_now", "9000000"),
        ]);
        assert_eq!(probes.thermal().source, "this device tells no temperature");
        assert_eq!((probes.power().value, probes.on_battery()), (None, false));
        assert!(probes.power().source.contains("charging"), "{:?}", probes.power());
    }

    #[test]
    fn a_discharging_battery_tells_power_or_current_and_voltage() {
        let (_root, probes) = system(&[
            ("power_supply/AC/type", "Mains"),
            ("power_supply/BAT0/type", "Battery"),
            ("power_supply/BAT0/status", "Discharging"),
            ("power_supply/BAT0/power_now", "7250000"),
        ]);
        assert_eq!(probes.power().value, Some(7250.0));
        assert!(probes.on_battery());
        let (_root, probes) = system(&[
            ("power_supply/BAT1/type", "Battery"),
            ("power_supply/BAT1/status", "Discharging"),
            ("power_supply/BAT1/power_now", "0"),
            ("power_supply/BAT1/current_now", "-500000"),
            ("power_supply/BAT1/voltage_now", "4000000"),
        ]);
        assert_eq!(probes.power().value, Some(2000.0));
    }
}
