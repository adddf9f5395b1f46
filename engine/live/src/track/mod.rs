//! Following objects from frame to frame.
//!
//! ByteTrack (Zhang et al. 2021, arXiv 2110.06864): detections of high score are paired with tracks
//! first, those of low score with the tracks that are left, so that an object that is half hidden keeps
//! its track. On top of it what OC-SORT (Cao et al. 2022, arXiv 2203.14360) adds: a track that is found
//! again is filtered anew along the way that it must have taken, a pair whose direction fits counts
//! more, and what is left is looked for where it was last seen.
//!
//! One file a stage: `kalman` predicts, `cost` says how well a track and a detection fit, `assignment`
//! pairs them, `lifecycle` is a track from its first detection to its end.

mod assignment;
mod cost;
mod kalman;
mod lifecycle;

use std::time::Duration;

use cost::overlap;
use lifecycle::{Life, Trajectory};

/// Most detections of one frame; the likeliest are taken.
pub const MOST_DETECTIONS: usize = 100;
/// Most tracks at a time; the ones unseen for longest end.
pub const MOST_TRACKS: usize = 200;
/// A clock that jumps ahead by more starts anew.
const LONGEST_STEP: Duration = Duration::from_secs(2);
/// Sides of boxes in pixels, and distances from the frame's corner.
const LARGEST: f32 = 1e6;

/// What was found on a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// Index of its label.
    pub class: u32,
    /// Probability, 0 to 1.
    pub score: f32,
    /// Left, top, width, height in pixels.
    pub bounds: [f32; 4],
}

/// An object that is followed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Track {
    /// Never that of another object.
    pub id: u64,
    /// Index of the label that most of its detections have, by their scores.
    pub class: u32,
    /// Score of its newest detection, 0 to 1.
    pub score: f32,
    /// The highest score of its detections so far.
    pub best_score: f32,
    /// Left, top, width, height in pixels.
    pub bounds: [f32; 4],
    /// How fast its centre moves, in pixels a second.
    pub velocity: [f32; 2],
    /// When it was first seen.
    pub first_seen: Duration,
    /// When it was last seen; before now where it is carried on unseen.
    pub last_seen: Duration,
    /// Seen often enough to be believed.
    pub confirmed: bool,
}

/// How objects are followed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackerOptions {
    /// Detections of at least this score are paired first.
    pub high: f32,
    /// Those below this are ignored.
    pub low: f32,
    /// A track begins with a detection of at least this score.
    pub birth: f32,
    /// Seen this often, with one miss between at most, a track is believed.
    pub confirm: u32,
    /// An unseen track is shown for this long.
    pub coast: Duration,
    /// An unseen track can be found again for this long.
    pub keep: Duration,
    /// How much the direction of movement counts beside the overlap (OC-SORT's momentum); 0: nothing.
    pub momentum: f32,
    /// Whether a track that is found again is filtered anew along its way (OC-SORT's re-update).
    pub reupdate: bool,
    /// How much another label counts against a pair, 0 to 1.
    pub mislabel: f32,
}

impl Default for TrackerOptions {
    fn default() -> Self {
        Self {
            high: 0.2,
            low: 0.1,
            birth: 0.25,
            confirm: 3,
            coast: Duration::from_millis(300),
            keep: Duration::from_millis(1500),
            momentum: 0.0,
            reupdate: true,
            mislabel: 0.6,
        }
    }
}

/// Follows objects. Times are those of the frames.
#[derive(Debug)]
pub struct Tracker {
    options: TrackerOptions,
    tracks: Vec<Trajectory>,
    now: Option<Duration>,
    frame: Option<[f32; 2]>,
    next_id: u64,
}

impl Tracker {
    /// Without tracks. Ids count from 1.
    pub fn new(options: TrackerOptions) -> Self {
        Self { options, tracks: Vec::new(), now: None, frame: None, next_id: 1 }
    }

    /// Tells the size of the frames, so that tracks end where they leave it.
    pub fn set_frame(&mut self, width: u32, height: u32) {
        self.frame = Some([width as f32, height as f32]);
    }

    /// Moves all tracks along with the picture, by pixels right and down: what the camera moved since
    /// the last frame. Anything but two finite numbers is ignored.
    pub fn shift(&mut self, by: [f32; 2]) {
        if by.iter().all(|d| d.is_finite() && d.abs() < LARGEST) {
            for track in &mut self.tracks {
                track.shift(by);
            }
        }
    }

    /// Takes the detections of the frame at `at`, and returns the tracks that are believed and seen, or
    /// unseen for at most `coast`. Where the clock went back, or more than two seconds ahead, all tracks
    /// end before. Boxes that are no boxes are ignored.
    pub fn update(&mut self, at: Duration, detections: &[Detection]) -> Vec<Track> {
        self.advance(at);
        let detections = usable(detections, self.options.low);
        let (high, low): (Vec<Detection>, Vec<Detection>) =
            detections.into_iter().partition(|d| d.score >= self.options.high);
        let believed = |t: &Trajectory| t.life != Life::Tentative;
        let mut high = self.pair(at, high, cost::FIRST, believed);
        high = self.pair_where_last_seen(at, high);
        // As in ByteTrack, a low score continues only what was seen a moment ago.
        self.pair(at, low, cost::SECOND, |t| t.life == Life::Confirmed);
        high = self.pair(at, high, cost::TENTATIVE, |t| t.life == Life::Tentative);
        self.miss(at);
        self.begin(at, &high);
        self.bound();
        self.shown(at)
    }

