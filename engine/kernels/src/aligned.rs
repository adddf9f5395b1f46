//! Packed weights on whole cache lines.

/// 64 bytes on their own cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Line(pub(crate) [u8; 64]);

/// Signed bytes that start on a cache line, so that no vector of a whole number of them to the line
/// lies across two.
#[derive(Debug, Clone)]
pub(crate) struct AlignedBytes {
    lines: Vec<Line>,
    len: usize,
}

impl AlignedBytes {
    /// `len` zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        Self { lines: vec![Line([0; 64]); len.div_ceil(64)], len }
    }

    /// The bytes.
    pub(crate) fn as_slice(&self) -> &[i8] {
        // SAFETY: the lines hold at least `len` bytes, of which every pattern is an `i8`.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }

    /// The bytes, to be written.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [i8] {
        // SAFETY: as in `as_slice`, borrowed alone.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}
