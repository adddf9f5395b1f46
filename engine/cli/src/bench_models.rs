//! `glimpse bench-models`.

use std::fmt::Write as _;

use glimpse_engine::{Engine, Error, ModelTiming, StepTiming};
use serde::Serialize;

use crate::Ending;
use crate::args::BenchModelsArgs;
use crate::output::{print, report};

/// Times the networks, or the steps of one, and prints a table or one JSON object a line.
pub(crate) fn run(args: &BenchModelsArgs) -> Ending {
    match timings(args) {
        Ok(text) => print(&text),
        Err(error) => {
            report(&error.to_string());
            Ending::Failed
        }
    }
}

fn timings(args: &BenchModelsArgs) -> Result<String, Error> {
    let engine = Engine::open(args.engine.options())?;
    let runs = usize::from(args.runs);
    if let (Some(name), [h, w]) = (&args.steps, &args.shape[..]) {
        let steps = engine.profile_model(name, [*h, *w], runs)?;
        return Ok(if args.json { lines(&steps) } else { steps_table(&steps) });
    }
    let models = engine.bench_models(args.model.as_deref(), runs)?;
    Ok(if args.json { lines(&models) } else { models_table(&models) })
}

fn lines<T: Serialize>(rows: &[T]) -> String {
    rows.iter()
        .filter_map(|row| serde_json::to_string(row).ok())
        .fold(String::new(), |s, row| s + &row + "\n")
}

fn models_table(rows: &[ModelTiming]) -> String {
    let mut out = format!(
        "{:<6}{:>12}{:>6}{:>14}{:>9}{:>12}{:>10}{:>10}{:>11}\n",
        "model", "shape", "", "isa", "threads", "median ms", "min ms", "GMAC/s", "arena MB"
    );
    for r in rows {
        let _ = writeln!(
            out,
            "{:<6}{:>12}{:>6}{:>14}{:>9}{:>12.2}{:>10.2}{:>10.1}{:>11.1}",
            r.model,
            r.shape,
            r.precision,
            r.isa,
            r.threads,
            r.ms_median,
            r.ms_min,
            r.macs as f64 / r.ms_median / 1e6,
            r.arena_bytes as f64 / 1e6
        );
    }
    out
}

fn steps_table(rows: &[StepTiming]) -> String {
    let total: f64 = rows.iter().map(|r| r.ms_min).sum();
    let mut out = format!("{:<28}{:<16}{:>9}{:>8}{:>10}\n", "step", "kind", "ms", "%", "GMAC/s");
    for r in rows {
        let _ = writeln!(
            out,
            "{:<28}{:<16}{:>9.3}{:>8.1}{:>10.1}",
            r.name,
            r.kind,
            r.ms_min,
            100.0 * r.ms_min / total,
            r.macs as f64 / r.ms_min / 1e6
        );
    }
    let _ = writeln!(out, "{:<44}{total:>9.3}", "sum");
    out
}
