//! From the network's outputs to boxes.
//!
//! At each position of each head there are a score for each class, and for each side of the box a
//! distribution over its distance, in strides, whose mean counts: generalized focal loss, Li et al.
//! 2020, arXiv:2006.04388, as NanoDet has it.

use super::suppress::Candidate;

/// Pixels between the positions of each head, in the order of the graph's outputs.
pub(super) const STRIDES: [usize; 3] = [8, 16, 32];
/// Classes.
pub(super) const CLASSES: usize = 80;
/// Distances that a distribution is over: 0 to 10 strides.
const BINS: usize = 11;
/// Values at each position.
pub(super) const CHANNELS: usize = CLASSES + 4 * BINS;

/// One head's output, `[height, width, CHANNELS]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) values: &'a [f32],
    pub(super) width: usize,
    pub(super) stride: usize,
}

impl Head<'_> {
    /// Adds every class whose score before the sigmoid reaches `least`, with its box in pixels of the
    /// network's picture.
    pub(super) fn candidates(&self, least: f32, out: &mut Vec<Candidate>) {
        for (at, position) in self.values.chunks_exact(CHANNELS).enumerate() {
            let (scores, distances) = position.split_at(CLASSES);
            let best = scores.iter().fold(f32::NEG_INFINITY, |m, s| m.max(*s));
            if best < least || best == f32::NEG_INFINITY {
                continue;
            }
            let corners = self.corners(at, distances);
            let reach = scores.iter().enumerate().filter(|(_, s)| **s >= least);
            out.extend(reach.map(|(class, s)| Candidate { class, logit: *s, corners }));
        }
    }

    fn corners(&self, at: usize, distances: &[f32]) -> [f32; 4] {
        let stride = self.stride as f32;
        let centre = |n: usize| (n as f32 + 0.5) * stride;
        let (x, y) = (centre(at % self.width.max(1)), centre(at / self.width.max(1)));
        let side = |n: usize| mean_bin(&distances[n * BINS..][..BINS]) * stride;
        [x - side(0), y - side(1), x + side(2), y + side(3)]
    }
}

/// Mean of the distribution whose softmax is of `logits`.
fn mean_bin(logits: &[f32]) -> f32 {
    let top = logits.iter().fold(f32::NEG_INFINITY, |m, v| m.max(*v));
    let (mut sum, mut mean) = (0.0, 0.0);
    for (bin, v) in logits.iter().enumerate() {
        let weight = (v - top).exp();
        sum += weight;
        mean += weight * bin as f32;
    }
    mean / sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A position that says `class`, and distances of whole strides to left, top, right, bottom.
    fn position(class: usize, logit: f32, distances: [usize; 4]) -> Vec<f32> {
        let mut values = vec![-20.0; CHANNELS];
        values[class] = logit;
        for (side, bin) in distances.iter().enumerate() {
            values[CLASSES + side * BINS + bin] = 40.0;
        }
        values
    }

    #[test]
    fn a_position_becomes_its_box() {
        let mut values = vec![-20.0; CHANNELS];
        values.extend(position(7, 2.0, [1, 0, 3, 10]));
        let head = Head { values: &values, width: 2, stride: 16 };
        let mut found = Vec::new();
        head.candidates(0.5, &mut found);
        assert_eq!(found, [Candidate { class: 7, logit: 2.0, corners: [8.0, 8.0, 72.0, 168.0] }]);
        found.clear();
        head.candidates(2.5, &mut found);
        assert!(found.is_empty());
    }

    #[test]
    fn a_flat_distribution_lies_in_the_middle() {
        assert!((mean_bin(&[0.3; BINS]) - 5.0).abs() < 1e-6);
    }

    #[test]
    fn values_that_are_not_numbers_give_nothing() {
        let values = vec![f32::NAN; CHANNELS];
        let mut found = Vec::new();
        Head { values: &values, width: 1, stride: 8 }.candidates(-1e9, &mut found);
        assert!(found.is_empty());
    }
}
