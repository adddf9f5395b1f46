//! Why figures should not be trusted or compared.

use glimpse_engine::{Note, NoteCode};
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

/// The reasons; none where nothing speaks against the figures.
pub(super) fn doubts(
    before: &Before,
    request: &BenchRequest,
    tasks: &[BenchTask],
    interrupted: u32,
) -> Vec<Note> {
    let plain = |code, message: &str| Some(Note::new(code, [], message));
    let mut doubts = Vec::new();
    if cfg!(debug_assertions) {
        let message = "This build is not optimized: a release build is faster.";
        doubts.extend(plain(NoteCode::NotOptimized, message));
    }
    doubts.extend(busy(before));
    if interrupted > 0 {
        doubts.push(Note::new(
            NoteCode::Interrupted,
            [("runs", interrupted.into())],
            format!("Other requests ran in between: {interrupted} runs had to wait for them."),
        ));
    }
    if before.on_battery {
        let message = "The device ran on its battery, on which many are slower.";
        doubts.extend(plain(NoteCode::OnBattery, message));
    }
    if request.warmup == 0 {
        doubts.extend(plain(NoteCode::NoWarmup, "There was no warm-up: the first run is a cold one."));
    }
    doubts.extend(few(request.runs));
    doubts.extend(tasks.iter().filter_map(spread));
    doubts
}

fn busy(before: &Before) -> Option<Note> {
    let (load, threads) = (before.load?, before.threads);
    (load > IDLE * threads as f64).then(|| {
        Note::new(
            NoteCode::BusyBefore,
            [("load", ((load * 10.0).round() / 10.0).into()), ("threads", threads.into())],
            format!(
                "The device was busy before the first run: a load of {load:.1} on {threads} threads over the \
                 last minute."
            ),
        )
    })
}

fn few(runs: u32) -> Option<Note> {
    let values = [("runs", runs.into())];
    if runs < FEW_RUNS {
        let message = format!("Few runs: {runs} of each task leave the percentiles to chance.");
        Some(Note::new(NoteCode::FewRuns, values, message))
    } else if runs < FEW_FOR_P99 {
        let message = format!("With {runs} runs, p99 is the slowest of them.");
        Some(Note::new(NoteCode::SlowestIsP99, values, message))
    } else {
        None
    }
}

fn spread(task: &BenchTask) -> Option<Note> {
    let differs = task.p50 > 0.0 && task.p90 > SPREAD * task.p50;
    let (name, picture, times) = (super::page::name(task.task), &*task.picture, task.p90 / task.p50);
    differs.then(|| {
        Note::new(
            NoteCode::RunsDiffer,
            [
                ("task", name.into()),
                ("picture", picture.into()),
                ("times", ((times * 100.0).round() / 100.0).into()),
            ],
            format!(
                "The runs of {name} on {picture} differ much: nine of ten took up to {times:.2} times the median."
            ),
        )
    })
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
    fn found(load: f64, runs: u32, warmup: u32, task_: BenchTask, interrupted: u32) -> Vec<Note> {
        let before = Before { load: Some(load), threads: 4, on_battery: false };
        let mut doubts = doubts(&before, &request(runs, warmup), &[task_], interrupted);
        doubts.retain(|doubt| doubt.code != NoteCode::NotOptimized);
        doubts
    }

    #[test]
    fn a_quiet_device_with_many_runs_leaves_none() {
        assert_eq!(found(0.3, 100, 3, task(10.0, 11.0), 0), []);
    }

    #[test]
    fn each_reason_is_told() {
        for (doubts, code, part) in [
            (found(2.5, 100, 3, task(10.0, 11.0), 0), NoteCode::BusyBefore, "a load of 2.5 on 4"),
            (found(0.0, 5, 3, task(10.0, 11.0), 0), NoteCode::FewRuns, "Few runs: 5"),
            (found(0.0, 50, 3, task(10.0, 11.0), 0), NoteCode::SlowestIsP99, "p99 is the slowest"),
            (found(0.0, 100, 0, task(10.0, 11.0), 0), NoteCode::NoWarmup, "no warm-up"),
            (found(0.0, 100, 3, task(10.0, 14.0), 0), NoteCode::RunsDiffer, "up to 1.40 times"),
            (found(0.0, 100, 3, task(10.0, 11.0), 2), NoteCode::Interrupted, "2 runs had to wait"),
        ] {
            assert!(doubts.len() == 1 && doubts[0].code == code, "{doubts:?} without {code:?}");
            assert!(doubts[0].message.contains(part), "{doubts:?} without {part:?}");
        }
    }

    #[test]
    fn load_is_the_first_figure() {
        assert_eq!(load("0.52 0.58 0.59 1/467 12345\n"), Some(0.52));
        assert_eq!(load(""), None);
    }
}
