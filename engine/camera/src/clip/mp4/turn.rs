//! Clips that a phone recorded upright say in their header how they are to be turned.

use mp4_atom::Matrix;

/// Quarters of a turn to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    None,
    Right,
    Half,
    Left,
}

impl Turn {
    /// The turn of a track's matrix. What mirrors or slants is not turned.
    pub(super) fn of(matrix: &Matrix) -> Self {
        match [matrix.a, matrix.b, matrix.c, matrix.d].map(i32::signum) {
            [0, 1, -1, 0] => Turn::Right,
            [-1, 0, 0, -1] => Turn::Half,
            [0, -1, 1, 0] => Turn::Left,
            _ => Turn::None,
        }
    }

    /// Width and height afterwards.
    pub(super) fn size<T>(self, [width, height]: [T; 2]) -> [T; 2] {
        match self {
            Turn::None | Turn::Half => [width, height],
            Turn::Right | Turn::Left => [height, width],
        }
    }

    /// Appends a plane of `width` × `height`, whose rows are `stride` apart, to `out`, turned; [`None`]
    /// where it has too few bytes.
    pub(super) fn plane(
        self,
        plane: &[u8],
        stride: usize,
        [width, height]: [usize; 2],
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let last = height.checked_sub(1)?.checked_mul(stride)?.checked_add(width)?;
        if plane.len() < last || stride < width {
            return None;
        }
        let rows = plane.chunks(stride).take(height).map(|row| &row[..width]);
        match self {
            Turn::None => rows.for_each(|row| out.extend_from_slice(row)),
            Turn::Half => rows.rev().for_each(|row| out.extend(row.iter().rev())),
            Turn::Right => {
                (0..width).for_each(|x| out.extend((0..height).rev().map(|y| plane[y * stride + x])))
            }
            Turn::Left => {
                (0..width).rev().for_each(|x| out.extend((0..height).map(|y| plane[y * stride + x])))
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_turned() {
        // a b c
        // d e f
        let plane = b"abc.def";
        for (turn, expected) in [
            (Turn::None, b"abcdef"),
            (Turn::Right, b"daebfc"),
            (Turn::Half, b"fedcba"),
            (Turn::Left, b"cfbead"),
        ] {
            let mut out = Vec::new();
            turn.plane(plane, 4, [3, 2], &mut out).unwrap();
            assert_eq!(out, expected, "{turn:?}");
        }
        assert_eq!(Turn::None.plane(&plane[..6], 4, [3, 2], &mut Vec::new()), None);
        assert_eq!(Turn::None.plane(plane, 2, [3, 2], &mut Vec::new()), None);
        assert_eq!(Turn::None.plane(plane, 4, [3, 0], &mut Vec::new()), None);
    }
}
