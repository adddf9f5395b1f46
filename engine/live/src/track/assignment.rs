//! Pairs tracks with detections.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Steps that fits are told apart by.
const STEPS: f32 = 1e6;

/// One-to-one pairs of rows and columns whose fits have the greatest sum (Kuhn 1955, Munkres 1957).
/// `fit` is asked for every pair; what does not fit, or not by a positive finite number, is never paired.
/// What cannot compete is solved apart: most pairs of a frame are alone.
pub(super) fn assign(
    rows: usize,
    columns: usize,
    fit: impl Fn(usize, usize) -> Option<f32>,
) -> Vec<(usize, usize)> {
    let mut weights = vec![0i64; rows * columns];
    for i in 0..rows {
        for j in 0..columns {
            let value = fit(i, j).filter(|v| v.is_finite() && *v > 0.0);
            weights[i * columns + j] = value.map_or(0, |v| ((v.min(1e3) * STEPS) as i64).max(1));
        }
    }
    let mut pairs = Vec::new();
    let mut taken = vec![false; rows];
    for first in 0..rows {
        if taken[first] {
            continue;
        }
        let (some_rows, some_columns) = rivals(first, rows, columns, &weights);
        for &i in &some_rows {
            taken[i] = true;
        }
        solve(&some_rows, &some_columns, columns, &weights, &mut pairs);
    }
    pairs
}

/// The rows and columns that are connected with row `first` by pairs that may be.
fn rivals(first: usize, rows: usize, columns: usize, weights: &[i64]) -> (Vec<usize>, Vec<usize>) {
    let (mut some_rows, mut some_columns) = (vec![first], Vec::new());
    let mut known = vec![false; columns];
    let mut known_rows = vec![false; rows];
    known_rows[first] = true;
    let mut next = 0;
    while let Some(&i) = some_rows.get(next) {
        next += 1;
        for j in 0..columns {
            if weights[i * columns + j] == 0 || known[j] {
                continue;
            }
            known[j] = true;
            some_columns.push(j);
            for k in 0..rows {
                if weights[k * columns + j] > 0 && !known_rows[k] {
                    known_rows[k] = true;
                    some_rows.push(k);
                }
            }
        }
    }
    (some_rows, some_columns)
}

fn solve(rows: &[usize], columns: &[usize], width: usize, weights: &[i64], pairs: &mut Vec<(usize, usize)>) {
    if columns.is_empty() {
        return;
    }
    let at = |i: usize, j: usize| weights[rows[i] * width + columns[j]];
    if let ([row], [column]) = (rows, columns) {
        pairs.push((*row, *column));
        return;
    }
    let turned = rows.len() > columns.len();
    let (few, many) = if turned { (columns.len(), rows.len()) } else { (rows.len(), columns.len()) };
    let pick = |i: usize, j: usize| if turned { (j, i) } else { (i, j) };
    let values = (0..few).map(|i| (0..many).map(|j| pick(i, j)).map(|(i, j)| at(i, j)).collect::<Vec<_>>());
    // Rows are equally long, so that there is always a matrix.
    let Ok(matrix) = Matrix::from_rows(values) else { return };
    let (_, chosen) = kuhn_munkres(&matrix);
    let chosen = chosen.into_iter().enumerate().map(|(i, j)| pick(i, j));
    pairs.extend(chosen.filter(|&(i, j)| at(i, j) > 0).map(|(i, j)| (rows[i], columns[j])));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best sum over all ways to pair, by trying them.
    fn slowly(weights: &[Vec<Option<f32>>], row: usize, used: &mut Vec<bool>) -> f64 {
        if row == weights.len() {
            return 0.0;
        }
        let mut best = slowly(weights, row + 1, used);
        for j in 0..used.len() {
            if let (Some(weight), false) = (weights[row][j], used[j]) {
                used[j] = true;
                best = best.max(f64::from(weight) + slowly(weights, row + 1, used));
                used[j] = false;
            }
        }
        best
    }

    #[test]
    fn it_finds_the_best_of_all_ways_to_pair() {
        let mut random = glimpse_scenes::Random::new(5, 0);
        for case in 0..600 {
            let (rows, columns) = (random.below(7), random.below(7));
            let density = random.between(0.1, 1.0);
            let weights: Vec<Vec<Option<f32>>> = (0..rows)
                .map(|_| {
                    let value = |_| random.chance(density).then(|| random.between(0.01, 1.0));
                    (0..columns).map(value).collect()
                })
                .collect();
            let pairs = assign(rows, columns, |i, j| weights[i][j]);
            let sum: f64 = pairs.iter().map(|&(i, j)| f64::from(weights[i][j].expect("it may be"))).sum();
            let best = slowly(&weights, 0, &mut vec![false; columns]);
            assert!((sum - best).abs() < 1e-4, "case {case}: {sum} of {best}");
            for (k, a) in pairs.iter().enumerate() {
                assert!(pairs[..k].iter().all(|b| a.0 != b.0 && a.1 != b.1), "case {case}: {pairs:?}");
            }
        }
    }

    #[test]
    fn fits_that_are_no_numbers_pair_nothing() {
        let odd = [f32::NAN, f32::INFINITY, -1.0, 0.0];
        assert!(assign(2, 2, |i, j| Some(odd[2 * i + j])).is_empty());
        assert!(assign(0, 5, |_, _| Some(1.0)).is_empty() && assign(5, 0, |_, _| Some(1.0)).is_empty());
    }

    #[test]
    fn a_full_frame_is_paired_whole() {
        let pairs = assign(200, 100, |i, j| Some(1.0 / (1 + (i / 2).abs_diff(j)) as f32));
        assert_eq!(pairs.len(), 100);
        assert!(pairs.iter().all(|&(i, j)| i / 2 == j));
    }
}
