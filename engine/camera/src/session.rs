//! A source at work: captured on a thread of its own, opened again when it fails.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use image::RgbImage;

use crate::slot::Slot;
use crate::{CameraError, Format, Frame, FrameSource, PixelFormat, Sink, capture, jpeg};

/// How patient a session is.
#[derive(Debug, Clone, Copy)]
pub struct SessionOptions {
    /// A source that gives no frame for so long is opened again. Default 3 s.
    pub patience: Duration,
    /// Wait before the first try to open a lost source again; each further wait is twice as long.
    /// Default 250 ms.
    pub first_wait: Duration,
    /// Longest wait between tries. Default 4 s.
    pub longest_wait: Duration,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(3),
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(4),
        }
    }
}

/// What a session did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Frames that came.
    pub captured: u64,
    /// Frames of these that a newer one replaced before anybody took them.
    pub dropped: u64,
    /// Damaged frames, not counted above.
    pub damaged: u64,
    /// Times that the source was opened again.
    pub reopened: u64,
}

/// A frame for the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JpegFrame {
    /// Its number: the next call's `after`. Numbers that are missing were dropped.
    pub number: u64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// A JPEG file. A camera's own is passed on as it came.
    pub jpeg: Vec<u8>,
}

/// An open camera. Dropping it closes it.
#[derive(Debug)]
pub struct CameraSession {
    shared: Arc<Shared>,
    format: Format,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    slot: Slot,
    stop: AtomicBool,
    damaged: AtomicU64,
    reopened: AtomicU64,
}

impl CameraSession {
    /// Opens `source` in the format that [`choose`](crate::choose) prefers. Blocks until it is open.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub fn open(source: Box<dyn FrameSource>) -> Result<Self, CameraError> {
        Self::open_with(source, SessionOptions::default())
    }

    /// [`open`](Self::open), as patient as `options` say.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub fn open_with(source: Box<dyn FrameSource>, options: SessionOptions) -> Result<Self, CameraError> {
        let shared = Arc::new(Shared::default());
        let (opened, is_open) = mpsc::channel();
        let seen = Seen { shared: Arc::clone(&shared), opened: Some(opened), start: Instant::now() };
        let thread = std::thread::Builder::new()
            .name("camera".into())
            .spawn(move || seen.capture(source, options))
            .map_err(|e| CameraError::Failed(e.to_string()))?;
        let format = is_open.recv().unwrap_or(Err(CameraError::Closed))?;
        Ok(Self { shared, format, thread: Some(thread) })
    }

    /// The format that it was opened in.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The newest frame, if its number is higher than `after` (0 takes any); else the next one, for
    /// which it waits `timeout` at most. [`None`] where none came.
    ///
    /// # Errors
    /// Why there are no frames, after `timeout`: the camera is being looked for all the while, and a
    /// later call gives frames again. At once [`CameraError::Ended`] after the source's last frame, and
    /// [`CameraError::Closed`] after [`close`](Self::close).
    pub fn newest_jpeg(&self, after: u64, timeout: Duration) -> Result<Option<JpegFrame>, CameraError> {
        let start = Instant::now();
        let mut after = after;
        loop {
            let Some((number, frame)) =
                self.shared.slot.newer(after, timeout.saturating_sub(start.elapsed()))?
            else {
                return Ok(None);
            };
            match to_jpeg(number, &frame) {
                Err(error) if error.is_passing() => {
                    self.shared.damaged.fetch_add(1, Ordering::Relaxed);
                    after = number;
                }
                done => return done.map(Some),
            }
        }
    }

    /// The newest whole frame in all its pixels. Waits up to two seconds for one where there is none.
    ///
    /// # Errors
    /// Why there is no frame.
    pub fn freeze(&self) -> Result<RgbImage, CameraError> {
        let start = Instant::now();
        let mut after = 0;
        loop {
            let left = Duration::from_secs(2).saturating_sub(start.elapsed());
            let (number, frame) = self.shared.slot.newer(after, left)?.ok_or(CameraError::Stalled)?;
            match frame.to_rgb() {
                Err(error) if error.is_passing() => after = number,
                done => return done,
            }
        }
    }

    /// What it did so far.
    pub fn statistics(&self) -> Statistics {
        let counts = self.shared.slot.counts();
        Statistics {
            captured: counts.captured,
            dropped: counts.dropped,
            damaged: self.shared.damaged.load(Ordering::Relaxed),
            reopened: self.shared.reopened.load(Ordering::Relaxed),
        }
    }

    /// Lets go of the camera. Calls that wait for a frame on other threads end.
    pub fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.shared.slot.lose(CameraError::Closed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            if thread.join().is_err() {
                tracing::error!("the camera's thread panicked");
            }
        }
    }
}

impl Drop for CameraSession {
    fn drop(&mut self) {
        self.end();
    }
}

fn to_jpeg(number: u64, frame: &Frame) -> Result<JpegFrame, CameraError> {
    if frame.pixels == PixelFormat::Mjpeg
        && let Some(head) = jpeg::head(&frame.data)
        && head.has_tables
    {
        return Ok(JpegFrame { number, width: head.width, height: head.height, jpeg: frame.data.to_vec() });
    }
    let image = frame.to_rgb()?;
    Ok(JpegFrame { number, width: image.width(), height: image.height(), jpeg: jpeg::encode(&image)? })
}

/// The session as the capture thread sees it.
struct Seen {
    shared: Arc<Shared>,
    /// Whom to tell that the source is open for the first time.
    opened: Option<mpsc::Sender<Result<Format, CameraError>>>,
    start: Instant,
}

impl Seen {
    fn capture(mut self, mut source: Box<dyn FrameSource>, options: SessionOptions) {
        let why = capture(&mut *source, &options, &mut self);
        if let Some(opened) = self.opened.take() {
            // Who opened it waits for this, or has gone.
            let _ = opened.send(Err(why));
            return;
        }
        self.shared.slot.lose(if why == CameraError::Ended { why } else { CameraError::Closed });
    }
}

impl Sink for Seen {
    fn opened(&mut self, format: Format) {
        match self.opened.take() {
            Some(opened) if opened.send(Ok(format)).is_err() => {
                self.shared.stop.store(true, Ordering::Relaxed)
            }
            Some(_) => {}
            None => {
                self.shared.reopened.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn frame(&mut self, frame: Frame) {
        self.shared.slot.put(frame);
    }

    fn damaged(&mut self, _why: CameraError) {
        self.shared.damaged.fetch_add(1, Ordering::Relaxed);
    }

    fn lost(&mut self, why: CameraError) {
        self.shared.slot.lose(why);
    }

    fn is_stopped(&self) -> bool {
        self.shared.stop.load(Ordering::Relaxed)
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn wait(&self, time: Duration) {
        std::thread::park_timeout(time);
    }
}
