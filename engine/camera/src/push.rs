//! Frames that come from outside, such as from a browser.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{CameraError, Format, Frame, FrameSource, PixelFormat};

/// A source of the frames that are pushed, and the end to push them at. A frame of more than `limit`
/// bytes is refused. At most one frame waits: the newest.
///
/// ```
/// use std::time::Duration;
/// use glimpse_camera::{CameraError, Colour, Frame, FrameBytes, FrameSource, PixelFormat, push_source};
///
/// let (pusher, mut source) = push_source(1 << 20);
/// source.open()?;
/// let data = FrameBytes::from(vec![0; 2 * 2 * 4]);
/// let (at, colour) = (Duration::ZERO, Colour::default());
/// let black =
///     Frame { pixels: PixelFormat::Rgba, width: 2, height: 2, stride: 8, colour, data, at, sequence: 0 };
/// assert_eq!(pusher.push(black.clone())?, 1);
/// assert_eq!(pusher.push(black)?, 2);
/// drop(pusher);
/// assert_eq!(source.next_frame(Duration::ZERO)?.sequence, 2);
/// assert_eq!(source.next_frame(Duration::ZERO), Err(CameraError::Ended));
/// # Ok::<(), CameraError>(())
/// ```
pub fn push_source(limit: usize) -> (FramePusher, PushSource) {
    let shared = Arc::new(Shared::default());
    let pusher = FramePusher { shared: Arc::clone(&shared), limit };
    (pusher, PushSource { shared, is_open: false })
}

/// How many frames went through a [`FramePusher`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PushCounts {
    /// Frames that were taken in.
    pub pushed: u64,
    /// Frames of these that a newer one replaced before anybody took them.
    pub replaced: u64,
    /// Frames of these that were taken.
    pub delivered: u64,
    /// Frames of these that waited when the source was dropped. The sum of these three is `pushed`, but for
    /// a frame that waits.
    pub discarded: u64,
}

/// Most frames that a number of its own may say were lost before a frame.
const MOST_LOST: u64 = 1_000_000;

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: Option<Frame>,
    counts: PushCounts,
    /// Number of the last frame.
    number: u64,
    /// Time stamp of the last frame.
    last: Duration,
    /// No more will come.
    over: bool,
    /// Nobody will take any.
    unwanted: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end at which frames are pushed. Dropping it ends the source, after the frame that waits.
#[derive(Debug)]
pub struct FramePusher {
    shared: Arc<Shared>,
    limit: usize,
}

impl FramePusher {
    /// Puts `frame` in place of the one that waits, and says the number that it was given, whatever
    /// its `sequence` says: 1, 2, and so on. A time stamp before that of the last frame becomes the
    /// last one's. Never waits for whoever takes frames.
    ///
    /// # Errors
    /// [`CameraError::BadFrame`] where it has more bytes than the limit, which costs no number;
    /// [`CameraError::Closed`] where the source was dropped or [ended](Self::close).
    pub fn push(&self, frame: Frame) -> Result<u64, CameraError> {
        self.put(frame, |_, last| last + 1)
    }

    /// [`push`](Self::push), but the frame keeps its `sequence` where that is above the last one's, by a
    /// million at most: numbers that are left out count as lost before they came here.
    ///
    /// # Errors
    /// Those of [`push`](Self::push).
    pub fn push_numbered(&self, frame: Frame) -> Result<u64, CameraError> {
        self.put(frame, |own, last| own.clamp(last + 1, last + 1 + MOST_LOST))
    }

    fn put(&self, mut frame: Frame, number: impl Fn(u64, u64) -> u64) -> Result<u64, CameraError> {
        if frame.data.len() > self.limit {
            let why = format!("{} bytes are more than {}", frame.data.len(), self.limit);
            return Err(CameraError::BadFrame(why));
        }
        let mut state = self.shared.lock();
        if state.unwanted || state.over {
            return Err(CameraError::Closed);
        }
        state.counts.pushed += 1;
        state.last = state.last.max(frame.at);
        state.number = number(frame.sequence, state.number);
        (frame.at, frame.sequence) = (state.last, state.number);
        if state.waiting.replace(frame).is_some() {
            state.counts.replaced += 1;
        }
        self.shared.changed.notify_all();
        Ok(state.number)
    }

    /// Frames so far.
    pub fn counts(&self) -> PushCounts {
        self.shared.lock().counts
    }

    /// Whether the source is still there, and not ended.
    pub fn is_wanted(&self) -> bool {
        let state = self.shared.lock();
        !(state.unwanted || state.over)
    }

    /// Ends the source, after the frame that waits.
    pub fn close(&self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_all();
    }
}

impl Drop for FramePusher {
    fn drop(&mut self) {
        self.close();
    }
}

