//! Where frames come from, and which of its formats is asked for.

use std::time::Duration;

use crate::{CameraError, Frame, PixelFormat};

/// One way in which a source can give frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// Width in pixels; 0 where the source does not know before its first frame.
    pub width: u32,
    /// Height in pixels; 0 where the source does not know before its first frame.
    pub height: u32,
    /// How a frame's bytes are pixels.
    pub pixels: PixelFormat,
    /// Frames a second; 0 where the source does not know.
    pub fps: u32,
}

/// A source of frames. It is used by one thread at a time: opened, started, asked for frames, closed,
/// and perhaps opened again.
pub trait FrameSource: Send {
    /// Opens it and says what it offers; at least one format.
    ///
    /// # Errors
    /// Why it cannot be opened.
    fn open(&mut self) -> Result<Vec<Format>, CameraError>;

    /// Makes it give frames in one of the formats that [`open`](Self::open) said.
    ///
    /// # Errors
    /// [`CameraError::Closed`] where it is not open; why it does not start.
    fn start(&mut self, format: Format) -> Result<(), CameraError>;

    /// Waits for the next frame, `timeout` at most. Its size may differ from the format's.
    ///
    /// # Errors
    /// [`CameraError::Stalled`] where no frame came in time; [`CameraError::BadFrame`] where one
    /// came and is of no use; [`CameraError::Ended`] where no more will come; any other means that the
    /// source must be opened again.
    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError>;

    /// Lets go of it. Closing what is not open does nothing.
    fn close(&mut self);
}

/// Pixels of the size that is looked for: 1280 × 720.
const WANTED_PIXELS: f64 = 1280.0 * 720.0;

/// The format to ask for: at 30 frames a second or more where there is one, of these the nearest in
/// size to 1280 × 720, of these the cheapest to decode, of these the slowest.
///
/// # Errors
/// [`CameraError::NoFormat`] where there is none.
pub fn choose(formats: &[Format]) -> Result<Format, CameraError> {
    let key = |f: &Format| {
        let slowness = if f.fps >= 30 { 0 } else { 60 - f.fps.min(30) };
        let pixels = f64::from(f.width.max(1)) * f64::from(f.height.max(1));
        // In thousandths of a doubling.
        let distance = ((pixels / WANTED_PIXELS).log2().abs() * 1000.0) as u32;
        let cost = match f.pixels {
            PixelFormat::Nv12 | PixelFormat::I420 => 0,
            PixelFormat::Yuyv => 1,
            PixelFormat::Rgb | PixelFormat::Rgba => 2,
            PixelFormat::Mjpeg => 3,
        };
        (slowness, distance, cost, f.fps)
    };
    formats.iter().min_by_key(|f| key(f)).copied().ok_or(CameraError::NoFormat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(width: u32, height: u32, pixels: PixelFormat, fps: u32) -> Format {
        Format { width, height, pixels, fps }
    }

    #[test]
    fn the_nearest_size_at_thirty_frames_is_chosen() {
        use PixelFormat::{Mjpeg, Nv12, Yuyv};
        // What a usual USB camera offers.
        let webcam = [
            format(640, 480, Yuyv, 30),
            format(1280, 720, Yuyv, 10),
            format(1920, 1080, Yuyv, 5),
            format(640, 480, Mjpeg, 30),
            format(1280, 720, Mjpeg, 30),
            format(1280, 720, Mjpeg, 60),
            format(1920, 1080, Mjpeg, 30),
        ];
        assert_eq!(choose(&webcam).unwrap(), format(1280, 720, Mjpeg, 30));
        let built_in =
            [format(1280, 720, Mjpeg, 30), format(1280, 720, Nv12, 30), format(1920, 1080, Nv12, 30)];
        assert_eq!(choose(&built_in).unwrap(), format(1280, 720, Nv12, 30));
        let slow = [format(1280, 720, Yuyv, 10), format(640, 480, Yuyv, 25), format(320, 240, Yuyv, 15)];
        assert_eq!(choose(&slow).unwrap(), format(640, 480, Yuyv, 25));
        assert_eq!(choose(&[format(0, 0, Yuyv, 0)]).unwrap().fps, 0);
        assert_eq!(choose(&[]), Err(CameraError::NoFormat));
    }
}
