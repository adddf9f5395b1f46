//! Measuring this device: each task some times over, with warm-up, percentiles, receipt and doubts.

mod doubts;
mod page;

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use glimpse_engine::read::CancelToken;

use crate::api::{
    BenchEvent, BenchReport, BenchRequest, BenchStage, BenchTask, Failure, LookRequest, PictureId,
    ServiceCode, Stage, StageTime, Task,
};
use crate::look::{Listener, Plan, Seen, milliseconds};
use crate::measures::quantile;
use crate::pictures::Source;
use crate::{Service, device, memory};

/// Version of the report's format.
const VERSION: u32 = 2;
/// Most timed runs and most warm-up runs of a task.
const MOST_RUNS: u32 = 1000;
const MOST_WARMUP: u32 = 100;

/// What one task is measured on.
struct Subject {
    name: String,
    source: Source,
}

/// One run.
struct Run {
    ms: f64,
    stages: Vec<StageTime>,
    seen: Seen,
}

impl Service {
    /// Measures what `request` asks for and tells `listener` of it as it goes: [`BenchEvent`] says in
    /// which order. Each run takes the picture from its bytes to the result; waiting for other work
    /// does not count.
    ///
    /// # Errors
    /// `bad_request`, `unknown_picture`, `unknown_sample` before it began, then nothing was told;
    /// afterwards `cancelled`, `busy` and those of the engine, and then `failed` was told as well.
    pub fn bench(
        &self,
        request: &BenchRequest,
        cancel: &CancelToken,
        listener: Listener<'_, BenchEvent>,
    ) -> Result<BenchReport, Failure> {
        check(request)?;
        let mut subjects = Vec::new();
        for &task in &request.tasks {
            subjects.push((task, self.subject(task, request.picture.as_ref())?));
        }
        let mut tell = |event| {
            if listener(event).is_break() {
                cancel.cancel();
            }
        };
        match self.bench_all(request, &subjects, cancel, &mut tell) {
            Ok(report) => {
                let markdown = page::markdown(&report);
                tell(BenchEvent::Report { report: report.clone(), markdown });
                Ok(report)
            }
            Err(failure) => {
                tell(BenchEvent::Failed { failure: failure.clone() });
                Err(failure)
            }
        }
    }

    fn bench_all(
        &self,
        request: &BenchRequest,
        subjects: &[(Task, Subject)],
        cancel: &CancelToken,
        tell: &mut dyn FnMut(BenchEvent),
    ) -> Result<BenchReport, Failure> {
        let began = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let before = doubts::Before::look(&self.probes);
        let (mut tasks, mut interrupted) = (Vec::new(), 0);
        for (task, subject) in subjects {
            tasks.push(self.bench_task(request, *task, subject, cancel, &mut interrupted, tell)?);
        }
        let doubts = doubts::doubts(&before, request, &tasks, interrupted);
        Ok(BenchReport {
            version: VERSION,
            began,
            engine: tasks.first().map_or_else(String::new, |task| task.receipt.engine.clone()),
            optimized: cfg!(not(debug_assertions)),
            cpu: device::cpu_name(),
            platform: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
            threads: tasks.first().map_or(0, |task| task.receipt.threads),
            memory: memory::process(),
            tasks,
            doubts,
        })
    }

    fn bench_task(
        &self,
        request: &BenchRequest,
        task: Task,
        subject: &Subject,
        cancel: &CancelToken,
        interrupted: &mut u32,
        tell: &mut dyn FnMut(BenchEvent),
    ) -> Result<BenchTask, Failure> {
        let plan = self.plan(&LookRequest::new(task), cancel)?;
        self.load(task)?;
        let mut last = None;
        let mut timed: Vec<Run> = Vec::with_capacity(request.runs as usize);
        for (warmup, runs) in [(true, request.warmup), (false, request.runs)] {
            for run in 1..=runs {
                cancel.check()?;
                let permit = self.work.enter(cancel)?;
                // Whoever had to wait came while somebody else's work ran.
                *interrupted += u32::from(permit.waited().as_millis() > 0);
                let done = self.bench_run(&plan, subject)?;
                drop(permit);
                tell(BenchEvent::Run { task, run, runs, warmup, ms: done.ms });
                match warmup {
                    true => last = Some(done),
                    false => timed.push(done),
                }
            }
        }
        let Some(last) = timed.last().or(last.as_ref()) else {
            return Err(Failure::new(ServiceCode::Internal, "no run was made"));
        };
        let (receipt, size) = (last.seen.receipt().clone(), size(&last.seen));
        let mut sorted: Vec<f64> = timed.iter().map(|run| run.ms).collect();
        sorted.sort_by(f64::total_cmp);
        Ok(BenchTask {
            task,
            picture: subject.name.clone(),
            size,
            runs_ms: timed.iter().map(|run| run.ms).collect(),
            min: quantile(&sorted, 0.0),
            p50: quantile(&sorted, 0.5),
            p90: quantile(&sorted, 0.9),
            p99: quantile(&sorted, 0.99),
            max: quantile(&sorted, 1.0),
            stages: medians(&timed),
            receipt,
        })
    }

