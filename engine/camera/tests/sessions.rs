//! Sessions over sources of all kinds, whole and faulty.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use glimpse_camera::{
    CameraError, CameraSession, Colour, FileSource, FolderSource, Format, Frame, FrameSource, PixelFormat,
    SessionOptions, SyntheticSource, push_source,
};
use image::{Rgb, RgbImage};

const WAIT: Duration = Duration::from_secs(10);

const HASTY: SessionOptions = SessionOptions {
    patience: Duration::from_millis(500),
    first_wait: Duration::from_millis(5),
    longest_wait: Duration::from_millis(20),
};

fn format(pixels: PixelFormat) -> Format {
    Format { width: 321, height: 241, pixels, fps: 120 }
}

/// What a faulty camera does at its next frame.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    Nothing,
    Stall,
    Garbage,
    Unplug,
    Resize,
}

/// A synthetic camera that does what it is told, and whose openings fail for a while after it was
/// unplugged.
struct Faulty {
    inner: SyntheticSource,
    orders: Arc<Mutex<VecDeque<Fault>>>,
    closed_openings: Arc<AtomicU32>,
    open: Arc<AtomicBool>,
}

impl Faulty {
    fn new(pixels: PixelFormat) -> (Self, Arc<Mutex<VecDeque<Fault>>>, Arc<AtomicBool>) {
        let (orders, open) = (Arc::default(), Arc::default());
        let faulty = Self {
            inner: SyntheticSource::new(format(pixels)),
            orders: Arc::clone(&orders),
            closed_openings: Arc::default(),
            open: Arc::clone(&open),
        };
        (faulty, orders, open)
    }
}

impl FrameSource for Faulty {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        if self.closed_openings.load(Ordering::Relaxed) > 0 {
            self.closed_openings.fetch_sub(1, Ordering::Relaxed);
            return Err(CameraError::NoCamera("faulty".into()));
        }
        self.open.store(true, Ordering::Relaxed);
        self.inner.open()
    }

    fn start(&mut self, format: Format) -> Result<(), CameraError> {
        self.inner.start(format)
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        let order = self.orders.lock().unwrap().pop_front().unwrap_or(Fault::Nothing);
        let mut frame = self.inner.next_frame(timeout)?;
        match order {
            Fault::Nothing => {}
            Fault::Stall => {
                std::thread::sleep(timeout);
                // It stays silent until it is opened again.
                self.orders.lock().unwrap().push_front(Fault::Stall);
                return Err(CameraError::Stalled);
            }
            Fault::Garbage => frame.data = vec![0x5a; 37].into(),
            Fault::Unplug => {
                self.closed_openings.store(3, Ordering::Relaxed);
                return Err(CameraError::Unplugged);
            }
            Fault::Resize => {
                let image = RgbImage::from_pixel(64, 32, Rgb([9, 9, 9]));
                frame = Frame {
                    pixels: PixelFormat::Rgb,
                    width: 64,
                    height: 32,
                    stride: 192,
                    data: image.into_raw().into(),
                    ..frame
                };
            }
        }
        Ok(frame)
    }

    fn close(&mut self) {
        let mut orders = self.orders.lock().unwrap();
        if orders.front() == Some(&Fault::Stall) {
            orders.pop_front();
        }
        self.open.store(false, Ordering::Relaxed);
        self.inner.close();
    }
}

/// The next frame after `after`, whatever happens meanwhile.
fn next(session: &CameraSession, after: u64) -> glimpse_camera::JpegFrame {
    let start = Instant::now();
    while start.elapsed() < WAIT {
        if let Ok(Some(frame)) = session.newest_jpeg(after, Duration::from_millis(100)) {
            return frame;
        }
    }
    panic!("no frame after {after} within {WAIT:?}; {:?}", session.statistics());
}

fn decoded(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory(jpeg).unwrap().into_rgb8()
}

