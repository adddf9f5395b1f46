//! Batteries, from sysfs' `power_supply`.

use std::path::{Path, PathBuf};

use super::{files, known, unknown};
use crate::Probe;

/// Power that the discharging batteries give together; `Err` says why it is unknown.
pub(super) fn power(root: &Path) -> Result<Probe, String> {
    let folder = root.join("class/power_supply");
    let mut reason = files::why(&folder, "there is no battery that tells its power");
    let (mut milliwatts, mut sources) = (0.0, Vec::new());
    for battery in batteries(&folder) {
        let name = files::name(&battery);
        let status = files::text(&battery.join("status")).unwrap_or_default();
        if status != "Discharging" {
            let status =
                if status.is_empty() { "its status is unknown".into() } else { status.to_lowercase() };
            reason = format!("battery {name} is not what feeds the device: {status}");
            continue;
        }
        let micro =
            |file: &str| files::number(&battery.join(file)).map(f64::abs).filter(|&value| value > 0.0);
        if let Some(microwatts) = micro("power_now") {
            milliwatts += microwatts / 1e3;
            sources.push(format!("battery {name}: power_now"));
        } else if let (Some(current), Some(voltage)) = (micro("current_now"), micro("voltage_now")) {
            milliwatts += current * voltage / 1e9;
            sources.push(format!("battery {name}: current_now × voltage_now"));
        } else {
            reason = format!("battery {name} tells neither power nor current");
        }
    }
    if sources.is_empty() { Err(reason) } else { Ok(known(milliwatts, "mW", sources.join(", "))) }
}

/// Charge of all batteries together.
pub(super) fn charge(root: &Path) -> Probe {
    let folder = root.join("class/power_supply");
    let (mut now, mut full, mut percents, mut names) = (0.0, 0.0, Vec::new(), Vec::new());
    let mut silent = None;
    for battery in batteries(&folder) {
        let name = files::name(&battery);
        let energy = ["energy", "charge"].iter().find_map(|kind| {
            let value = |end: &str| files::number(&battery.join(format!("{kind}_{end}")));
            Some((value("now")?, value("full").filter(|&full| full > 0.0)?))
        });
        let percent = files::number(&battery.join("capacity")).filter(|value| (0.0..=100.0).contains(value));
        let Some(percent) = percent.or(energy.map(|(now, full)| (now / full * 100.0).clamp(0.0, 100.0)))
        else {
            silent = Some(name);
            continue;
        };
        percents.push(percent);
        if let Some((part, whole)) = energy {
            now += part;
            full += whole;
        }
        let status = files::text(&battery.join("status")).unwrap_or_else(|| "unknown".into()).to_lowercase();
        names.push(format!("battery {name}: {status}"));
    }
    match (percents.as_slice(), silent) {
        ([], Some(name)) => unknown("%", format!("battery {name} tells no charge")),
        ([], None) => unknown("%", files::why(&folder, "there is no battery")),
        ([percent], _) => known(*percent, "%", names.join(", ")),
        // Batteries of one device can differ in size.
        (_, _) if full > 0.0 => known((now / full * 100.0).clamp(0.0, 100.0), "%", names.join(", ")),
        (all, _) => known(all.iter().sum::<f64>() / all.len() as f64, "%", names.join(", ")),
    }
}

/// Whether a battery feeds the device.
pub(super) fn discharging(root: &Path) -> bool {
    batteries(&root.join("class/power_supply"))
        .iter()
        .any(|battery| files::text(&battery.join("status")).as_deref() == Some("Discharging"))
}

/// The device's own: not that of a mouse or a headset.
fn batteries(folder: &Path) -> Vec<PathBuf> {
    let own = |supply: &PathBuf| {
        files::text(&supply.join("type")).as_deref() == Some("Battery")
            && files::text(&supply.join("scope")).as_deref() != Some("Device")
    };
    files::entries(folder, "").into_iter().filter(own).collect()
}
