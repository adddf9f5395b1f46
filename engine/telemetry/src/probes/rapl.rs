//! Power of the processor, from the energy counters of sysfs' `powercap` (Intel's and AMD's RAPL).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::meter::Meter;
use super::{files, known};
use crate::Probe;

/// No processor draws this many µW: the counter began anew rather than wrapped.
const IMPOSSIBLE: f64 = 1e10;

#[derive(Debug, Default)]
pub(super) struct Rapl {
    zones: Vec<(PathBuf, u64)>,
    at: Option<Instant>,
    microjoules: f64,
    meter: Meter,
}

/// Which zones to add up, and what they are together.
struct Chosen {
    zones: Vec<PathBuf>,
    source: String,
}

impl Rapl {
    /// Mean power between readings. `Err(None)`: there are no such counters.
    pub(super) fn power(&mut self, root: &Path, now: Instant) -> Result<Probe, Option<String>> {
        let Some(Chosen { zones, source }) = choose(&root.join("class/powercap")) else {
            self.forget();
            return Err(None);
        };
        let counters = zones.into_iter().map(|zone| counter(&zone).map(|energy| (zone, energy)));
        let counters = counters.collect::<Result<Vec<_>, String>>().map_err(|reason| {
            self.forget();
            Some(reason)
        })?;
        self.advance(counters, now);
        match self.meter.add(now, self.microjoules) {
            Some((microwatts, over)) => {
                Ok(known(microwatts / 1e3, "mW", format!("{source} over {:.1} s", over.as_secs_f64())))
            }
            None => Err(Some(format!("{source} needs a second reading"))),
        }
    }

    fn advance(&mut self, counters: Vec<(PathBuf, u64)>, now: Instant) {
        let passed = self.at.map_or(0.0, |at| now.saturating_duration_since(at).as_secs_f64());
        let same = self.zones.iter().map(|(zone, _)| zone).eq(counters.iter().map(|(zone, _)| zone));
        let grown: Option<f64> = counters
            .iter()
            .zip(&self.zones)
            .map(|((zone, energy), (_, before))| growth(zone, *before, *energy))
            .sum();
        match grown.filter(|&grown| same && grown <= IMPOSSIBLE * passed) {
            Some(grown) => self.microjoules += grown,
            None => self.meter.reset(),
        }
        self.zones = counters;
        self.at = Some(now);
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

/// The counter wraps at `max_energy_range_uj`.
fn growth(zone: &Path, before: u64, after: u64) -> Option<f64> {
    if after >= before {
        return Some((after - before) as f64);
    }
    let range: u64 = files::text(&zone.join("max_energy_range_uj"))?.parse().ok()?;
    Some((range.checked_sub(before)? + after) as f64)
}

fn counter(zone: &Path) -> Result<u64, String> {
    let name = files::text(&zone.join("name")).unwrap_or_else(|| files::name(zone));
    match files::read(&zone.join("energy_uj")) {
        Ok(text) => text.parse().map_err(|_| format!("powercap {name} tells no number")),
        Err(error) => Err(reason(&name, &error)),
    }
}

/// Since 2020 Linux gives the counters to the superuser only: they leak what other programs compute.
pub(super) fn reason(name: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            format!("powercap {name}: this user may not read the energy counter")
        }
        _ => format!("powercap {name} has no energy counter"),
    }
}

/// The whole platform where it is told, else all processor packages. `intel-rapl-mmio` counts the same
/// packages once more, and zones with a second colon are parts of others.
fn choose(folder: &Path) -> Option<Chosen> {
    let named: Vec<(PathBuf, String)> = files::entries(folder, "intel-rapl:")
        .into_iter()
        .filter(|zone| files::name(zone).matches(':').count() == 1)
        .filter_map(|zone| files::text(&zone.join("name")).map(|name| (zone, name)))
        .collect();
    if let Some((zone, _)) = named.iter().find(|(_, name)| name == "psys") {
        return Some(Chosen {
            zones: vec![zone.clone()],
            source: "powercap psys: the whole platform".into(),
        });
    }
    let packages: Vec<(PathBuf, String)> =
        named.into_iter().filter(|(_, name)| name.starts_with("package")).collect();
    let names: Vec<&str> = packages.iter().map(|(_, name)| name.as_str()).collect();
    let source = format!("powercap {}: the processor alone", names.join(" + "));
    (!packages.is_empty())
        .then(|| Chosen { zones: packages.into_iter().map(|(zone, _)| zone).collect(), source })
}
