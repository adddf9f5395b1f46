//! What is done with each frame. No clock but the frames' own, no threads: a function of what went in.

use std::time::Duration;

use crate::{Load, Stages};

/// After so many frames in which nothing moves, results are used again.
const SETTLED: u32 = 3;
/// Even then they are not older than this.
const STALE: Duration = Duration::from_secs(1);
/// A frame may come this share of the time between two frames too early.
const JITTER: f64 = 0.25;
/// A caption that has been due for so long goes before a reading.
const STARVED: Duration = Duration::from_secs(1);
/// After a cut a caption need not wait for all of the time between two captions, but for this part.
const AFTER_CUT: u32 = 4;

/// What becomes of a stage at a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It runs.
    Run,
    /// It does not run at this frame, to lower the load.
    Carry,
    /// It would have run, but nothing moves: its last result stands.
    Reuse,
    /// It is switched off.
    Off,
}

/// What is done at a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(crate) find: Step,
    pub(crate) tags: Step,
}

/// A job for the slow thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slow {
    Read,
    Caption,
}

/// Decides. All times are those of frames; where they go back, everything is due.
#[derive(Debug)]
pub(crate) struct Scheduler {
    load: Load,
    stages: Stages,
    /// When the next frame is to be analysed, and the last frame's time.
    due: Option<(Duration, Duration)>,
    find: Cadence,
    tags: Cadence,
    still: u32,
    last_read: Option<Duration>,
    last_caption: Option<Duration>,
    /// Since when the next caption is due.
    due_caption: Option<Duration>,
    /// The scene changed since its caption.
    cut: bool,
    /// Something moved since the last caption.
    moved: bool,
    outstanding: Option<Slow>,
}

/// A fast stage's past.
#[derive(Debug, Default)]
struct Cadence {
    /// Analysed frames since it ran, and when it did.
    last: Option<(u32, Duration)>,
}

impl Cadence {
    fn step(&mut self, wanted: bool, every: u32, at: Duration, cut: bool, settled: bool) -> Step {
        if !wanted {
            self.last = None;
            return Step::Off;
        }
        let step = match &mut self.last {
            Some((frames, when)) if !cut && at >= *when => {
                *frames += 1;
                if *frames < every {
                    Step::Carry
                } else if settled && at - *when < STALE {
                    Step::Reuse
                } else {
                    Step::Run
                }
            }
            _ => Step::Run,
        };
        if step == Step::Run {
            self.last = Some((0, at));
        }
        step
    }
}

/// Whether `least` passed between `last` and `at`.
fn is_due(last: Option<Duration>, at: Duration, least: Duration) -> bool {
    last.is_none_or(|last| at < last || at - last >= least)
}

impl Scheduler {
    pub(crate) fn new(load: Load, stages: Stages) -> Self {
        Self {
            load,
            stages,
            due: None,
            find: Cadence::default(),
            tags: Cadence::default(),
            still: 0,
            last_read: None,
            last_caption: None,
            due_caption: None,
            cut: false,
            moved: true,
            outstanding: None,
        }
    }

    pub(crate) fn set(&mut self, load: Load, stages: Stages) {
        (self.load, self.stages) = (load, stages);
    }

    /// Whether the frame at `at` is analysed: `fps` of them a second, as evenly as the source allows.
    pub(crate) fn admits(&mut self, at: Duration) -> bool {
        let period = Duration::from_secs_f64(1.0 / f64::from(self.load.fps).clamp(0.01, 1000.0));
        let next = match self.due {
            Some((due, last)) if at >= last => {
                if at + period.mul_f64(JITTER) < due {
                    self.due = Some((due, at));
                    return false;
                }
                // What a slow source or a slow machine left out is not made up for.
                if due + period < at { at + period } else { due + period }
            }
            _ => at + period,
        };
        self.due = Some((next, at));
        true
    }

    /// What the fast stages do at an analysed frame.
    pub(crate) fn steps(&mut self, at: Duration, cut: bool, still: bool) -> Steps {
        self.still = if still && !cut { self.still.saturating_add(1) } else { 0 };
        self.cut |= cut;
        self.moved |= cut || !still;
        let settled = self.still >= SETTLED;
        Steps {
            find: self.find.step(self.stages.find, self.load.find_every, at, cut, settled),
            tags: self.tags.step(self.stages.tags, self.load.tags_every, at, cut, settled),
        }
    }

