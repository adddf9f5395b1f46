//! Quarter turns.

use super::RgbView;

/// A turn clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// 90°.
    Quarter,
    /// 180°.
    Half,
    /// 270°.
    ThreeQuarters,
}

/// Side of the squares that are turned one after the other, so that both pictures' lines stay in
/// the cache.
const BLOCK: usize = 32;

/// Turns `source` into `out`, whose width and height are those of `source`, swapped for
/// [`Turn::Quarter`] and [`Turn::ThreeQuarters`].
///
/// # Panics
/// If `out` has not the length of `source`.
pub fn turn_rgb(source: RgbView<'_>, turn: Turn, out: &mut [u8]) {
    assert_eq!(out.len(), source.pixels.len());
    let [w, h] = source.size();
    let (from, _) = source.pixels.as_chunks::<3>();
    let (to, _) = out.as_chunks_mut::<3>();
    if turn == Turn::Half {
        for (to, from) in to.iter_mut().rev().zip(from) {
            *to = *from;
        }
        return;
    }
    for y0 in (0..h).step_by(BLOCK) {
        for x0 in (0..w).step_by(BLOCK) {
            for x in x0..w.min(x0 + BLOCK) {
                for y in y0..h.min(y0 + BLOCK) {
                    let at = match turn {
                        Turn::Quarter => x * h + (h - 1 - y),
                        _ => (w - 1 - x) * h + y,
                    };
                    to[at] = from[y * w + x];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_go_where_they_belong() {
        for [w, h] in [[1, 1], [1, 5], [40, 3], [70, 65]] {
            let pixels: Vec<u8> = (0..3 * w * h).map(|i| (i % 251) as u8).collect();
            let view = RgbView::new(&pixels, [w, h]);
            let mut out = vec![0; pixels.len()];
            let top_left = &pixels[..3];
            turn_rgb(view, Turn::Quarter, &mut out);
            assert_eq!(&out[3 * (h - 1)..3 * h], top_left);
            turn_rgb(view, Turn::Half, &mut out);
            assert_eq!(&out[3 * (w * h - 1)..], top_left);
            turn_rgb(view, Turn::ThreeQuarters, &mut out);
            assert_eq!(&out[3 * (w - 1) * h..][..3], top_left);
        }
    }

    #[test]
    fn turns_add_up() {
        let size = [67, 45];
        let pixels: Vec<u8> = (0..3 * 67 * 45).map(|i| (i * 7 % 256) as u8).collect();
        let apply = |pixels: &[u8], size, turn| {
            let mut out = vec![0; pixels.len()];
            turn_rgb(RgbView::new(pixels, size), turn, &mut out);
            out
        };
        let quarter = apply(&pixels, size, Turn::Quarter);
        let half = apply(&quarter, [45, 67], Turn::Quarter);
        assert_eq!(half, apply(&pixels, size, Turn::Half));
        assert_eq!(apply(&half, size, Turn::Quarter), apply(&pixels, size, Turn::ThreeQuarters));
        assert_eq!(apply(&quarter, [45, 67], Turn::ThreeQuarters), pixels);
    }
}
