//! How well objects were followed: IDF1, MOTA, switches of identity.

use std::collections::{BTreeMap, BTreeSet};

use super::{assign, iou};

/// A box of one frame and whose it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Whose it is.
    pub id: u64,
    /// Left, top, width, height in pixels.
    pub bounds: [f32; 4],
}

/// How well objects were followed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TrackingScore {
    /// Ristani et al. 2016, "Performance measures and a data set for multi-target, multi-camera
    /// tracking": the F1 score of boxes under the best one-to-one pairing of true objects and tracks
    /// over the whole clip; 0 to 1.
    pub idf1: f64,
    /// Bernardin and Stiefelhagen 2008, "Evaluating multiple object tracking performance: the CLEAR
    /// MOT metrics": 1 less misses, false boxes and switches per true box. It may be negative.
    pub mota: f64,
    /// How often an object came to have another track than the one that it had last.
    pub switches: usize,
    /// True boxes that no track has.
    pub misses: usize,
    /// Boxes of tracks where there is nothing.
    pub extra: usize,
    /// True boxes.
    pub boxes: usize,
}

/// Compares tracks with the truth, frame by frame. A box is right where it overlaps the true one by
/// `least` (intersection over union; 0.5 is usual). Labels do not count.
pub fn tracking(frames: &[(Vec<Placed>, Vec<Placed>)], least: f32) -> TrackingScore {
    let truths: usize = frames.iter().map(|(truth, _)| truth.len()).sum();
    let found: usize = frames.iter().map(|(_, found)| found.len()).sum();
    let mut score = clear(frames, least);
    score.boxes = truths;
    let wrong = (score.misses + score.extra + score.switches) as f64;
    score.mota = if truths == 0 { f64::from(u8::from(found == 0)) } else { 1.0 - wrong / truths as f64 };
    let all = truths + found;
    score.idf1 = if all == 0 { 1.0 } else { 2.0 * identified(frames, least) as f64 / all as f64 };
    score
}

/// Boxes that are right under the best pairing of objects and tracks.
fn identified(frames: &[(Vec<Placed>, Vec<Placed>)], least: f32) -> i64 {
    let number = |ids: BTreeSet<u64>| ids.into_iter().enumerate().map(|(i, id)| (id, i)).collect();
    let objects: BTreeMap<u64, usize> =
        number(frames.iter().flat_map(|(truth, _)| truth.iter().map(|t| t.id)).collect());
    let tracks: BTreeMap<u64, usize> =
        number(frames.iter().flat_map(|(_, found)| found.iter().map(|f| f.id)).collect());
    let mut together = vec![0i64; objects.len() * tracks.len()];
    for (truth, found) in frames {
        for t in truth {
            for f in found.iter().filter(|f| iou(&t.bounds, &f.bounds) >= least) {
                together[objects[&t.id] * tracks.len() + tracks[&f.id]] += 1;
            }
        }
    }
    let at = |i: usize, j: usize| together[i * tracks.len() + j];
    assign(objects.len(), tracks.len(), at).into_iter().map(|(i, j)| at(i, j)).sum()
}

