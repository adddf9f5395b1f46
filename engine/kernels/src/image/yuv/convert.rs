//! A part of a frame to RGB, turned on the way.

use super::row::{self, Chroma, Row, Rows};
use super::transpose::{SIDE, transpose};
use super::{Yuv420, YuvToRgb, YuvView};
use crate::image::Turn;

/// Side in pixels of the tiles that are turned one after the other.
const TILE: usize = 64;
/// Samples of chroma that a tile's side may touch.
const HALVED: usize = TILE / 2 + 1;
/// From one row of a tile's chroma to the next.
const PITCH: usize = 48;

/// Converts `view` of `frame` into `out`, whole rows.
///
/// # Safety
/// As [`Rows::convert`].
#[inline(always)]
pub(crate) unsafe fn convert<R: Rows>(frame: &Yuv420<'_>, view: &YuvView, table: &YuvToRgb, out: &mut [u8]) {
    assert!(view.fits(frame), "the view is not within the frame");
    let [width, height] = view.size();
    assert_eq!(out.len(), 3 * width * height);
    // SAFETY: the caller's promise.
    unsafe {
        match view.turn() {
            None => upright::<R>(frame, view, table, out),
            Some(turn) => turned::<R>(frame, view, turn, table, out),
        }
    }
}

/// # Safety
/// As [`Rows::convert`].
#[inline(always)]
unsafe fn upright<R: Rows>(frame: &Yuv420<'_>, view: &YuvView, table: &YuvToRgb, out: &mut [u8]) {
    let [left, top, right, _] = view.crop();
    for (y, out) in out.chunks_exact_mut(3 * (right - left)).enumerate() {
        let y = top + y;
        let luma = &frame.planes[0][y * frame.strides[0] + left..][..right - left];
        let at = |plane: usize| &frame.planes[plane][y / 2 * frame.strides[plane] + left / 2 * frame.step..];
        let (u, v) = (at(1), at(2));
        let row = Row { y: luma, u, v, chroma: Chroma::of(u, v, frame.step) };
        // SAFETY: the caller's promise.
        unsafe { row::convert::<R>(row, left % 2 == 1, table, out) };
    }
}

/// A tile of a frame, turned, its chroma one sample a byte.
struct Tile {
    y: [u8; TILE * TILE],
    u: [u8; HALVED * PITCH],
    v: [u8; HALVED * PITCH],
}

/// # Safety
/// As [`Rows::convert`].
#[inline(always)]
unsafe fn turned<R: Rows>(frame: &Yuv420<'_>, view: &YuvView, turn: Turn, table: &YuvToRgb, out: &mut [u8]) {
    let [width, height] = view.size();
    let mut tile = Tile { y: [0; TILE * TILE], u: [0; HALVED * PITCH], v: [0; HALVED * PITCH] };
    for top in (0..height).step_by(TILE) {
        let bottom = height.min(top + TILE);
        let mut left = 0;
        while left < width {
            // Tiles but the first start with a pair of pixels.
            let late = usize::from(left == 0 && phases(view, turn)[0]);
            let right = width.min(left + TILE - late);
            let part = view.part([left, top, right, bottom]);
            tile.load(frame, &part, turn);
            let [late, late_row] = phases(&part, turn);
            for y in 0..bottom - top {
                let halved = (y + usize::from(late_row)) / 2 * PITCH;
                let row = Row {
                    y: &tile.y[y * TILE..][..right - left],
                    u: &tile.u[halved..],
                    v: &tile.v[halved..],
                    chroma: Chroma::Planar,
                };
                let at = 3 * ((top + y) * width + left);
                // SAFETY: the caller's promise.
                unsafe { row::convert::<R>(row, late, table, &mut out[at..at + 3 * (right - left)]) };
            }
            left = right;
        }
    }
}

/// Whether the first column, and the first row, of a turned view is the second one of its pair.
fn phases(view: &YuvView, turn: Turn) -> [bool; 2] {
    let [left, top, right, bottom] = view.crop().map(|edge| edge % 2 == 1);
    match turn {
        Turn::Half => [right, bottom],
        Turn::Quarter => [bottom, left],
        Turn::ThreeQuarters => [top, right],
    }
}

impl Tile {
    /// Loads a view of at most a tile.
    #[inline(always)]
    fn load(&mut self, frame: &Yuv420<'_>, view: &YuvView, turn: Turn) {
        let [left, top, right, bottom] = view.crop();
        let luma = Plane {
            first: &frame.planes[0][top * frame.strides[0] + left..],
            second: &[],
            stride: frame.strides[0],
            size: [right - left, bottom - top],
        };
        luma.turn(turn, 1, [&mut self.y, &mut []], TILE);
        let (left, top) = (left / 2, top / 2);
        let size = [right.div_ceil(2) - left, bottom.div_ceil(2) - top];
        let at = |plane: usize| &frame.planes[plane][top * frame.strides[plane] + left * frame.step..];
        let (u, v) = (at(1), at(2));
        let plane = |i: usize, first, second| Plane { first, second, stride: frame.strides[i], size };
        match Chroma::of(u, v, frame.step) {
            Chroma::UThenV => plane(1, u, v).turn(turn, 2, [&mut self.u, &mut self.v], PITCH),
            Chroma::VThenU => plane(2, v, u).turn(turn, 2, [&mut self.v, &mut self.u], PITCH),
            _ => {
                plane(1, u, &[]).turn(turn, frame.step, [&mut self.u, &mut []], PITCH);
                plane(2, v, &[]).turn(turn, frame.step, [&mut self.v, &mut []], PITCH);
            }
        }
    }
}

