//! How well a scene was followed, read and cut up.

mod cuts;
mod text;
mod tracking;

pub use cuts::{CutScore, cuts};
pub use text::{ReadLine, TextScore, text};
pub use tracking::{Placed, TrackingScore, tracking};

/// Intersection over union of two boxes (left, top, width, height); 0 where either has no area.
pub fn iou(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let side = |i: usize| (a[i] + a[i + 2]).min(b[i] + b[i + 2]) - a[i].max(b[i]);
    let both = side(0).max(0.0) * side(1).max(0.0);
    let either = a[2] * a[3] + b[2] * b[3] - both;
    if both > 0.0 && either > 0.0 { both / either } else { 0.0 }
}

/// One-to-one pairs of rows and columns with the greatest sum of weights; pairs of no weight are left
/// out (Kuhn 1955, Munkres 1957). `weight` is asked for every pair and must not be negative.
fn assign(rows: usize, columns: usize, weight: impl Fn(usize, usize) -> i64) -> Vec<(usize, usize)> {
    if rows == 0 || columns == 0 {
        return Vec::new();
    }
    let turned = rows > columns;
    let (few, many) = if turned { (columns, rows) } else { (rows, columns) };
    let at = |i: usize, j: usize| if turned { weight(j, i) } else { weight(i, j) };
    let values = (0..few).map(|i| (0..many).map(|j| at(i, j)).collect::<Vec<_>>());
    let matrix = pathfinding::matrix::Matrix::from_rows(values).expect("its rows are equally long");
    let (_, chosen) = pathfinding::kuhn_munkres::kuhn_munkres(&matrix);
    let pairs = chosen.into_iter().enumerate().filter(|&(i, j)| at(i, j) > 0);
    pairs.map(|(i, j)| if turned { (j, i) } else { (i, j) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_as_worked_by_hand() {
        assert_eq!(iou(&[0.0, 0.0, 2.0, 2.0], &[1.0, 0.0, 2.0, 2.0]), 2.0 / 6.0);
        assert_eq!(iou(&[0.0, 0.0, 2.0, 2.0], &[2.0, 0.0, 2.0, 2.0]), 0.0);
        assert_eq!(iou(&[0.0; 4], &[0.0; 4]), 0.0);
    }

    #[test]
    fn the_best_pairs_are_not_the_greedy_ones() {
        let weights = [[9, 8, 0], [8, 1, 0]];
        assert_eq!(assign(2, 3, |i, j| weights[i][j]), [(0, 1), (1, 0)]);
        let mut turned = assign(3, 2, |i, j| weights[j][i]);
        turned.sort_unstable();
        assert_eq!(turned, [(0, 1), (1, 0)]);
        assert!(assign(0, 4, |_, _| 1).is_empty());
        assert!(assign(1, 1, |_, _| 0).is_empty());
    }
}
