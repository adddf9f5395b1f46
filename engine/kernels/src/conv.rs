//! What convolutions of all kinds share: the window, and the pointers to the rows that it reads.

/// A convolution's window on an input of known size. Activations are NHWC of batch 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvGeometry {
    /// Input height and width.
    pub input: [usize; 2],
    /// Input channels.
    pub channels: usize,
    /// Output height and width.
    pub output: [usize; 2],
    /// Kernel height and width.
    pub kernel: [usize; 2],
    /// Vertical and horizontal step.
    pub stride: [usize; 2],
    /// Padding above and before.
    pub padding: [usize; 2],
}

impl ConvGeometry {
    /// A pointwise convolution over `pixels` positions.
    pub fn pointwise(pixels: usize, channels: usize) -> Self {
        Self {
            input: [1, pixels],
            channels,
            output: [1, pixels],
            kernel: [1, 1],
            stride: [1, 1],
            padding: [0, 0],
        }
    }

    /// Taps of the kernel.
    pub fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Input pixel of `tap` for output pixel `p`, [`None`] in the padding.
    pub fn source(&self, p: usize, tap: usize) -> Option<usize> {
        let (oy, ox) = (p / self.output[1], p % self.output[1]);
        let (ky, kx) = (tap / self.kernel[1], tap % self.kernel[1]);
        let iy = (oy * self.stride[0] + ky).checked_sub(self.padding[0]).filter(|y| *y < self.input[0])?;
        let ix = (ox * self.stride[1] + kx).checked_sub(self.padding[1]).filter(|x| *x < self.input[1])?;
        Some(iy * self.input[1] + ix)
    }
}

/// Output pixels of a tile: their input rows stay in the first-level cache while every panel of
/// weights passes over them.
pub(crate) const TILE_ROWS: usize = 64;

/// Most rows that a kernel computes at once.
pub const MAX_MR: usize = 16;

/// Row pointers of one tile, reused between calls. A value belongs to one thread at a time.
#[derive(Debug)]
pub struct ConvScratch<T> {
    pointers: Vec<*const T>,
}

// SAFETY: the pointers are written and read within one call and mean nothing between calls.
unsafe impl<T> Send for ConvScratch<T> {}

impl<T> Default for ConvScratch<T> {
    fn default() -> Self {
        Self { pointers: Vec::new() }
    }
}

impl<T> ConvScratch<T> {
    /// Room for convolutions of up to `taps` taps, so that calls do not allocate.
    pub fn with_taps(taps: usize) -> Self {
        Self { pointers: Vec::with_capacity((TILE_ROWS + MAX_MR) * taps) }
    }

    /// Pointers `[block][tap][mr]` for the `rows` output pixels from `start`, the last block filled
    /// up with its last pixel. They point into `input` or at `padding_row`.
    ///
    /// # Panics
    /// If the output pixels are none or exceed `geometry`, or the slices are shorter than it says.
    pub(crate) fn point(
        &mut self,
        geometry: &ConvGeometry,
        [mr, start, rows]: [usize; 3],
        input: &[T],
        padding_row: &[T],
    ) -> &[*const T] {
        let (g, taps) = (geometry, geometry.taps());
        assert!(rows > 0 && taps > 0 && start + rows <= g.output[0] * g.output[1]);
        assert!(input.len() >= g.input[0] * g.input[1] * g.channels && padding_row.len() >= g.channels);
        self.pointers.clear();
        self.pointers.resize(rows.next_multiple_of(mr) * taps, padding_row.as_ptr());
        let (mut oy, mut ox) = (start / g.output[1], start % g.output[1]);
        for row in 0..self.pointers.len() / taps {
            let column = row / mr * mr * taps + row % mr;
            g.point_row([oy, ox], mr, &mut self.pointers[column..], input);
            if row + 1 < rows {
                ox += 1;
                if ox == g.output[1] {
                    (oy, ox) = (oy + 1, 0);
                }
            }
        }
        &self.pointers
    }
}

impl ConvGeometry {
    /// Writes the pointers of one output pixel, `step` apart, leaving those of the padding alone.
    fn point_row<T>(&self, at: [usize; 2], step: usize, pointers: &mut [*const T], input: &[T]) {
        let y = at[0] * self.stride[0];
        let x = at[1] * self.stride[1];
        let mut tap = 0;
        for ky in 0..self.kernel[0] {
            let iy = (y + ky).wrapping_sub(self.padding[0]);
            for kx in 0..self.kernel[1] {
                let ix = (x + kx).wrapping_sub(self.padding[1]);
                if iy < self.input[0] && ix < self.input[1] {
                    let pixel = iy * self.input[1] + ix;
                    pointers[tap * step] = input.as_ptr().wrapping_add(pixel * self.channels);
                }
                tap += 1;
            }
        }
    }
}
