//! Timing the networks by themselves.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::exec::{Feed, Pool, Request, Session, Wanted};
use crate::read::CancelToken;
use crate::{Engine, Error, Result};

/// Wall time of one network on one input shape.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelTiming {
    /// `"det"`, `"rec"`, `"see"` or `"caption"`.
    pub model: String,
    /// `"HxW"`, or `"NxHxW"` for a batch of lines.
    pub shape: String,
    /// Number format.
    pub precision: String,
    /// Instruction set of the kernels.
    pub isa: String,
    /// Threads.
    pub threads: usize,
    /// Median wall time in milliseconds.
    pub ms_median: f64,
    /// Least wall time in milliseconds.
    pub ms_min: f64,
    /// Timed runs.
    pub runs: usize,
    /// Multiply-accumulates of a run.
    pub macs: u64,
    /// Bytes of the arena.
    pub arena_bytes: usize,
}

/// Wall time of one step of a network.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepTiming {
    /// Name of the step's node in the graph.
    pub name: String,
    /// Kind of step.
    pub kind: String,
    /// Least wall time in milliseconds.
    pub ms_min: f64,
    /// Multiply-accumulates.
    pub macs: u64,
}

/// The networks and input shapes that are timed: name, lines in a batch, height, width.
const SHAPES: [(&str, usize, usize, usize); 6] = [
    ("det", 1, 640, 640),
    ("det", 1, 736, 736),
    ("rec", 1, 48, 320),
    ("rec", 6, 48, 320),
    ("see", 1, 224, 224),
    ("find", 1, 288, 352),
];

impl Engine {
    /// Times each network, or the one called `only`, `runs` times after three warm-up runs.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for no runs or an unknown network; those of a run.
    pub fn bench_models(&self, only: Option<&str>, runs: usize) -> Result<Vec<ModelTiming>> {
        let wanted = |name: &str| only.is_none_or(|only| only == name);
        if let Some(name) = only.filter(|name| *name != "caption") {
            self.network(name)?;
        }
        let chosen = SHAPES.iter().filter(|(name, ..)| wanted(name));
        let networks = chosen.map(|(name, lines, h, w)| self.bench_model(name, *lines, [*h, *w], runs));
        let captioner = match wanted("caption").then(|| self.bench_captioner(runs)) {
            // Not all folders of packs have captions.
            Some(Err(Error::PackMissing { .. })) if only.is_none() => None,
            timing => timing,
        };
        networks.chain(captioner).collect()
    }

    fn bench_model(&self, name: &str, lines: usize, shape: [usize; 2], runs: usize) -> Result<ModelTiming> {
        if runs == 0 {
            return Err(Error::InvalidOption { option: "runs", reason: "at least one".into() });
        }
        let model = self.network(name)?;
        let request = picture(name, shape);
        let single = Pool::single();
        let mut sessions: Vec<Session> =
            (0..lines).map(|_| Session::new(if lines > 1 { 1 } else { self.pool.threads() })).collect();
        let mut run = || -> Result<Duration> {
            let started = Instant::now();
            if sessions.len() == 1 || self.pool.threads() == 1 {
                for session in &mut sessions {
                    session.run(model, &request, &self.pool, &CancelToken::new())?;
                }
            } else {
                use rayon::prelude::*;
                self.pool.install(|| {
                    sessions.par_iter_mut().with_max_len(1).try_for_each(|session| {
                        session.run(model, &request, &single, &CancelToken::new()).map(|_| ())
                    })
                })?;
            }
            Ok(started.elapsed())
        };
        for _ in 0..3 {
            run()?;
        }
        let mut times = (0..runs).map(|_| run()).collect::<Result<Vec<_>>>()?;
        times.sort();
        let [h, w] = shape;
        Ok(ModelTiming {
            model: name.into(),
            shape: if lines > 1 { format!("{lines}x{h}x{w}") } else { format!("{h}x{w}") },
            precision: self.options().precision.as_str().into(),
            isa: model.kernels().isa().name().into(),
            threads: self.pool.threads(),
            ms_median: times[runs / 2].as_secs_f64() * 1e3,
            ms_min: times[0].as_secs_f64() * 1e3,
            runs,
            macs: model.macs(shape, wanted(name))? * lines as u64,
            arena_bytes: sessions.iter().map(Session::arena_bytes).sum(),
        })
    }

    /// Times each step of `"det"`, `"rec"` or `"see"` on an input of `shape` (height, width).
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an unknown network; [`Error::Model`] for a shape that does not
    /// fit it.
    pub fn profile_model(&self, name: &str, shape: [usize; 2], runs: usize) -> Result<Vec<StepTiming>> {
        let model = self.network(name)?;
        let mut session = Session::new(self.pool.threads());
        let mut best: Vec<StepTiming> = Vec::new();
        for _ in 0..runs.max(1) + 2 {
            let steps = session.profile(model, &picture(name, shape), &self.pool)?;
            if best.is_empty() {
                best = steps
                    .iter()
                    .map(|s| StepTiming {
                        name: s.name.clone(),
                        kind: s.kind.into(),
                        ms_min: f64::INFINITY,
                        macs: s.macs,
                    })
                    .collect();
            }
            for (b, s) in best.iter_mut().zip(&steps) {
                b.ms_min = b.ms_min.min(s.time.as_secs_f64() * 1e3);
            }
        }
        Ok(best)
    }

    fn network(&self, name: &str) -> Result<&crate::exec::Model> {
        match name {
            "det" => Ok(&self.ocr()?.detector.model),
            "rec" => Ok(&self.ocr()?.recognizer.model),
            "see" => Ok(&self.see()?.network.model),
            "find" => Ok(&self.objects()?.network.model),
            _ => Err(Error::InvalidOption { option: "model", reason: format!("no network {name}") }),
        }
    }
}

/// A run on [`fill`] for the outputs that the calls of the network want.
fn picture(name: &str, shape: [usize; 2]) -> Request<'static> {
    Request { shape, feed: Feed::Picture(&fill), wanted: wanted(name), allowed: None }
}

fn wanted(name: &str) -> Wanted {
    if name == "find" { crate::find::HEADS } else { Wanted::FIRST }
}

/// A picture of bars: timings do not depend on what is seen.
fn fill(input: &mut [u8]) {
    for (i, pixel) in input.chunks_exact_mut(4).enumerate() {
        let v = if (i / 7) % 3 == 0 { 30 } else { 220 };
        pixel.copy_from_slice(&[v, v, v, 0]);
    }
}
