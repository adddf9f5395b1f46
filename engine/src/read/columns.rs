//! Vertical text: a column of upright characters, cut apart and laid out from left to right.

use image::{Rgb, RgbImage};

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
/// Least and greatest height of a character's cell over the column's width.
const PITCH: (f32, f32) = (0.5, 1.1);
/// How much a cell that differs from the pitch costs, next to a cut through ink of mean density.
const PITCH_WEIGHT: f32 = 8.0;
/// Ink differs from the background by this share of the greatest difference.
const INK: f32 = 0.4;

/// The characters of the column inside of `quad`, as lines of side-by-side cells.
pub(crate) fn lay_out(image: &RgbImage, quad: &Quad) -> Vec<Piece> {
    let ratio = (quad_height(quad) / quad_width(quad).max(1e-3)).clamp(0.2, MAX_CELLS);
    let height = (ratio * COLUMN_WIDTH as f32).round().max(1.0) as u32;
    let column = crop(image, quad, COLUMN_WIDTH, height);
    let ink = Ink::of(&column);
    let rows = ink.rows();
    let pitch = pitch(&rows);
    let cuts = cut(&rows, pitch);
    let mut pieces = Vec::new();
    for cells in cuts.windows(2).collect::<Vec<_>>().chunks(CELLS) {
        let mut line = RgbImage::from_pixel(cells.len() as u32 * LINE_HEIGHT, LINE_HEIGHT, ink.paper);
        let mut knots = vec![(0.0, cells[0][0] as f32 / height as f32)];
        for (x, cell) in (0..).step_by(LINE_HEIGHT as usize).zip(cells) {
            place(&column, &ink, cell, pitch, &mut line, x);
            knots.push(((x + LINE_HEIGHT) as f32, cell[1] as f32 / height as f32));
        }
        pieces.push(Piece { image: padded(line), knots, spaced: false });
    }
    pieces
}

/// Draws the character in the rows `cell` of the column into the square of the line at `x`, in the
/// shape that it has in horizontal writing: the full stop and the comma move from the upper right to
/// the lower left, and the long vowel sign lies down.
fn place(column: &RgbImage, ink: &Ink, cell: &[usize], pitch: f32, line: &mut RgbImage, x: u32) {
    let Some([left, top, right, bottom]) = ink.bounds(cell[0]..cell[1]) else { return };
    let unbroken = (top..bottom).all(|y| ink.bounds(y as usize..y as usize + 1).is_some());
    let (top_edge, size) = (cell[0] as f32, (cell[1] - cell[0]) as f32);
    let (width, height) = ((right - left) as f32 / pitch, (bottom - top) as f32 / pitch);
    let center = [(left + right) as f32 / 2.0, (top + bottom) as f32 / 2.0];
    let middle = [COLUMN_WIDTH as f32 / 2.0, top_edge + size / 2.0];
    let half = COLUMN_WIDTH as f32 / 2.0;
    let mut at = middle;
    if width < 0.5 && height < 0.5 && center[0] > middle[0] && center[1] < middle[1] {
        at = [2.0 * center[0] - middle[0], 2.0 * center[1] - middle[1]];
    }
    let from = [at[0] - half, cell[0] as f32, at[0] + half, cell[1] as f32];
    let low = at[1] - half;
    let mut square = resample(column, [from[0], low, from[2], low + 2.0 * half], LINE_HEIGHT, LINE_HEIGHT);
    blank_outside(
        &mut square,
        (cell[0] as f32 - low) as i64,
        (cell[1] as f32 - low) as i64,
        line.get_pixel(x, 0).0,
    );
    let vowel_sign = width < 0.25 && height > 0.55 && unbroken;
    if vowel_sign {
        square = image::imageops::rotate270(&square);
    }
    image::imageops::replace(line, &square, i64::from(x), 0);
}

/// Paints the rows before `from` and after `to`, which belong to the neighbours, as paper.
fn blank_outside(square: &mut RgbImage, from: i64, to: i64, paper: [u8; 3]) {
    for (_, y, p) in square.enumerate_pixels_mut() {
        if i64::from(y) < from || i64::from(y) >= to {
            p.0 = paper;
        }
    }
}

/// What in a column is ink: pixels that differ from the paper's brightness, which is the median.
struct Ink {
    width: usize,
    paper: Rgb<u8>,
    difference: Vec<u8>,
    threshold: u8,
}