    /// Whether the slow thread begins something at this frame. One job at a time, readings first unless a
    /// caption waits for too long. `wants_reading` is asked, once, only where a reading can begin.
    pub(crate) fn slow(&mut self, at: Duration, wants_reading: impl FnOnce() -> bool) -> Option<Slow> {
        if self.outstanding.is_some() {
            return None;
        }
        let caption = self.caption(at);
        let job = if caption != Some(true) && self.may_read(at) && wants_reading() {
            self.last_read = Some(at);
            Slow::Read
        } else {
            caption?;
            (self.last_caption, self.due_caption) = (Some(at), None);
            (self.cut, self.moved) = (false, false);
            Slow::Caption
        };
        self.outstanding = Some(job);
        Some(job)
    }

    fn may_read(&self, at: Duration) -> bool {
        let least = self.load.read_ms.filter(|_| self.stages.read);
        least.is_some_and(|ms| is_due(self.last_read, at, Duration::from_millis(ms.into())))
    }

    /// Whether a caption is due, and whether it is starved.
    fn caption(&mut self, at: Duration) -> Option<bool> {
        let ms = self.load.caption_ms.filter(|_| self.stages.caption && self.moved)?;
        let time = Duration::from_millis(ms.into());
        let least = if self.cut { time / AFTER_CUT } else { time };
        if !is_due(self.last_caption, at, least) {
            return None;
        }
        let since = self.due_caption.filter(|since| *since <= at).unwrap_or(at);
        self.due_caption = Some(since);
        Some(at - since >= STARVED)
    }

    /// The job that was begun is over, whatever came of it.
    pub(crate) fn slow_done(&mut self) {
        self.outstanding = None;
    }
}

#[cfg(test)]
mod tests {
    use glimpse_engine::Precision;

    use super::*;

    const LOAD: Load = Load {
        fps: 30.0,
        scale: 1.0,
        find_every: 1,
        tags_every: 3,
        read_ms: Some(200),
        caption_ms: Some(3000),
        threads: 1,
        precision: Precision::Int8,
    };

    fn ms(value: u64) -> Duration {
        Duration::from_millis(value)
    }

    fn scheduler(load: Load) -> Scheduler {
        Scheduler::new(load, Stages::default())
    }

    /// How many of `count` frames at `fps`, late by up to `jitter_ms`, are analysed at most `most` times a
    /// second.
    fn admitted(fps: f64, most: f32, jitter_ms: u64, count: u64) -> u64 {
        let mut scheduler = scheduler(Load { fps: most, ..LOAD });
        let late = |i: u64| ms(i.wrapping_mul(2_654_435_761) % (jitter_ms + 1));
        let at = |i: u64| Duration::from_secs_f64(i as f64 / fps) + late(i);
        (0..count).filter(|i| scheduler.admits(at(*i))).count() as u64
    }

    #[test]
    fn as_many_frames_are_analysed_as_are_asked_for() {
        assert_eq!(admitted(30.0, 30.0, 0, 300), 300);
        assert_eq!(admitted(29.97, 30.0, 0, 300), 300);
        assert!(admitted(30.0, 30.0, 8, 300) >= 295);
        assert_eq!(admitted(15.0, 30.0, 10, 300), 300);
        for (most, expected) in [(20.0, 200), (15.0, 150), (10.0, 100), (7.0, 70), (1.0, 10)] {
            let found = admitted(30.0, most, 4, 300);
            assert!(found.abs_diff(expected) <= expected / 20 + 1, "{most} a second: {found}");
        }
        assert!(admitted(240.0, 30.0, 0, 2400).abs_diff(300) <= 1);
    }

    #[test]
    fn a_clock_that_jumps_does_not_stop_the_frames() {
        let mut scheduler = scheduler(LOAD);
        assert!(scheduler.admits(ms(5000)));
        assert!(scheduler.admits(ms(10)), "back");
        assert!(!scheduler.admits(ms(20)));
        assert!(scheduler.admits(ms(900_000)), "far ahead");
        assert!(!scheduler.admits(ms(900_010)), "and nothing is made up for");
        let steps = |s: &mut Scheduler, at| s.steps(at, false, false).find;
        assert_eq!(steps(&mut scheduler, ms(900_000)), Step::Run);
        assert_eq!(steps(&mut scheduler, ms(0)), Step::Run);
        assert_eq!(scheduler.slow(ms(900_000), || true), Some(Slow::Read));
        scheduler.slow_done();
        assert_eq!(
            scheduler.slow(ms(0), || true),
            Some(Slow::Read),
            "what was read later is no reason to wait"
        );
    }

