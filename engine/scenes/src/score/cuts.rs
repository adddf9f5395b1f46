//! How well cuts were found.

/// How well cuts were found.
#[derive(Debug, Clone, PartialEq)]
pub struct CutScore {
    /// Harmonic mean of precision and recall, 0 to 1; 1 where there are none and none were found.
    pub f1: f64,
    /// Share of the found cuts that are there.
    pub precision: f64,
    /// Share of the cuts that were found.
    pub recall: f64,
    /// Frames of cuts that were not found.
    pub missed: Vec<u64>,
    /// Frames of found cuts that are none.
    pub invented: Vec<u64>,
}

/// Compares found cuts with the true ones, both as ascending numbers of frames. A cut is found by one
/// at most `tolerance` frames away that finds no other.
pub fn cuts(truth: &[u64], found: &[u64], tolerance: u64) -> CutScore {
    let (mut i, mut j, mut hits) = (0, 0, 0);
    let (mut missed, mut invented) = (Vec::new(), Vec::new());
    while i < truth.len() || j < found.len() {
        match (truth.get(i), found.get(j)) {
            (Some(&t), Some(&f)) if t.abs_diff(f) <= tolerance => {
                hits += 1;
                i += 1;
                j += 1;
            }
            (Some(&t), f) if f.is_none_or(|&f| t < f) => {
                missed.push(t);
                i += 1;
            }
            (_, Some(&f)) => {
                invented.push(f);
                j += 1;
            }
            (_, None) => break,
        }
    }
    let share = |of: usize| if of == 0 { 1.0 } else { f64::from(hits) / of as f64 };
    let all = truth.len() + found.len();
    let f1 = if all == 0 { 1.0 } else { 2.0 * f64::from(hits) / all as f64 };
    CutScore { f1, precision: share(found.len()), recall: share(truth.len()), missed, invented }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_found_and_far_is_not() {
        let score = cuts(&[10, 20, 30], &[11, 20, 33, 50], 1);
        assert!((score.f1 - 4.0 / 7.0).abs() < 1e-12);
        assert_eq!((score.precision, score.recall), (0.5, 2.0 / 3.0));
        assert_eq!((score.missed, score.invented), (vec![30], vec![33, 50]));
    }

    #[test]
    fn one_finds_one() {
        let score = cuts(&[10], &[9, 10, 11], 1);
        assert_eq!((score.recall, score.precision), (1.0, 1.0 / 3.0));
        assert_eq!(cuts(&[10, 11], &[10], 1).recall, 0.5);
        assert_eq!(cuts(&[], &[], 1).f1, 1.0);
        assert_eq!(cuts(&[5], &[], 1).f1, 0.0);
    }
}
