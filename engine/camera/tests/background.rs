//! A camera that the system keeps while its program is not on the screen.

use std::time::{Duration, Instant};

use glimpse_camera::{
    CameraError, CameraSession, Format, Frame, FrameSource, PixelFormat, SessionOptions, SyntheticSource,
};

/// Gives a frame, then nothing until it was asked a number of times whether it may again.
struct Kept {
    inner: SyntheticSource,
    why: CameraError,
    frames: u32,
    refusals: u32,
}

impl FrameSource for Kept {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        if self.frames > 0 && self.refusals > 0 {
            self.refusals -= 1;
            return Err(self.why.clone());
        }
        self.inner.open()
    }

    fn start(&mut self, format: Format) -> Result<(), CameraError> {
        self.inner.start(format)
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        self.frames += 1;
        if self.frames == 2 { Err(self.why.clone()) } else { self.inner.next_frame(timeout) }
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

/// How long it takes until there are frames again, where the source refuses eight times.
fn away(why: CameraError) -> Duration {
    let format = Format { width: 64, height: 48, pixels: PixelFormat::Rgb, fps: 120 };
    let source = Kept { inner: SyntheticSource::new(format), why, frames: 0, refusals: 8 };
    let options = SessionOptions {
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_secs(1),
        ..SessionOptions::default()
    };
    let session = CameraSession::open_with(Box::new(source), options).unwrap();
    let began = Instant::now();
    while session.statistics().reopened == 0 {
        assert!(began.elapsed() < Duration::from_secs(30), "{:?}", session.statistics());
        std::thread::sleep(Duration::from_millis(1));
    }
    began.elapsed()
}

#[test]
fn it_is_looked_for_at_the_same_pace_however_long_that_takes() {
    // Waits that double take 5 ms × (1 + 2 + … + 256) at least, those that do not 5 ms × 9 and what the
    // machine adds.
    assert!(away(CameraError::Unplugged) >= Duration::from_millis(2000));
    assert!(away(CameraError::Background) < Duration::from_millis(1500));
}
