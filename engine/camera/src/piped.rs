//! A stream of Y4M in the place of a camera, such as the program's standard input.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use crate::{CameraError, Clip, ClipOptions, ClipSource, Format, Frame, FrameSource};

/// How long the stream's first line may take.
const OPENING: Duration = Duration::from_secs(10);

/// A Y4M stream. Reading may block for as long as it likes, so it is read on a thread of its own, which
/// is left behind where it does not come back. It can be opened once.
pub struct PipedSource {
    stream: Option<Box<dyn Read + Send>>,
    options: ClipOptions,
    frames: Option<Receiver<Result<Frame, CameraError>>>,
}

impl std::fmt::Debug for PipedSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PipedSource").field("options", &self.options).finish_non_exhaustive()
    }
}

impl PipedSource {
    /// The frames of `stream`, which never begins anew.
    pub fn new(stream: impl Read + Send + 'static, options: ClipOptions) -> Self {
        let options = ClipOptions { looped: false, ..options };
        Self { stream: Some(Box::new(stream)), options, frames: None }
    }
}

impl FrameSource for PipedSource {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        let stream = self.stream.take().ok_or(CameraError::Ended)?;
        let (opened, is_open) = mpsc::channel();
        // One frame waits here, and one on the thread.
        let (give, frames) = mpsc::sync_channel(1);
        let options = self.options;
        std::thread::Builder::new()
            .name("piped".into())
            .spawn(move || {
                let source = Clip::from_stream(stream).map(|clip| ClipSource::new(clip, options));
                match source {
                    Ok(source) => feed(source, &opened, &give),
                    // If nobody waits for it any more, it does not matter.
                    Err(why) => drop(opened.send(Err(why))),
                }
            })
            .map_err(|e| CameraError::Failed(e.to_string()))?;
        let formats = is_open.recv_timeout(OPENING).unwrap_or(Err(CameraError::Stalled))?;
        self.frames = Some(frames);
        Ok(formats)
    }

    fn start(&mut self, _format: Format) -> Result<(), CameraError> {
        if self.frames.is_some() { Ok(()) } else { Err(CameraError::Closed) }
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        let frames = self.frames.as_ref().ok_or(CameraError::Closed)?;
        match frames.recv_timeout(timeout) {
            Ok(frame) => frame,
            Err(RecvTimeoutError::Timeout) => Err(CameraError::Stalled),
            Err(RecvTimeoutError::Disconnected) => Err(CameraError::Ended),
        }
    }

    fn close(&mut self) {
        self.frames = None;
    }
}

/// The thread: hands out frames until there are no more, or nobody takes them.
fn feed(
    mut source: ClipSource,
    opened: &mpsc::Sender<Result<Vec<Format>, CameraError>>,
    give: &SyncSender<Result<Frame, CameraError>>,
) {
    let formats = source.open();
    let has_failed = formats.is_err();
    if opened.send(formats).is_err() || has_failed {
        return;
    }
    loop {
        let frame = match source.next_frame(Duration::MAX) {
            Err(CameraError::Ended) => return,
            frame => frame,
        };
        let is_last = frame.as_ref().is_err_and(|why| !why.is_passing());
        if give.send(frame).is_err() || is_last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pace;

    const FAST: ClipOptions = ClipOptions { pace: Pace::Fast, looped: false };

    /// Gives its bytes, then blocks.
    struct Stuck(std::io::Cursor<Vec<u8>>, Receiver<()>);

    impl Read for Stuck {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(out)? {
                0 => self.1.recv().map_or(Ok(0), |()| Ok(0)),
                n => Ok(n),
            }
        }
    }

    #[test]
    fn a_stream_that_stops_stalls_and_one_that_ends_ends() {
        let (end, ended) = mpsc::channel();
        let bytes = b"YUV4MPEG2 W2 H2 F30:1 Cmono\nFRAME\nabcdFRAME\nefgh".to_vec();
        let mut source = PipedSource::new(Stuck(std::io::Cursor::new(bytes), ended), FAST);
        assert_eq!(source.next_frame(Duration::ZERO), Err(CameraError::Closed));
        source.open().unwrap();
        let wait = Duration::from_secs(10);
        assert_eq!(&source.next_frame(wait).unwrap().data[..4], b"abcd");
        assert_eq!(&source.next_frame(wait).unwrap().data[..4], b"efgh");
        assert_eq!(source.next_frame(Duration::from_millis(20)), Err(CameraError::Stalled));
        drop(end);
        assert_eq!(source.next_frame(wait), Err(CameraError::Ended));
        source.close();
        assert_eq!(source.open(), Err(CameraError::Ended));
    }

    #[test]
    fn what_is_no_y4m_is_not_opened() {
        let mut source = PipedSource::new(&b"RIFF"[..], FAST);
        assert!(matches!(source.open(), Err(CameraError::BadClip(_))));
    }
}
