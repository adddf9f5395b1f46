//! A session: its threads, what it is told and what it tells.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use glimpse_camera::{FrameSource, SessionOptions};
use glimpse_telemetry::{Collector, ProbeOptions, Telemetry};

use crate::events::{LiveEvents, Tap};
use crate::fast::{self, Start};
use crate::shared::{Settings, Shared};
use crate::slow::SlowThread;
use crate::{
    AdaptState, Clock, EndReason, Eyes, LiveError, LiveEvent, LiveOptions, Load, Pressure, RealClock,
    SourceState, intake, options,
};

/// How frames and stages keep up with each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Pace {
    /// The latest frame wins: what nobody took when a newer one came is dropped and counted. Results of
    /// the slow stages come when they come.
    #[default]
    Realtime,
    /// Every frame is taken in turn, and waits for whoever takes the observations. Results of the slow
    /// stages come a fixed number of frames later, so that the same frames give the same observations.
    Fast,
}

/// How a session runs.
pub struct StartOptions {
    /// How frames and stages keep up with each other.
    pub pace: Pace,
    /// How patient it is with its source.
    pub source: SessionOptions,
    /// After so long without a frame the source counts as stalled.
    pub stalled_after: Duration,
    /// With [`Pace::Fast`], after how many frames the result of a slow stage is taken in; at least 1.
    pub slow_frames: u32,
    /// Where it looks for memory, heat and power.
    pub probes: ProbeOptions,
    /// What it goes by.
    pub clock: Arc<dyn Clock>,
    /// Sees each frame that was analysed.
    pub tap: Option<Box<dyn Tap>>,
}

impl Default for StartOptions {
    fn default() -> Self {
        Self {
            pace: Pace::Realtime,
            source: SessionOptions::default(),
            stalled_after: Duration::from_secs(1),
            slow_frames: 5,
            probes: ProbeOptions::default(),
            clock: Arc::new(RealClock::default()),
            tap: None,
        }
    }
}

impl std::fmt::Debug for StartOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { pace, source, stalled_after, slow_frames, probes, clock, tap } = self;
        f.debug_struct("StartOptions")
            .field("pace", pace)
            .field("source", source)
            .field("stalled_after", stalled_after)
            .field("slow_frames", slow_frames)
            .field("probes", probes)
            .field("clock", clock)
            .field("tap", &tap.is_some())
            .finish()
    }
}

/// A frame for the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct JpegFrame {
    /// Its number in the session, as in its [`Observation`](crate::Observation).
    pub number: u64,
    /// Its time, likewise, in milliseconds.
    pub at_ms: f64,
    /// A JPEG file. A camera's own is passed on as it came.
    pub jpeg: Vec<u8>,
}

/// A session at work. Dropping it stops it.
#[derive(Debug)]
pub struct LiveSession {
    shared: Arc<Shared>,
    supervisor: Option<JoinHandle<Telemetry>>,
}

/// Between two measurements that are told.
const TICK: Duration = Duration::from_millis(250);
/// A source that does not let go within this time is left alone: it ends when the system lets it.
const GRACE: Duration = Duration::from_secs(2);

impl LiveSession {
    /// Starts to open `source` and to look at its frames. Returns at once.
    ///
    /// # Errors
    /// [`LiveError::InvalidOption`], [`LiveError::Thread`], and [`LiveError::Engine`] where `eyes` cannot
    /// do what the options ask for. What happens later, a source that cannot be opened included, comes as
    /// an event.
    pub fn start(
        source: Box<dyn FrameSource>,
        eyes: Arc<dyn Eyes>,
        options: LiveOptions,
        start: StartOptions,
    ) -> Result<(Self, LiveEvents), LiveError> {
        options::check(&options)?;
        let adapt = first_load(&options);
        eyes.set_load(&adapt.load)?;
        let StartOptions { pace, source: patience, stalled_after, slow_frames, probes, clock, tap } = start;
        let settings = Settings { options, adapt };
        let meter = Collector::new(probes);
        let shared = Arc::new(Shared::new(clock, pace == Pace::Fast, settings, meter.clone()));
        let events = LiveEvents::new(Arc::clone(&shared.queue), meter);
        let mut session = Self { shared: Arc::clone(&shared), supervisor: None };
        let (slow, worker) = SlowThread::new();
        let mut threads = Threads::default();
        let (for_source, for_slow) = (Arc::clone(&shared), (Arc::clone(&shared), Arc::clone(&eyes)));
        // Where one cannot be started, those before end by themselves once the session is dropped.
        threads.slow = Some(spawn("glimpse-slow", move || worker.run(&for_slow.0, &*for_slow.1))?);
        let fast = Start {
            shared: Arc::clone(&shared),
            eyes,
            slow,
            tap,
            slow_frames: u64::from(slow_frames.max(1)),
        };
        threads.fast = Some(spawn("glimpse-fast", move || fast::run(fast))?);
        let (let_go, gone) = channel::<()>();
        spawn("glimpse-source", move || {
            intake::run(&for_source, source, &patience);
            drop(let_go);
        })?;
        session.supervisor =
            Some(spawn("glimpse-live", move || supervise(&shared, threads, &gone, stalled_after))?);
        Ok((session, events))
    }

