//! A detector that errs in known ways, in the place of a network.

use crate::{Random, Truth};

/// A box that a [`NoisyDetector`] gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoisyBox {
    /// Its class, by COCO's name.
    pub label: &'static str,
    /// 0 to 1.
    pub score: f32,
    /// Left, top, width, height in pixels.
    pub bounds: [f32; 4],
}

/// How a [`NoisyDetector`] errs. Shares are 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DetectorNoise {
    /// Share of the wholly visible objects that are missed. Of those half covered twice as many.
    pub misses: f32,
    /// Objects of which less can be seen are never found.
    pub least_visible: f32,
    /// Deviation of a box's centre and of its sides, as shares of its size.
    pub jitter: f32,
    /// Mean score of a wholly visible object; it falls to a quarter towards `least_visible`.
    pub score: f32,
    /// Deviation of the scores.
    pub score_jitter: f32,
    /// False boxes on a frame, in the mean.
    pub extra: f32,
    /// Share of the boxes with a wrong label.
    pub mislabelled: f32,
}

impl Default for DetectorNoise {
    fn default() -> Self {
        Self {
            misses: 0.1,
            least_visible: 0.25,
            jitter: 0.04,
            score: 0.8,
            score_jitter: 0.08,
            extra: 0.5,
            mislabelled: 0.05,
        }
    }
}

/// Gives the boxes of a truth with the errors of a detector.
#[derive(Debug, Clone)]
pub struct NoisyDetector {
    noise: DetectorNoise,
    random: Random,
}

const LABELS: [&str; 5] = ["person", "stop sign", "clock", "traffic light", "kite"];

impl NoisyDetector {
    /// Its errors follow from the seed.
    pub fn new(noise: DetectorNoise, seed: u64) -> Self {
        Self { noise, random: Random::new(seed, 0xde7) }
    }

    /// What it finds on the next frame, of `size` pixels.
    pub fn find(&mut self, truth: &Truth, size: [u32; 2]) -> Vec<NoisyBox> {
        let (noise, random) = (self.noise, &mut self.random);
        let mut boxes = Vec::new();
        for object in truth.objects.iter().filter(|o| o.visible >= noise.least_visible) {
            // 1 where all of it can be seen, 0 at the limit.
            let seen = ((object.visible - noise.least_visible) / (1.0 - noise.least_visible)).clamp(0.0, 1.0);
            if random.chance(noise.misses * (2.0 - seen)) {
                continue;
            }
            let score = noise.score * (0.25 + 0.75 * seen) + noise.score_jitter * random.normal();
            let mut bounds = object.bounds;
            for i in [0, 1] {
                let grown = bounds[i + 2] * (1.0 + noise.jitter * random.normal()).max(0.2);
                let moved = noise.jitter * random.normal() * bounds[i + 2];
                bounds[i] += moved + (bounds[i + 2] - grown) / 2.0;
                bounds[i + 2] = grown;
            }
            let wrong = random.chance(noise.mislabelled);
            let label = if wrong { LABELS[random.below(LABELS.len())] } else { object.label };
            boxes.push(NoisyBox { label, score: score.clamp(0.02, 0.99), bounds });
        }
        let whole = noise.extra.floor() as usize + usize::from(random.chance(noise.extra.fract()));
        for _ in 0..whole {
            let [w, h] = size.map(|side| side as f32 * random.between(0.08, 0.3));
            let [x, y] = [(size[0] as f32 - w) * random.unit(), (size[1] as f32 - h) * random.unit()];
            let score = random.between(0.1, 0.6);
            boxes.push(NoisyBox { label: LABELS[random.below(LABELS.len())], score, bounds: [x, y, w, h] });
        }
        boxes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TruthObject;

    #[test]
    fn it_errs_as_often_as_it_says() {
        let object =
            |visible| TruthObject { id: 1, label: "clock", bounds: [100.0, 100.0, 50.0, 80.0], visible };
        let mut detector = NoisyDetector::new(DetectorNoise { extra: 0.0, ..DetectorNoise::default() }, 3);
        let mut rate = |visible| {
            let truth = Truth { objects: vec![object(visible)], ..Truth::default() };
            let found: Vec<_> = (0..2000).flat_map(|_| detector.find(&truth, [640, 480])).collect();
            let score = found.iter().map(|b| b.score).sum::<f32>() / found.len().max(1) as f32;
            (found.len() as f32 / 2000.0, score)
        };
        let (share, score) = rate(1.0);
        assert!((share - 0.9).abs() < 0.02 && (score - 0.8).abs() < 0.02, "{share} {score}");
        let (share, score) = rate(0.3);
        assert!(share < 0.85 && score < 0.35, "{share} {score}");
        assert_eq!(rate(0.2).0, 0.0);
    }
}
