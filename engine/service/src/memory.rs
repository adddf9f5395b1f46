//! Memory of this process and of the device, where the system tells.

use crate::api::Memory;

/// Memory of this process.
pub(crate) fn process() -> Memory {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    Memory { resident: kibibytes(&status, "VmRSS:"), peak: kibibytes(&status, "VmHWM:") }
}

/// All memory of the device, and what programs can still have, in bytes.
pub(crate) fn device() -> (Option<u64>, Option<u64>) {
    let info = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    (kibibytes(&info, "MemTotal:"), kibibytes(&info, "MemAvailable:"))
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
        let (total, available) = device();
        assert!(total.unwrap() >= available.unwrap());
    }
}
