//! Where frames are pushed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use glimpse_camera::{CameraError, Colour, Frame, FramePool, FramePusher, PixelFormat, Range, push_source};
use glimpse_kernels::Kernels;
use glimpse_kernels::image::Turn;
use glimpse_kernels::image::yuv::{Yuv420, YuvToRgb, YuvView};

use crate::{Refusal, SinkSource, registry};

/// Longest side of a frame in pixels.
const LONGEST_SIDE: u32 = 16_384;
/// Most pixels of a frame.
const MOST_PIXELS: u64 = 100_000_000;
/// Longest way from one row to the next, in bytes.
const LONGEST_STRIDE: usize = 1 << 20;
/// Frames whose memory is kept: one waits, one is looked at, one is shown, and one or two are filled.
const SPARE: usize = 5;

/// How a sink understands its frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinkOptions {
    /// Colours. Cameras of Android give BT.601 in full range (JFIF), unless they say otherwise.
    pub colour: Colour,
}

impl Default for SinkOptions {
    fn default() -> Self {
        Self { colour: Colour { range: Range::Full, ..Colour::default() } }
    }
}

/// A frame as a phone's camera hands it over.
#[derive(Debug, Clone, Copy)]
pub struct NativeFrame<'a> {
    /// Y, U and V. Those of U and V may overlap; each may end with its last row's last sample.
    pub planes: [&'a [u8]; 3],
    /// Bytes from one row to the next of each.
    pub strides: [usize; 3],
    /// Bytes from one sample of chroma to the next.
    pub pixel_stride: usize,
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Left, top, right and bottom edge of what is wanted, in pixels before the turn, the last two outside.
    pub crop: [u32; 4],
    /// The turn clockwise after which the frame is upright.
    pub rotation_degrees: i32,
    /// Whether black and white are 0 and 255, where the frame itself says so.
    pub full_range: Option<bool>,
    /// Its time by the camera's clock, which never goes back.
    pub timestamp_nanos: u64,
}

/// What became of a frame that was in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It waits, in place of any before it.
    Newest,
    /// A newer one came while it was converted.
    Overtaken,
}

/// Frames so far: `captured = delivered + replaced + refused + waiting`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SinkCounts {
    /// Frames that were pushed, whatever became of them.
    pub captured: u64,
    /// Frames that whoever has the source took.
    pub delivered: u64,
    /// Frames in whose place a newer one came.
    pub replaced: u64,
    /// Frames that were not in order, came after the end, or waited when the source was dropped.
    pub refused: u64,
    /// Frames that wait or are being converted.
    pub waiting: u64,
    /// Frames that the system said it dropped before it handed them over; not among the captured ones.
    pub lost: u64,
}

#[derive(Debug)]
pub(crate) struct Sink {
    handle: u64,
    pusher: FramePusher,
    pool: FramePool,
    colour: Colour,
    /// The first frame's time stamp.
    began: OnceLock<u64>,
    captured: AtomicU64,
    refused: AtomicU64,
    lost: AtomicU64,
    newest: Mutex<Newest>,
}

#[derive(Debug, Default)]
struct Newest {
    number: u64,
    overtaken: u64,
}

impl Drop for Sink {
    fn drop(&mut self) {
        registry::remove(self.handle);
    }
}

/// A sink, while its source is there. Clones are the same sink.
#[derive(Debug, Clone)]
pub struct FrameSink(pub(crate) Arc<Sink>);

impl FrameSink {
    /// A sink's number, for native code, and the source of the frames that are pushed into it. Once the
    /// source is dropped, or the sink [closed](Self::close), frames are refused.
    #[allow(clippy::new_ret_no_self)]
    pub fn new(options: SinkOptions) -> (u64, SinkSource) {
        let handle = registry::reserve();
        // Frames are checked before they are converted.
        let (pusher, pushed) = push_source(usize::MAX);
        let sink = Arc::new(Sink {
            handle,
            pusher,
            pool: FramePool::new(SPARE),
            colour: options.colour,
            began: OnceLock::new(),
            captured: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            newest: Mutex::default(),
        });
        registry::insert(handle, &sink);
        (handle, SinkSource::new(pushed, FrameSink(sink)))
    }

    /// The sink of this number, where its source is there.
    pub fn of(handle: u64) -> Option<Self> {
        registry::find(handle).ok().map(Self)
    }

    /// Its number.
    pub fn handle(&self) -> u64 {
        self.0.handle
    }

    /// Converts the wanted part of `frame` to RGB, upright, and puts it in place of the one that waits.
    /// Allocates nothing once there is memory for a frame.
    ///
    /// # Errors
    /// Any but [`Refusal::UnknownHandle`], [`Refusal::NullBuffer`] and [`Refusal::NotDirect`].
    pub fn push(&self, frame: &NativeFrame<'_>) -> Result<Taken, Refusal> {
        let number = self.count();
        let pushed = self.put(frame, number);
        if pushed.is_err() {
            self.refuse();
        }
        pushed
    }

