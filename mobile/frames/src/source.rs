//! Where the frames that are pushed come out.

use std::time::Duration;

use glimpse_camera::{CameraError, Format, Frame, FrameSource, PixelFormat, PushSource};

use crate::{FrameSink, SinkCounts};

/// The frames of a [`FrameSink`]: upright RGB. It may be opened, closed and opened again; dropping it closes
/// the sink for good. Numbers that are missing were refused, replaced or lost.
#[derive(Debug)]
pub struct SinkSource {
    pushed: PushSource,
    sink: FrameSink,
}

impl SinkSource {
    pub(crate) fn new(pushed: PushSource, sink: FrameSink) -> Self {
        Self { pushed, sink }
    }

    /// Where frames are pushed.
    pub fn sink(&self) -> &FrameSink {
        &self.sink
    }

    /// Frames so far.
    pub fn counts(&self) -> SinkCounts {
        self.sink.counts()
    }
}

impl FrameSource for SinkSource {
    /// The sides are those of the frame that waits, or 0. The rate is 0.
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        let formats = self.pushed.open()?;
        Ok(formats.into_iter().map(|format| Format { pixels: PixelFormat::Rgb, ..format }).collect())
    }

    fn start(&mut self, format: Format) -> Result<(), CameraError> {
        self.pushed.start(format)
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        self.pushed.next_frame(timeout)
    }

    fn close(&mut self) {
        self.pushed.close();
    }
}
