//! The size at which the network looks at a picture.

use super::types::FindOptions;

/// Sides that the network takes are multiples of this.
pub(super) const MULTIPLE: usize = 32;
/// Most pixels that the network looks at, in squares of [`MULTIPLE`]: 352 × 288, say. A share of the sides
/// makes it more or less.
const SQUARES: usize = 100;
/// Pictures are enlarged at most this much along a side (before that is rounded up).
const MAX_ENLARGEMENT: usize = 4;
/// How much the larger of the two scales counts beside the smaller one.
const LARGER_SCALE: f32 = 0.25;

/// Width and height for a picture of `width × height` pixels, of at least one: as large as allowed,
/// at nearly the picture's proportions. `share` of the usual sides are allowed, above 0 and at most
/// [`FindOptions::MAX_SCALE`].
pub(super) fn working_size([width, height]: [usize; 2], share: f32) -> [usize; 2] {
    let share = share.clamp(0.0, FindOptions::MAX_SCALE);
    let squares = ((SQUARES as f32 * share * share) as usize).max(1);
    let most = |side: usize| side.saturating_mul(MAX_ENLARGEMENT).div_ceil(MULTIPLE).clamp(1, squares);
    let scale = |squares: usize, side: usize| ((squares * MULTIPLE) as f32 / side.max(1) as f32).ln();
    let mut best = ([MULTIPLE; 2], f32::NEG_INFINITY);
    for rows in 1..=most(height) {
        for columns in 1..=most(width).min(squares / rows) {
            let (x, y) = (scale(columns, width), scale(rows, height));
            let worth = x.min(y) + LARGER_SCALE * x.max(y);
            if worth > best.1 {
                best = ([columns * MULTIPLE, rows * MULTIPLE], worth);
            }
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proportions_are_nearly_kept() {
        assert_eq!(working_size([640, 480], 1.0), [352, 288]);
        assert_eq!(working_size([480, 640], 1.0), [288, 352]);
        assert_eq!(working_size([4000, 200], 1.0), [1600, 64]);
        for size in [[1, 1], [16, 16], [1, 100_000], [100_000, 1], [usize::MAX, 3], [224, 224], [6000, 4000]]
        {
            let [w, h] = working_size(size, 1.0);
            assert!(w >= 32 && h >= 32 && w % 32 == 0 && h % 32 == 0 && w * h <= SQUARES * 1024, "{size:?}");
        }
    }

    #[test]
    fn small_pictures_are_not_blown_up() {
        assert_eq!(working_size([16, 16], 1.0), [64, 64]);
    }

    #[test]
    fn a_larger_share_is_more_of_the_picture_within_its_bound() {
        assert_eq!(working_size([640, 480], 1.5), [544, 416]);
        for size in [[640, 480], [4000, 200], [1, 100_000], [usize::MAX, 3]] {
            let [w, h] = working_size(size, f32::INFINITY);
            assert!(w * h <= 4 * SQUARES * 1024, "{size:?}");
        }
    }

    #[test]
    fn a_smaller_share_is_less_work() {
        assert_eq!(working_size([640, 480], 0.5), [192, 128]);
        assert_eq!(working_size([640, 480], 1e-9), [32, 32]);
        let area = |share: f32| working_size([640, 480], share).iter().product::<usize>();
        for share in [0.25, 0.5, 0.75, 0.9, 1.0] {
            let most = (SQUARES * MULTIPLE * MULTIPLE) as f32 * share * share;
            assert!(area(share) as f32 <= most && area(share) >= area(share - 0.15), "{share}");
        }
    }
}