#[test]
fn every_format_shows_the_drawing() {
    for pixels in [
        PixelFormat::Rgb,
        PixelFormat::Rgba,
        PixelFormat::Yuyv,
        PixelFormat::Nv12,
        PixelFormat::I420,
        PixelFormat::Mjpeg,
    ] {
        // Slow enough for a busy machine to skip none.
        let slow = Format { fps: 10, ..format(pixels) };
        let first = || {
            let mut source = SyntheticSource::new(slow);
            let formats = source.open().unwrap();
            source.start(formats[0]).unwrap();
            let frame = source.next_frame(WAIT).unwrap();
            (source, frame)
        };
        let (source, frame) = first();
        let (found, drawn) = (frame.to_rgb().unwrap(), source.drawing(frame.sequence));
        assert_eq!(found.dimensions(), drawn.dimensions());
        let differences = found.as_raw().iter().zip(drawn.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b)));
        let mean = differences.sum::<u64>() as f64 / found.as_raw().len() as f64;
        assert!(mean < 6.0, "{pixels:?}: {mean}");
        assert!(frame == first().1, "{pixels:?}: the second time is different");
    }
}

#[test]
fn sessions_give_frames_that_freeze_and_close() {
    for pixels in [PixelFormat::Rgb, PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Mjpeg] {
        let session = CameraSession::open(Box::new(SyntheticSource::new(format(pixels)))).unwrap();
        assert_eq!(session.format(), format(pixels));
        let first = next(&session, 0);
        let second = next(&session, first.number);
        assert!(second.number > first.number);
        assert_eq!((first.width, first.height), (321, 241));
        assert_eq!(decoded(&second.jpeg).dimensions(), (321, 241));
        assert_eq!(session.freeze().unwrap().dimensions(), (321, 241));
        session.close();
    }
}

#[test]
fn the_newest_wins_and_the_rest_is_counted() {
    let session = CameraSession::open(Box::new(SyntheticSource::new(format(PixelFormat::Rgb)))).unwrap();
    let first = next(&session, 0);
    std::thread::sleep(Duration::from_millis(400));
    let later = next(&session, first.number);
    let statistics = session.statistics();
    assert!(later.number > first.number + 5, "{} {}", first.number, later.number);
    assert!(statistics.dropped >= 5 && statistics.dropped < statistics.captured, "{statistics:?}");
    assert_eq!((statistics.damaged, statistics.reopened), (0, 0));
    assert_eq!(session.newest_jpeg(later.number + 1_000_000, Duration::from_millis(20)), Ok(None));
}

#[test]
fn stalls_garbage_and_unplugging_are_survived() {
    for pixels in [PixelFormat::Rgb, PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Mjpeg] {
        let (source, orders, _) = Faulty::new(pixels);
        let session = CameraSession::open_with(Box::new(source), HASTY).unwrap();
        let mut last = next(&session, 0).number;
        // On a busy machine frames may be late enough to look like another stall.
        for (fault, reopened) in [
            (Fault::Garbage, 0),
            (Fault::Unplug, 1),
            (Fault::Stall, 2),
            (Fault::Unplug, 3),
            (Fault::Garbage, 3),
        ] {
            orders.lock().unwrap().extend([fault; 1]);
            let start = Instant::now();
            while !orders.lock().unwrap().is_empty() || session.statistics().reopened < reopened {
                assert!(start.elapsed() < WAIT, "{pixels:?} {fault:?} {:?}", session.statistics());
                // Keeps looking, as a screen does.
                let _ =
                    session.newest_jpeg(last, Duration::from_millis(5)).map(|f| f.map(|f| last = f.number));
            }
            let frame = next(&session, last);
            assert_eq!(decoded(&frame.jpeg).dimensions(), (321, 241), "{pixels:?} {fault:?}");
            last = frame.number;
        }
    }
}

#[test]
fn a_lost_camera_says_why() {
    let (source, orders, _) = Faulty::new(PixelFormat::Rgb);
    let slow = SessionOptions { first_wait: WAIT, longest_wait: WAIT, ..HASTY };
    let session = CameraSession::open_with(Box::new(source), slow).unwrap();
    next(&session, 0);
    orders.lock().unwrap().push_back(Fault::Unplug);
    let start = Instant::now();
    let why = loop {
        assert!(start.elapsed() < WAIT);
        if let Err(why) = session.newest_jpeg(u64::MAX, Duration::from_millis(20)) {
            break why;
        }
    };
    assert_eq!(why, CameraError::Unplugged);
    // The last frame can still be looked at.
    assert_eq!(session.freeze().unwrap().dimensions(), (321, 241));
    let start = Instant::now();
    session.close();
    assert!(start.elapsed() < WAIT / 2, "closing waited for the camera");
}

