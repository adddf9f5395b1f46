//! Runs live video on a drawn clip for minutes and prints what it cost, as a table in Markdown. Exits with
//! 1 where a bound of docs/performance.md is missed.
//!
//! ```sh
//! cargo run --release -p glimpse-live --example bench_live -- [MINUTES] [THREADS]
//! ```

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use glimpse_camera::{Clip, ClipOptions, ClipSource, Pace, Y4mWriter};
use glimpse_engine::{EngineOptions, Precision};
use glimpse_live::{
    EngineEyes, LiveEvent, LiveOptions, LiveSession, Load, Observation, Stages, StartOptions,
};
use glimpse_scenes::{ObjectOptions, ObjectScene, Scene, TextLine, TextOptions, TextScene};
use glimpse_telemetry::Telemetry;

const SIZE: [u32; 2] = [640, 480];
/// Rows at the bottom with text; objects move above.
const TEXT_ROWS: u32 = 112;
/// A little more than the 30 that must be kept up with.
const FPS: u32 = 32;
/// After so many frames the clip begins anew, with a cut.
const FRAMES: u64 = 20 * FPS as u64;
/// For so many frames a text stands before another takes its place.
const TEXT_FRAMES: u64 = 3 * FPS as u64;
const TEXTS: [&str; 7] =
    ["Way out", "Platform 9", "Mind the gap", "Open 24 hours", "Ring the bell", "Gate B12", "No parking"];
/// Between two looks at the memory.
const SAMPLE: Duration = Duration::from_secs(5);
/// Memory may grow by this after the first minute, in KiB a minute: what a few pages more or less make.
const SLOPE: f64 = 64.0;
/// 99 of 100 frames are looked at within this, in ms.
const MOST_P99: f64 = 33.0;
const LEAST_FPS: f64 = 30.0;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: f64| arguments.get(i).map_or(Ok(default), |text| text.parse());
    let (minutes, threads) = (number(0, 10.0)?, number(1, 2.0)?.max(1.0) as usize);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("drawn.y4m");
    eprintln!("drawing {FRAMES} frames");
    draw(&path)?;
    let clip = ClipSource::new(Clip::open(&path)?, ClipOptions { pace: Pace::Realtime, looped: true });
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let eyes = EngineEyes::open(EngineOptions { threads, packs: Some(packs), ..EngineOptions::default() })?;
    let stages = Stages { caption: false, ..Stages::default() };
    eyes.load(&stages)?;
    let load = Load {
        fps: 1000.0,
        scale: 1.0,
        find_every: 1,
        tags_every: 1,
        read_ms: Some(250),
        caption_ms: None,
        threads,
        precision: Precision::Int8,
    };
    let options = LiveOptions { stages, fixed: Some(load), ..LiveOptions::default() };
    let mut figures = Figures::new(minutes);
    let (session, mut events) =
        LiveSession::start(Box::new(clip), Arc::new(eyes), options, StartOptions::default())?;
    eprintln!("watching for {minutes} minutes on {threads} threads");
    let begun = Instant::now();
    while begun.elapsed().as_secs_f64() < minutes * 60.0 {
        match events.next(Duration::from_millis(100)) {
            Some(LiveEvent::Observation { observation }) => figures.frame(&observation),
            Some(LiveEvent::Telemetry { telemetry, .. }) => figures.sample(&telemetry),
            Some(LiveEvent::Ended { message, .. }) => return Err(message.into()),
            _ => {}
        }
    }
    let telemetry = session.stop();
    let (table, kept) = figures.table(&telemetry, threads);
    std::io::stdout().write_all(table.as_bytes())?;
    Ok(kept)
}

