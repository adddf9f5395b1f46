//! A stream of frames, looked at while it comes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use glimpse_camera::{Colour, Frame, FrameBytes, FramePool, FramePusher, PixelFormat, push_source};
use glimpse_live::{EngineEyes, LiveEvents, LiveSession, StartOptions};

pub use crate::live_types::*;
pub use crate::telemetry_types::*;

use crate::error::{GlimpseError, ListenerError, Result};
use crate::numbers::long;
use crate::options::Limits;
use crate::pixels::{PixelLayout, bytes_at, to_rgb};
use crate::yuv::{YuvFrame, YuvLayout, YuvPlanes};

/// Most bytes of a frame.
const FRAME_BYTES: usize = 512 << 20;
/// Frames whose memory is kept: one waits, one is looked at, one is read, and one or two are filled.
const SPARE: usize = 5;
/// How long the listener's thread waits before it looks again whether all is over.
const PATIENCE: Duration = Duration::from_millis(500);

/// Told of what a stream of frames shows.
#[uniffi::export(with_foreign)]
pub trait LiveListener: Send + Sync {
    /// The next event, on a thread of the stream's own, one at a time. While it runs, newer observations
    /// replace those that wait. After a failure it is told of nothing more, and the stream ends.
    fn on_event(&self, event: LiveEvent) -> std::result::Result<(), ListenerError>;
}

/// Frames are pushed into it, and its listener is told what they show. The newest frame wins: what it does not
/// get round to is dropped and counted.
#[derive(uniffi::Object)]
pub struct LiveStream {
    session: Arc<Mutex<Option<LiveSession>>>,
    /// Empty once it is finished.
    pusher: Mutex<Option<FramePusher>>,
    pool: FramePool,
}

impl std::fmt::Debug for LiveStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveStream").field("session", &self.session).finish_non_exhaustive()
    }
}

impl LiveStream {
    pub(crate) fn start(
        eyes: EngineEyes,
        options: LiveOptions,
        listener: Arc<dyn LiveListener>,
    ) -> Result<Self> {
        let options = glimpse_live::LiveOptions::try_from(options)?;
        eyes.load(&options.stages)?;
        let (pusher, source) = push_source(FRAME_BYTES);
        let (session, events) =
            LiveSession::start(Box::new(source), Arc::new(eyes), options, StartOptions::default())?;
        let session = Arc::new(Mutex::new(Some(session)));
        let told = Arc::clone(&session);
        Builder::new()
            .name("glimpse-told".into())
            .spawn(move || tell(events, &*listener, &told))
            .map_err(|error| GlimpseError::Internal(format!("cannot start a thread: {error}")))?;
        Ok(Self { session, pusher: Mutex::new(Some(pusher)), pool: FramePool::new(SPARE) })
    }

    fn push_pixels(&self, bytes: &[u8], layout: &PixelLayout, timestamp_nanos: i64) -> Result<i64> {
        self.push_rgb(timestamp_nanos, || {
            let image = to_rgb(bytes, layout, &Limits::default())?;
            let (width, height) = image.dimensions();
            Ok(([width, height], image.into_raw().into()))
        })
    }

    fn push_planes(&self, planes: [&[u8]; 3], layout: &YuvLayout, timestamp_nanos: i64) -> Result<i64> {
        self.push_rgb(timestamp_nanos, || {
            let frame = YuvFrame::new(planes, layout, &Limits::default())?;
            let [width, height] = frame.size();
            let mut data = self.pool.take(3 * width * height);
            frame.to_rgb(&mut data);
            Ok(([width as u32, height as u32], data))
        })
    }

    /// Pushes the frame that `convert` gives: its sides, and its pixels in RGB without gaps.
    fn push_rgb(
        &self,
        timestamp_nanos: i64,
        convert: impl FnOnce() -> Result<([u32; 2], FrameBytes)>,
    ) -> Result<i64> {
        let pusher = lock(&self.pusher);
        let pusher = pusher.as_ref().ok_or_else(closed)?;
        let ([width, height], data) = convert()?;
        let frame = Frame {
            pixels: PixelFormat::Rgb,
            width,
            height,
            stride: width as usize * 3,
            colour: Colour::default(),
            data,
            at: Duration::from_nanos(timestamp_nanos.max(0).unsigned_abs()),
            sequence: 0,
        };
        Ok(long(pusher.push(frame)?))
    }

