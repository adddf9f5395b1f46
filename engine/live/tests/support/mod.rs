//! Sources and eyes that do what a test tells them, and a watchdog.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use glimpse_camera::{CameraError, Colour, Format, Frame, FrameSource, PixelFormat, SessionOptions};
use glimpse_engine::read::CancelToken;
use glimpse_engine::{
    CaptionSource, DescribeOptions, Description, Error, FindOptions, Found, Line, Object, Picture, Precision,
    Quad, ReadOptions, Reading, Receipt, Tag, TagOptions, Tags,
};
use glimpse_live::{Eyes, LiveEvent, LiveEvents, LiveOptions, Load, SourceState, StartOptions};

pub(crate) const WIDTH: u32 = 64;
pub(crate) const HEIGHT: u32 = 48;

/// What a source does when it is asked for a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Act {
    /// A frame with this time stamp, in milliseconds.
    Frame(u64),
    /// Likewise, of another size.
    Sized(u64, u32, u32),
    /// Nothing until the timeout.
    Silence,
    /// A frame that the source itself finds damaged.
    Damage,
    /// A frame of too few bytes.
    Short(u64),
    /// The source is gone.
    Unplug,
    /// There are no more frames.
    End,
}

/// What it does when it is opened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Opening {
    Open,
    Fail(CameraError),
    /// Blocks until the flag of the source is set.
    Block,
}

type Acts = Box<dyn FnMut(u64) -> Act + Send>;
type Openings = Box<dyn FnMut(u64) -> Opening + Send>;

/// A source that does what it is told.
pub(crate) struct Told {
    acts: Acts,
    openings: Openings,
    /// Real time that a frame takes.
    gap: Duration,
    asked: u64,
    opened: u64,
    number: u64,
    is_open: bool,
    pub(crate) release: Arc<AtomicBool>,
    pub(crate) closed: Arc<AtomicU64>,
}

impl Told {
    /// Does `acts(n)` when it is asked for the `n`th time, from 0.
    pub(crate) fn new(acts: impl FnMut(u64) -> Act + Send + 'static) -> Self {
        Self {
            acts: Box::new(acts),
            openings: Box::new(|_| Opening::Open),
            gap: Duration::from_millis(1),
            asked: 0,
            opened: 0,
            number: 0,
            is_open: false,
            release: Arc::default(),
            closed: Arc::default(),
        }
    }

    /// `count` frames, 33 ms apart, then the end.
    pub(crate) fn frames(count: u64) -> Self {
        Self::new(move |n| if n < count { Act::Frame(33 * n) } else { Act::End })
    }

    /// Frames without end, 33 ms apart.
    pub(crate) fn endless() -> Self {
        Self::frames(u64::MAX)
    }

    pub(crate) fn slowly(mut self, gap: Duration) -> Self {
        self.gap = gap;
        self
    }

    pub(crate) fn opening(mut self, openings: impl FnMut(u64) -> Opening + Send + 'static) -> Self {
        self.openings = Box::new(openings);
        self
    }
}

impl FrameSource for Told {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        let opening = (self.openings)(self.opened);
        self.opened += 1;
        match opening {
            Opening::Open => {}
            Opening::Fail(error) => return Err(error),
            Opening::Block => {
                while !self.release.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        }
        (self.is_open, self.number) = (true, 0);
        Ok(vec![Format { width: WIDTH, height: HEIGHT, pixels: PixelFormat::Rgb, fps: 30 }])
    }

    fn start(&mut self, _format: Format) -> Result<(), CameraError> {
        if self.is_open { Ok(()) } else { Err(CameraError::Closed) }
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        assert!(self.is_open, "a closed source is asked for frames");
        let act = (self.acts)(self.asked);
        self.asked += 1;
        std::thread::sleep(self.gap.min(timeout));
        let mut frame = |at: u64, width: u32, height: u32| {
            self.number += 1;
            drawn(self.number, at, width, height)
        };
        match act {
            Act::Frame(at) => Ok(frame(at, WIDTH, HEIGHT)),
            Act::Sized(at, width, height) => Ok(frame(at, width, height)),
            Act::Short(at) => Ok(Frame { data: vec![1, 2, 3].into(), ..frame(at, WIDTH, HEIGHT) }),
            Act::Silence => Err(CameraError::Stalled),
            Act::Damage => Err(CameraError::BadFrame("told to".into())),
            Act::Unplug => Err(CameraError::Unplugged),
            Act::End => Err(CameraError::Ended),
        }
    }

    fn close(&mut self) {
        self.is_open = false;
        self.closed.fetch_add(1, Ordering::SeqCst);
    }
}