/// Ten objects that move over each other, above text that changes.
fn draw(path: &Path) -> Result<(), Box<dyn Error>> {
    let objects = ObjectScene::new(&ObjectOptions {
        size: [SIZE[0], SIZE[1] - TEXT_ROWS],
        fps: FPS,
        frames: FRAMES,
        ..ObjectOptions::default()
    });
    let lines = (0..FRAMES.div_ceil(TEXT_FRAMES)).map(|i| {
        let text = TEXTS[i as usize % TEXTS.len()];
        let line = TextLine::standing(text, 40.0, [40.0 + 30.0 * (i % 5) as f32, 36.0]);
        TextLine { frames: i * TEXT_FRAMES..(i + 1) * TEXT_FRAMES, ..line }
    });
    let options = TextOptions { size: [SIZE[0], TEXT_ROWS], fps: FPS, ..TextOptions::default() };
    let text = TextScene::of(lines.collect(), &options);
    let mut writer = Y4mWriter::create(path, SIZE[0], SIZE[1], (FPS, 1))?;
    let mut frame = image::RgbImage::new(SIZE[0], SIZE[1]);
    for index in 0..FRAMES {
        image::imageops::replace(&mut frame, &objects.render(index).0, 0, 0);
        image::imageops::replace(&mut frame, &text.render(index).0, 0, i64::from(SIZE[1] - TEXT_ROWS));
        writer.write(&frame)?;
    }
    Ok(writer.finish()?)
}

/// What was measured.
struct Figures {
    /// Of each frame: find and tags together, and from its arrival to its observation, in ms.
    looked: Vec<f32>,
    whole: Vec<f32>,
    /// Seconds since the start, and resident KiB.
    memory: Vec<(f64, f64)>,
    /// In % of a core.
    cpu: Vec<f64>,
    /// Seconds since the start, and frames analysed.
    analysed: Vec<(f64, u64)>,
    texts: u64,
}

/// Memory for `length` values, whose pages are there.
fn reserved(length: usize) -> Vec<f32> {
    let mut values = vec![1.0; length];
    values.clear();
    values
}

impl Figures {
    /// All memory is taken now, so that measuring does not grow.
    fn new(minutes: f64) -> Self {
        let seconds = minutes.max(0.1) * 66.0;
        let frames = (seconds * f64::from(FPS)) as usize;
        let samples = (seconds / SAMPLE.as_secs_f64()) as usize + 8;
        Self {
            looked: reserved(frames),
            whole: reserved(frames),
            memory: Vec::with_capacity(samples),
            cpu: Vec::with_capacity(samples),
            analysed: Vec::with_capacity(samples),
            texts: 0,
        }
    }

    fn frame(&mut self, observation: &Observation) {
        let of = |names: &[&str]| -> f64 {
            observation.stages.iter().filter(|s| names.contains(&s.stage.as_str())).map(|s| s.ms).sum()
        };
        if self.looked.len() < self.looked.capacity() {
            self.looked.push(of(&["find", "tags"]) as f32);
            self.whole.push(of(&["frame"]) as f32);
        }
        self.texts += observation.texts.len() as u64;
    }

    fn sample(&mut self, telemetry: &Telemetry) {
        let at = telemetry.at_ms / 1e3;
        if self.analysed.last().is_some_and(|(last, _)| at - last < SAMPLE.as_secs_f64()) {
            return;
        }
        self.memory.extend(telemetry.memory.value.map(|bytes| (at, bytes / 1024.0)));
        self.cpu.extend(telemetry.cpu.value);
        self.analysed.push((at, telemetry.frames.analysed));
    }

