//! One row of pixels, and what an instruction set does about it.

use super::YuvToRgb;

/// How samples of U and V lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chroma {
    /// One byte apart.
    Planar,
    /// U, V, U, V: the slice of U has both.
    UThenV,
    /// V, U, V, U: the slice of V has both.
    VThenU,
    /// Two bytes apart, between bytes of any meaning.
    Apart,
}

impl Chroma {
    /// How these samples lie, which are `step` bytes apart.
    pub(super) fn of(u: &[u8], v: &[u8], step: usize) -> Self {
        let (u, v) = (u.as_ptr() as usize, v.as_ptr() as usize);
        match step {
            1 => Chroma::Planar,
            _ if v == u.wrapping_add(1) => Chroma::UThenV,
            _ if u == v.wrapping_add(1) => Chroma::VThenU,
            _ => Chroma::Apart,
        }
    }

    /// Bytes from one sample to the next.
    pub(super) fn step(self) -> usize {
        if self == Chroma::Planar { 1 } else { 2 }
    }
}

/// Pixels of one row of a frame: those of `y`, each two of which share a sample of chroma. The slices of U
/// and V start with the first pair's sample and may go on after the last one's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) y: &'a [u8],
    pub(crate) u: &'a [u8],
    pub(crate) v: &'a [u8],
    pub(crate) chroma: Chroma,
}

impl Row<'_> {
    /// How many pieces of `pixels` (an even number) at the start of the row are whole, in vectors that load
    /// all bytes of chroma from a pair's to the last pair's and the one after each.
    #[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
    #[inline(always)]
    pub(crate) fn whole_pieces(&self, pixels: usize, out: usize) -> usize {
        let (u, v) = (self.u.len(), self.v.len());
        let chroma = match self.chroma {
            Chroma::Planar => u.min(v) / (pixels / 2),
            Chroma::UThenV => u / pixels,
            Chroma::VThenU => v / pixels,
            Chroma::Apart => u.min(v) / pixels,
        };
        (self.y.len() / pixels).min(chroma).min(out / (3 * pixels))
    }
}

/// Conversion of rows on one instruction set.
pub(crate) trait Rows {
    /// Converts as many whole pieces at the start of `row` as there are and says how many pixels they have,
    /// an even number. A row of [`PIECE`] pixels, with [`PIECE`] bytes of each kind of chroma, is whole pieces.
    ///
    /// # Safety
    /// The machine has the instruction set, and so has the caller.
    unsafe fn convert(row: &Row<'_>, table: &YuvToRgb, out: &mut [u8]) -> usize;
}

/// Pixels of the largest piece of any instruction set.
pub(crate) const PIECE: usize = 64;

/// Plain Rust.
pub(crate) struct Scalar;

impl Rows for Scalar {
    #[inline(always)]
    unsafe fn convert(row: &Row<'_>, table: &YuvToRgb, out: &mut [u8]) -> usize {
        let step = row.chroma.step();
        let pairs = row.u.iter().step_by(step).zip(row.v.iter().step_by(step));
        for ((out, y), (u, v)) in out.chunks_mut(6).zip(row.y.chunks(2)).zip(pairs) {
            for (pixel, y) in out.chunks_exact_mut(3).zip(y) {
                pixel.copy_from_slice(&table.pixel(*y, *u, *v));
            }
        }
        row.y.len()
    }
}

/// Converts all of `row`. With `late`, its first pixel is the second one of its pair.
///
/// # Safety
/// As [`Rows::convert`].
#[inline(always)]
pub(super) unsafe fn convert<R: Rows>(mut row: Row<'_>, late: bool, table: &YuvToRgb, mut out: &mut [u8]) {
    if late {
        let (Some((y, rest)), [u, ..], [v, ..]) = (row.y.split_first(), row.u, row.v) else { return };
        out[..3].copy_from_slice(&table.pixel(*y, *u, *v));
        row = advance(Row { y: rest, ..row }, 0, 1);
        out = &mut out[3..];
    }
    // SAFETY: the caller's promise.
    let done = unsafe { R::convert(&row, table, out) };
    let mut rest = advance(row, done, done.div_ceil(2));
    let mut out = &mut out[3 * done..];
    while !rest.y.is_empty() {
        let n = rest.y.len().min(PIECE);
        let mut planes = [[0; PIECE]; 3];
        planes[0][..n].copy_from_slice(&rest.y[..n]);
        let step = rest.chroma.step();
        let pairs = rest.u.iter().step_by(step).zip(rest.v.iter().step_by(step));
        for (i, (u, v)) in pairs.take(n.div_ceil(2)).enumerate() {
            (planes[1][i], planes[2][i]) = (*u, *v);
        }
        let mut rgb = [0; 3 * PIECE];
        let whole = Row { y: &planes[0], u: &planes[1], v: &planes[2], chroma: Chroma::Planar };
        // SAFETY: the caller's promise.
        unsafe { R::convert(&whole, table, &mut rgb) };
        out[..3 * n].copy_from_slice(&rgb[..3 * n]);
        rest = advance(rest, n, n.div_ceil(2));
        out = &mut out[3 * n..];
    }
}

/// `row` without its first pixels and pairs.
#[inline(always)]
fn advance(row: Row<'_>, pixels: usize, pairs: usize) -> Row<'_> {
    let at = pairs * row.chroma.step();
    let from = |plane: &'_ [u8]| at.min(plane.len());
    Row { y: &row.y[pixels..], u: &row.u[from(row.u)..], v: &row.v[from(row.v)..], ..row }
}