impl Ink {
    fn of(column: &RgbImage) -> Self {
        let luma = |p: &Rgb<u8>| ((u16::from(p.0[0]) + 2 * u16::from(p.0[1]) + u16::from(p.0[2])) / 4) as u8;
        let mut sorted: Vec<&Rgb<u8>> = column.pixels().collect();
        let middle = sorted.len() / 2;
        let paper = if sorted.is_empty() {
            Rgb([255; 3])
        } else {
            **sorted.select_nth_unstable_by_key(middle, |p| luma(p)).1
        };
        let difference: Vec<u8> = column.pixels().map(|p| luma(p).abs_diff(luma(&paper))).collect();
        let most = difference.iter().copied().max().unwrap_or(0);
        Self {
            width: column.width() as usize,
            paper,
            difference,
            threshold: (f32::from(most) * INK) as u8 + 1,
        }
    }

    /// Mean difference from the paper in each row.
    fn rows(&self) -> Vec<f32> {
        let row = |r: &[u8]| r.iter().map(|&v| f32::from(v)).sum::<f32>() / r.len() as f32;
        self.difference.chunks_exact(self.width).map(row).collect()
    }

    /// Left, top, right and bottom of the ink in some rows.
    fn bounds(&self, rows: std::ops::Range<usize>) -> Option<[u32; 4]> {
        let mut b: Option<[u32; 4]> = None;
        for y in rows {
            for (x, _) in self.difference[y * self.width..][..self.width]
                .iter()
                .enumerate()
                .filter(|&(_, &d)| d >= self.threshold)
            {
                let (x, y) = (x as u32, y as u32);
                let [l, t, r, d] = b.unwrap_or([x, y, x + 1, y + 1]);
                b = Some([l.min(x), t.min(y), r.max(x + 1), d.max(y + 1)]);
            }
        }
        b
    }
}

/// Distance from one character to the next in pixels: where the rows are most like themselves.
fn pitch(rows: &[f32]) -> f32 {
    let of = |f: f32| (f * COLUMN_WIDTH as f32).round() as usize;
    let mean = rows.iter().sum::<f32>() / rows.len().max(1) as f32;
    let centered: Vec<f32> = rows.iter().map(|r| r - mean).collect();
    let likeness = |lag: usize| {
        let pairs = centered.iter().zip(&centered[lag.min(centered.len())..]);
        pairs.map(|(a, b)| a * b).sum::<f32>() / (centered.len().saturating_sub(lag)).max(1) as f32
    };
    let lags = of(PITCH.0)..=of(PITCH.1).min(rows.len() / 2).max(of(PITCH.0));
    let best = lags.max_by(|&a, &b| likeness(a).total_cmp(&likeness(b)));
    best.unwrap_or(of(PITCH.0)) as f32
}

/// Rows at which to cut, from 0 to the number of rows: the way of least ink whose cells are about
/// as high as a character, found by dynamic programming.
fn cut(ink: &[f32], pitch: f32) -> Vec<usize> {
    let n = ink.len();
    let (low, high) = ((pitch * 0.6) as usize, (pitch * 1.4) as usize);
    let mean = ink.iter().sum::<f32>() / n.max(1) as f32;
    let mut cost = vec![f32::INFINITY; n + 1];
    let mut from = vec![0; n + 1];
    cost[0] = 0.0;
    for end in 1..=n {
        let at = if end == n { 0.0 } else { (ink[end - 1] + ink[end]) / 2.0 / mean.max(1e-3) };
        let shortest = if end == n { 1 } else { low.max(1) };
        for size in shortest..=high.max(1).min(end) {
            let start = end - size;
            let stray = if start == 0 || end == n { 0.3 } else { 1.0 } * (size as f32 - pitch) / pitch;
            let total = cost[start] + at + PITCH_WEIGHT * stray * stray;
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

    #[test]
    fn cells_are_cut_between_the_characters() {
        let pitch = 44;
        let ink: Vec<f32> =
            (0..pitch * 6).map(|y| if (4..40).contains(&(y % pitch)) { 80.0 } else { 0.0 }).collect();
        let cuts = cut(&ink, super::pitch(&ink));
        assert_eq!(cuts.len(), 7, "{cuts:?}");
        for (i, c) in cuts.iter().enumerate() {
            assert!(c.abs_diff(i * pitch) <= 5, "{cuts:?}");
        }
    }

    #[test]
    fn any_column_is_cut_completely() {
        for n in [1, 2, 10, 48, 49, 500] {
            let cuts = cut(&vec![1.0; n], 36.0);
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
