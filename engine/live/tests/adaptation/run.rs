//! A session of half an hour on a simulated device.

use std::collections::VecDeque;
use std::time::Duration;

use glimpse_engine::Precision;
use glimpse_live::adapt::{Controller, Signals, ladder};
use glimpse_live::{AdaptState, Budget, LiveOptions, Load, Policy};

use crate::device::{Device, State};
use crate::scene::{Scene, hash};

/// Frames a second of the source.
pub(crate) const SOURCE: f64 = 30.0;
/// How long a session lasts, and from when on it counts as settled, in seconds.
pub(crate) const LASTS: f64 = 1800.0;
pub(crate) const SETTLED: f64 = 300.0;
/// Signals are of this much, in seconds.
const WINDOW: f64 = 2.0;

/// Core milliseconds on a desktop's core: of each frame, objects, tags, a reading, a caption.
const FRAME: f64 = 2.0;
const FIND: f64 = 7.0;
const TAGS: f64 = 3.5;
const READ: f64 = 160.0;
const CAPTION: f64 = 22.0;

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) device: Device,
    pub(crate) scene: Scene,
    pub(crate) policy: Policy,
    pub(crate) budget: Budget,
}

/// A quarter of a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub(crate) at: f64,
    pub(crate) level: u32,
    pub(crate) p90_ms: Option<f64>,
    pub(crate) frame_budget_ms: f64,
    pub(crate) degrees: f64,
    /// Mean of the quarter, in mW.
    pub(crate) milliwatts: f64,
    /// Frames analysed in it.
    pub(crate) frames: u32,
    /// The governor keeps the clock below its highest.
    pub(crate) throttled: bool,
}

/// Threads of the fast stages at most.
pub(crate) fn threads(device: &Device) -> usize {
    device.cores.min(4)
}

/// Runs the session under the controller.
pub(crate) fn adapted(case: &Case) -> Vec<Point> {
    let options = LiveOptions { policy: case.policy, budget: case.budget, ..LiveOptions::default() };
    let steps = ladder(case.policy, threads(&case.device), Precision::Int8);
    let mut controller = Controller::new(options, SOURCE as f32, steps);
    run(case, |at, signals| controller.step(at, signals))
}

/// Runs it under one load.
pub(crate) fn fixed(case: &Case, load: Load) -> Vec<Point> {
    let options = LiveOptions { fixed: Some(load), policy: case.policy, ..LiveOptions::default() };
    let mut controller = Controller::new(options, SOURCE as f32, ladder(case.policy, 1, Precision::Int8));
    run(case, |at, signals| controller.step(at, signals))
}

pub(crate) fn run(case: &Case, mut control: impl FnMut(Duration, &Signals) -> AdaptState) -> Vec<Point> {
    let mut session = Session::new(case, control(Duration::ZERO, &Signals::default()));
    let mut points = Vec::with_capacity((LASTS * 4.0) as usize);
    let (mut tick, mut asked) = (0u64, 0u32);
    while (tick as f64) < LASTS * SOURCE {
        let at = tick as f64 / SOURCE;
        session.tick(at, tick);
        tick += 1;
        if at >= 0.25 * f64::from(asked + 1) {
            asked += 1;
            let point = session.point(at);
            points.push(point);
            session.state = control(Duration::from_secs_f64(at), &session.signals(at, &point));
        }
    }
    points
}

struct Session<'a> {
    case: &'a Case,
    state: AdaptState,
    device: State,
    /// When the fast stages are free, and when the slow ones.
    free: f64,
    slow_free: f64,
    /// Arrival of the frame that waits.
    waiting: Option<f64>,
    due: f64,
    number: u32,
    read_at: f64,
    captioned_at: f64,
    /// When each frame was done, and how long it took in all, in ms.
    done: VecDeque<(f64, f64)>,
    dropped: VecDeque<f64>,
    /// Busy seconds of the fast stages, of each tick.
    busy: VecDeque<(f64, f64)>,
    joules: f64,
    frames: u32,
    quarter: f64,
}

impl<'a> Session<'a> {
    fn new(case: &'a Case, state: AdaptState) -> Self {
        Self {
            case,
            state,
            device: State::rested(&case.device),
            free: 0.0,
            slow_free: 0.0,
            waiting: None,
            due: 0.0,
            number: 0,
            read_at: f64::NEG_INFINITY,
            captioned_at: f64::NEG_INFINITY,
            done: VecDeque::new(),
            dropped: VecDeque::new(),
            busy: VecDeque::new(),
            joules: 0.0,
            frames: 0,
            quarter: 0.0,
        }
    }

