//! How well a track and a detection fit.

use super::lifecycle::Trajectory;
use super::{Detection, TrackerOptions};

/// Boxes of two labels that overlap by more show one object.
pub(super) const DOUBLED: f32 = 0.75;
/// No track begins on one that overlaps by more.
pub(super) const SAME: f32 = 0.65;
/// Least overlap with the place where a track was last seen.
const LAST_SEEN_LEAST: f32 = 0.3;
/// A direction counts from this much movement on, as a share of the box's size.
const LEAST_MOVE: f32 = 0.08;

/// A round of pairing: the least overlap, and whether the detection's score counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    least: f32,
    fuse: bool,
}

/// Likely detections with believed tracks, seen of late or not.
pub(super) const FIRST: Round = Round { least: 0.2, fuse: true };
/// Unlikely detections with tracks that were seen a moment ago.
pub(super) const SECOND: Round = Round { least: 0.4, fuse: false };
/// Likely detections with tracks that are not believed yet.
pub(super) const TENTATIVE: Round = Round { least: 0.3, fuse: true };

/// Intersection over union of two boxes; 0 where either has no area.
pub(super) fn overlap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let side = |i: usize| ((a[i] + a[i + 2]).min(b[i] + b[i + 2]) - a[i].max(b[i])).max(0.0);
    let both = side(0) * side(1);
    let either = a[2] * a[3] + b[2] * b[3] - both;
    if both > 0.0 && either > 0.0 { both / either } else { 0.0 }
}

/// How well they fit, above 0; `None` where they must not be paired.
pub(super) fn fit(
    track: &Trajectory,
    detection: &Detection,
    round: Round,
    options: &TrackerOptions,
) -> Option<f32> {
    let share = overlap(&track.bounds(), &detection.bounds);
    if share < round.least {
        return None;
    }
    let score = if round.fuse { 0.5 + 0.5 * detection.score } else { 1.0 };
    let along = options.momentum * agreement(track, detection);
    positive(share * score * labels(track, detection, options) + along)
}

/// The same with the place where the track was last seen.
pub(super) fn fit_last_seen(
    track: &Trajectory,
    detection: &Detection,
    options: &TrackerOptions,
) -> Option<f32> {
    let share = overlap(track.last_bounds(), &detection.bounds);
    if share < LAST_SEEN_LEAST {
        return None;
    }
    positive(share * labels(track, detection, options))
}

fn positive(fit: f32) -> Option<f32> {
    (fit > 0.0).then_some(fit)
}

/// 1 where the label is the track's, less by `mislabel` where no detection of the track had it.
fn labels(track: &Trajectory, detection: &Detection, options: &TrackerOptions) -> f32 {
    1.0 - options.mislabel * (1.0 - track.votes.share(detection.class))
}

/// OC-SORT's momentum: the cosine between the way that the track came and the way to the detection,
/// -1 to 1; 0 where either is too short to have a direction.
fn agreement(track: &Trajectory, detection: &Detection) -> f32 {
    let Some((came, from)) = track.heading() else { return 0.0 };
    let d = &detection.bounds;
    let goes = [d[0] + d[2] / 2.0 - from[0], d[1] + d[3] / 2.0 - from[1]];
    let length = |v: [f32; 2]| v[0].hypot(v[1]);
    let least = LEAST_MOVE * (d[2] * d[3]).sqrt();
    let (a, b) = (length(came), length(goes));
    if a < least || b < least { 0.0 } else { (came[0] * goes[0] + came[1] * goes[1]) / (a * b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_as_worked_by_hand() {
        assert_eq!(overlap(&[0.0, 0.0, 4.0, 2.0], &[2.0, 0.0, 4.0, 2.0]), 4.0 / 12.0);
        assert_eq!(overlap(&[0.0, 0.0, 4.0, 2.0], &[4.0, 0.0, 4.0, 2.0]), 0.0);
        assert_eq!(overlap(&[0.0, 0.0, 0.0, 2.0], &[0.0, 0.0, 4.0, 2.0]), 0.0);
    }
}