/// Misses, false boxes and switches: pairs of the frame before stay while they overlap enough, the
/// others are paired for the greatest overlap.
fn clear(frames: &[(Vec<Placed>, Vec<Placed>)], least: f32) -> TrackingScore {
    let mut score = TrackingScore::default();
    let mut last: BTreeMap<u64, u64> = BTreeMap::new();
    let mut frame_before: BTreeMap<u64, u64> = BTreeMap::new();
    for (truth, found) in frames {
        let right = |t: &Placed, f: &Placed| iou(&t.bounds, &f.bounds) >= least;
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (i, t) in truth.iter().enumerate() {
            let same = found.iter().position(|f| frame_before.get(&t.id) == Some(&f.id));
            pairs.extend(same.filter(|&j| right(t, &found[j])).map(|j| (i, j)));
        }
        let free = |taken: &[usize], n: usize| (0..n).filter(|i| !taken.contains(i)).collect::<Vec<_>>();
        let rows = free(&pairs.iter().map(|p| p.0).collect::<Vec<_>>(), truth.len());
        let columns = free(&pairs.iter().map(|p| p.1).collect::<Vec<_>>(), found.len());
        let weight = |i: usize, j: usize| {
            let (t, f) = (&truth[rows[i]], &found[columns[j]]);
            // As many pairs as there can be, of these the ones that overlap most.
            if right(t, f) { 1_000_000 + (iou(&t.bounds, &f.bounds) * 1000.0) as i64 } else { 0 }
        };
        let new = assign(rows.len(), columns.len(), weight);
        pairs.extend(new.into_iter().map(|(i, j)| (rows[i], columns[j])));
        frame_before = pairs.iter().map(|&(i, j)| (truth[i].id, found[j].id)).collect();
        for &(i, j) in &pairs {
            let before = last.insert(truth[i].id, found[j].id);
            score.switches += usize::from(before.is_some_and(|id| id != found[j].id));
        }
        score.misses += truth.len() - pairs.len();
        score.extra += found.len() - pairs.len();
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A box of 10 × 10 at `x`.
    fn at(id: u64, x: f32) -> Placed {
        Placed { id, bounds: [x, 0.0, 10.0, 10.0] }
    }

    #[test]
    fn perfect_tracks_score_one_whatever_their_ids() {
        let frames: Vec<_> = (0..5)
            .map(|i| (vec![at(1, i as f32), at(2, 50.0)], vec![at(9, i as f32), at(4, 50.0)]))
            .collect();
        let score = tracking(&frames, 0.5);
        assert_eq!((score.idf1, score.mota, score.switches, score.boxes), (1.0, 1.0, 0, 10));
    }

    #[test]
    fn a_track_that_breaks_in_two_counts_its_longer_part() {
        // 10 frames; track 7 has it for 6 of them, track 8 for 4: IDTP 6 of 10 and 10.
        let frames: Vec<_> =
            (0..10).map(|i| (vec![at(1, 0.0)], vec![at(if i < 6 { 7 } else { 8 }, 0.0)])).collect();
        let score = tracking(&frames, 0.5);
        assert_eq!((score.idf1, score.switches), (0.6, 1));
        assert!((score.mota - 0.9).abs() < 1e-9);
    }

    #[test]
    fn two_that_swap_half_way_have_half() {
        let frames: Vec<_> = (0..8)
            .map(|i| {
                let (a, b) = if i < 4 { (7, 8) } else { (8, 7) };
                (vec![at(1, 0.0), at(2, 40.0)], vec![at(a, 0.0), at(b, 40.0)])
            })
            .collect();
        let score = tracking(&frames, 0.5);
        assert_eq!((score.idf1, score.switches, score.misses, score.extra), (0.5, 2, 0, 0));
        assert_eq!(score.mota, 1.0 - 2.0 / 16.0);
    }

    #[test]
    fn misses_and_false_boxes_are_counted() {
        // Of 4 true boxes 3 are found, with 2 false ones: IDF1 = 2 · 3 / (4 + 5).
        let frames = vec![
            (vec![at(1, 0.0)], vec![at(1, 1.0), at(2, 80.0)]),
            (vec![at(1, 0.0)], vec![at(1, 6.0)]),
            (vec![at(1, 0.0)], vec![at(1, 0.0)]),
            (vec![at(1, 0.0)], vec![at(1, -2.0)]),
        ];
        let score = tracking(&frames, 0.5);
        assert!((score.idf1 - 6.0 / 9.0).abs() < 1e-9, "{score:?}");
        assert_eq!((score.misses, score.extra, score.switches), (1, 2, 0));
        assert!((score.mota - 0.25).abs() < 1e-9);
        // The second box overlaps by 4 / 16 only.
    }

    #[test]
    fn a_track_that_goes_over_to_another_object_and_back_is_one_at_a_time() {
        let frames = vec![
            (vec![at(1, 0.0)], vec![at(7, 0.0)]),
            (vec![at(2, 0.0)], vec![at(7, 0.0)]),
            (vec![at(1, 0.0), at(2, 1.0)], vec![at(7, 0.0)]),
        ];
        let score = tracking(&frames, 0.5);
        assert_eq!((score.switches, score.misses, score.extra), (0, 1, 0));
    }

    #[test]
    fn nothing_to_find_and_nothing_found_is_right() {
        assert_eq!(tracking(&[(vec![], vec![])], 0.5).idf1, 1.0);
        assert_eq!(tracking(&[(vec![], vec![at(1, 0.0)])], 0.5).idf1, 0.0);
        assert_eq!(tracking(&[(vec![at(1, 0.0)], vec![])], 0.5).mota, 0.0);
    }
}
