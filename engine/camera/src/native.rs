//! Cameras of the system, through the crate nokhwa.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use nokhwa::Camera;
use nokhwa::NokhwaError;
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
};

use crate::slot::Slot;
use crate::{CameraError, Colour, Format, Frame, FrameSource, PixelFormat};

/// A camera that the system knows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CameraName {
    /// Names it for [`NokhwaCamera::new`]; may name another after cameras were plugged in or out.
    pub id: String,
    /// What the system calls it.
    pub name: String,
}

/// The cameras of the system, in its order.
///
/// # Errors
/// [`CameraError::Failed`] where it does not tell.
pub fn cameras() -> Result<Vec<CameraName>, CameraError> {
    let backend = nokhwa::native_api_backend().unwrap_or(ApiBackend::Auto);
    let known = nokhwa::query(backend).map_err(|e| CameraError::Failed(e.to_string()))?;
    let names = known.into_iter().map(|c| CameraName { id: c.index().as_string(), name: c.human_name() });
    let mut names: Vec<CameraName> = names.filter(|c| gives_pictures(&c.id)).collect();
    names.sort_by(|a, b| (a.id.len(), &a.id).cmp(&(b.id.len(), &b.id)));
    Ok(names)
}

/// On Linux one camera is several devices: the first gives pictures, others tell of them.
#[cfg(target_os = "linux")]
fn gives_pictures(id: &str) -> bool {
    let file = format!("/sys/class/video4linux/video{id}/index");
    std::fs::read_to_string(file).map_or(true, |index| index.trim() == "0")
}

#[cfg(not(target_os = "linux"))]
fn gives_pictures(_id: &str) -> bool {
    true
}

/// How long opening may take.
const OPENING: Duration = Duration::from_secs(10);

/// The formats that frames are decoded from.
const DECODED: [FrameFormat; 4] =
    [FrameFormat::MJPEG, FrameFormat::YUYV, FrameFormat::NV12, FrameFormat::RAWRGB];

/// A camera of the system. The system's calls may block for as long as they like, so they are made
/// on a thread of their own, which is left behind where it does not come back.
#[derive(Debug)]
pub struct NokhwaCamera {
    id: String,
    feeder: Option<Feeder>,
}

#[derive(Debug)]
struct Feeder {
    slot: Arc<Slot>,
    stop: Arc<AtomicBool>,
    start: mpsc::Sender<Format>,
    started: mpsc::Receiver<Result<(), CameraError>>,
    number: u64,
}

impl NokhwaCamera {
    /// The camera that [`cameras`] names so.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), feeder: None }
    }
}

impl FrameSource for NokhwaCamera {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        self.close();
        let index: u32 = self.id.parse().map_err(|_| CameraError::NoCamera(self.id.clone()))?;
        let (slot, stop) = (Arc::new(Slot::default()), Arc::new(AtomicBool::new(false)));
        let (start, to_start) = mpsc::channel();
        let (has_started, started) = mpsc::channel();
        let (opened, is_open) = mpsc::channel();
        let (for_thread, stop_thread) = (Arc::clone(&slot), Arc::clone(&stop));
        std::thread::Builder::new()
            .name("camera-feed".into())
            .spawn(move || {
                let fed = feed(index, &for_thread, &stop_thread, &opened, &to_start, &has_started);
                for_thread.lose(fed.err().unwrap_or(CameraError::Closed));
            })
            .map_err(|e| CameraError::Failed(e.to_string()))?;
        self.feeder = Some(Feeder { slot, stop, start, started, number: 0 });
        let formats = is_open.recv_timeout(OPENING).unwrap_or(Err(CameraError::Stalled));
        if formats.is_err() {
            self.close();
        }
        formats
    }

    fn start(&mut self, format: Format) -> Result<(), CameraError> {
        let feeder = self.feeder.as_ref().ok_or(CameraError::Closed)?;
        feeder.start.send(format).map_err(|_| CameraError::Closed)?;
        feeder.started.recv_timeout(OPENING).unwrap_or(Err(CameraError::Stalled))
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        let feeder = self.feeder.as_mut().ok_or(CameraError::Closed)?;
        let (number, frame) = feeder.slot.newer(feeder.number, timeout)?.ok_or(CameraError::Stalled)?;
        feeder.number = number;
        Ok(Arc::unwrap_or_clone(frame))
    }

    fn close(&mut self) {
        if let Some(feeder) = self.feeder.take() {
            feeder.stop.store(true, Ordering::Relaxed);
        }
    }
}