    /// Moves the tracks to `at` where no objects were looked for, and returns those to show.
    pub fn predict(&mut self, at: Duration) -> Vec<Track> {
        self.advance(at);
        self.end_old(at);
        self.shown(at)
    }

    /// Ends all tracks, as at a cut. Ids go on.
    pub fn reset(&mut self) {
        self.tracks.clear();
    }

    /// Moves all tracks to `at`.
    fn advance(&mut self, at: Duration) {
        if let Some(now) = self.now {
            match at.checked_sub(now) {
                Some(step) if step <= LONGEST_STEP => {
                    for track in &mut self.tracks {
                        track.predict(step.as_secs_f32());
                    }
                }
                _ => self.reset(),
            }
        }
        self.now = Some(at);
    }

    /// Pairs detections with those tracks that are unseen on this frame and `eligible`; returns the
    /// detections that are left.
    fn pair(
        &mut self,
        at: Duration,
        detections: Vec<Detection>,
        round: cost::Round,
        eligible: impl Fn(&Trajectory) -> bool,
    ) -> Vec<Detection> {
        let rows: Vec<usize> =
            (0..self.tracks.len()).filter(|&i| !self.tracks[i].seen && eligible(&self.tracks[i])).collect();
        let fit = |i: usize, j: usize| cost::fit(&self.tracks[rows[i]], &detections[j], round, &self.options);
        let pairs = assignment::assign(rows.len(), detections.len(), fit);
        self.take(at, detections, pairs.into_iter().map(|(i, j)| (rows[i], j)))
    }

    /// OC-SORT's third round: what is left against the places where tracks were last seen.
    fn pair_where_last_seen(&mut self, at: Duration, detections: Vec<Detection>) -> Vec<Detection> {
        let rows: Vec<usize> = (0..self.tracks.len())
            .filter(|&i| !self.tracks[i].seen && self.tracks[i].life != Life::Tentative)
            .collect();
        let fit = |i: usize, j: usize| {
            let (track, detection) = (&self.tracks[rows[i]], &detections[j]);
            cost::fit_last_seen(track, detection, &self.options)
        };
        let pairs = assignment::assign(rows.len(), detections.len(), fit);
        self.take(at, detections, pairs.into_iter().map(|(i, j)| (rows[i], j)))
    }

    fn take(
        &mut self,
        at: Duration,
        detections: Vec<Detection>,
        pairs: impl Iterator<Item = (usize, usize)>,
    ) -> Vec<Detection> {
        let mut taken = vec![false; detections.len()];
        for (i, j) in pairs {
            self.tracks[i].see(at, &detections[j], &self.options);
            taken[j] = true;
        }
        detections.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(d, _)| d).collect()
    }

    /// What becomes of tracks that no detection was paired with; and all are unseen again.
    fn miss(&mut self, at: Duration) {
        for track in &mut self.tracks {
            if !track.seen {
                track.miss();
            }
        }
        self.end_old(at);
    }

    fn end_old(&mut self, at: Duration) {
        let (keep, frame) = (self.options.keep, self.frame);
        self.tracks.retain(|t| {
            t.life != Life::Ended
                && at.saturating_sub(t.last_seen) <= keep
                && (t.seen || frame.is_none_or(|frame| !t.left(frame)))
        });
    }

    /// Begins tracks with the detections that are left, unless they lie on one that is seen.
    fn begin(&mut self, at: Duration, detections: &[Detection]) {
        for detection in detections.iter().filter(|d| d.score >= self.options.birth) {
            let known = |t: &Trajectory| t.seen && overlap(&t.bounds(), &detection.bounds) > cost::SAME;
            if !self.tracks.iter().any(known) {
                self.tracks.push(Trajectory::new(self.next_id, at, detection, &self.options));
                self.next_id += 1;
            }
        }
        for track in &mut self.tracks {
            track.seen = false;
        }
    }

    fn bound(&mut self) {
        if self.tracks.len() > MOST_TRACKS {
            self.tracks.sort_by_key(|t| (std::cmp::Reverse(t.last_seen), t.id));
            self.tracks.truncate(MOST_TRACKS);
            self.tracks.sort_by_key(|t| t.id);
        }
    }

    fn shown(&self, at: Duration) -> Vec<Track> {
        let fresh = |t: &&Trajectory| {
            let confirmed = matches!(t.life, Life::Confirmed | Life::Coasting);
            confirmed && at.saturating_sub(t.last_seen) <= self.options.coast
        };
        self.tracks.iter().filter(fresh).map(Trajectory::track).collect()
    }
}

/// Detections with boxes, the likeliest first, [`MOST_DETECTIONS`] at most; of boxes that show the same
/// under two labels the likelier one.
fn usable(detections: &[Detection], low: f32) -> Vec<Detection> {
    let is_box = |d: &&Detection| {
        let near = d.bounds.iter().all(|v| v.is_finite() && v.abs() <= LARGEST);
        near && d.bounds[2] > 0.0 && d.bounds[3] > 0.0 && (low..=1.0).contains(&d.score)
    };
    let mut sorted: Vec<Detection> = detections.iter().filter(is_box).copied().collect();
    sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
    sorted.truncate(MOST_DETECTIONS);
    let mut kept: Vec<Detection> = Vec::with_capacity(sorted.len());
    for detection in sorted {
        let doubled = |k: &Detection| {
            k.class != detection.class && overlap(&k.bounds, &detection.bounds) > cost::DOUBLED
        };
        if !kept.iter().any(doubled) {
            kept.push(detection);
        }
    }
    kept
}
