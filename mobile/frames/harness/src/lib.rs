//! Live video over a frame sink, started and stopped by the JVM's test `app.glimpse.frames.Harness`. The sink's
//! own entry points are those of glimpse-frames.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use glimpse_engine::EngineOptions;
use glimpse_frames::{FrameSink, SinkOptions};
use glimpse_live::{EngineEyes, LiveEvent, LiveEvents, LiveOptions, LiveSession, Stages, StartOptions};
use jni::EnvUnowned;
use jni::errors::ThrowRuntimeExAndDefault;
use jni::objects::{JClass, JLongArray, JString};
use jni::sys::jlong;

struct Running {
    session: LiveSession,
    sink: FrameSink,
    observations: Arc<AtomicU64>,
    consumer: JoinHandle<()>,
}

static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

/// Why it was not started or stopped; Java sees an exception of these words.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Engine(#[from] glimpse_engine::Error),
    #[error(transparent)]
    Live(#[from] glimpse_live::LiveError),
    #[error(transparent)]
    Thread(#[from] std::io::Error),
    #[error(transparent)]
    Java(#[from] jni::errors::Error),
    #[error("nothing runs")]
    Idle,
    #[error("the consumer panicked")]
    Panicked,
}

fn start(assets: &str) -> Result<u64, Failure> {
    let packs = Some(assets.into());
    let eyes = EngineEyes::open(EngineOptions { threads: 1, packs, ..EngineOptions::default() })?;
    eyes.load(&Stages::default())?;
    let (handle, source) = FrameSink::new(SinkOptions::default());
    let sink = source.sink().clone();
    let start = StartOptions::default();
    let (session, events) =
        LiveSession::start(Box::new(source), Arc::new(eyes), LiveOptions::default(), start)?;
    let observations = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&observations);
    let consumer =
        std::thread::Builder::new().name("consumer".into()).spawn(move || consume(events, &seen))?;
    let running = Running { session, sink, observations, consumer };
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
    Ok(handle)
}

/// Takes what the session tells until it is over.
fn consume(mut events: LiveEvents, seen: &AtomicU64) {
    while !events.is_over() {
        if let Some(LiveEvent::Observation { .. }) = events.next(Duration::from_millis(200)) {
            seen.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Frames of the sink (captured, delivered, replaced, refused, waiting, lost), of the session (captured, analysed,
/// dropped, skipped, damaged, waiting), and observations that were taken.
fn stop() -> Result<[u64; 13], Failure> {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Running { session, sink, observations, consumer } = running.ok_or(Failure::Idle)?;
    let live = session.stop().frames;
    consumer.join().map_err(|_| Failure::Panicked)?;
    let counts = sink.counts();
    Ok([
        counts.captured,
        counts.delivered,
        counts.replaced,
        counts.refused,
        counts.waiting,
        counts.lost,
        live.captured,
        live.analysed,
        live.dropped,
        live.skipped,
        live.damaged,
        live.waiting,
        observations.load(Ordering::Relaxed),
    ])
}

/// `Harness.start`: starts live video with the packs of the folder `assets`; the handle of the sink before it.
#[unsafe(no_mangle)]
pub extern "system" fn Java_app_glimpse_frames_Harness_start<'local>(
    mut env: EnvUnowned<'local>,
    _class: JClass<'local>,
    assets: JString<'local>,
) -> jlong {
    env.with_env(|_| -> Result<jlong, Failure> { Ok(start(&assets.to_string())? as jlong) })
        .resolve::<ThrowRuntimeExAndDefault>()
}

/// `Harness.stop`: stops it, and writes thirteen counts.
#[unsafe(no_mangle)]
pub extern "system" fn Java_app_glimpse_frames_Harness_stop<'local>(
    mut env: EnvUnowned<'local>,
    _class: JClass<'local>,
    counts: JLongArray<'local>,
) {
    env.with_env(|env| -> Result<(), Failure> {
        let values = stop()?.map(|value| value as jlong);
        Ok(counts.set_region(env, 0, &values)?)
    })
    .resolve::<ThrowRuntimeExAndDefault>()
}