    fn session<T>(&self, call: impl FnOnce(&LiveSession) -> Result<T>) -> Result<T> {
        match &*lock(&self.session) {
            Some(session) => call(session),
            None => Err(closed()),
        }
    }
}

#[uniffi::export]
impl LiveStream {
    /// Pushes a frame, and says its number. Never waits for whoever looks at it.
    ///
    /// Fails with `closed` after the end, `image_empty`, `image_damaged`, `image_too_large`,
    /// `invalid_option`; the stream goes on.
    pub fn push(&self, bytes: Vec<u8>, layout: PixelLayout, timestamp_nanos: i64) -> Result<i64> {
        self.push_pixels(&bytes, &layout, timestamp_nanos)
    }

    /// Pushes the frame in the `length` bytes at `address`, converted in one pass and not copied first. They
    /// must be readable and must not change until this returns; nothing is kept of them.
    ///
    /// Fails as `push` does.
    fn push_address(
        &self,
        address: u64,
        length: u64,
        layout: PixelLayout,
        timestamp_nanos: i64,
    ) -> Result<i64> {
        // SAFETY: the caller vouches for the memory, as documented; the bytes are used only in this call.
        let bytes = unsafe { bytes_at(address, length) }?;
        self.push_pixels(bytes, &layout, timestamp_nanos)
    }

    /// Pushes a camera's frame: Y, U and V, of which the last two may overlap.
    ///
    /// Fails as `push` does.
    pub fn push_yuv(
        &self,
        y: Vec<u8>,
        u: Vec<u8>,
        v: Vec<u8>,
        layout: YuvLayout,
        timestamp_nanos: i64,
    ) -> Result<i64> {
        self.push_planes([&y, &u, &v], &layout, timestamp_nanos)
    }

    /// Pushes the camera's frame in `planes`, cropped, turned and converted in one pass into memory that is used
    /// again. They must be readable and must not change until this returns; nothing is kept of them.
    ///
    /// Fails as `push` does.
    fn push_yuv_address(&self, planes: YuvPlanes, layout: YuvLayout, timestamp_nanos: i64) -> Result<i64> {
        // SAFETY: the caller vouches for the memory, as documented; the bytes are used only in this call.
        let bytes = unsafe { planes.bytes() }?;
        self.push_planes(bytes, &layout, timestamp_nanos)
    }

    /// Does from the next frame on what `options` say.
    ///
    /// Fails with `invalid_option`, and `closed` after the end.
    pub fn set_options(&self, options: LiveOptions) -> Result<()> {
        self.session(|session| Ok(session.set_options(options.try_into()?)?))
    }

    /// Leaves frames out, or no more.
    ///
    /// Fails with `closed` after the end.
    pub fn pause(&self, paused: bool) -> Result<()> {
        self.session(|session| {
            session.pause(paused);
            Ok(())
        })
    }

    /// What it cost so far.
    ///
    /// Fails with `closed` after the end.
    pub fn telemetry(&self) -> Result<Telemetry> {
        self.session(|session| Ok(session.snapshot().into()))
    }

    /// No more frames will come: it ends once the last one is looked at. Returns at once.
    pub fn finish(&self) {
        lock(&self.pusher).take();
    }

    /// Asks it to end, and cancels what runs. Returns at once; `Ended` comes when its threads are gone.
    pub fn stop(&self) {
        self.finish();
        if let Some(session) = &*lock(&self.session) {
            session.finish();
        }
    }
}

impl Drop for LiveStream {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Passes events on until the last one. Then the session goes: its threads are gone before.
fn tell(mut events: LiveEvents, listener: &dyn LiveListener, session: &Mutex<Option<LiveSession>>) {
    while !events.is_over() {
        let Some(event) = events.next(PATIENCE) else { continue };
        if listener.on_event(event.into()).is_err() {
            break;
        }
    }
    drop(events);
    let ended = lock(session).take();
    drop(ended);
}

fn closed() -> GlimpseError {
    GlimpseError::Closed("the stream has ended".into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