/// Puts samples that are `STEP` bytes apart into `out`, the last first.
#[inline(always)]
fn reverse<const STEP: usize>(from: &[u8], out: &mut [u8]) {
    const PIECE: usize = 16;
    let mut pieces = out.chunks_exact_mut(PIECE);
    let mut end = from.len();
    for to in &mut pieces {
        // One byte less than the distance times their number: nothing follows the last.
        let start = end - (PIECE * STEP - (STEP - 1));
        let piece = &from[start..end];
        for (i, to) in to.iter_mut().enumerate() {
            *to = piece[(PIECE - 1 - i) * STEP];
        }
        end = start.saturating_sub(STEP - 1);
    }
    for (i, to) in pieces.into_remainder().iter_mut().rev().enumerate() {
        *to = from[i * STEP];
    }
}

/// Part of a plane of samples, or of two whose samples lie in turns.
struct Plane<'a> {
    first: &'a [u8],
    /// Where there are two, the first one's bytes but for the first; the last of them may be here only.
    second: &'a [u8],
    stride: usize,
    /// Samples of each.
    size: [usize; 2],
}

impl Plane<'_> {
    /// Turns samples that are `step` bytes apart into `out`, one a plane.
    #[inline(always)]
    fn turn(&self, turn: Turn, step: usize, out: [&mut [u8]; 2], pitch: usize) {
        match turn {
            Turn::Half => self.half_turn(step, out, pitch),
            Turn::Quarter => self.quarter_turn(true, step, out, pitch),
            Turn::ThreeQuarters => self.quarter_turn(false, step, out, pitch),
        }
    }

    #[inline(always)]
    fn half_turn(&self, step: usize, out: [&mut [u8]; 2], pitch: usize) {
        let [columns, rows] = self.size;
        for (bytes, out) in [self.first, self.second].into_iter().zip(out) {
            if bytes.is_empty() {
                continue;
            }
            for y in 0..rows {
                let from = &bytes[(rows - 1 - y) * self.stride..][..(columns - 1) * step + 1];
                let to = &mut out[y * pitch..][..columns];
                match step {
                    1 => reverse::<1>(from, to),
                    _ => reverse::<2>(from, to),
                }
            }
        }
    }

    /// A quarter turn clockwise, or the other way.
    #[inline(always)]
    fn quarter_turn(&self, clockwise: bool, step: usize, [first, second]: [&mut [u8]; 2], pitch: usize) {
        let [columns, rows] = self.size;
        let per_square = SIDE / step;
        let mut y = 0;
        while y < rows {
            // The last square goes back over what is done, as long as there are enough.
            let y0 = if y + SIDE > rows && rows >= SIDE { rows - SIDE } else { y };
            let high = SIDE.min(rows - y0);
            // Where the square's rows go: its last one first, if it turns clockwise.
            let at = if clockwise { rows - y0 - high } else { y0 };
            let mut x = 0;
            while x < columns {
                let back = x + per_square > columns && columns >= per_square;
                let x0 = if back { columns - per_square } else { x };
                let wide = per_square.min(columns - x0);
                let to = |i: usize| (if clockwise { x0 + i } else { columns - 1 - (x0 + i) }) * pitch + at;
                let from = y0 * self.stride + x0 * step;
                let whole = high == SIDE && wide == per_square;
                if let Some(square) = self.square(from, clockwise).filter(|_| whole) {
                    for i in 0..per_square {
                        first[to(i)..to(i) + SIDE].copy_from_slice(&square[step * i]);
                        if !self.second.is_empty() {
                            second[to(i)..to(i) + SIDE].copy_from_slice(&square[step * i + 1]);
                        }
                    }
                } else {
                    for (i, j) in (0..wide).flat_map(|i| (0..high).map(move |j| (i, j))) {
                        let row = if clockwise { high - 1 - j } else { j };
                        let from = from + row * self.stride + i * step;
                        first[to(i) + j] = self.first[from];
                        if !self.second.is_empty() {
                            second[to(i) + j] = self.second[from];
                        }
                    }
                }
                x = x0 + wide;
            }
            y = y0 + high;
        }
    }

    /// The square from byte `from` on, transposed, its rows upside down if told so. [`None`] where it goes
    /// beyond the end.
    #[inline(always)]
    fn square(&self, from: usize, upside_down: bool) -> Option<[[u8; SIDE]; SIDE]> {
        let mut rows = [&[0; SIDE]; SIDE];
        // One check for all of them.
        let bytes = self.first.get(from..from.checked_add((SIDE - 1) * self.stride + SIDE)?)?;
        for (i, row) in rows.iter_mut().enumerate() {
            let i = if upside_down { SIDE - 1 - i } else { i };
            *row = bytes[i * self.stride..].first_chunk()?;
        }
        Some(transpose(rows))
    }
}
