//! Non-maximum suppression, class by class.

/// Boxes of a class that overlap a likelier one by more, as intersection over union, are dropped.
pub(super) const OVERLAP: f32 = 0.45;

/// A box that may show an object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    /// Index of its class.
    pub(super) class: usize,
    /// Score before the sigmoid.
    pub(super) logit: f32,
    /// Left, top, right, bottom.
    pub(super) corners: [f32; 4],
}

/// Intersection over union; 0 for boxes without area.
fn overlap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let side = |low: usize, high: usize| (a[high].min(b[high]) - a[low].max(b[low])).max(0.0);
    let area = |r: &[f32; 4]| (r[2] - r[0]).max(0.0) * (r[3] - r[1]).max(0.0);
    let both = side(0, 2) * side(1, 3);
    let either = area(a) + area(b) - both;
    if either > 0.0 { both / either } else { 0.0 }
}

/// Sorts candidates by score, the greatest first (ties by class and place, so that the order is the
/// same on every machine), and keeps of each class those that overlap none that was kept before;
/// `most` of them.
pub(super) fn suppress(mut candidates: Vec<Candidate>, most: usize) -> Vec<Candidate> {
    let order = |a: &Candidate, b: &Candidate| {
        let corners = || a.corners.iter().zip(&b.corners).map(|(a, b)| a.total_cmp(b));
        b.logit
            .total_cmp(&a.logit)
            .then(a.class.cmp(&b.class))
            .then_with(|| corners().find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal))
    };
    candidates.sort_unstable_by(order);
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if kept.len() == most {
            break;
        }
        let hidden =
            |k: &Candidate| k.class == candidate.class && overlap(&k.corners, &candidate.corners) > OVERLAP;
        if !kept.iter().any(hidden) {
            kept.push(candidate);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: while any are left, the best goes over, and takes with it all of its class
    /// that it overlaps.
    fn slowly(mut left: Vec<Candidate>) -> Vec<Candidate> {
        let mut kept = Vec::new();
        while !left.is_empty() {
            let best = left
                .iter()
                .copied()
                .reduce(|a, b| if b.logit > a.logit { b } else { a })
                .expect("some are left");
            left.retain(|c| {
                *c != best && (c.class != best.class || overlap(&best.corners, &c.corners) <= OVERLAP)
            });
            kept.push(best);
        }
        kept
    }

    fn candidates(seed: u64, count: usize) -> Vec<Candidate> {
        let mut state = seed;
        let mut next = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        (0..count)
            .map(|i| {
                let (x, y) = (next(60) as f32, next(60) as f32);
                let corners = [x, y, x + next(40) as f32, y + next(40) as f32];
                // All scores differ, so that both ways have one right answer.
                let logit = next(1000) as f32 + i as f32 / 1000.0;
                Candidate { class: next(3) as usize, logit, corners }
            })
            .collect()
    }

    #[test]
    fn it_is_what_its_definition_says() {
        for seed in 0..200 {
            let all = candidates(seed, 1 + seed as usize % 90);
            assert_eq!(suppress(all.clone(), usize::MAX), slowly(all), "seed {seed}");
        }
    }

    #[test]
    fn of_one_class_no_two_overlap_and_nothing_is_hidden_without_reason() {
        for seed in 200..260 {
            let all = candidates(seed, 80);
            let kept = suppress(all.clone(), usize::MAX);
            let over = |a: &Candidate, b: &Candidate| {
                a.class == b.class && overlap(&a.corners, &b.corners) > OVERLAP
            };
            for (i, a) in kept.iter().enumerate() {
                assert!(kept[..i].iter().all(|b| !over(a, b)));
            }
            for c in &all {
                assert!(kept.iter().any(|k| k == c || (over(k, c) && k.logit >= c.logit)));
            }
        }
    }

    #[test]
    fn boxes_without_area_or_numbers_do_no_harm() {
        let of = |corners| Candidate { class: 0, logit: 1.0, corners };
        let odd = vec![of([1.0; 4]), of([1.0; 4]), of([f32::NAN; 4]), of([f32::INFINITY; 4])];
        assert!(suppress(odd, 3).len() <= 3);
        assert!(suppress(Vec::new(), 10).is_empty());
    }
}
