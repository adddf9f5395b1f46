//! The best class of a classifier and its softmax probability, from scores that come in groups.

use crate::activation::exp;
use crate::dispatch::multiversion;
use crate::lanes::{LANES, fold};

/// What is known of one row after some of its classes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Top1State {
    /// The first class of the greatest score; 0 before any.
    pub class: u32,
    /// The greatest score; −∞ before any.
    pub score: f32,
    /// `Σ e^(score − greatest score)` over the classes seen (the online softmax of Milakov and
    /// Gimelshein 2018, arXiv:1805.02867).
    pub sum: f32,
}

impl Default for Top1State {
    fn default() -> Self {
        Self { class: 0, score: f32::NEG_INFINITY, sum: 0.0 }
    }
}

impl Top1State {
    /// Softmax probability of [`class`](Self::class) among the classes seen; 0 before any.
    pub fn probability(&self) -> f32 {
        if self.sum > 0.0 { 1.0 / self.sum } else { 0.0 }
    }
}

multiversion! {
    /// Takes the scores of the classes from `first_class` (`[states.len()][classes]`) into `states`.
    /// Classes that `allowed` (one flag a class of this group) rules out count for nothing. NaN is
    /// never the greatest.
    ///
    /// # Panics
    /// If a slice is too short.
    pub fn top1_scan(
        scores: &[f32],
        classes: usize,
        first_class: usize,
        allowed: Option<&[bool]>,
        states: &mut [Top1State],
    ) = fused scan;
}

/// Scores searched together.
const BLOCK: usize = 64;

/// Scores this far below the greatest add less than `18,710·e^-25 < 3e-7` to the sum.
const NEGLIGIBLE: f32 = 25.0;

#[inline(always)]
fn scan<const FMA: bool>(
    scores: &[f32],
    classes: usize,
    first_class: usize,
    allowed: Option<&[bool]>,
    states: &mut [Top1State],
) {
    if classes == 0 {
        return;
    }
    let scores = &scores[..states.len() * classes];
    let allowed = allowed.map(|a| &a[..classes]);
    for (state, row) in states.iter_mut().zip(scores.chunks_exact(classes)) {
        let greatest = match allowed {
            None => fold(row, f32::NEG_INFINITY, greater, greater),
            Some(allowed) => fold_allowed(row, allowed, f32::NEG_INFINITY, greater, greater),
        };
        if greatest > state.score {
            let index = position(row, allowed, greatest);
            state.sum *= exp::<FMA>(state.score - greatest);
            state.score = greatest;
            state.class = (first_class + index) as u32;
        }
        let score = state.score;
        if greatest < score - NEGLIGIBLE || score == f32::NEG_INFINITY {
            continue;
        }
        let add = |sum: f32, v: f32| sum + exp::<FMA>(v - score);
        state.sum += match allowed {
            None => fold(row, 0.0, add, |a, b| a + b),
            Some(allowed) => fold_allowed(row, allowed, 0.0, add, |a, b| a + b),
        };
    }
}

/// Index of the first allowed score that equals `score`; 0 if there is none.
#[inline(always)]
fn position(row: &[f32], allowed: Option<&[bool]>, score: f32) -> usize {
    for (chunk, values) in row.chunks(BLOCK).enumerate() {
        if !values.iter().fold(false, |any, v| any | (*v == score)) {
            continue;
        }
        let first = chunk * BLOCK;
        let is_it = |i: &usize| row[*i] == score && allowed.is_none_or(|a| a[*i]);
        if let Some(index) = (first..first + values.len()).find(is_it) {
            return index;
        }
    }
    0
}

#[inline(always)]
fn greater(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// [`fold`] that keeps a lane as it was where `allowed` says no.
#[inline(always)]
fn fold_allowed(
    row: &[f32],
    allowed: &[bool],
    start: f32,
    step: impl Fn(f32, f32) -> f32,
    join: impl Fn(f32, f32) -> f32,
) -> f32 {
    let mut acc = [start; LANES];
    let chunks = row.chunks(LANES).zip(allowed.chunks(LANES));
    for (row, allowed) in chunks {
        for ((acc, v), allowed) in acc.iter_mut().zip(row).zip(allowed) {
            let next = step(*acc, *v);
            *acc = if *allowed { next } else { *acc };
        }
    }
    fold(&acc, start, &join, &join)
}

#[cfg(test)]
mod tests {
    use super::Top1State;
    use crate::Kernels;
    use crate::test_support::Random;

    const PROBABILITY_RELATIVE: f64 = 3e-6;

    fn direct(row: &[f32], allowed: Option<&[bool]>) -> (u32, f64) {
        let may = |i: usize| allowed.is_none_or(|a| a[i]);
        let mut best = None;
        for (i, v) in row.iter().enumerate() {
            if may(i) && best.is_none_or(|b: usize| *v > row[b]) {
                best = Some(i);
            }
        }
        let Some(best) = best else { return (0, 0.0) };
        let e = |v: f32| (f64::from(v) - f64::from(row[best])).exp();
        let sum: f64 = row.iter().enumerate().filter(|(i, _)| may(*i)).map(|(_, v)| e(*v)).sum();
        (best as u32, 1.0 / sum)
    }

    #[test]
    fn groups_give_the_softmax_of_all() {
        let mut random = Random::new(12);
        for (classes, group) in [(1, 1), (5, 2), (100, 33), (1000, 96), (18710, 960)] {
            for spread in [0.5, 4.0, 60.0] {
                let rows = random.within(1, 9);
                let real = |random: &mut Random| random.within(0, 2_000_000) as f32 / 1e6 - 1.0;
                let x: Vec<f32> = (0..rows * classes).map(|_| real(&mut random) * spread).collect();
                let mask: Vec<bool> = (0..classes).map(|_| random.within(0, 2) == 0).collect();
                for allowed in [None, Some(mask.as_slice())] {
                    for kernels in Kernels::available() {
                        let mut states = vec![Top1State::default(); rows];
                        for first in (0..classes).step_by(group) {
                            let n = group.min(classes - first);
                            let part: Vec<f32> =
                                x.chunks(classes).flat_map(|row| &row[first..first + n]).copied().collect();
                            let allowed = allowed.map(|a| &a[first..]);
                            kernels.top1_scan(&part, n, first, allowed, &mut states);
                        }
                        for (state, row) in states.iter().zip(x.chunks(classes)) {
                            let (class, p) = direct(row, allowed);
                            assert_eq!(state.class, class, "{:?} {classes}", kernels.isa());
                            let error = (f64::from(state.probability()) - p).abs();
                            assert!(error <= PROBABILITY_RELATIVE * p, "{:?} {error}", kernels.isa());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn odd_scores_do_no_harm() {
        let scores = [f32::NAN, 1.0, f32::NEG_INFINITY, 1.0];
        for kernels in Kernels::available() {
            let mut states = [Top1State::default()];
            kernels.top1_scan(&scores, 4, 10, Some(&[false; 4]), &mut states);
            assert!(states[0] == Top1State::default() && states[0].probability() == 0.0);
            kernels.top1_scan(&[f32::NEG_INFINITY; 3], 3, 10, None, &mut states);
            assert!(states[0].probability() == 0.0);
            kernels.top1_scan(&scores[1..], 3, 11, None, &mut states);
            assert!(states[0].class == 11 && (states[0].probability() - 0.5).abs() < 1e-6);
            kernels.top1_scan(&scores, 4, 10, None, &mut states);
            assert!(states[0].class == 11);
            kernels.top1_scan(&[f32::INFINITY], 1, 20, None, &mut states);
            assert!(states[0].class == 20);
        }
    }
}
