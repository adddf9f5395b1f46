//! Vertical text: a column of upright characters, cut apart and laid out from left to right.

use image::RgbImage;

use super::Quad;
use super::crop::crop;
use super::geometry::{quad_height, quad_width};
use super::models::LINE_HEIGHT;
use super::recognize::Piece;
use super::resample::resample;
use super::split::padded;

/// Pixels that a column is wide while it is cut.
const COLUMN_WIDTH: u32 = LINE_HEIGHT;
/// Characters of one line image.
const CELLS: usize = 32;
/// Longest column, in characters.
const MAX_CELLS: f32 = 500.0;
/// Height of a character's cell over the column's width, as it is looked for.
const PITCH: (f32, f32, f32) = (0.55, 0.85, 1.25);

/// The characters of the column inside of `quad`, as lines of side-by-side cells.
pub(crate) fn lay_out(image: &RgbImage, quad: &Quad) -> Vec<Piece> {
    let ratio = (quad_height(quad) / quad_width(quad).max(1e-3)).clamp(0.2, MAX_CELLS);
    let height = (ratio * COLUMN_WIDTH as f32).round().max(1.0) as u32;
    let column = crop(image, quad, COLUMN_WIDTH, height);
    let cuts = cut(&row_ink(&column));
    let mut pieces = Vec::new();
    for cells in cuts.windows(2).collect::<Vec<_>>().chunks(CELLS) {
        let width: u32 = cells.len() as u32 * LINE_HEIGHT;
        let mut line = RgbImage::new(width, LINE_HEIGHT);
        let mut knots = vec![(0.0, cells[0][0] as f32 / height as f32)];
        for (i, cell) in cells.iter().enumerate() {
            let x = i as u32 * LINE_HEIGHT;
            let center = (cell[0] + cell[1]) as f32 / 2.0;
            let half = COLUMN_WIDTH as f32 / 2.0;
            let square = [0.0, center - half, COLUMN_WIDTH as f32, center + half];
            let cell_image = resample(&column, square, LINE_HEIGHT, LINE_HEIGHT);
            image::imageops::replace(&mut line, &cell_image, i64::from(x), 0);
            knots.push(((x + LINE_HEIGHT) as f32, cell[1] as f32 / height as f32));
        }
        pieces.push(Piece { image: padded(line), knots, spaced: false });
    }
    pieces
}

/// How much ink each row has: the sum of the differences to the column's background, 0 to 255 a
/// pixel. The background is the median brightness.
fn row_ink(column: &RgbImage) -> Vec<f32> {
    let luma: Vec<u8> = column
        .pixels()
        .map(|p| ((u16::from(p.0[0]) + 2 * u16::from(p.0[1]) + u16::from(p.0[2])) / 4) as u8)
        .collect();
    let mut counts = [0usize; 256];
    luma.iter().for_each(|&v| counts[usize::from(v)] += 1);
    let mut seen = 0;
    let background = counts.iter().position(|&n| (seen += n, seen * 2 >= luma.len()).1).unwrap_or(255) as u8;
    luma.chunks_exact(column.width().max(1) as usize)
        .map(|row| row.iter().map(|&v| f32::from(v.abs_diff(background))).sum::<f32>() / row.len() as f32)
        .collect()
}

/// Rows at which to cut, from 0 to the number of rows: the way of least ink whose cells are about
/// as high as a character, found by dynamic programming.
fn cut(ink: &[f32]) -> Vec<usize> {
    let n = ink.len();
    let (low, typical, high) = PITCH;
    let of = |f: f32| ((f * COLUMN_WIDTH as f32).round() as usize).max(1);
    let (low, typical, high) = (of(low), of(typical), of(high));
    let mean = ink.iter().sum::<f32>() / n.max(1) as f32;
    let mut cost = vec![f32::INFINITY; n + 1];
    let mut from = vec![0; n + 1];
    cost[0] = 0.0;
    for end in 1..=n {
        let at = if end == n { 0.0 } else { (ink[end - 1] + ink[end]) / 2.0 / mean.max(1e-3) };
        let shortest = if end == n { 1 } else { low };
        for size in shortest..=high.min(end) {
            let start = end - size;
            let stray = (size as f32 - typical as f32) / typical as f32;
            let total = cost[start] + at + stray * stray;
            if total < cost[end] {
                cost[end] = total;
                from[end] = start;
            }
        }
    }
    let mut cuts = vec![n];
    let mut at = n;
    while at > 0 {
        at = from[at];
        cuts.push(at);
    }
    cuts.reverse();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn cells_are_cut_between_the_characters() {
        let pitch = 44;
        let ink: Vec<f32> =
            (0..pitch * 6).map(|y| if (4..40).contains(&(y % pitch)) { 80.0 } else { 0.0 }).collect();
        let cuts = cut(&ink);
        assert_eq!(cuts.len(), 7, "{cuts:?}");
        for (i, c) in cuts.iter().enumerate() {
            assert!(c.abs_diff(i * pitch) <= 5, "{cuts:?}");
        }
    }

    #[test]
    fn any_column_is_cut_completely() {
        for n in [1, 2, 10, 48, 49, 500] {
            let cuts = cut(&vec![1.0; n]);
            assert_eq!((cuts[0], *cuts.last().unwrap()), (0, n));
            assert!(cuts.windows(2).all(|w| w[0] < w[1]));
        }
    }

    #[test]
    fn knots_cover_the_column() {
        let ink = |x: u32, y: u32| y % 40 < 32 && x % 8 < 3;
        let image = RgbImage::from_fn(40, 400, |x, y| Rgb([if ink(x, y) { 10 } else { 240 }; 3]));
        let quad = [[0.0, 0.0], [40.0, 0.0], [40.0, 400.0], [0.0, 400.0]];
        let pieces = lay_out(&image, &quad);
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0].image.height(), LINE_HEIGHT);
        assert_eq!(pieces[0].knots.first().unwrap().1, 0.0);
        assert_eq!(pieces[0].knots.last().unwrap().1, 1.0);
        assert!((9..=11).contains(&(pieces[0].knots.len() - 1)));
    }
}