/// A frame with a white square that moves.
fn drawn(number: u64, at: u64, width: u32, height: u32) -> Frame {
    let mut data = vec![90u8; (width * height * 3) as usize];
    // There and back: a jump would be a cut.
    let reach = u64::from(width / 2).max(1);
    let left = (number % (2 * reach)).min(2 * reach - number % (2 * reach)) as u32;
    for y in height / 4..height / 2 {
        for x in left..left + width / 4 {
            let at = ((y * width + x) * 3) as usize;
            data[at..at + 3].fill(230);
        }
    }
    Frame {
        pixels: PixelFormat::Rgb,
        width,
        height,
        stride: width as usize * 3,
        colour: Colour::default(),
        data: data.into(),
        at: Duration::from_millis(at),
        sequence: number,
    }
}

/// What fake eyes do wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    FindFails,
    FindPanics,
    ReadFails,
    ReadPanics,
    CaptionPanics,
}

/// Eyes that see the white square at once, and read and describe as slowly as they are told.
#[derive(Debug, Default)]
pub(crate) struct Fake {
    pub(crate) fault: Fault,
    /// Calls of find after which the fault shows.
    pub(crate) after: u64,
    pub(crate) find_time: Duration,
    pub(crate) slow_time: Duration,
    /// A reading lasts until objects were looked for this often since it began.
    pub(crate) read_lasts: u64,
    pub(crate) finds: AtomicU64,
    pub(crate) reads: AtomicU64,
    pub(crate) captions: AtomicU64,
    pub(crate) loads: Mutex<Vec<Load>>,
}

fn failure() -> Error {
    Error::Model { model: "fake".into(), reason: "told to".into() }
}

/// Takes `time`, unless it is cancelled.
fn spend(time: Duration, cancel: &CancelToken) -> Result<(), Error> {
    let start = Instant::now();
    while start.elapsed() < time {
        cancel.check()?;
        std::thread::sleep(Duration::from_millis(1).min(time));
    }
    cancel.check()
}

impl Fake {
    fn turns_bad(&self, fault: Fault) -> bool {
        self.fault == fault && self.finds.load(Ordering::SeqCst) > self.after
    }
}

impl Eyes for Fake {
    fn find(&self, picture: &Picture<'_>, options: &FindOptions) -> Result<Found, Error> {
        self.finds.fetch_add(1, Ordering::SeqCst);
        spend(self.find_time, &options.cancel)?;
        if self.turns_bad(Fault::FindFails) {
            return Err(failure());
        }
        assert!(!self.turns_bad(Fault::FindPanics), "told to");
        let image = picture.image();
        let bright = |x: &u32| image.get_pixel(*x, image.height() / 3).0[0] > 200;
        let left = (0..image.width()).find(bright).unwrap_or(0) as f32;
        let (width, height) = (image.width() as f32 / 4.0, image.height() as f32 / 4.0);
        let bounds = [left, image.height() as f32 / 4.0, width, height];
        Ok(Found {
            width: picture.width(),
            height: picture.height(),
            objects: vec![Object { label: "kite".into(), score: 0.9, bounds }],
            timings: Default::default(),
            receipt: Receipt::default(),
        })
    }

    fn tags(&self, picture: &Picture<'_>, options: &TagOptions) -> Result<Tags, Error> {
        options.cancel.check()?;
        Ok(Tags {
            width: picture.width(),
            height: picture.height(),
            tags: vec![Tag { label: "sky".into(), class: 1, score: 0.8 }],
            sure: true,
            embedding: Vec::new(),
            timings: Default::default(),
            receipt: Receipt::default(),
        })
    }

    fn read(&self, picture: &Picture<'_>, options: &ReadOptions) -> Result<Reading, Error> {
        let count = self.reads.fetch_add(1, Ordering::SeqCst);
        spend(self.slow_time, &options.cancel)?;
        let began = self.finds.load(Ordering::SeqCst);
        while self.finds.load(Ordering::SeqCst) < began + self.read_lasts {
            spend(Duration::from_millis(1), &options.cancel)?;
        }
        if self.turns_bad(Fault::ReadFails) {
            return Err(failure());
        }
        assert!(!self.turns_bad(Fault::ReadPanics), "told to");
        let quad: Quad = [[4.0, 30.0], [40.0, 30.0], [40.0, 40.0], [4.0, 40.0]];
        let line = Line {
            text: format!("line {}", count / 1_000_000),
            confidence: 0.9,
            quad,
            words: Vec::new(),
            char_confidences: vec![0.9; 6],
        };
        Ok(Reading {
            width: picture.width(),
            height: picture.height(),
            lines: vec![line],
            paragraphs: Vec::new(),
            timings: Default::default(),
            receipt: Receipt::default(),
        })
    }