#[test]
fn frames_may_change_their_size() {
    let (source, orders, _) = Faulty::new(PixelFormat::Yuyv);
    let session = CameraSession::open_with(Box::new(source), HASTY).unwrap();
    let mut last = next(&session, 0).number;
    orders.lock().unwrap().extend([Fault::Resize; 30]);
    let start = Instant::now();
    loop {
        assert!(start.elapsed() < WAIT);
        let frame = next(&session, last);
        last = frame.number;
        if (frame.width, frame.height) == (64, 32) {
            assert_eq!(decoded(&frame.jpeg).dimensions(), (64, 32));
            break;
        }
    }
}

#[test]
fn closing_lets_go_and_ends_waits() {
    let (source, _, open) = Faulty::new(PixelFormat::Rgb);
    let session = CameraSession::open_with(Box::new(source), HASTY).unwrap();
    assert!(open.load(Ordering::Relaxed));
    drop(session);
    assert!(!open.load(Ordering::Relaxed));
}

#[test]
fn files_and_folders_are_cameras() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    RgbImage::from_pixel(30, 20, Rgb([200, 10, 10])).save(path("a.png")).unwrap();
    std::fs::write(path("b.jpg"), b"no picture").unwrap();
    RgbImage::from_pixel(40, 25, Rgb([10, 200, 10])).save(path("c.png")).unwrap();
    std::fs::write(path("notes.txt"), b"no picture either").unwrap();
    let session = CameraSession::open(Box::new(FileSource::new(path("a.png"), 60))).unwrap();
    assert_eq!(session.freeze().unwrap().get_pixel(3, 3).0, [200, 10, 10]);
    let second = next(&session, next(&session, 0).number);
    assert_eq!((second.width, second.height), (30, 20));
    session.close();

    let session = CameraSession::open(Box::new(FolderSource::new(folder.path(), 200))).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    let mut last = 0;
    // On a busy machine frames are skipped, damaged ones among them.
    while seen.len() < 2 || session.statistics().damaged == 0 {
        let frame = next(&session, last);
        (last, _) = (frame.number, seen.insert((frame.width, frame.height)));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [(30, 20), (40, 25)]);
    session.close();

    for missing in ["none.png", "none"] {
        let file = CameraSession::open(Box::new(FileSource::new(path(missing), 30)));
        assert!(matches!(file.unwrap_err(), CameraError::NoCamera(_)));
        let folder = CameraSession::open(Box::new(FolderSource::new(path(missing), 30)));
        assert!(matches!(folder.unwrap_err(), CameraError::NoCamera(_)));
    }
    let broken = CameraSession::open(Box::new(FileSource::new(path("b.jpg"), 30)));
    assert!(matches!(broken.unwrap_err(), CameraError::BadFrame(_)));
}

#[test]
fn what_has_ended_is_not_looked_for_again() {
    let (pusher, source) = push_source(1 << 20);
    let session = CameraSession::open_with(Box::new(source), HASTY).unwrap();
    let image = RgbImage::from_pixel(64, 32, Rgb([9, 200, 9]));
    let frame = Frame {
        pixels: PixelFormat::Rgb,
        width: 64,
        height: 32,
        stride: 192,
        colour: Colour::default(),
        data: image.into_raw().into(),
        at: Duration::ZERO,
        sequence: 0,
    };
    pusher.push(frame).unwrap();
    let first = next(&session, 0);
    drop(pusher);
    let start = Instant::now();
    assert_eq!(session.newest_jpeg(first.number, WAIT), Err(CameraError::Ended));
    assert!(start.elapsed() < WAIT / 2, "it waited for frames that cannot come");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(session.statistics().reopened, 0);
    // The last frame can still be looked at.
    assert_eq!(session.freeze().unwrap().dimensions(), (64, 32));
}