    /// One frame of the source.
    fn tick(&mut self, at: f64, tick: u64) {
        let load = self.state.load;
        let sight = self.case.scene.at(at);
        let seconds = 1.0 / SOURCE;
        if at + 1e-9 >= self.due {
            self.due = (self.due + 1.0 / f64::from(load.fps)).max(at - seconds);
            if self.waiting.replace(at).is_some() {
                self.dropped.push_back(at);
            }
        }
        while let Some(arrived) = self.waiting.filter(|arrived| self.free.max(*arrived) < at + seconds) {
            let starts = self.free.max(arrived);
            let jitter = 0.92 + 0.16 * hash(tick ^ 0xabcd);
            let ends = starts + self.frame_seconds(&load, sight.work * jitter);
            self.waiting = None;
            self.busy.push_back((starts, ends));
            self.free = ends;
            self.done.push_back((ends, (ends - arrived) * 1e3));
            self.number = self.number.wrapping_add(1);
        }
        self.slow(at, &load, sight.text);
        let fast = (self.free - at).clamp(0.0, seconds) / seconds * load.threads as f64;
        let slow = (self.slow_free - at).clamp(0.0, seconds) / seconds;
        let busy = (fast + slow).min(self.case.device.cores as f64);
        let ambient = self.case.device.ambient + sight.warmer;
        self.joules += self.device.advance(&self.case.device, at, seconds, busy, ambient) * seconds;
    }

    fn frame_seconds(&self, load: &Load, work: f64) -> f64 {
        let due = |every: u32| self.number.is_multiple_of(every.max(1));
        let find = if due(load.find_every) { FIND * f64::from(load.scale).powi(2) } else { 0.0 };
        let tags = if due(load.tags_every) { TAGS } else { 0.0 };
        let together = (load.threads as f64).powf(0.8);
        let cost = FRAME + (find + tags) / together;
        cost * work * self.pace(load) / 1e3
    }

    /// How many times a desktop's time things take now.
    fn pace(&self, load: &Load) -> f64 {
        let device = &self.case.device;
        let wanted = load.threads as f64 + if self.slow_free > self.free { 1.0 } else { 0.0 };
        device.slowness / self.device.clock() * (wanted / device.cores as f64).max(1.0)
    }

    fn slow(&mut self, at: f64, load: &Load, text: bool) {
        if self.slow_free > at {
            return;
        }
        let over = |last: f64, every: Option<u32>| every.is_some_and(|ms| at - last >= f64::from(ms) / 1e3);
        let cost = if text && over(self.read_at, load.read_ms) {
            self.read_at = at;
            READ
        } else if over(self.captioned_at, load.caption_ms) {
            self.captioned_at = at;
            CAPTION
        } else {
            return;
        };
        self.slow_free = at + cost * self.pace(load) / 1e3;
    }

    fn point(&mut self, at: f64) -> Point {
        // Each is in the order of time.
        while self.done.pop_front_if(|(ends, _)| at - *ends > WINDOW).is_some() {}
        while self.dropped.pop_front_if(|dropped| at - *dropped > WINDOW).is_some() {}
        while self.busy.pop_front_if(|(_, ends)| at - *ends > WINDOW).is_some() {}
        let mut times: Vec<f64> =
            self.done.iter().filter(|(ends, _)| *ends <= at).map(|(_, ms)| *ms).collect();
        let p90_ms = times.len().checked_sub(1).map(|last| {
            let rank = ((times.len() as f64 * 0.9).ceil() as usize - 1).min(last);
            *times.select_nth_unstable_by(rank, f64::total_cmp).1
        });
        let frames = self.done.iter().filter(|(ends, _)| *ends <= at && *ends > self.quarter).count() as u32;
        let milliwatts = self.joules * 1e3 / (at - self.quarter).max(1e-9);
        self.joules = 0.0;
        self.quarter = at;
        self.frames += frames;
        let frame_budget_ms =
            self.case.budget.frame_ms.unwrap_or(1000.0 / f64::from(self.state.load.fps).min(SOURCE));
        Point {
            at,
            level: self.state.level,
            p90_ms,
            frame_budget_ms,
            degrees: self.device.die,
            milliwatts,
            frames,
            throttled: self.device.clock() < 1.0,
        }
    }

    /// As the device tells them: the sensor in whole degrees and with noise.
    fn signals(&self, at: f64, point: &Point) -> Signals {
        let noise = hash((at * 4.0) as u64 ^ 0x5eed) - 0.5;
        let busy: f64 =
            self.busy.iter().map(|(from, to)| (to.min(at) - from.max(at - WINDOW)).max(0.0)).sum();
        let analysed = self.done.iter().filter(|(ends, _)| *ends <= at).count() as f64;
        let dropped = self.dropped.len() as f64;
        Signals {
            frame_p90_ms: point.p90_ms,
            busy: (busy / WINDOW).min(1.0),
            dropped_share: if dropped > 0.0 { dropped / (dropped + analysed) } else { 0.0 },
            temperature_c: Some((point.degrees + noise).round()),
            power_mw: Some(point.milliwatts * (1.0 + 0.04 * noise)),
            rate: analysed / WINDOW,
            ..Signals::default()
        }
    }
}
