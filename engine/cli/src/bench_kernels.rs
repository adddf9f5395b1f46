//! `glimpse bench-kernels`.

use std::fmt::Write as _;
use std::time::Duration;

use anstyle::Style;
use glimpse_kernels::bench::{CEILING, KernelTiming, bench_all};
use serde::Serialize;

use crate::Ending;
use crate::args::BenchKernelsArgs;
use crate::output::{print, report};

/// Of headings.
const HEADING: Style = Style::new().bold();
/// Of kernels that the engine would not pick here.
const DIM: Style = Style::new().dimmed();

/// One timing in JSON.
#[derive(Debug, Serialize)]
struct Record<'a> {
    kernel: &'a str,
    isa: &'a str,
    shape: &'a str,
    ns_min: f64,
    ns_median: f64,
    macs: u64,
    bytes: u64,
    gmac_per_s: f64,
    gb_per_s: f64,
    dispatched: bool,
}

/// Times the kernels and prints a table, or one JSON object a line.
pub(crate) fn run(args: &BenchKernelsArgs) -> Ending {
    let filter = args.filter.as_deref().unwrap_or("");
    let timings = bench_all(filter, Duration::from_millis(args.millis));
    if timings.is_empty() {
        report(&format!("no kernel and shape contains {filter:?}"));
        return Ending::Failed;
    }
    if !args.json {
        return print(&table(&timings));
    }
    let lines: Result<Vec<String>, _> = timings.iter().map(|t| serde_json::to_string(&record(t))).collect();
    match lines {
        Ok(lines) => print(&(lines.join("\n") + "\n")),
        Err(error) => Ending::of_output(&error.into()),
    }
}

fn record(timing: &KernelTiming) -> Record<'_> {
    Record {
        kernel: timing.kernel,
        isa: timing.isa.name(),
        shape: &timing.shape,
        ns_min: timing.ns_min,
        ns_median: timing.ns_median,
        macs: timing.macs,
        bytes: timing.bytes,
        gmac_per_s: timing.gmac_per_s(),
        gb_per_s: timing.gb_per_s(),
        dispatched: timing.dispatched,
    }
}

/// Rows grouped by shape; the kernels that the engine picks here are marked.
fn table(timings: &[KernelTiming]) -> String {
    let mut out = String::new();
    let kernel_width = timings.iter().map(|t| t.kernel.chars().count()).max().unwrap_or(0);
    let mut shape = "";
    for timing in timings {
        if timing.shape != shape {
            let gap = if shape.is_empty() { "" } else { "\n" };
            shape = &timing.shape;
            let what = if shape == CEILING { "ceilings, in registers only" } else { shape };
            let _ = writeln!(out, "{gap}{HEADING}{what}{HEADING:#}");
        }
        let style = if timing.dispatched { Style::new() } else { DIM };
        let mark = if timing.dispatched { "→" } else { " " };
        let _ = writeln!(
            out,
            "{style}{mark} {:<kernel_width$}  {:>10} min  {:>10} median  {:>13}  {:>9}{style:#}",
            timing.kernel,
            time(timing.ns_min),
            time(timing.ns_median),
            rate(timing),
            bandwidth(timing),
        );
    }
    let _ = writeln!(out, "\n{DIM}→ is what the engine picks on this machine; one thread{DIM:#}");
    out
}

/// Multiply-accumulates a second, in billions; empty for work without any.
fn rate(timing: &KernelTiming) -> String {
    if timing.macs == 0 { String::new() } else { format!("{:.1} GMAC/s", timing.gmac_per_s()) }
}

/// Bytes a second, in billions; empty for work on registers.
fn bandwidth(timing: &KernelTiming) -> String {
    if timing.bytes == 0 { String::new() } else { format!("{:.1} GB/s", timing.gb_per_s()) }
}

/// Nanoseconds as a person reads them.
fn time(ns: f64) -> String {
    if ns < 1e3 {
        format!("{ns:.0} ns")
    } else if ns < 1e6 {
        format!("{:.1} µs", ns / 1e3)
    } else {
        format!("{:.2} ms", ns / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_change_their_unit() {
        assert_eq!([time(999.0), time(1500.0), time(2_340_000.0)], ["999 ns", "1.5 µs", "2.34 ms"]);
    }
}