    /// Does from the next frame on what these options say.
    ///
    /// # Errors
    /// [`LiveError::InvalidOption`]; the options before stay in force.
    pub fn set_options(&self, options: LiveOptions) -> Result<(), LiveError> {
        options::check(&options)?;
        self.shared.change(|settings| {
            settings.adapt = first_load(&options);
            settings.options = options;
        });
        Ok(())
    }

    /// Leaves frames out, or no more.
    pub fn pause(&self, paused: bool) {
        if self.shared.paused.swap(paused, Ordering::SeqCst) != paused {
            match paused {
                true => self.shared.turns(SourceState::Paused, "paused"),
                false => self.shared.turns(SourceState::Flowing, "goes on"),
            }
        }
    }

    /// What it cost so far.
    pub fn snapshot(&self) -> Telemetry {
        self.shared.meter.snapshot()
    }

    /// The newest frame of the source, if its number is higher than `after` (0 takes any); else the next
    /// one, for which it waits `timeout` at most. `None` where none came.
    ///
    /// # Errors
    /// [`LiveError::Camera`] where the frame cannot be decoded.
    pub fn newest_jpeg(&self, after: u64, timeout: Duration) -> Result<Option<JpegFrame>, LiveError> {
        let Some(newest) = self.shared.slot.newest(after, timeout) else { return Ok(None) };
        let at_ms = newest.at.as_secs_f64() * 1e3;
        Ok(Some(JpegFrame { number: newest.number, at_ms, jpeg: newest.frame.to_jpeg()? }))
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.shared.is_stopped()
    }

    /// Ends it, and says what it cost. Its threads are gone when this returns; that of a source which does
    /// not let go follows as soon as the system lets it.
    pub fn stop(mut self) -> Telemetry {
        self.end().unwrap_or_else(|| self.shared.meter.snapshot())
    }

    fn end(&mut self) -> Option<Telemetry> {
        self.shared.end(EndReason::Stopped, "it was asked to stop");
        self.supervisor.take().and_then(|thread| thread.join().ok())
    }
}

impl Drop for LiveSession {
    fn drop(&mut self) {
        self.end();
    }
}

/// The threads that end when the session does.
#[derive(Default)]
struct Threads {
    fast: Option<JoinHandle<()>>,
    slow: Option<JoinHandle<()>>,
}

fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, LiveError> {
    Ok(std::thread::Builder::new().name(name.into()).spawn(work)?)
}

/// Tells what is measured until the session is over, then sees its threads out and tells the end.
fn supervise(shared: &Shared, threads: Threads, gone: &Receiver<()>, stalled_after: Duration) -> Telemetry {
    while !shared.is_stopped() {
        shared.wait(TICK);
        shared.watch(stalled_after);
        let (telemetry, adapt) = (shared.meter.snapshot(), shared.settings().adapt);
        shared.queue.put(LiveEvent::Telemetry { telemetry, adapt });
    }
    for thread in [threads.fast, threads.slow].into_iter().flatten() {
        if thread.join().is_err() {
            tracing::error!("a thread of the session panicked");
        }
    }
    if gone.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
        tracing::warn!("the source does not let go; its thread is left to the system");
    }
    let (reason, message) = shared.ending();
    let telemetry = shared.meter.snapshot();
    shared.queue.put(LiveEvent::Ended { reason, message, telemetry: telemetry.clone() });
    telemetry
}

/// What is done to begin with.
fn first_load(options: &LiveOptions) -> AdaptState {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all = Load {
        fps: 30.0,
        scale: 1.0,
        find_every: 1,
        tags_every: 1,
        read_ms: Some(250),
        caption_ms: Some(3000),
        threads,
        precision: glimpse_engine::Precision::Int8,
    };
    AdaptState {
        policy: options.policy,
        level: 0,
        levels: 1,
        load: options.fixed.unwrap_or(all),
        pressure: if options.fixed.is_some() { Pressure::User } else { Pressure::None },
    }
}