impl Drop for NokhwaCamera {
    fn drop(&mut self) {
        self.close();
    }
}

/// The thread: opens, starts when told to, and puts frames into `slot` until it is told to stop.
fn feed(
    index: u32,
    slot: &Slot,
    stop: &AtomicBool,
    opened: &mpsc::Sender<Result<Vec<Format>, CameraError>>,
    to_start: &mpsc::Receiver<Format>,
    has_started: &mpsc::Sender<Result<(), CameraError>>,
) -> Result<(), CameraError> {
    allow();
    let any = RequestedFormat::with_formats(RequestedFormatType::None, &DECODED);
    let opening = Camera::new(CameraIndex::Index(index), any).and_then(|mut camera| {
        let formats = camera.compatible_camera_formats()?;
        Ok((camera, formats))
    });
    let (mut camera, formats) = match opening {
        Ok(open) => open,
        Err(error) => {
            // Whoever waits gets the reason; if nobody does, it does not matter.
            let _ = opened.send(Err(opening_failed(index, &error)));
            return Err(opening_failed(index, &error));
        }
    };
    let _ = opened.send(Ok(formats.iter().filter_map(format_of).collect()));
    let Ok(format) = to_start.recv() else { return Ok(()) };
    let Some(wanted) = wanted(format) else {
        let _ = has_started.send(Err(CameraError::NoFormat));
        return Err(CameraError::NoFormat);
    };
    let exact = RequestedFormat::with_formats(RequestedFormatType::Exact(wanted), &DECODED);
    let started = camera.set_camera_requset(exact).and_then(|_| camera.open_stream());
    let started = started.map_err(|e| opening_failed(index, &e));
    let _ = has_started.send(started.clone());
    started?;
    let (start, mut sequence) = (Instant::now(), 0);
    while !stop.load(Ordering::Relaxed) {
        let buffer = camera.frame().map_err(|e| reading_failed(&e))?;
        sequence += 1;
        let Some(pixels) = pixels_of(buffer.source_frame_format()) else { continue };
        let (width, height) = (buffer.resolution().width(), buffer.resolution().height());
        let data = buffer.buffer().to_vec();
        let stride = stride_of(pixels, width as usize, height as usize, data.len());
        let (at, colour) = (start.elapsed(), Colour::default());
        slot.put(Frame { pixels, width, height, stride, colour, data: data.into(), at, sequence });
    }
    camera.stop_stream().map_err(|e| reading_failed(&e))
}

/// Asks the person for the camera, where the system wants it asked for.
#[cfg(target_os = "macos")]
fn allow() {
    if !nokhwa::nokhwa_check() {
        let (answer, answered) = mpsc::channel();
        nokhwa::nokhwa_initialize(move |granted| {
            let _ = answer.send(granted);
        });
        let _ = answered.recv_timeout(OPENING);
    }
}

#[cfg(not(target_os = "macos"))]
fn allow() {}

fn pixels_of(format: FrameFormat) -> Option<PixelFormat> {
    match format {
        FrameFormat::MJPEG => Some(PixelFormat::Mjpeg),
        FrameFormat::YUYV => Some(PixelFormat::Yuyv),
        FrameFormat::NV12 => Some(PixelFormat::Nv12),
        FrameFormat::RAWRGB => Some(PixelFormat::Rgb),
        FrameFormat::GRAY | FrameFormat::RAWBGR => None,
    }
}

fn format_of(format: &CameraFormat) -> Option<Format> {
    let pixels = pixels_of(format.format())?;
    Some(Format { width: format.width(), height: format.height(), pixels, fps: format.frame_rate() })
}

