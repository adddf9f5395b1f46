//! Memory of this process and of the device.

use std::path::Path;

use super::{files, known, unknown};
use crate::Probe;

/// Memory of this process, in bytes; `None` where the system does not tell it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProcessMemory {
    /// Resident.
    pub resident: Option<u64>,
    /// Most that was ever resident.
    pub peak: Option<u64>,
}

/// All memory of the device, in bytes; `None` where the system does not tell it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeviceMemory {
    /// All there is.
    pub total: Option<u64>,
    /// What programs can still have.
    pub available: Option<u64>,
}

/// Memory of this process, from Linux's `/proc`.
pub fn process() -> ProcessMemory {
    of_status(Path::new("/proc"))
}

/// Memory of the device, from Linux's `/proc`.
pub fn device() -> DeviceMemory {
    let info = files::text(Path::new("/proc/meminfo")).unwrap_or_default();
    DeviceMemory { total: kibibytes(&info, "MemTotal:"), available: kibibytes(&info, "MemAvailable:") }
}

/// Resident and peak.
pub(super) fn probes(procfs: &Path) -> (Probe, Probe) {
    let ProcessMemory { resident, peak } = of_status(procfs);
    let probe = |value: Option<u64>, key: &str| match value {
        Some(bytes) => known(bytes as f64, "B", format!("proc/self/status: {key}")),
        None => unknown("B", format!("proc/self/status has no {key}")),
    };
    (probe(resident, "VmRSS"), probe(peak, "VmHWM"))
}

fn of_status(procfs: &Path) -> ProcessMemory {
    let status = files::text(&procfs.join("self/status")).unwrap_or_default();
    ProcessMemory { resident: kibibytes(&status, "VmRSS:"), peak: kibibytes(&status, "VmHWM:") }
}

/// The value behind `key` in bytes; the file gives it in units of 1024.
fn kibibytes(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let value: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    value.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_keys() {
        let text = "Name:\tx\nVmHWM:\t   1234 kB\nVmRSS:\t 1 kB\nVmBad:\t x kB\n";
        assert_eq!(kibibytes(text, "VmHWM:"), Some(1234 * 1024));
        assert_eq!(kibibytes(text, "VmRSS:"), Some(1024));
        assert_eq!(kibibytes(text, "VmBad:"), None);
        assert_eq!(kibibytes(text, "VmNone:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells() {
        let memory = process();
        assert!(memory.resident.unwrap() > 1 << 20);
        assert!(memory.peak.unwrap() >= memory.resident.unwrap() / 2);
        let device = device();
        assert!(device.total.unwrap() >= device.available.unwrap());
    }
}
