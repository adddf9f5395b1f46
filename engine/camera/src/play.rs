//! Clips in the place of a camera.

use std::time::{Duration, Instant};

use crate::clip::Container;
use crate::{CameraError, Clip, ClipInfo, Format, Frame, FrameSource};

/// How fast a clip's frames come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Pace {
    /// At the clip's own times, as from a camera: frames that nobody waited for are skipped, and a
    /// frame that is shown for long comes again every second.
    #[default]
    Realtime,
    /// Every frame, as soon as it is asked for.
    Fast,
}

/// How a clip is played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ClipOptions {
    /// How fast.
    pub pace: Pace,
    /// Whether it begins anew at its end. Time stamps and numbers go on.
    pub looped: bool,
}

/// After so long without a new frame the last one comes again.
const AGAIN: Duration = Duration::from_secs(1);

/// A clip as a source of frames. After the last frame it says [`CameraError::Ended`]; opened again, it
/// plays from the start. A frame's number counts what was skipped, damaged or shown again, too.
#[derive(Debug)]
pub struct ClipSource {
    clip: Clip,
    options: ClipOptions,
    is_open: bool,
    /// Frames were taken since the clip was at its start.
    is_used: bool,
    play: Play,
}

/// Where playing is.
#[derive(Debug)]
struct Play {
    start: Instant,
    /// Time of the current round's start.
    offset: Duration,
    /// The clip's number and time of the last frame that it gave in this round.
    last: Option<(u64, Duration)>,
    sequence: u64,
    /// What was decoded and is not due.
    ahead: Option<Result<Frame, CameraError>>,
    /// The last frame that was handed out, where it may have to come again.
    shown: Option<Frame>,
}

impl Play {
    fn new() -> Self {
        let (start, offset) = (Instant::now(), Duration::ZERO);
        Self { start, offset, last: None, sequence: 0, ahead: None, shown: None }
    }
}

impl ClipSource {
    /// Plays `clip`, from where it is when it is opened for the first time.
    pub fn new(clip: Clip, options: ClipOptions) -> Self {
        Self { clip, options, is_open: false, is_used: false, play: Play::new() }
    }

    /// What the clip says of itself.
    pub fn about(&self) -> &ClipInfo {
        self.clip.about()
    }

    /// Time between two frames where they come evenly.
    fn step(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.clip.about().fps.clamp(0.001, 1000.0))
    }

    /// Whether a frame may be shown for so long that it has to come again.
    fn may_last(&self) -> bool {
        let even = matches!(self.clip.about().container, Container::Y4m | Container::Folder);
        !even || self.step() >= AGAIN
    }

    /// The next frame of all rounds.
    fn pull(&mut self) -> Result<Frame, CameraError> {
        loop {
            self.is_used = true;
            if let Some(mut frame) = self.clip.next_frame()? {
                let before = self.play.last.map_or(0, |(number, _)| number);
                self.play.sequence += frame.sequence.saturating_sub(before).max(1);
                self.play.last = Some((frame.sequence, frame.at));
                frame.sequence = self.play.sequence;
                frame.at = frame.at.saturating_add(self.play.offset);
                return Ok(frame);
            }
            // A round without a single frame would go on for ever.
            let Some((_, last)) = self.play.last.take().filter(|_| self.options.looped) else {
                return Err(CameraError::Ended);
            };
            let said = self.clip.about().duration.filter(|&end| end > last);
            let end = said.unwrap_or_else(|| last.saturating_add(self.step()));
            self.clip.rewind()?;
            self.play.offset = self.play.offset.saturating_add(end);
        }
    }

    /// What [`pull`](Self::pull) gives, or gave ahead of time.
    fn upcoming(&mut self) -> Result<Frame, CameraError> {
        self.play.ahead.take().unwrap_or_else(|| self.pull())
    }

    /// The frame that is due, for which it waits `timeout` at most.
    fn due(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        let asked = self.play.start.elapsed();
        let deadline = asked.saturating_add(timeout);
        let mut frame = self.upcoming()?;
        // Late by a frame or more: what is due by now counts.
        while asked.saturating_sub(frame.at) >= self.step() {
            match self.pull() {
                Ok(next) if next.at <= asked => frame = next,
                next => {
                    self.play.ahead = Some(next);
                    break;
                }
            }
        }
        let again = self.play.shown.as_ref().map(|shown| shown.at.saturating_add(AGAIN));
        let due = again.map_or(frame.at, |again| again.min(frame.at));
        let elapsed = self.play.start.elapsed();
        std::thread::sleep(due.min(deadline).saturating_sub(elapsed));
        if due == frame.at && due <= deadline {
            return Ok(frame);
        }
        self.play.ahead = Some(Ok(frame));
        if due > deadline {
            return Err(CameraError::Stalled);
        }
        self.again()
    }

    /// The last frame once more, at the present time.
    fn again(&mut self) -> Result<Frame, CameraError> {
        let mut frame = self.play.shown.clone().ok_or(CameraError::Stalled)?;
        self.play.sequence += 1;
        frame.at = self.play.start.elapsed();
        frame.sequence = self.play.sequence;
        if let Some(Ok(ahead)) = &mut self.play.ahead {
            // It was numbered when it was decoded.
            std::mem::swap(&mut frame.sequence, &mut ahead.sequence);
            frame.at = frame.at.min(ahead.at);
        }
        Ok(frame)
    }
}

impl FrameSource for ClipSource {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        if self.is_used {
            self.clip.rewind()?;
            self.is_used = false;
        }
        self.play = Play::new();
        self.is_open = true;
        Ok(vec![self.clip.format()])
    }

    fn start(&mut self, _format: Format) -> Result<(), CameraError> {
        if !self.is_open {
            return Err(CameraError::Closed);
        }
        self.play.start = Instant::now();
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        if !self.is_open {
            return Err(CameraError::Closed);
        }
        if self.options.pace == Pace::Fast {
            return self.upcoming();
        }
        let frame = self.due(timeout)?;
        if self.may_last() {
            self.play.shown = Some(frame.clone());
        }
        Ok(frame)
    }

    fn close(&mut self) {
        self.is_open = false;
        self.play = Play::new();
    }
}
