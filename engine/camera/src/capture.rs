//! A source at work on the calling thread: captured, and opened again when it fails.

use std::time::Duration;

use crate::{CameraError, Format, Frame, FrameSource, PixelFormat, SessionOptions, choose, jpeg};

/// Whom [`capture`] tells what the source does, and whose clock it goes by.
pub trait Sink {
    /// The source is open: at first, and again after each [`lost`](Self::lost).
    fn opened(&mut self, format: Format);

    /// A frame came, whose JPEG, if it is one, comes to its end.
    fn frame(&mut self, frame: Frame);

    /// A frame came that is of no use.
    fn damaged(&mut self, why: CameraError);

    /// The source is gone and is being looked for; again where that fails for another reason.
    fn lost(&mut self, why: CameraError);

    /// Whether to end.
    fn is_stopped(&self) -> bool;

    /// Time since some moment; it never goes back.
    fn now(&self) -> Duration;

    /// Waits so long, or until there is reason to look at [`is_stopped`](Self::is_stopped).
    fn wait(&self, time: Duration);
}

/// Longest single wait for a frame, after which `sink` is asked whether to end.
const STEP: Duration = Duration::from_millis(200);

/// Opens `source` in the format that [`choose`] prefers and hands its frames to `sink` until that wants
/// no more. A source that fails or gives no frames for too long is opened again, less and less often.
/// Closes the source, and says why it is over: [`CameraError::Closed`] where `sink` stopped it, why the
/// source could not be opened the first time, [`CameraError::Ended`], or what
/// [is final](CameraError::is_final).
pub fn capture(source: &mut dyn FrameSource, options: &SessionOptions, sink: &mut dyn Sink) -> CameraError {
    let over = open(source, sink).map_or_else(|why| why, |()| run(source, options, sink));
    source.close();
    if sink.is_stopped() { CameraError::Closed } else { over }
}

fn open(source: &mut dyn FrameSource, sink: &mut dyn Sink) -> Result<(), CameraError> {
    let format = choose(&source.open()?)?;
    source.start(format)?;
    sink.opened(format);
    Ok(())
}

fn run(source: &mut dyn FrameSource, options: &SessionOptions, sink: &mut dyn Sink) -> CameraError {
    loop {
        let why = stream(source, options, sink);
        source.close();
        if sink.is_stopped() || why.is_final() {
            return why;
        }
        tracing::warn!(%why, "the source is lost; looking for it");
        sink.lost(why);
        if let Err(why) = find_again(source, options, sink) {
            return why;
        }
    }
}

/// Captures until the source fails or `sink` wants no more, and says why.
fn stream(source: &mut dyn FrameSource, options: &SessionOptions, sink: &mut dyn Sink) -> CameraError {
    let mut last = sink.now();
    while !sink.is_stopped() {
        match source.next_frame(STEP.min(options.patience)) {
            Ok(frame) => {
                if is_usable(&frame) {
                    sink.frame(frame);
                } else {
                    sink.damaged(CameraError::BadFrame("a JPEG is cut short".into()));
                }
                last = sink.now();
            }
            Err(CameraError::Stalled) if sink.now().saturating_sub(last) < options.patience => {}
            Err(error) if error.is_passing() => {
                sink.damaged(error);
                // A source of nothing but damage must not spin.
                sink.wait(Duration::from_millis(1));
            }
            Err(error) => return error,
        }
    }
    CameraError::Closed
}

/// Tries to open the source, less and less often, until it is open; an error where that is over.
fn find_again(
    source: &mut dyn FrameSource,
    options: &SessionOptions,
    sink: &mut dyn Sink,
) -> Result<(), CameraError> {
    let mut wait = options.first_wait;
    loop {
        let began = sink.now();
        while !sink.is_stopped() && sink.now().saturating_sub(began) < wait {
            sink.wait((wait + began).saturating_sub(sink.now()));
        }
        if sink.is_stopped() {
            return Err(CameraError::Closed);
        }
        match open(source, sink) {
            Ok(()) => return Ok(()),
            Err(CameraError::Ended) => return Err(CameraError::Ended),
            Err(why) => {
                source.close();
                // A person who comes back waits for the picture.
                if why == CameraError::Background {
                    sink.lost(why);
                    continue;
                }
                // That it is gone says more than that there is none.
                if !matches!(why, CameraError::NoCamera(_)) {
                    sink.lost(why);
                }
            }
        }
        wait = (wait * 2).min(options.longest_wait);
    }
}

/// Whether a frame is worth replacing the one before: a JPEG that comes to its end.
fn is_usable(frame: &Frame) -> bool {
    frame.pixels != PixelFormat::Mjpeg || jpeg::head(&frame.data).is_some()
}