    fn caption(&self, picture: &Picture<'_>, options: &DescribeOptions) -> Result<Description, Error> {
        let count = self.captions.fetch_add(1, Ordering::SeqCst);
        spend(self.slow_time, &options.cancel)?;
        assert!(!self.turns_bad(Fault::CaptionPanics), "told to");
        Ok(Description {
            width: picture.width(),
            height: picture.height(),
            caption: format!("a kite, {count}"),
            caption_source: CaptionSource::Grounded,
            learned_caption: String::new(),
            caption_confidence: 0.5,
            tokens: Vec::new(),
            first_caption: None,
            tags: Vec::new(),
            objects: Vec::new(),
            colours: Vec::new(),
            text: None,
            timings: Default::default(),
            receipt: Receipt::default(),
        })
    }

    fn charset(&self, _languages: &[String]) -> Result<HashSet<char>, Error> {
        Ok(('a'..='z').collect())
    }

    fn threads(&self) -> usize {
        2
    }

    fn precision(&self) -> Precision {
        Precision::Int8
    }

    fn set_load(&self, load: &Load) -> Result<(), Error> {
        self.loads.lock().unwrap_or_else(PoisonError::into_inner).push(*load);
        Ok(())
    }
}

/// Options whose load does not change.
pub(crate) fn fixed() -> LiveOptions {
    let load = Load {
        fps: 1000.0,
        scale: 1.0,
        find_every: 1,
        tags_every: 1,
        read_ms: Some(100),
        caption_ms: Some(1000),
        threads: 1,
        precision: Precision::Int8,
    };
    LiveOptions { fixed: Some(load), ..LiveOptions::default() }
}

/// A session that does not wait long for its source.
pub(crate) fn hasty() -> StartOptions {
    let source = SessionOptions {
        patience: Duration::from_millis(300),
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(20),
    };
    StartOptions { source, ..StartOptions::default() }
}

/// Waits until `is` holds; the watchdog ends what never does.
pub(crate) fn wait_until(is: impl Fn() -> bool) {
    while !is() {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// All events up to the last.
pub(crate) fn rest(events: &mut LiveEvents) -> Vec<LiveEvent> {
    let mut all = Vec::new();
    while !events.is_over() {
        all.extend(events.next(Duration::from_millis(200)));
    }
    all
}

/// Waits for the first event of which `is` holds, and gives all up to it.
pub(crate) fn until(events: &mut LiveEvents, is: impl Fn(&LiveEvent) -> bool) -> Vec<LiveEvent> {
    let mut all = Vec::new();
    loop {
        if let Some(event) = events.next(Duration::from_millis(200)) {
            let found = is(&event);
            all.push(event);
            if found {
                return all;
            }
        }
        assert!(!events.is_over(), "it did not come: {:?}", states(&all));
    }
}

/// The source's states among `events`, in their order.
pub(crate) fn states(events: &[LiveEvent]) -> Vec<SourceState> {
    let state = |event: &LiveEvent| match event {
        LiveEvent::Source { state, .. } => Some(*state),
        _ => None,
    };
    events.iter().filter_map(state).collect()
}

/// Ends the test program, with what its threads are at, if it is not dropped in time.
pub(crate) struct Watchdog {
    done: Option<std::sync::mpsc::Sender<()>>,
}

impl Watchdog {
    pub(crate) fn new(name: &'static str, seconds: u64) -> Self {
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        std::thread::Builder::new()
            .name("watchdog".into())
            .spawn(move || {
                let late = is_done.recv_timeout(Duration::from_secs(seconds));
                if late == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                    eprintln!("{name} hangs after {seconds} s; its threads:\n{}", threads());
                    std::process::exit(101);
                }
            })
            .expect("a thread");
        Self { done: Some(done) }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.done.take();
    }
}

/// Name, state and place in the kernel of each thread of this process, where the system tells.
pub(crate) fn threads() -> String {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return "unknown on this system".into() };
    let line = |folder: std::path::PathBuf| {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let status = read("status");
        let state = status.lines().find(|line| line.starts_with("State:")).unwrap_or_default().to_owned();
        format!("  {:<16} {state} {}", read("comm").trim(), read("wchan"))
    };
    let lines: Vec<String> = tasks.filter_map(Result::ok).map(|task| line(task.path())).collect();
    lines.join("\n")
}
