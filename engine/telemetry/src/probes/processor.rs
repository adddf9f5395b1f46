//! Processor use of this process, from `/proc/self/stat`.

use std::path::Path;
use std::time::Instant;

use super::meter::Meter;
use super::{files, known, unknown};
use crate::Probe;

/// Steps a second of the kernel's times (`USER_HZ`), the same on every architecture that Rust runs on.
const STEPS_PER_SECOND: f64 = 100.0;

#[derive(Debug, Default)]
pub(super) struct Processor {
    meter: Meter,
}

impl Processor {
    /// In % of one core.
    pub(super) fn usage(&mut self, procfs: &Path, now: Instant) -> Probe {
        let Some(steps) = files::text(&procfs.join("self/stat")).as_deref().and_then(steps) else {
            self.meter.reset();
            return unknown("%", "proc/self/stat tells no times");
        };
        match self.meter.add(now, steps) {
            Some((rate, over)) => {
                let source = format!("proc/self/stat: utime + stime over {:.1} s", over.as_secs_f64());
                known(rate.max(0.0) / STEPS_PER_SECOND * 100.0, "%", source)
            }
            None => unknown("%", "needs a second reading"),
        }
    }
}

/// `utime + stime`: the 14th and 15th field. The second, the name, may hold spaces and brackets.
fn steps(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some((next()? + next()?) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_may_hold_anything() {
        let stat = "42 (a) b (c d) R 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 8 20 0 4 0 100 1 2";
        assert_eq!(steps(stat), Some(300.0));
        assert_eq!(steps("42 (x) R 1 2"), None);
        assert_eq!(steps(""), None);
    }
}
