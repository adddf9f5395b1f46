//! Splitting line images that are too long for the recognizer to read in one go.

use image::RgbImage;
use image::imageops::crop_imm;

use super::models::{LINE_HEIGHT, STEP_WIDTH};
use super::recognize::Piece;

/// Longest piece, in pixels at the recognizer's height.
const MAX_PIECE: u32 = 1920;
/// Shortest piece that a split may leave.
const MIN_PIECE: u32 = 960;
/// A gap this wide, in pixels at the recognizer's height, is a space.
const SPACE: u32 = 14;

/// The line itself, or its parts, split in the widest gaps between characters.
pub(crate) fn split_line(line: RgbImage) -> Vec<Piece> {
    let width = line.width();
    if width <= MAX_PIECE {
        let knots = vec![(0.0, 0.0), (width as f32, 1.0)];
        return vec![Piece { image: line, knots, spaced: false }];
    }
    let contrast = column_contrast(&line);
    let mut pieces = Vec::new();
    let (mut start, mut spaced) = (0, false);
    while start < width {
        let (end, gap) = if width - start <= MAX_PIECE {
            (width, 0)
        } else {
            let (from, to) = ((start + MIN_PIECE) as usize, (start + MAX_PIECE) as usize);
            let (at, gap) = widest_gap(&contrast[from..to]);
            (start + MIN_PIECE + at, gap)
        };
        let part = crop_imm(&line, start, 0, end - start, LINE_HEIGHT).to_image();
        let at = |x: u32| x as f32 / width as f32;
        pieces.push(Piece {
            knots: vec![(0.0, at(start)), ((end - start) as f32, at(end))],
            image: padded(part),
            spaced,
        });
        (start, spaced) = (end, gap >= SPACE);
    }
    pieces
}

/// `image` with its last column repeated up to whole steps.
pub(crate) fn padded(image: RgbImage) -> RgbImage {
    let width = image.width().max(1).next_multiple_of(STEP_WIDTH);
    if width == image.width() {
        return image;
    }
    let last = image.width().saturating_sub(1);
    RgbImage::from_fn(width, image.height(), |x, y| *image.get_pixel(x.min(last), y))
}

/// Largest difference of brightness in each column.
fn column_contrast(line: &RgbImage) -> Vec<u8> {
    let mut range = vec![(u8::MAX, u8::MIN); line.width() as usize];
    for row in line.chunks_exact(line.width() as usize * 3) {
        for (r, p) in range.iter_mut().zip(row.chunks_exact(3)) {
            let luma = ((u16::from(p[0]) + 2 * u16::from(p[1]) + u16::from(p[2])) / 4) as u8;
            *r = (r.0.min(luma), r.1.max(luma));
        }
    }
    range.iter().map(|r| r.1 - r.0).collect()
}

/// Middle and width of the longest run of columns that are nearly as calm as the calmest.
fn widest_gap(contrast: &[u8]) -> (u32, u32) {
    let (low, high) = contrast.iter().fold((u8::MAX, 0), |(l, h), &c| (l.min(c), h.max(c)));
    let calm = low + (high - low) / 5;
    let (mut best, mut start) = ((0, 0), None);
    for (x, &c) in contrast.iter().chain(std::iter::once(&u8::MAX)).enumerate() {
        if c <= calm && x < contrast.len() {
            start.get_or_insert(x);
        } else if let Some(s) = start.take()
            && x - s > best.1
        {
            best = (s + (x - s) / 2, x - s);
        }
    }
    (best.0 as u32, best.1 as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn short_lines_stay_whole() {
        let pieces = split_line(RgbImage::new(640, LINE_HEIGHT));
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0].image.width(), 640);
    }

    #[test]
    fn long_lines_are_split_in_gaps() {
        let ink = |x: u32| x % 100 >= 20;
        let line =
            RgbImage::from_fn(8000, LINE_HEIGHT, |x, y| Rgb([if ink(x) && y % 3 == 0 { 0 } else { 250 }; 3]));
        let pieces = split_line(line);
        assert!(pieces.len() >= 5);
        let mut at = 0.0;
        for piece in &pieces {
            assert!(piece.image.width() <= MAX_PIECE && piece.image.width().is_multiple_of(STEP_WIDTH));
            assert!((piece.knots[0].1 - at).abs() < 1e-6);
            at = piece.knots[1].1;
            let cut = (at * 8000.0).round() as u32;
            assert!(cut == 8000 || !ink(cut), "cut at {cut}");
        }
        assert_eq!(at, 1.0);
        assert!(pieces[1..].iter().all(|p| p.spaced));
    }

    #[test]
    fn a_line_without_gaps_is_split_all_the_same() {
        let pieces = split_line(RgbImage::new(9000, LINE_HEIGHT));
        assert!(pieces.iter().all(|p| p.image.width() <= MAX_PIECE));
    }
}
