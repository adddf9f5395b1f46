//! Sessions that come and go leave nothing behind. Alone in its program: it counts the process's threads.

mod support;

use std::sync::Arc;
use std::time::Duration;

use glimpse_live::{LiveEvent, LiveSession};
use support::{Fake, Told, Watchdog, fixed, hasty, until};

/// Threads, open files and resident KiB of this process; `None` where the system does not tell.
fn held() -> Option<[usize; 3]> {
    let count = |path: &str| std::fs::read_dir(path).ok().map(Iterator::count);
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let resident = resident.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some([count("/proc/self/task")?, count("/proc/self/fd")?, resident])
}

/// The same, once it stands still: the kernel may take a moment to let go of a thread that was joined.
fn settled() -> Option<[usize; 3]> {
    let mut before = held()?;
    for _ in 0..50 {
        std::thread::sleep(Duration::from_millis(200));
        let now = held()?;
        if now[..2] == before[..2] {
            return Some(now);
        }
        before = now;
    }
    Some(before)
}

fn session(round: u64) {
    let eyes = Fake { slow_time: Duration::from_millis(round % 7), ..Fake::default() };
    let (session, mut events) =
        LiveSession::start(Box::new(Told::endless()), Arc::new(eyes), fixed(), hasty()).expect("it starts");
    if !round.is_multiple_of(3) {
        until(&mut events, |event| matches!(event, LiveEvent::Observation { .. }));
    }
    if round.is_multiple_of(2) { drop(events) } else { drop(session) }
}

#[test]
fn two_hundred_sessions_leave_nothing_behind() {
    let _watchdog = Watchdog::new("leaks", 120);
    let Some(_) = held() else {
        println!("this system does not tell what a process holds");
        return;
    };
    (0..20).for_each(session);
    let before = settled().expect("as before");
    (0..200).for_each(session);
    let after = settled().expect("as before");
    assert_eq!(after[..2], before[..2], "threads and files: {before:?} to {after:?}");
    assert!(after[2] < before[2] + 6 * 1024, "memory in KiB: {before:?} to {after:?}");
}
