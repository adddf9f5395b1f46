//! Distribution of a value, and the range that its 256 steps serve best.

const BINS: usize = 2048;

/// Counts over a known range.
pub(super) struct Histogram {
    low: f32,
    high: f32,
    counts: Vec<u64>,
}

impl Histogram {
    pub(super) fn new(low: f32, high: f32) -> Self {
        let (low, high) = (low.min(0.0), high.max(0.0));
        let high = if high > low { high } else { low + 1.0 };
        Self { low, high, counts: vec![0; BINS] }
    }

    pub(super) fn add(&mut self, values: &[f32]) {
        let factor = BINS as f32 / (self.high - self.low);
        for v in values {
            let bin = ((v - self.low) * factor) as usize;
            self.counts[bin.min(BINS - 1)] += 1;
        }
    }

    /// The range of least total `|error|^power`, where an error is half a step's rounding inside
    /// the range and the distance to it outside.
    pub(super) fn best_range(&self, power: f64) -> [f32; 2] {
        const SHRINKS: usize = 40;
        let width = f64::from(self.high - self.low) / BINS as f64;
        let centres: Vec<(f64, f64)> = self
            .counts
            .iter()
            .enumerate()
            .filter(|(_, c)| **c > 0)
            .map(|(i, &c)| (f64::from(self.low) + (i as f64 + 0.5) * width, c as f64))
            .collect();
        // One side at a time, over both orders of what is left to gain.
        let mut best = ([self.low, self.high], f64::INFINITY);
        for round in 0..3 {
            for side in 0..2 {
                let start = best.0;
                for shrink in 0..SHRINKS {
                    let factor = 1.0 - shrink as f32 * 0.02;
                    let mut range = start;
                    range[side] = [self.low, self.high][side] * factor;
                    let error = expected_error(&centres, range, power);
                    if error < best.1 {
                        best = (range, error);
                    }
                }
            }
            if round > 0 && best.0 == [self.low, self.high] {
                break;
            }
        }
        best.0
    }
}

fn expected_error(centres: &[(f64, f64)], [low, high]: [f32; 2], power: f64) -> f64 {
    let (low, high) = (f64::from(low), f64::from(high));
    let step = (high - low) / 255.0;
    // The mean of |e|^p over a step of uniformly distributed values.
    let inside = (step / 2.0).powf(power) / (power + 1.0);
    centres
        .iter()
        .map(|&(x, count)| {
            let beyond = (low - x).max(x - high).max(0.0);
            count * (inside + beyond.powf(power))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uniform_value_keeps_its_range() {
        let mut h = Histogram::new(-1.0, 1.0);
        let values: Vec<f32> = (0..100_000).map(|i| i as f32 / 50_000.0 - 1.0).collect();
        h.add(&values);
        let [low, high] = h.best_range(2.0);
        assert!(low < -0.95 && high > 0.95, "{low} {high}");
    }

    #[test]
    fn a_rare_outlier_is_clipped() {
        let mut h = Histogram::new(0.0, 100.0);
        let values: Vec<f32> = (0..1_000_000).map(|i| (i % 1000) as f32 / 100.0).collect();
        h.add(&values);
        h.add(&[100.0]);
        let [low, high] = h.best_range(2.0);
        assert_eq!(low, 0.0);
        assert!((9.0..60.0).contains(&high), "{high}");
    }
}