    /// From the bytes to the result.
    fn bench_run(&self, plan: &Plan, subject: &Subject) -> Result<Run, Failure> {
        let began = Instant::now();
        let mut stages = Vec::new();
        let decoded = match &subject.source {
            Source::Pixels(decoded) => decoded.clone(),
            Source::Encoded(bytes) => {
                let decoded = Arc::new(self.decode(bytes)?);
                stages.push(StageTime { stage: Stage::Decode, ms: decoded.decode_ms() });
                decoded
            }
        };
        let seen = self.see(&decoded, plan, &mut |_, _| ())?;
        let ms = milliseconds(began.elapsed());
        stages.extend(seen.stages());
        Ok(Run { ms, stages, seen })
    }

    /// The opened picture that was asked for, else a sample that suits `task`.
    fn subject(&self, task: Task, picture: Option<&PictureId>) -> Result<Subject, Failure> {
        if let Some(id) = picture {
            let opened = self.pictures.get(id)?;
            let name = opened.about.name.clone().unwrap_or_else(|| "picture".into());
            return Ok(Subject { name, source: opened.source.clone() });
        }
        let samples = self.samples.list();
        // Photographs suit finding as well.
        let suits = if task == Task::Read { Task::Read } else { Task::Describe };
        let preferred = if task == Task::Read { "receipt.jpg" } else { "photos/astronaut.jpg" };
        let chosen = samples
            .iter()
            .find(|sample| sample.name == preferred)
            .or_else(|| samples.iter().find(|sample| sample.task == suits))
            .ok_or_else(|| {
                Failure::new(ServiceCode::UnknownSample, "there is no sample picture to measure on; open one")
            })?;
        let path = self.samples.file(&chosen.name)?;
        let bytes = std::fs::read(&path).map_err(|error| glimpse_engine::Error::io(&path, error))?;
        Ok(Subject { name: chosen.name.clone(), source: Source::Encoded(Bytes::from(bytes)) })
    }
}

fn check(request: &BenchRequest) -> Result<(), Failure> {
    let refused = |message: String| Err(Failure::new(ServiceCode::BadRequest, message));
    if request.tasks.is_empty() || request.tasks.len() > 3 {
        return refused("tasks must name one to three tasks".into());
    }
    if !(1..=MOST_RUNS).contains(&request.runs) {
        return refused(format!("runs must be from 1 to {MOST_RUNS}"));
    }
    if request.warmup > MOST_WARMUP {
        return refused(format!("warmup must be at most {MOST_WARMUP}"));
    }
    Ok(())
}

fn size(seen: &Seen) -> [u32; 2] {
    match seen {
        Seen::Read(reading) => [reading.width, reading.height],
        Seen::Describe(description) => [description.width, description.height],
        Seen::Find(found) => [found.width, found.height],
    }
}

/// Median of each stage that ran, in the order of the stages.
fn medians(runs: &[Run]) -> Vec<BenchStage> {
    let mut stages: Vec<Stage> = runs.iter().flat_map(|run| run.stages.iter().map(|s| s.stage)).collect();
    stages.sort_unstable();
    stages.dedup();
    let of = |stage: Stage| {
        let mut times: Vec<f64> =
            runs.iter().flat_map(|run| &run.stages).filter(|s| s.stage == stage).map(|s| s.ms).collect();
        times.sort_by(f64::total_cmp);
        BenchStage { stage, p50: quantile(&times, 0.5) }
    };
    stages.into_iter().map(of).collect()
}