    #[test]
    fn stages_run_at_their_cadence_and_at_once_after_a_cut() {
        use Step::{Carry, Run};
        let mut scheduler = scheduler(Load { find_every: 2, ..LOAD });
        let mut steps = |i: u64, cut| {
            let steps = scheduler.steps(ms(33 * i), cut, false);
            (steps.find, steps.tags)
        };
        let found: Vec<_> = (0..7).map(|i| steps(i, false)).collect();
        assert_eq!(found.iter().map(|s| s.0).collect::<Vec<_>>(), [Run, Carry, Run, Carry, Run, Carry, Run]);
        assert_eq!(
            found.iter().map(|s| s.1).collect::<Vec<_>>(),
            [Run, Carry, Carry, Run, Carry, Carry, Run]
        );
        assert_eq!(steps(7, true), (Run, Run));
        scheduler.set(LOAD, Stages { find: false, ..Stages::default() });
        assert_eq!(scheduler.steps(ms(300), false, false).find, Step::Off);
    }

    #[test]
    fn what_does_not_move_is_looked_at_once_a_second() {
        let mut scheduler = scheduler(LOAD);
        let steps: Vec<Step> = (0..91).map(|i| scheduler.steps(ms(33 * i), false, i > 0).find).collect();
        assert_eq!(steps[..4], [Step::Run, Step::Run, Step::Run, Step::Reuse]);
        let runs = steps.iter().filter(|s| **s == Step::Run).count();
        assert!((4..=6).contains(&runs), "{runs} in three seconds");
        assert_eq!(scheduler.steps(ms(33 * 91), false, false).find, Step::Run, "it moves");
    }

    #[test]
    fn readings_go_before_captions_until_those_are_starved() {
        let mut scheduler = scheduler(LOAD);
        let mut jobs = Vec::new();
        for i in 0..400 {
            scheduler.steps(ms(33 * i), i == 0, false);
            if let Some(job) = scheduler.slow(ms(33 * i), || true) {
                assert_eq!(scheduler.slow(ms(33 * i), || true), None, "one at a time");
                jobs.push((33 * i, job));
                scheduler.slow_done();
            }
        }
        assert_eq!(jobs[0].1, Slow::Read);
        let captions: Vec<u64> =
            jobs.iter().filter(|(_, j)| *j == Slow::Caption).map(|(at, _)| *at).collect();
        assert!(captions[0] < 200, "between two readings: {captions:?}");
        assert!(captions.windows(2).all(|w| (3000..=4200).contains(&(w[1] - w[0]))), "{captions:?}");
        let reads: Vec<u64> = jobs.iter().filter(|(_, j)| *j == Slow::Read).map(|(at, _)| *at).collect();
        assert!(reads.windows(2).all(|w| (200..300).contains(&(w[1] - w[0]))), "{reads:?}");
    }

    #[test]
    fn a_scene_that_does_not_change_is_described_once_and_a_new_one_soon() {
        let mut scheduler = scheduler(LOAD);
        let mut captions = Vec::new();
        for i in 0..600u64 {
            let cut = i == 300;
            scheduler.steps(ms(33 * i), cut, i > 0 && !cut);
            if scheduler.slow(ms(33 * i), || false) == Some(Slow::Caption) {
                captions.push(i);
                scheduler.slow_done();
            }
        }
        assert_eq!(captions, [0, 300]);
    }

    #[test]
    fn nothing_that_is_switched_off_begins() {
        let off = Stages { find: false, tags: false, read: false, caption: false };
        let mut scheduler = Scheduler::new(LOAD, off);
        let none = Load { read_ms: None, caption_ms: None, ..LOAD };
        for i in 0..100 {
            if i == 50 {
                scheduler.set(none, Stages::default());
            }
            scheduler.steps(ms(33 * i), i % 10 == 0, false);
            assert_eq!(scheduler.slow(ms(33 * i), || true), None);
        }
    }
}
