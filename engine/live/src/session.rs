//! A session: its threads, what it is told and what it tells.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::Duration;

use glimpse_camera::{FrameSource, SessionOptions};
use glimpse_telemetry::{Collector, ProbeOptions, Telemetry};

use crate::adapt::ladder;
use crate::events::{LiveEvents, Tap};
use crate::fast::{self, Start};
use crate::shared::{Control, Shared};
use crate::slow::SlowThread;
use crate::supervisor::{self, Threads};
use crate::{Clock, EndReason, Eyes, LiveError, LiveOptions, RealClock, SourceState, intake, options};

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
        let StartOptions { pace, source: patience, stalled_after, slow_frames, probes, clock, tap } = start;
        let in_turn = pace == Pace::Fast;
        let ladder = ladder(options.policy, eyes.threads(), eyes.precision());
        let (settings, control) = Control::begin(options, ladder, in_turn);
        eyes.set_load(&settings.adapt.load)?;
        let meter = Collector::new(probes);
        let shared = Arc::new(Shared::new(clock, in_turn, (settings, control), meter.clone()));
        let events = LiveEvents::new(Arc::clone(&shared.queue), meter);
        let mut session = Self { shared: Arc::clone(&shared), supervisor: None };
        let (slow, worker) = SlowThread::new();
        let (for_source, for_slow) = (Arc::clone(&shared), (Arc::clone(&shared), Arc::clone(&eyes)));
        // Where one cannot be started, those before end by themselves once the session is dropped.
        let slow_thread = spawn("glimpse-slow", move || worker.run(&for_slow.0, &*for_slow.1))?;
        let fast = Start {
            shared: Arc::clone(&shared),
            eyes,
            slow,
            tap,
            slow_frames: u64::from(slow_frames.max(1)),
        };
        let fast = spawn("glimpse-fast", move || fast::run(fast))?;
        let (let_go, source_gone) = channel::<()>();
        spawn("glimpse-source", move || {
            intake::run(&for_source, source, &patience);
            drop(let_go);
        })?;
        let threads = Threads { fast, slow: slow_thread, source: source_gone };
        let supervise = move || supervisor::run(&shared, threads, stalled_after);
        session.supervisor = Some(spawn("glimpse-live", supervise)?);
        Ok((session, events))
    }

    /// Does from the next frame on what these options say.
    ///
    /// # Errors
    /// [`LiveError::InvalidOption`]; the options before stay in force.
    pub fn set_options(&self, options: LiveOptions) -> Result<(), LiveError> {
        options::check(&options)?;
        self.shared.set_options(options);
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

    /// Asks it to end and does not wait: [`LiveEvent::Ended`](crate::LiveEvent::Ended) comes when its threads are gone.
    pub fn finish(&self) {
        self.shared.end(EndReason::Stopped, "it was asked to stop");
    }

    /// Ends it, and says what it cost. Its threads are gone when this returns; that of a source which does
    /// not let go follows as soon as the system lets it.
    pub fn stop(mut self) -> Telemetry {
        self.end().unwrap_or_else(|| self.shared.meter.snapshot())
    }

    fn end(&mut self) -> Option<Telemetry> {
        self.finish();
        self.supervisor.take().and_then(|thread| thread.join().ok())
    }
}

impl Drop for LiveSession {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, LiveError> {
    Ok(std::thread::Builder::new().name(name.into()).spawn(work)?)
}
