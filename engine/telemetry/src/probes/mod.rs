//! Memory, processor use, heat and power, as the system tells them. What is not told is unknown, never 0.

#[cfg(any(target_os = "macos", target_os = "windows"))]
mod desktop;
mod files;
pub mod memory;
mod meter;
mod phone;
mod processor;
mod rapl;
mod supply;
mod thermal;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::{Heat, Probe};

pub use phone::{Phone, PhoneReadings};

/// Where the probes look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbeOptions {
    /// A folder laid out as Linux's `/sys`. `None`: what this system has.
    pub sysfs: Option<PathBuf>,
    /// A folder laid out as Linux's `/proc`. `None`: what this system has.
    pub procfs: Option<PathBuf>,
    /// Who tells of heat and power in place of the system. `None`: on phones [`Phone::this`], elsewhere
    /// nobody. Comes after `sysfs`.
    pub phone: Option<Phone>,
}

/// All values at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Readings {
    /// Resident memory of the process, in bytes.
    pub memory: Probe,
    /// Most that was ever resident, in bytes.
    pub memory_peak: Probe,
    /// Processor use of this process over the last second, in % of one core.
    pub cpu: Probe,
    /// Temperature of the processor, in °C.
    pub temperature: Probe,
    /// Power that the device draws, in mW.
    pub power: Probe,
    /// Charge of the battery, in %.
    pub battery: Probe,
    /// How far the system throttles.
    pub heat: Heat,
    /// How close it is to throttling: 1 is where that is severe; no unit.
    pub headroom: Probe,
}

impl Readings {
    pub(crate) fn all_mut(&mut self) -> [&mut Probe; 7] {
        [
            &mut self.memory,
            &mut self.memory_peak,
            &mut self.cpu,
            &mut self.temperature,
            &mut self.power,
            &mut self.battery,
            &mut self.headroom,
        ]
    }
}

/// Reads what the device tells of itself.
///
/// On Linux these are files below `/sys` and `/proc`; on macOS and Windows what the crates `sysinfo` and
/// `starship-battery` know. On phones it is what [`Phone`] was told, and memory.
///
/// Power and processor use come from counters, as means between two readings: the first reading leaves
/// them unknown. A reading can block for tens of milliseconds (a battery answers slowly).
#[derive(Debug)]
pub struct Probes {
    device: Device,
    procfs: Option<PathBuf>,
    counters: Mutex<Counters>,
}

/// What tells heat and power.
#[derive(Debug)]
enum Device {
    Files(PathBuf),
    #[cfg(any(target_os = "macos", target_os = "windows"))]
    Desktop(Mutex<desktop::Desktop>),
    Told(Phone),
}

#[derive(Debug, Default)]
struct Counters {
    rapl: rapl::Rapl,
    processor: processor::Processor,
}

impl Probes {
    /// Nothing is read yet.
    pub fn new(options: ProbeOptions) -> Self {
        let procfs = options
            .procfs
            .or_else(|| cfg!(any(target_os = "linux", target_os = "android")).then(|| "/proc".into()));
        Self { device: Device::new(options.sysfs, options.phone), procfs, counters: Mutex::default() }
    }

    /// All values now.
    pub fn read(&self) -> Readings {
        self.read_at(Instant::now())
    }

    pub(crate) fn read_at(&self, now: Instant) -> Readings {
        let (memory, memory_peak) = self.memory();
        Readings {
            memory,
            memory_peak,
            cpu: self.cpu_at(now),
            temperature: self.temperature(),
            power: self.power_at(now),
            battery: self.battery_at(now),
            heat: self.heat_at(now),
            headroom: self.headroom_at(now),
        }
    }

    /// How far the system throttles. Phones tell it.
    pub fn heat(&self) -> Heat {
        self.heat_at(Instant::now())
    }

    fn heat_at(&self, now: Instant) -> Heat {
        match &self.device {
            Device::Told(phone) => phone.heat(now),
            _ => Heat::unknown("this system does not tell it"),
        }
    }

    /// How close the device is to throttling: 1 is where that is severe, 0 is 30 °C below. Phones tell it.
    pub fn headroom(&self) -> Probe {
        self.headroom_at(Instant::now())
    }

    fn headroom_at(&self, now: Instant) -> Probe {
        match &self.device {
            Device::Told(phone) => phone.headroom(now),
            _ => unknown("1", "this system does not tell it"),
        }
    }