    /// Counts a frame that came, and gives its number.
    pub(crate) fn count(&self) -> u64 {
        let before = self.0.captured.fetch_add(1, Ordering::SeqCst);
        before + 1 + self.0.lost.load(Ordering::SeqCst)
    }

    /// Says that a frame that was counted is of no use.
    pub(crate) fn refuse(&self) {
        self.0.refused.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn put(&self, frame: &NativeFrame<'_>, number: u64) -> Result<Taken, Refusal> {
        let sink = &*self.0;
        if !sink.pusher.is_wanted() {
            return Err(Refusal::Closed);
        }
        let (planes, view) = checked(frame)?;
        let [width, height] = view.size();
        let mut data = sink.pool.take(3 * width * height);
        let range = frame.full_range.map(|full| if full { Range::Full } else { Range::Limited });
        let colour = Colour { range: range.unwrap_or(sink.colour.range), ..sink.colour };
        let table = YuvToRgb::new(colour.matrix, colour.range);
        kernels().yuv_to_rgb(&planes, &view, &table, &mut data);
        let began = *sink.began.get_or_init(|| frame.timestamp_nanos);
        let frame = Frame {
            pixels: PixelFormat::Rgb,
            width: width as u32,
            height: height as u32,
            stride: 3 * width,
            colour: Colour::default(),
            data,
            at: Duration::from_nanos(frame.timestamp_nanos.saturating_sub(began)),
            sequence: number,
        };
        let mut newest = sink.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if number < newest.number {
            newest.overtaken += 1;
            return Ok(Taken::Overtaken);
        }
        newest.number = number;
        match sink.pusher.push_numbered(frame) {
            Ok(_) => Ok(Taken::Newest),
            Err(CameraError::Closed) => Err(Refusal::Closed),
            Err(_) => Err(Refusal::Internal),
        }
    }

    /// Counts frames that the system dropped before it handed them over.
    pub fn count_lost(&self, frames: u64) {
        let add = |lost: u64| Some(lost.saturating_add(frames));
        let _ = self.0.lost.fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }

    /// Frames so far.
    pub fn counts(&self) -> SinkCounts {
        let sink = &*self.0;
        // What a frame became before that it came: the difference is never negative.
        let overtaken = sink.newest.lock().unwrap_or_else(PoisonError::into_inner).overtaken;
        let pushed = sink.pusher.counts();
        let refused = sink.refused.load(Ordering::SeqCst) + pushed.discarded;
        let (delivered, replaced) = (pushed.delivered, pushed.replaced + overtaken);
        let captured = sink.captured.load(Ordering::SeqCst);
        let waiting = captured.saturating_sub(delivered + replaced + refused);
        let lost = sink.lost.load(Ordering::SeqCst);
        SinkCounts { captured, delivered, replaced, refused, waiting, lost }
    }

    /// Ends the source, after the frame that waits. Frames that come later are refused.
    pub fn close(&self) {
        self.0.pusher.close();
    }
}

/// The kernels that the machine runs best.
fn kernels() -> &'static Kernels {
    static KERNELS: OnceLock<&'static Kernels> = OnceLock::new();
    KERNELS.get_or_init(Kernels::best)
}

/// The frame and the part of it, within all bounds.
fn checked<'a>(frame: &NativeFrame<'a>) -> Result<(Yuv420<'a>, YuvView), Refusal> {
    let [width, height] = size_within(frame.size)?;
    if frame.strides.iter().any(|stride| *stride > LONGEST_STRIDE) {
        return Err(Refusal::RowStride);
    }
    let planes = Yuv420::new(frame.planes, frame.strides, frame.pixel_stride, [width, height])?;
    let view = YuvView::new(frame.crop.map(|edge| edge as usize), turn(frame.rotation_degrees)?)?;
    if view.fits(&planes) { Ok((planes, view)) } else { Err(Refusal::Crop) }
}

/// # Errors
/// [`Refusal::Size`].
pub(crate) fn size_within([width, height]: [u32; 2]) -> Result<[usize; 2], Refusal> {
    let sides = 1..=LONGEST_SIDE;
    let few = u64::from(width) * u64::from(height) <= MOST_PIXELS;
    let within = few && sides.contains(&width) && sides.contains(&height);
    if within { Ok([width as usize, height as usize]) } else { Err(Refusal::Size) }
}

/// # Errors
/// [`Refusal::RowStride`].
pub(crate) fn stride_within(stride: usize) -> Result<usize, Refusal> {
    if stride <= LONGEST_STRIDE { Ok(stride) } else { Err(Refusal::RowStride) }
}

fn turn(degrees: i32) -> Result<Option<Turn>, Refusal> {
    match degrees {
        0 => Ok(None),
        90 => Ok(Some(Turn::Quarter)),
        180 => Ok(Some(Turn::Half)),
        270 => Ok(Some(Turn::ThreeQuarters)),
        _ => Err(Refusal::Rotation),
    }
}
