//! A track from its first detection to its end.

use std::collections::VecDeque;
use std::time::Duration;

use super::kalman::Motion;
use super::{Detection, Track, TrackerOptions};

/// Labels that a track remembers.
const MOST_LABELS: usize = 8;
/// What old votes still count after one more detection.
const VOTE_MEMORY: f32 = 0.97;
/// Observations that are kept for the heading.
const OBSERVATIONS: usize = 8;
/// The heading is that of the way over this time.
const HEADING_OVER: Duration = Duration::from_millis(150);
/// A track that is not believed yet ends after this many misses in a row.
const PATIENCE: u32 = 2;
/// Most steps of a re-update.
const MOST_STEPS: u32 = 60;
/// A track ends beyond the frame where less of it than this is inside.
const LEAST_INSIDE: f32 = 0.15;

/// Where a track is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// Seen too seldom to be believed.
    Tentative,
    /// Seen on the last frame that was looked at.
    Confirmed,
    /// Believed, and unseen of late.
    Coasting,
    /// Over.
    Ended,
}

/// Which labels detections had, by their scores.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Votes(Vec<(u32, f32)>);

impl Votes {
    fn add(&mut self, class: u32, score: f32) {
        for (_, weight) in &mut self.0 {
            *weight *= VOTE_MEMORY;
        }
        match self.0.iter_mut().find(|(c, _)| *c == class) {
            Some((_, weight)) => *weight += score,
            None => self.0.push((class, score)),
        }
        if self.0.len() > MOST_LABELS {
            self.0.sort_by(|a, b| b.1.total_cmp(&a.1));
            self.0.truncate(MOST_LABELS);
        }
    }

    /// The class with most votes; of equals the first that was seen.
    fn winner(&self) -> u32 {
        let best = self.0.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a });
        best.map_or(0, |(class, _)| class)
    }

    /// Which share of the winner's votes a class has, 0 to 1.
    pub(super) fn share(&self, class: u32) -> f32 {
        let most = self.0.iter().map(|v| v.1).fold(0.0, f32::max);
        let own = self.0.iter().find(|(c, _)| *c == class).map_or(0.0, |v| v.1);
        if most > 0.0 { own / most } else { 0.0 }
    }
}

/// A track at work.
#[derive(Debug)]
pub(super) struct Trajectory {
    pub(super) life: Life,
    pub(super) last_seen: Duration,
    pub(super) votes: Votes,
    /// Whether a detection of the frame at hand was paired with it.
    pub(super) seen: bool,
    pub(super) id: u64,
    first_seen: Duration,
    score: f32,
    best: f32,
    hits: u32,
    /// Frames that were looked at since it was seen.
    misses: u32,
    motion: Motion,
    /// As it was when it was last seen, and the box that was seen.
    anchor: (Motion, [f32; 4]),
    /// Centres of the last detections.
    observed: VecDeque<(Duration, [f32; 2])>,
}

impl Trajectory {
    pub(super) fn new(id: u64, at: Duration, detection: &Detection, options: &TrackerOptions) -> Self {
        let motion = Motion::new(&detection.bounds);
        let mut votes = Votes::default();
        votes.add(detection.class, detection.score);
        Self {
            life: if options.confirm <= 1 { Life::Confirmed } else { Life::Tentative },
            last_seen: at,
            votes,
            seen: true,
            id,
            first_seen: at,
            score: detection.score,
            best: detection.score,
            hits: 1,
            misses: 0,
            motion,
            anchor: (motion, detection.bounds),
            observed: VecDeque::from([(at, centre(&detection.bounds))]),
        }
    }

    /// Moves it on by `dt` seconds.
    pub(super) fn predict(&mut self, dt: f32) {
        self.motion.predict(dt);
    }