    /// The highest temperature of the processor's sensors, or of all where none is the processor's, in °C.
    pub fn temperature(&self) -> Probe {
        match &self.device {
            Device::Files(root) => thermal::temperature(root),
            #[cfg(any(target_os = "macos", target_os = "windows"))]
            Device::Desktop(desktop) => lock(desktop).temperature(),
            Device::Told(_) => unknown("°C", "phones tell how far they throttle, not how hot they are"),
        }
    }

    /// The power that a discharging battery gives, else that of the processor between this reading and one
    /// up to a minute before, in mW.
    pub fn power(&self) -> Probe {
        self.power_at(Instant::now())
    }

    fn power_at(&self, now: Instant) -> Probe {
        match &self.device {
            Device::Files(root) => match supply::power(root) {
                Ok(probe) => probe,
                Err(battery) => match lock(&self.counters).rapl.power(root, now) {
                    Ok(probe) => probe,
                    Err(Some(rapl)) => unknown("mW", format!("{battery}; {rapl}")),
                    Err(None) => unknown("mW", battery),
                },
            },
            #[cfg(any(target_os = "macos", target_os = "windows"))]
            Device::Desktop(desktop) => lock(desktop).power(),
            Device::Told(phone) => phone.power(now),
        }
    }

    /// Charge of the battery, in %.
    pub fn battery(&self) -> Probe {
        self.battery_at(Instant::now())
    }

    fn battery_at(&self, now: Instant) -> Probe {
        match &self.device {
            Device::Files(root) => supply::charge(root),
            #[cfg(any(target_os = "macos", target_os = "windows"))]
            Device::Desktop(desktop) => lock(desktop).charge(),
            Device::Told(phone) => phone.battery(now),
        }
    }

    /// Whether the device runs on a battery, as far as is told.
    pub fn on_battery(&self) -> bool {
        match &self.device {
            Device::Files(root) => supply::discharging(root),
            #[cfg(any(target_os = "macos", target_os = "windows"))]
            Device::Desktop(desktop) => lock(desktop).on_battery(),
            Device::Told(phone) => phone.discharging(Instant::now()),
        }
    }

    /// Processor use of this process over the last second, in % of one core: of two busy ones it is 200.
    pub fn cpu(&self) -> Probe {
        self.cpu_at(Instant::now())
    }

    fn cpu_at(&self, now: Instant) -> Probe {
        if let Some(procfs) = &self.procfs {
            return lock(&self.counters).processor.usage(procfs, now);
        }
        match &self.device {
            #[cfg(any(target_os = "macos", target_os = "windows"))]
            Device::Desktop(desktop) => lock(desktop).cpu(now),
            _ => unknown("%", "this system does not tell it"),
        }
    }

    /// Resident memory of this process and the most that ever was, in bytes.
    pub fn memory(&self) -> (Probe, Probe) {
        if let Some(procfs) = &self.procfs {
            return memory::probes(procfs);
        }
        match &self.device {
            #[cfg(any(target_os = "macos", target_os = "windows"))]
            Device::Desktop(desktop) => lock(desktop).memory(),
            _ => (unknown("B", "this system does not tell it"), unknown("B", "this system does not tell it")),
        }
    }
}

impl Device {
    fn new(sysfs: Option<PathBuf>, phone: Option<Phone>) -> Self {
        if let Some(root) = sysfs {
            return Self::Files(root);
        }
        if let Some(phone) = phone {
            return Self::Told(phone);
        }
        #[cfg(target_os = "linux")]
        return Self::Files("/sys".into());
        #[cfg(any(target_os = "macos", target_os = "windows"))]
        return Self::Desktop(Mutex::new(desktop::Desktop::new()));
        #[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
        return Self::Told(Phone::this().clone());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn known(value: f64, unit: &str, source: impl Into<String>) -> Probe {
    Probe { value: Some(value), unit: unit.into(), source: source.into(), age_ms: 0.0 }
}

fn unknown(unit: &str, reason: impl Into<String>) -> Probe {
    Probe { value: None, unit: unit.into(), source: reason.into(), age_ms: 0.0 }
}

// The fixtures have names with colons, as sysfs has, which Windows' file systems do not take.
#[cfg(all(test, not(windows)))]
mod tests;
