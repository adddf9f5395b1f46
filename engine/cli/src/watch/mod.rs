//! `glimpse watch`.

mod draw;
mod report;
mod screen;

use std::sync::Arc;
use std::time::{Duration, Instant};

use glimpse_camera::{CameraError, ClipOptions, FrameSource, open_source_with};
use glimpse_engine::read::CancelToken;
use glimpse_live::{
    Budget, EndReason, EngineEyes, LiveError, LiveEvent, LiveEvents, LiveOptions, LiveSession, Load, Pace,
    Stages, StartOptions,
};

use crate::Ending;
use crate::args::{Policy, WatchArgs};
use crate::output::{report as tell, write_out};
use draw::Overlay;
use report::Totals;
use screen::Screen;

/// Longest wait for an event, after which Ctrl-C and the time are looked at.
const STEP: Duration = Duration::from_millis(100);

/// Watches until the source ends, the time is over or a person cancels.
pub(crate) fn run(args: &WatchArgs, cancel: &CancelToken) -> Ending {
    let to_stdout = args.overlay.as_ref().is_some_and(|path| path.as_os_str() == "-");
    if to_stdout && args.json {
        return Ending::Usage("--json and --overlay - both write to standard output".into());
    }
    let pace = if args.fast { Pace::Fast } else { Pace::Realtime };
    let clip_pace = match pace {
        Pace::Fast => glimpse_camera::Pace::Fast,
        Pace::Realtime => glimpse_camera::Pace::Realtime,
    };
    let source = match open_source_with(&args.source, ClipOptions { pace: clip_pace, looped: false }) {
        Ok(source) => source,
        Err(error @ CameraError::BadSource(_)) => return Ending::Usage(error.to_string()),
        Err(error) => return failed(&error.to_string()),
    };
    let overlay = args.overlay.as_deref().map(Overlay::new);
    let (session, events) = match start(args, pace, source, overlay.as_ref()) {
        Ok(started) => started,
        Err(error) => return failed(&error.to_string()),
    };
    let output: Box<dyn Output> = match (args.json, to_stdout) {
        (true, _) => Box::new(Json),
        (false, true) => Box::new(Totals::quiet()),
        (false, false) => match Screen::on_terminal() {
            Some(screen) => Box::new(screen),
            None => Box::new(Totals::new()),
        },
    };
    let ending = follow(args, cancel, session, events, output);
    match overlay.map_or(Ok(()), Overlay::finish) {
        Ok(()) => ending,
        Err(error) => failed(&error.to_string()),
    }
}

/// Where events go.
trait Output {
    /// Takes one in.
    fn event(&mut self, event: &LiveEvent) -> std::io::Result<()>;
}

/// One JSON object a line.
struct Json;

impl Output for Json {
    fn event(&mut self, event: &LiveEvent) -> std::io::Result<()> {
        write_out(&(serde_json::to_string(event)? + "\n"))
    }
}

fn start(
    args: &WatchArgs,
    pace: Pace,
    source: Box<dyn FrameSource>,
    overlay: Option<&Overlay>,
) -> Result<(LiveSession, LiveEvents), LiveError> {
    let eyes = EngineEyes::open(args.engine.options())?;
    let options = options(args, &eyes);
    eyes.load(&options.stages)?;
    let start = StartOptions { pace, tap: overlay.map(Overlay::tap), ..StartOptions::default() };
    LiveSession::start(source, Arc::new(eyes), options, start)
}

fn options(args: &WatchArgs, eyes: &EngineEyes) -> LiveOptions {
    use glimpse_live::{Eyes, adapt::ladder};
    let policy = match args.policy {
        Policy::Fast => glimpse_live::Policy::Fast,
        Policy::Balanced => glimpse_live::Policy::Balanced,
        Policy::Cool => glimpse_live::Policy::Cool,
    };
    let richest = ladder(policy, eyes.threads(), eyes.precision()).first().copied();
    LiveOptions {
        stages: Stages {
            find: !args.no_find,
            tags: !args.no_tags,
            read: !args.no_read,
            caption: !args.no_caption,
        },
        policy,
        budget: Budget { frame_ms: args.frame_ms, power_mw: args.power_mw, temperature_c: None },
        fixed: args.fps.and_then(|fps| richest.map(|load| Load { fps, ..load })),
        min_score: args.min_score,
        languages: args.languages.iter().map(|code| (*code).to_owned()).collect(),
    }
}

/// Hands on what the session tells until it is over.
fn follow(
    args: &WatchArgs,
    cancel: &CancelToken,
    session: LiveSession,
    mut events: LiveEvents,
    mut output: Box<dyn Output>,
) -> Ending {
    let begun = Instant::now();
    let mut session = Some(session);
    loop {
        let over = args.duration.is_some_and(|time| begun.elapsed() >= time);
        if (over || cancel.is_cancelled())
            && let Some(session) = session.take()
        {
            session.stop();
        }
        let Some(event) = events.next(STEP) else {
            if events.is_over() {
                return Ending::Done;
            }
            continue;
        };
        if let Err(error) = output.event(&event) {
            return Ending::of_output(&error);
        }
        if let LiveEvent::Ended { reason, message, .. } = event {
            drop(output);
            return match reason {
                EndReason::EndOfSource => Ending::Done,
                EndReason::Stopped if cancel.is_cancelled() => Ending::Cancelled,
                EndReason::Stopped => Ending::Done,
                EndReason::SourceFailed | EndReason::EngineFailed => failed(&message),
            };
        }
    }
}

fn failed(message: &str) -> Ending {
    tell(message);
    Ending::Failed
}