/// [`None`] for what no camera is asked for.
fn wanted(format: Format) -> Option<CameraFormat> {
    let pixels = match format.pixels {
        PixelFormat::Mjpeg => FrameFormat::MJPEG,
        PixelFormat::Yuyv => FrameFormat::YUYV,
        PixelFormat::Nv12 => FrameFormat::NV12,
        PixelFormat::Rgb => FrameFormat::RAWRGB,
        PixelFormat::I420 | PixelFormat::Rgba => return None,
    };
    Some(CameraFormat::new(Resolution::new(format.width, format.height), pixels, format.fps))
}

/// The stride, which nokhwa does not tell, from the length of the data.
fn stride_of(pixels: PixelFormat, width: usize, height: usize, bytes: usize) -> usize {
    let (least, rows) = match pixels {
        PixelFormat::Mjpeg => return 0,
        PixelFormat::Yuyv => (width.div_ceil(2) * 4, height),
        PixelFormat::Nv12 => (width.div_ceil(2) * 2, height + height.div_ceil(2)),
        PixelFormat::Rgb => (width * 3, height),
        PixelFormat::I420 | PixelFormat::Rgba => return 0,
    };
    let even = bytes / rows.max(1);
    // A driver may put a few bytes behind the last row; only whole rows that are longer are a stride.
    if bytes == even * rows { even.max(least) } else { least }
}

/// The system's number of an error, which nokhwa gives only in words.
fn system_error(error: &NokhwaError) -> Option<i32> {
    let words = error.to_string();
    let (_, rest) = words.rsplit_once("os error ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Numbers of Linux; other systems tell in words only.
fn opening_failed(index: u32, error: &NokhwaError) -> CameraError {
    match system_error(error) {
        Some(2 | 6 | 19) => CameraError::NoCamera(index.to_string()),
        Some(16) => CameraError::Busy,
        Some(1 | 13) => CameraError::PermissionDenied,
        _ if error.to_string().contains("Failed to Fufill") => CameraError::NoFormat,
        _ => CameraError::Failed(error.to_string()),
    }
}

fn reading_failed(error: &NokhwaError) -> CameraError {
    match system_error(error) {
        Some(5 | 6 | 19) => CameraError::Unplugged,
        Some(16) => CameraError::Busy,
        _ => CameraError::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_that_is_not_there_is_told() {
        // Listing works with and without cameras.
        cameras().unwrap();
        for id in ["9999", "none", ""] {
            assert_eq!(NokhwaCamera::new(id).open().unwrap_err(), CameraError::NoCamera(id.into()));
        }
        let mut camera = NokhwaCamera::new("9999");
        assert_eq!(camera.next_frame(Duration::ZERO), Err(CameraError::Closed));
    }

    #[test]
    fn the_systems_errors_have_names() {
        let opening = |words: &str| {
            opening_failed(3, &NokhwaError::OpenDeviceError("3".into(), format!("V4L2 Error: {words}")))
        };
        assert_eq!(opening("No such file or directory (os error 2)"), CameraError::NoCamera("3".into()));
        assert_eq!(opening("Permission denied (os error 13)"), CameraError::PermissionDenied);
        assert_eq!(opening("Device or resource busy (os error 16)"), CameraError::Busy);
        assert!(matches!(opening("Invalid argument (os error 22)"), CameraError::Failed(_)));
        let gone = NokhwaError::ReadFrameError("No such device (os error 19)".into());
        assert_eq!(reading_failed(&gone), CameraError::Unplugged);
    }

    #[test]
    fn strides_follow_from_lengths() {
        assert_eq!(stride_of(PixelFormat::Yuyv, 640, 480, 640 * 480 * 2), 1280);
        assert_eq!(stride_of(PixelFormat::Yuyv, 630, 480, 1280 * 480), 1280);
        assert_eq!(stride_of(PixelFormat::Nv12, 640, 480, 640 * 720), 640);
        assert_eq!(stride_of(PixelFormat::Nv12, 640, 480, 640 * 720 + 100), 640);
        assert_eq!(stride_of(PixelFormat::Rgb, 10, 10, 5), 30);
    }
}
