//! From the source to the slot: numbers and times that go on across a source's returns, and what is told
//! of the source.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use glimpse_camera::{CameraError, Format, Frame, FrameSource, SessionOptions, Sink, capture};
use glimpse_telemetry::Fate;

use crate::shared::Shared;
use crate::slot::{Arrived, Put};
use crate::{EndReason, SourceState};

/// Time stamps that are further ahead of the last one than time has passed, by this much, jumped.
const AHEAD: Duration = Duration::from_secs(2);
/// Where frames need not wait for time to pass, as in a file, longer gaps than this are jumps.
const AHEAD_IN_TURN: Duration = Duration::from_secs(3600);

/// Numbers that are further apart than this are no count of frames that were lost.
const MOST_LOST: u64 = 1 << 32;

/// Captures from `source` until the session or the source ends.
pub(crate) fn run(shared: &Arc<Shared>, mut source: Box<dyn FrameSource>, options: &SessionOptions) {
    let mut intake = Intake::new(Arc::clone(shared));
    match capture(&mut *source, options, &mut intake) {
        CameraError::Closed if shared.is_stopped() => {}
        CameraError::Ended => shared.slot.finish(EndReason::EndOfSource, "the source is over".into()),
        why => shared.slot.finish(EndReason::SourceFailed, why.to_string()),
    }
}

/// The session as the source's thread sees it.
struct Intake {
    shared: Arc<Shared>,
    /// What is added to the source's numbers and times; they begin anew when it is opened again.
    offset: (u64, Duration),
    /// The source's number and time of its last frame, since it was opened.
    source: Option<(u64, Duration)>,
    /// Number and time of the last frame in the session, and when it came by the session's clock.
    last: Option<(u64, Duration, Duration)>,
}

impl Intake {
    fn new(shared: Arc<Shared>) -> Self {
        Self { shared, offset: (0, Duration::ZERO), source: None, last: None }
    }

    /// The frame's number and time in the session.
    fn place(&mut self, frame: &Frame) -> (u64, Duration) {
        let now = self.shared.clock.now();
        match (self.source, self.last) {
            (None, Some((number, at, came))) => {
                let resumed = at + now.saturating_sub(came);
                self.offset = (number, resumed.saturating_sub(frame.at));
            }
            (Some((sequence, at)), Some((number, ..))) => {
                if frame.sequence <= sequence {
                    self.offset.0 = number.saturating_add(1).saturating_sub(frame.sequence);
                }
                self.check_clock(frame.at, at, now);
            }
            _ => {}
        }
        self.source = Some((frame.sequence, frame.at));
        let number = frame.sequence.saturating_add(self.offset.0).max(1);
        (number, frame.at.saturating_add(self.offset.1))
    }

    fn check_clock(&self, at: Duration, before: Duration, now: Duration) {
        let passed = self.last.map_or(Duration::ZERO, |(.., came)| now.saturating_sub(came));
        let most = if self.shared.in_turn { AHEAD_IN_TURN } else { passed + AHEAD };
        if at < before {
            let back = (before - at).as_secs_f64();
            self.shared.tell(SourceState::ClockJumped, &format!("its clock went back by {back:.3} s"));
        } else if at - before > most {
            let ahead = (at - before).as_secs_f64();
            self.shared.tell(SourceState::ClockJumped, &format!("its clock went ahead by {ahead:.3} s"));
        }
    }
}

impl Sink for Intake {
    fn opened(&mut self, format: Format) {
        self.source = None;
        self.shared.opened(format);
    }

    fn frame(&mut self, frame: Frame) {
        let came = Instant::now();
        let (number, at) = self.place(&frame);
        let before = self.last.map_or(0, |(before, ..)| before);
        let lost = number.saturating_sub(before.saturating_add(1));
        self.last = Some((number, at, self.shared.clock.now()));
        self.shared.flows();
        let paused = self.shared.paused.load(Ordering::Relaxed);
        self.shared.meter.count(|frames| {
            frames.lose(lost.min(MOST_LOST));
            frames.arrive();
            if paused {
                frames.settle(Fate::Skipped);
            }
        });
        if paused {
            return;
        }
        match self.shared.slot.put(Arrived { frame, number, at, came }, self.shared.in_turn) {
            Put::Waits => {}
            put => {
                self.shared.late.fetch_add(u64::from(put == Put::Replaced), Ordering::Relaxed);
                self.shared.meter.count(|frames| frames.settle(Fate::Dropped));
            }
        }
    }

    fn damaged(&mut self, why: CameraError) {
        self.shared.meter.count(|frames| {
            frames.arrive();
            frames.settle(Fate::Damaged);
        });
        self.shared.damaged(&why.to_string());
    }

    fn lost(&mut self, why: CameraError) {
        self.shared.turns(SourceState::Lost, &why.to_string());
    }

    fn is_stopped(&self) -> bool {
        self.shared.is_stopped()
    }

    fn now(&self) -> Duration {
        self.shared.clock.now()
    }

    fn wait(&self, time: Duration) {
        self.shared.wait(time);
    }
}