    /// Moves all that is remembered of it, by pixels right and down.
    pub(super) fn shift(&mut self, by: [f32; 2]) {
        self.motion.shift(by);
        self.anchor.0.shift(by);
        for (value, by) in self.anchor.1.iter_mut().zip(by) {
            *value += by;
        }
        for (_, centre) in &mut self.observed {
            *centre = [centre[0] + by[0], centre[1] + by[1]];
        }
    }

    /// It is where a detection says.
    pub(super) fn see(&mut self, at: Duration, detection: &Detection, options: &TrackerOptions) {
        if options.reupdate && self.misses > 0 {
            self.motion = self.refiltered(at, detection);
        }
        // A box of low score is often that of a part.
        let doubt = if detection.score < options.high { 1.5 } else { 1.0 };
        self.motion.update(&detection.bounds, doubt);
        self.anchor = (self.motion, detection.bounds);
        self.votes.add(detection.class, detection.score);
        self.observed.push_back((at, centre(&detection.bounds)));
        if self.observed.len() > OBSERVATIONS {
            self.observed.pop_front();
        }
        (self.score, self.last_seen, self.seen) = (detection.score, at, true);
        self.best = self.best.max(detection.score);
        (self.hits, self.misses) = (self.hits.saturating_add(1), 0);
        if self.hits >= options.confirm || self.life == Life::Coasting {
            self.life = Life::Confirmed;
        }
    }

    /// OC-SORT's observation-centric re-update: from where it was last seen, along a straight line to
    /// where it is seen now, as if it had been seen on every frame between.
    fn refiltered(&self, at: Duration, detection: &Detection) -> Motion {
        let (mut motion, from) = self.anchor;
        let steps = self.misses.min(MOST_STEPS) + 1;
        let dt = at.saturating_sub(self.last_seen).as_secs_f32() / steps as f32;
        for k in 1..steps {
            let share = k as f32 / steps as f32;
            motion.predict(dt);
            motion.update(&[0, 1, 2, 3].map(|i| from[i] + share * (detection.bounds[i] - from[i])), 1.0);
        }
        motion.predict(dt);
        motion
    }

    /// It was looked for and not found.
    pub(super) fn miss(&mut self) {
        self.misses += 1;
        self.motion.freeze_sides();
        self.life = match self.life {
            Life::Tentative if self.misses < PATIENCE => Life::Tentative,
            Life::Tentative | Life::Ended => Life::Ended,
            Life::Confirmed | Life::Coasting => Life::Coasting,
        };
    }

    /// Whether next to nothing of it is within the frame.
    pub(super) fn left(&self, frame: [f32; 2]) -> bool {
        let b = self.bounds();
        let inside = |i: usize| ((b[i] + b[i + 2]).min(frame[i]) - b[i].max(0.0)).max(0.0) / b[i + 2];
        inside(0) * inside(1) < LEAST_INSIDE
    }

    pub(super) fn bounds(&self) -> [f32; 4] {
        self.motion.bounds()
    }

    /// The box of its last detection.
    pub(super) fn last_bounds(&self) -> &[f32; 4] {
        &self.anchor.1
    }

    /// The way that it came of late, and where it was last seen.
    pub(super) fn heading(&self) -> Option<([f32; 2], [f32; 2])> {
        let &(last, to) = self.observed.back()?;
        let before = self.observed.iter().rev().find(|(at, _)| last.saturating_sub(*at) >= HEADING_OVER);
        let &(_, from) = before.or_else(|| self.observed.front())?;
        Some(([to[0] - from[0], to[1] - from[1]], to))
    }

    /// What is told of it.
    pub(super) fn track(&self) -> Track {
        Track {
            id: self.id,
            class: self.votes.winner(),
            score: self.score,
            best_score: self.best,
            bounds: self.bounds(),
            velocity: self.motion.velocity(),
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            confirmed: matches!(self.life, Life::Confirmed | Life::Coasting),
        }
    }
}

fn centre(bounds: &[f32; 4]) -> [f32; 2] {
    [bounds[0] + bounds[2] / 2.0, bounds[1] + bounds[3] / 2.0]
}
