//! The most memory that this process has held, and how much of it the allocator keeps.

/// Has pictures and arenas returned to the system as soon as they are freed. glibc otherwise raises
/// its threshold to the size of the largest block freed so far and then cuts such blocks out of its
/// heaps, which a folder of large scans left half full and twice as large.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn return_large_blocks() {
    const LARGE: libc::c_int = 1 << 20;
    // SAFETY: no other thread runs yet, and the call only sets a parameter of the allocator.
    let set = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    if set == 0 {
        tracing::debug!("the allocator keeps its threshold");
    }
}

/// Other allocators need nothing.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn return_large_blocks() {}

/// Peak resident set of this process since it started, in bytes; `None` where the system does not
/// tell.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn peak_rss_bytes() -> Option<u64> {
    parse_status(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Peak resident set of this process since it started, in bytes; `None` where the system does not
/// tell.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
pub(crate) fn peak_rss_bytes() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let peak = u64::try_from(getrusage(UsageWho::RUSAGE_SELF).ok()?.max_rss()).ok()?;
    // Apple's systems count bytes here, the others kibibytes.
    Some(if cfg!(target_vendor = "apple") { peak } else { peak * 1024 })
}

/// Peak resident set of this process since it started, in bytes; `None` where the system does not
/// tell.
#[cfg(not(unix))]
pub(crate) fn peak_rss_bytes() -> Option<u64> {
    None
}

/// `VmHWM` of `/proc/self/status`, in bytes.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn parse_status(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_and_grows() {
        assert_eq!(parse_status("Name:\tx\nVmHWM:\t   1234 kB\nVmRSS:\t 1 kB\n"), Some(1234 * 1024));
        assert_eq!(parse_status("Name:\tx\n"), None);
        let before = peak_rss_bytes().unwrap();
        let block = std::hint::black_box(vec![1u8; before as usize + (64 << 20)]);
        assert!(peak_rss_bytes().unwrap() >= block.len() as u64);
    }
}
