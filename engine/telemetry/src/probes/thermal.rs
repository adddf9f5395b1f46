//! Temperature of the processor, from sysfs: thermal zones and hwmon chips.

use std::path::Path;

use super::{files, known, unknown};
use crate::Probe;

/// Drivers of sensors that lie in processors.
const CHIPS: [&str; 6] = ["coretemp", "k10temp", "zenpower", "k8temp", "cpu_thermal", "via_cputemp"];

struct Sensor {
    processor: bool,
    degrees: f64,
    source: String,
}

/// The hottest of the processor's sensors, or of all where none is the processor's.
pub(super) fn temperature(root: &Path) -> Probe {
    let zones = root.join("class/thermal");
    let chips = root.join("class/hwmon");
    let mut sensors = of_zones(&zones);
    sensors.extend(of_chips(&chips));
    sensors.sort_by(|a, b| a.processor.cmp(&b.processor).then(a.degrees.total_cmp(&b.degrees)));
    match sensors.pop() {
        Some(sensor) => known(sensor.degrees, "°C", sensor.source),
        None if chips.is_dir() => unknown("°C", "this device tells no temperature"),
        None => unknown("°C", files::why(&zones, "this device tells no temperature")),
    }
}

fn of_zones(folder: &Path) -> Vec<Sensor> {
    let sensor = |zone: std::path::PathBuf| {
        let name = files::text(&zone.join("type"))?;
        let degrees = degrees(&zone.join("temp"))?;
        Some(Sensor { processor: is_processor(&name), degrees, source: format!("thermal zone {name}") })
    };
    files::entries(folder, "thermal_zone").into_iter().filter_map(sensor).collect()
}

fn of_chips(folder: &Path) -> Vec<Sensor> {
    let mut sensors = Vec::new();
    for chip in files::entries(folder, "hwmon") {
        let Some(driver) = files::text(&chip.join("name")) else { continue };
        if !CHIPS.contains(&driver.as_str()) {
            continue;
        }
        let labelled: Vec<(String, f64)> = files::entries(&chip, "temp")
            .into_iter()
            .filter_map(|file| {
                let number = files::name(&file).strip_suffix("_input")?.to_owned();
                let label = files::text(&chip.join(format!("{number}_label"))).unwrap_or(number);
                Some((label, degrees(&file)?))
            })
            .collect();
        // AMD's Tctl is what fans follow: on some processors Tdie with up to 27 °C added.
        let die = labelled.iter().any(|(label, _)| label == "Tdie");
        sensors.extend(labelled.into_iter().filter(|(label, _)| !die || label != "Tctl").map(
            |(label, degrees)| Sensor {
                processor: true,
                degrees,
                source: format!("hwmon {driver}: {label}"),
            },
        ));
    }
    sensors
}

/// What lies outside is a sensor that is switched off or not wired.
fn degrees(file: &Path) -> Option<f64> {
    files::number(file).map(|milli| milli / 1000.0).filter(|degrees| (-50.0..200.0).contains(degrees))
}

/// Whether a thermal zone of this name is the processor's.
fn is_processor(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["cpu", "pkg", "soc", "core", "apc"].iter().any(|part| name.contains(part))
}
