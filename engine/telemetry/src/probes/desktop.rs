//! macOS and Windows, as the crates `sysinfo` and `starship-battery` know them.

use std::time::{Duration, Instant};

use starship_battery::units::power::milliwatt;
use starship_battery::units::ratio::percent;
use starship_battery::{Manager, State};
use sysinfo::{Components, Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use super::meter::Meter;
use super::{known, unknown};
use crate::Probe;

/// Batteries tell new values no more often.
const BATTERIES: Duration = Duration::from_secs(1);

/// What the crates hold open.
#[derive(Debug)]
pub(super) struct Desktop {
    system: Result<System, String>,
    components: Result<Components, String>,
    pid: Result<Pid, String>,
    meter: Meter,
    supply: Option<(Instant, Result<Supply, String>)>,
}

/// All batteries together.
#[derive(Debug, Clone, Copy)]
struct Supply {
    percent: f64,
    /// Of those that discharge; `None` where none does.
    milliwatts: Option<f64>,
}

impl Desktop {
    pub(super) fn new() -> Self {
        Self {
            system: System::new().map_err(|error| error.to_string()),
            components: Components::new_with_refreshed_list().map_err(|error| error.to_string()),
            pid: sysinfo::get_current_pid().map_err(|error| error.to_string()),
            meter: Meter::default(),
            supply: None,
        }
    }

    /// The hottest of the processor's sensors, or of all where none is the processor's.
    pub(super) fn temperature(&mut self) -> Probe {
        let components = match &mut self.components {
            Ok(components) => components,
            Err(reason) => return unknown("°C", reason.clone()),
        };
        components.refresh(false);
        let hottest = components
            .iter()
            .filter_map(|component| {
                let degrees = component.temperature().map(f64::from)?;
                let label = component.label();
                // What lies outside is a sensor that is switched off or not wired.
                (-50.0..200.0).contains(&degrees).then(|| (is_processor(label), degrees, label.to_owned()))
            })
            .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        match hottest {
            Some((_, degrees, label)) => known(degrees, "°C", format!("sensor {label}")),
            None => unknown("°C", "this device tells no temperature to this user"),
        }
    }

    /// Resident memory of this process, and the most that ever was.
    pub(super) fn memory(&mut self) -> (Probe, Probe) {
        let resident = match self.process(ProcessRefreshKind::nothing().with_memory()) {
            Ok(process) => known(process.memory() as f64, "B", "resident memory of the process"),
            Err(reason) => unknown("B", reason),
        };
        (resident, peak())
    }

    /// Processor use of this process over the last second, in % of one core.
    pub(super) fn cpu(&mut self, now: Instant) -> Probe {
        let milliseconds = match self.process(ProcessRefreshKind::nothing().with_cpu()) {
            Ok(process) => process.accumulated_cpu_time() as f64,
            Err(reason) => return unknown("%", reason),
        };
        match self.meter.add(now, milliseconds) {
            Some((rate, over)) => {
                let source = format!("processor time of the process over {:.1} s", over.as_secs_f64());
                known(rate.max(0.0) / 10.0, "%", source)
            }
            None => unknown("%", "needs a second reading"),
        }
    }

    /// What the discharging batteries give together.
    pub(super) fn power(&mut self) -> Probe {
        match self.supply() {
            (Ok(Supply { milliwatts: Some(milliwatts), .. }), age_ms) => {
                Probe { age_ms, ..known(milliwatts, "mW", "battery: energy rate") }
            }
            (Ok(_), age_ms) => Probe { age_ms, ..unknown("mW", "no battery feeds the device") },
            (Err(reason), age_ms) => Probe { age_ms, ..unknown("mW", reason) },
        }
    }

    pub(super) fn charge(&mut self) -> Probe {
        match self.supply() {
            (Ok(supply), age_ms) => {
                Probe { age_ms, ..known(supply.percent, "%", "battery: state of charge") }
            }
            (Err(reason), age_ms) => Probe { age_ms, ..unknown("%", reason) },
        }
    }

    pub(super) fn on_battery(&mut self) -> bool {
        matches!(self.supply(), (Ok(Supply { milliwatts: Some(_), .. }), _))
    }

    /// And how old it is, in milliseconds.
    fn supply(&mut self) -> (Result<Supply, String>, f64) {
        let (at, supply) = match self.supply.take() {
            Some((at, supply)) if at.elapsed() < BATTERIES => (at, supply),
            _ => (Instant::now(), read_supply()),
        };
        let age = at.elapsed().as_secs_f64() * 1e3;
        (self.supply.insert((at, supply)).1.clone(), age)
    }

    fn process(&mut self, kind: ProcessRefreshKind) -> Result<&sysinfo::Process, String> {
        let pid = self.pid.clone()?;
        let system = self.system.as_mut().map_err(|reason| reason.clone())?;
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, kind);
        system.process(pid).ok_or_else(|| "the system does not list this process".into())
    }
}

fn read_supply() -> Result<Supply, String> {
    let batteries =
        Manager::new().and_then(|manager| manager.batteries()).map_err(|error| error.to_string())?;
    let (mut energy, mut full, mut milliwatts) = (0.0, 0.0, None);
    for battery in batteries {
        let battery = battery.map_err(|error| error.to_string())?;
        // Batteries of one device can differ in size.
        let size = f64::from(battery.energy_full().value);
        full += size;
        energy += size * f64::from(battery.state_of_charge().get::<percent>());
        if battery.state() == State::Discharging {
            *milliwatts.get_or_insert(0.0) += f64::from(battery.energy_rate().get::<milliwatt>()).abs();
        }
    }
    if full > 0.0 {
        Ok(Supply { percent: energy / full, milliwatts })
    } else {
        Err("there is no battery".into())
    }
}

#[cfg(target_os = "macos")]
fn peak() -> Probe {
    use nix::sys::resource::{UsageWho, getrusage};
    match getrusage(UsageWho::RUSAGE_SELF) {
        // Apple's systems count bytes here.
        Ok(usage) => known(usage.max_rss() as f64, "B", "getrusage: ru_maxrss"),
        Err(error) => unknown("B", error.desc()),
    }
}

#[cfg(not(target_os = "macos"))]
fn peak() -> Probe {
    unknown("B", "not read on this system")
}

/// Whether a sensor of this label is the processor's.
fn is_processor(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    ["cpu", "soc", "core", "pacc", "eacc", "tdie", "package"].iter().any(|part| label.contains(part))
}