/// A source of the frames that a [`FramePusher`] is given. It may be opened, closed and opened again;
/// a frame that waits meanwhile is not lost.
#[derive(Debug)]
pub struct PushSource {
    shared: Arc<Shared>,
    is_open: bool,
}

impl FrameSource for PushSource {
    /// The format is that of the frame that waits; without one its sides are 0. Its rate is 0.
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        let state = self.shared.lock();
        if state.over && state.waiting.is_none() {
            return Err(CameraError::Ended);
        }
        self.is_open = true;
        let (pixels, width, height) =
            state.waiting.as_ref().map_or((PixelFormat::Rgba, 0, 0), |f| (f.pixels, f.width, f.height));
        Ok(vec![Format { width, height, pixels, fps: 0 }])
    }

    fn start(&mut self, _format: Format) -> Result<(), CameraError> {
        if self.is_open { Ok(()) } else { Err(CameraError::Closed) }
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        if !self.is_open {
            return Err(CameraError::Closed);
        }
        let start = Instant::now();
        let mut state = self.shared.lock();
        loop {
            if let Some(frame) = state.waiting.take() {
                state.counts.delivered += 1;
                return Ok(frame);
            }
            if state.over {
                return Err(CameraError::Ended);
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(CameraError::Stalled);
            }
            let woken = self.shared.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn close(&mut self) {
        self.is_open = false;
    }
}

impl Drop for PushSource {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.unwanted = true;
        state.counts.discarded += u64::from(state.waiting.take().is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Colour;

    fn frame(value: u8, at: u64) -> Frame {
        Frame {
            pixels: PixelFormat::Rgba,
            width: 4,
            height: 2,
            stride: 16,
            colour: Colour::default(),
            data: vec![value; 32].into(),
            at: Duration::from_millis(at),
            sequence: 77,
        }
    }

    #[test]
    fn the_latest_wins_and_the_rest_is_counted() {
        let (pusher, mut source) = push_source(100);
        assert_eq!(source.next_frame(Duration::ZERO), Err(CameraError::Closed));
        assert_eq!(source.open().unwrap()[0].width, 0);
        assert_eq!(source.next_frame(Duration::from_millis(5)), Err(CameraError::Stalled));
        for value in 1..=5 {
            assert_eq!(pusher.push(frame(value, 10)), Ok(u64::from(value)));
        }
        let large = Frame { data: vec![0; 101].into(), ..frame(6, 20) };
        assert!(matches!(pusher.push(large), Err(CameraError::BadFrame(_))));
        let taken = source.next_frame(Duration::ZERO).unwrap();
        assert_eq!((taken.sequence, taken.data[0]), (5, 5));
        assert_eq!(pusher.counts(), PushCounts { pushed: 5, replaced: 4, delivered: 1, discarded: 0 });
        assert_eq!(source.next_frame(Duration::ZERO), Err(CameraError::Stalled));
    }

    #[test]
    fn numbers_of_their_own_say_what_was_lost() {
        let (pusher, _source) = push_source(100);
        let push = |sequence| pusher.push_numbered(Frame { sequence, ..frame(1, 0) }).unwrap();
        assert_eq!([3, 3, 7, 0].map(push), [3, 4, 7, 8]);
        assert_eq!(push(u64::MAX), 9 + MOST_LOST);
        assert_eq!(pusher.push(frame(1, 0)), Ok(10 + MOST_LOST));
        assert_eq!(pusher.counts().pushed, 6);
    }

    #[test]
    fn numbers_and_times_never_go_back() {
        let (pusher, mut source) = push_source(100);
        source.open().unwrap();
        let mut last = (0, Duration::ZERO);
        for at in [50, 20, 0, 60, 10] {
            pusher.push(frame(1, at)).unwrap();
            let taken = source.next_frame(Duration::ZERO).unwrap();
            assert!(taken.sequence == last.0 + 1 && taken.at >= last.1);
            last = (taken.sequence, taken.at);
        }
        assert_eq!(last, (5, Duration::from_millis(60)));
    }

    #[test]
    fn either_end_may_go() {
        let (pusher, source) = push_source(100);
        assert!(pusher.is_wanted());
        pusher.push(frame(8, 0)).unwrap();
        drop(source);
        assert!(!pusher.is_wanted());
        assert_eq!(pusher.counts(), PushCounts { pushed: 1, discarded: 1, ..PushCounts::default() });
        assert_eq!(pusher.push(frame(1, 0)), Err(CameraError::Closed));

        let (pusher, mut source) = push_source(100);
        source.open().unwrap();
        let pushing = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            pusher.push(frame(9, 0)).unwrap();
        });
        assert_eq!(source.next_frame(Duration::from_secs(10)).unwrap().data[0], 9);
        assert_eq!(source.next_frame(Duration::from_secs(10)), Err(CameraError::Ended));
        assert_eq!(source.open(), Err(CameraError::Ended));
        pushing.join().unwrap();
    }
}
