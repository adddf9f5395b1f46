//! Sessions of live video: a few at a time, over the packs that the service has open.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use glimpse_camera::{CameraError, Clip, ClipOptions, ClipSource, FramePusher, FrameSource, push_source};
use glimpse_live::{EngineEyes, JpegFrame, LiveError, LiveEvents, LiveSession, StartOptions};
use glimpse_telemetry::ProbeOptions;

use crate::Service;
use crate::api::{Failure, LiveCommand, LiveOptions, LiveSource, LiveStart, ServiceCode, Telemetry};
use crate::clips::{OpenClip, clip_failure};
use crate::frames::{MOST_FRAME_BYTES, pushed_frame};

/// Most sessions at once.
pub const MOST_SESSIONS: usize = 2;
/// Frames a second of folders of pictures.
const FOLDER_FPS: u32 = 30;
/// How long one who comes waits for a session that is just ending.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(20);

/// The sessions that run.
#[derive(Debug)]
pub(crate) struct LiveSessions {
    sysfs: Option<PathBuf>,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    /// Number of the last one.
    last: u64,
    sessions: Vec<Weak<Live>>,
    /// Each session has one until its threads are gone.
    places: Arc<()>,
}

impl LiveSessions {
    /// Sessions that look for heat and power below `sysfs`; `None` is the device's own `/sys`.
    pub(crate) fn new(sysfs: Option<PathBuf>) -> Self {
        Self { sysfs, running: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place, and the number of the session that takes it.
    fn place(&self) -> Result<(Arc<()>, u64), Failure> {
        let began = Instant::now();
        loop {
            let mut running = self.lock();
            if Arc::strong_count(&running.places) <= MOST_SESSIONS {
                running.last += 1;
                return Ok((running.places.clone(), running.last));
            }
            drop(running);
            if began.elapsed() >= PATIENCE {
                let message = format!("{MOST_SESSIONS} sessions of live video run already");
                return Err(Failure::new(ServiceCode::Busy, message));
            }
            std::thread::sleep(LOOK);
        }
    }

    fn all(&self) -> Vec<Arc<Live>> {
        let mut running = self.lock();
        running.sessions.retain(|session| session.strong_count() > 0);
        running.sessions.iter().filter_map(Weak::upgrade).collect()
    }
}

/// A session at work. Dropping the last of it stops it, and waits for its threads.
#[derive(Debug)]
pub struct Live {
    number: u64,
    session: LiveSession,
    pusher: Option<FramePusher>,
    /// Its file stays as long as it is watched.
    _clip: Option<Arc<OpenClip>>,
    _place: Arc<()>,
}

impl Live {
    /// Its number, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether it waits for frames to be pushed.
    pub fn is_pushed(&self) -> bool {
        self.pusher.is_some()
    }

    /// Takes a pushed frame with its header. Never waits: the newest replaces what nobody took.
    ///
    /// # Errors
    /// Those of [`pushed_frame`]; `bad_request` where its frames come from elsewhere.
    pub fn push(&self, message: &[u8]) -> Result<(), Failure> {
        let Some(pusher) = &self.pusher else {
            let message = "the frames of this session are not pushed";
            return Err(Failure::new(ServiceCode::BadRequest, message));
        };
        match pusher.push_numbered(pushed_frame(message)?) {
            // It is over: `ended` is on its way.
            Ok(_) | Err(CameraError::Closed) => Ok(()),
            Err(error) => Err(Failure::new(ServiceCode::BadRequest, error.to_string())),
        }
    }

    /// Does what is said.
    ///
    /// # Errors
    /// `invalid_option`; what was said before stays in force.
    pub fn command(&self, command: &LiveCommand) -> Result<(), Failure> {
        match command {
            LiveCommand::Options { options } => self.session.set_options(options.clone()).map_err(failure)?,
            LiveCommand::Pause { paused } => self.session.pause(*paused),
            LiveCommand::Stop => self.session.finish(),
        }
        Ok(())
    }

    /// The newest frame, newer than number `after`, as a JPEG; waits `timeout` at most. `None` where none
    /// came or it cannot be decoded.
    pub fn picture(&self, after: u64, timeout: Duration) -> Option<JpegFrame> {
        self.session.newest_jpeg(after, timeout).unwrap_or_else(|error| {
            tracing::debug!(%error, "a frame cannot be shown");
            None
        })
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.session.is_over()
    }

    /// What it cost so far.
    pub fn telemetry(&self) -> Telemetry {
        self.session.snapshot()
    }
}

impl Service {
    /// Begins a session with what is pushed, a clip or a sample clip.
    ///
    /// # Errors
    /// `busy` where two run already, `unknown_clip`, `clip` where it cannot be played, `invalid_option`,
    /// `unavailable` for sources that only the window has, those of the engine.
    pub fn live_start(&self, start: &LiveStart) -> Result<(Arc<Live>, LiveEvents), Failure> {
        let options = start.options.clone();
        match &start.source {
            LiveSource::Pushed => {
                let (pusher, source) = push_source(MOST_FRAME_BYTES);
                self.live_begin(Box::new(source), Some(pusher), None, options)
            }
            LiveSource::Clip { id } => {
                let clip = self.clips.get(id)?;
                self.live_begin(play(clip.path())?, None, Some(clip), options)
            }
            LiveSource::Sample { name } => {
                self.live_begin(play(&self.sample_clip(name)?)?, None, None, options)
            }
            LiveSource::Camera { .. } | LiveSource::Path { .. } => {
                Err(Failure::new(ServiceCode::Unavailable, "only the window has cameras and files"))
            }
        }
    }

    /// Begins a session with the clip, or the folder of pictures, at `path`.
    ///
    /// # Errors
    /// `clip` where it cannot be played, and those of [`live_watch`](Self::live_watch).
    pub fn live_path(&self, path: &Path, options: LiveOptions) -> Result<(Arc<Live>, LiveEvents), Failure> {
        let source = match path.is_dir() {
            true => clip_source(Clip::folder(path, FOLDER_FPS))?,
            false => play(path)?,
        };
        self.live_begin(source, None, None, options)
    }

    /// Begins a session with any source.
    ///
    /// # Errors
    /// `busy` where two run already, `invalid_option`, those of the engine.
    pub fn live_watch(
        &self,
        source: Box<dyn FrameSource>,
        options: LiveOptions,
    ) -> Result<(Arc<Live>, LiveEvents), Failure> {
        self.live_begin(source, None, None, options)
    }

    fn live_begin(
        &self,
        source: Box<dyn FrameSource>,
        pusher: Option<FramePusher>,
        clip: Option<Arc<OpenClip>>,
        options: LiveOptions,
    ) -> Result<(Arc<Live>, LiveEvents), Failure> {
        let (place, number) = self.live.place()?;
        let eyes = EngineEyes::from_engine(&self.engine)?;
        eyes.load(&options.stages)?;
        let probes = ProbeOptions { sysfs: self.live.sysfs.clone(), ..ProbeOptions::default() };
        let start = StartOptions { probes, ..StartOptions::default() };
        let (session, events) =
            LiveSession::start(source, Arc::new(eyes), options, start).map_err(failure)?;
        let live = Arc::new(Live { number, session, pusher, _clip: clip, _place: place });
        self.live.lock().sessions.push(Arc::downgrade(&live));
        tracing::info!(number, "live video begins");
        Ok((live, events))
    }

    /// What each session that runs cost so far, by its number.
    pub fn live_telemetry(&self) -> Vec<(u64, Telemetry)> {
        self.live.all().iter().map(|live| (live.number(), live.telemetry())).collect()
    }

    /// Makes all sessions end; who listens to them hears so. New ones may begin.
    pub fn stop_live(&self) {
        for live in self.live.all() {
            live.session.finish();
        }
    }
}

fn play(path: &Path) -> Result<Box<dyn FrameSource>, Failure> {
    clip_source(Clip::open(path))
}

fn clip_source(clip: Result<Clip, CameraError>) -> Result<Box<dyn FrameSource>, Failure> {
    Ok(Box::new(ClipSource::new(clip.map_err(clip_failure)?, ClipOptions::default())))
}

fn failure(error: LiveError) -> Failure {
    match error {
        LiveError::InvalidOption { .. } => {
            Failure { code: "invalid_option".into(), message: error.to_string() }
        }
        LiveError::Engine(error) => error.into(),
        LiveError::Camera(error) => Failure::new(ServiceCode::Camera, error.to_string()),
        other => Failure::new(ServiceCode::Internal, other.to_string()),
    }
}
