//! Why figures should not be trusted or compared.

use glimpse_telemetry::Probes;

use crate::api::{BenchRequest, BenchTask};

/// Fewer runs leave percentiles to chance.
const FEW_RUNS: u32 = 20;
/// As with p99, of which one run in a hundred decides.
const FEW_FOR_P99: u32 = 100;
/// A processor less busy than this share of its threads is idle.
const IDLE: f64 = 0.25;
/// Nine of ten runs of an undisturbed device take at most this times the median.
const SPREAD: f64 = 1.3;

/// What the device was like before the first run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Before {
    /// Mean number of runnable programs over the last minute, where it is told.
    load: Option<f64>,
    threads: usize,
    on_battery: bool,
}

impl Before {
    pub(super) fn look(probes: &Probes) -> Self {
        Self {
            load: std::fs::read_to_string("/proc/loadavg").ok().and_then(|text| load(&text)),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            on_battery: probes.on_battery(),
        }
    }
}

/// The first figure of `/proc/loadavg`: the mean over one minute.
fn load(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

/// The reasons, in sentences; none where nothing speaks against the figures.
pub(super) fn doubts(
    before: &Before,
    request: &BenchRequest,
    tasks: &[BenchTask],
    interrupted: u32,
) -> Vec<String> {
    let mut doubts = Vec::new();
    if cfg!(debug_assertions) {
        doubts.push("This build is not optimized: a release build is faster.".into());
    }
    if let Some(load) = before.load.filter(|&load| load > IDLE * before.threads as f64) {
        doubts.push(format!(
            "The device was busy before the first run: a load of {load:.1} on {} threads over the last minute.",
            before.threads
        ));
    }
    if interrupted > 0 {
        doubts.push(format!("Other requests ran in between: {interrupted} runs had to wait for them."));
    }
    if before.on_battery {
        doubts.push("The device ran on its battery, on which many are slower.".into());
    }
    if request.warmup == 0 {
        doubts.push("There was no warm-up: the first run is a cold one.".into());
    }
    if request.runs < FEW_RUNS {
        doubts.push(format!("Few runs: {} of each task leave the percentiles to chance.", request.runs));
    } else if request.runs < FEW_FOR_P99 {
        doubts.push(format!("With {} runs, p99 is the slowest of them.", request.runs));
    }
    for task in tasks {
        if task.p50 > 0.0 && task.p90 > SPREAD * task.p50 {
            doubts.push(format!(
                "The runs of {} on {} differ much: nine of ten took up to {:.2} times the median.",
                task_name(task),
                task.picture,
                task.p90 / task.p50
            ));
        }
    }
    doubts
}

fn task_name(task: &BenchTask) -> &'static str {
    super::page::name(task.task)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Task;

    fn task(p50: f64, p90: f64) -> BenchTask {
        BenchTask {
            task: Task::Read,
            picture: "receipt.jpg".into(),
            size: [4, 3],
            runs_ms: vec![p50, p90],
            min: p50,
            p50,
            p90,
            p99: p90,
            max: p90,
            stages: Vec::new(),
            receipt: glimpse_engine::Receipt::default(),
        }
    }

    fn request(runs: u32, warmup: u32) -> BenchRequest {
        BenchRequest { tasks: vec![Task::Read], runs, warmup, picture: None }
    }

    /// The doubts of an otherwise quiet device, those about this build left out.
    fn found(load: f64, runs: u32, warmup: u32, task_: BenchTask, interrupted: u32) -> Vec<String> {
        let before = Before { load: Some(load), threads: 4, on_battery: false };
        let mut doubts = doubts(&before, &request(runs, warmup), &[task_], interrupted);
        doubts.retain(|doubt| !doubt.contains("optimized"));
        doubts
    }

    #[test]
    fn a_quiet_device_with_many_runs_leaves_none() {
        assert_eq!(found(0.3, 100, 3, task(10.0, 11.0), 0), Vec::<String>::new());
    }

    #[test]
    fn each_reason_is_told() {
        for (doubts, part) in [
            (found(2.5, 100, 3, task(10.0, 11.0), 0), "a load of 2.5 on 4"),
            (found(0.0, 5, 3, task(10.0, 11.0), 0), "Few runs: 5"),
            (found(0.0, 50, 3, task(10.0, 11.0), 0), "p99 is the slowest"),
            (found(0.0, 100, 0, task(10.0, 11.0), 0), "no warm-up"),
            (found(0.0, 100, 3, task(10.0, 14.0), 0), "up to 1.40 times"),
            (found(0.0, 100, 3, task(10.0, 11.0), 2), "2 runs had to wait"),
        ] {
            assert!(doubts.len() == 1 && doubts[0].contains(part), "{doubts:?} without {part:?}");
        }
    }

    #[test]
    fn load_is_the_first_figure() {
        assert_eq!(load("0.52 0.58 0.59 1/467 12345\n"), Some(0.52));
        assert_eq!(load(""), None);
    }
}
