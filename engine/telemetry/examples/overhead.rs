//! What the measuring itself costs: the time of a stage's span and of a count, without a subscriber, with
//! the layer, and with the layer under a filter, and the share of a frame's time that they make.

use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use glimpse_telemetry::{Collector, Fate, ProbeOptions, layer};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, registry};

/// Spans and counts of a frame that passes through everything.
const SPANS: u32 = 12;
const COUNTS: u32 = 4;
const ROUNDS: u32 = 20_000;
const STAGES: [&str; SPANS as usize] = [
    "capture",
    "convert",
    "look",
    "find",
    "find.pre",
    "find.infer",
    "find.post",
    "tags",
    "track",
    "carry",
    "deliver",
    "frame",
];

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let filtered = registry().with(layer()).with(EnvFilter::new("warn"));
    writeln!(
        out,
        "| subscriber | ns a span | ns a count | share at 30 fps | share at 60 fps |\n|---|---|---|---|---|"
    )?;
    let mut row = |name: &str, (span, count): (f64, f64)| {
        let frame = span * f64::from(SPANS) + count * f64::from(COUNTS);
        let share = |fps: f64| frame * fps / 1e9 * 100.0;
        writeln!(out, "| {name} | {span:.0} | {count:.0} | {:.4} % | {:.4} % |", share(30.0), share(60.0))
    };
    row("none", measure())?;
    row("the layer", tracing::subscriber::with_default(registry().with(layer()), measure))?;
    row("the layer, spans filtered away", tracing::subscriber::with_default(filtered, measure))?;

    let collector = Collector::new(ProbeOptions::default());
    STAGES
        .iter()
        .for_each(|stage| (1..200).for_each(|ms| collector.record(stage, Duration::from_millis(ms))));
    let began = Instant::now();
    (0..100).for_each(|_| drop(black_box(collector.snapshot())));
    let each = began.elapsed().as_secs_f64() / 100.0;
    writeln!(out, "\nA snapshot takes {:.0} µs: {:.4} % at four a second.", each * 1e6, each * 400.0)
}

/// Nanoseconds of a span and of a count: the median of nine.
fn measure() -> (f64, f64) {
    let collector = Collector::new(ProbeOptions::default());
    let median = |work: &dyn Fn(), calls: u32| {
        work();
        let mut times: Vec<f64> = (0..9)
            .map(|_| {
                let began = Instant::now();
                work();
                began.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let spans =
        || (0..ROUNDS).for_each(|_| STAGES.iter().for_each(|stage| collector.span(stage).in_scope(|| ())));
    let counts = || {
        (0..ROUNDS).for_each(|_| {
            collector.count(|frames| frames.arrive());
            collector.count(|frames| frames.settle(Fate::Analysed));
        });
    };
    (median(&spans, ROUNDS * SPANS), median(&counts, ROUNDS * 2))
}