    /// The table, and whether all bounds are kept.
    fn table(&mut self, telemetry: &Telemetry, threads: usize) -> (String, bool) {
        let frames = telemetry.frames;
        let seconds = telemetry.at_ms / 1e3;
        let fps = frames.analysed as f64 / seconds;
        let rates = self.analysed.windows(3).map(|w| (w[2].1 - w[0].1) as f64 / (w[2].0 - w[0].0));
        let slowest = rates.fold(f64::INFINITY, f64::min);
        let slope = slope(self.memory.iter().filter(|(at, _)| *at >= 60.0));
        let [looked_p50, looked_p99] = quantiles(&mut self.looked);
        let [whole_p50, whole_p99] = quantiles(&mut self.whole);
        let cpu = self.cpu.iter().sum::<f64>() / self.cpu.len().max(1) as f64;
        let read = telemetry.stages.iter().find(|stage| stage.stage == "read");
        let share = 100.0 * frames.dropped as f64 / frames.captured.max(1) as f64;
        let mut rows = vec![
            ("watched".to_owned(), format!("{:.1} min, {threads} threads", seconds / 60.0)),
            ("frames analysed a second".into(), format!("{fps:.2} (the source gives {FPS})")),
            ("slowest ten seconds".into(), format!("{slowest:.2} a second")),
            ("find + tags: median, p99".into(), format!("{looked_p50:.1} ms, {looked_p99:.1} ms")),
            ("arrival to observation: median, p99".into(), format!("{whole_p50:.1} ms, {whole_p99:.1} ms")),
            ("frames that came".into(), frames.captured.to_string()),
            ("dropped because a newer one came".into(), format!("{} ({share:.2} %)", frames.dropped)),
            ("skipped, damaged".into(), format!("{}, {}", frames.skipped, frames.damaged)),
            ("observations missed".into(), frames.undelivered.to_string()),
            (
                "readings, median".into(),
                read.map_or("none".into(), |r| format!("{}, {:.0} ms", r.count, r.p50_ms)),
            ),
            ("processor".into(), format!("{cpu:.0} % of a core")),
        ];
        for minute in 0u32.. {
            let begun = f64::from(minute) * 60.0;
            let Some((at, kib)) = self.memory.iter().find(|(at, _)| *at >= begun) else { break };
            rows.push((format!("resident at {:.1} min", at / 60.0), format!("{:.1} MiB", kib / 1024.0)));
        }
        let growth = slope.map_or("unknown".into(), |s| format!("{s:+.1} KiB a minute"));
        rows.push(("growth after the first minute".into(), growth));
        let grows = format!("memory grows by {:.0} KiB a minute", slope.unwrap_or(0.0));
        let bounds = [
            (fps >= LEAST_FPS, format!("{fps:.2} frames a second are fewer than {LEAST_FPS}")),
            (
                slowest >= LEAST_FPS,
                format!("{slowest:.2} a second in ten seconds are fewer than {LEAST_FPS}"),
            ),
            (looked_p99 < MOST_P99, format!("p99 of find + tags is {looked_p99:.1} ms")),
            (slope.is_none_or(|slope| slope <= SLOPE), grows),
            (frames.balanced(), format!("frames are lost uncounted: {frames:?}")),
            (self.texts > 0, "no text was read".into()),
        ];
        let mut out = String::from("| | |\n|---|---|\n");
        for (name, value) in rows {
            // Writing to a String never fails.
            let _ = writeln!(out, "| {name} | {value} |");
        }
        for (_, why) in bounds.iter().filter(|(kept, _)| !kept) {
            let _ = writeln!(out, "\nMissed: {why}.");
        }
        (out, bounds.iter().all(|(kept, _)| *kept))
    }
}

/// Median and 99th percentile.
fn quantiles(values: &mut [f32]) -> [f64; 2] {
    values.sort_unstable_by(f32::total_cmp);
    [0.5, 0.99].map(|q| {
        let index = ((values.len() as f64 * q) as usize).min(values.len().saturating_sub(1));
        values.get(index).map_or(f64::NAN, |value| f64::from(*value))
    })
}

/// Of the line through points by least squares, in units a minute; `None` for fewer than three.
fn slope<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> Option<f64> {
    let points: Vec<(f64, f64)> = points.copied().collect();
    if points.len() < 3 {
        return None;
    }
    let count = points.len() as f64;
    let mean = |value: fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / count;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let covariance: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let variance: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    Some(60.0 * covariance / variance)
}
