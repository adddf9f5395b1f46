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
    runs: Vec<usize>,
}

// SAFETY: the pointers are written and read within one call and mean nothing between calls.
unsafe impl<T> Send for ConvScratch<T> {}

impl<T> Default for ConvScratch<T> {
    fn default() -> Self {
        Self { pointers: Vec::new(), runs: Vec::new() }
    }
}

/// The rows of one microkernel call.
pub(crate) struct RowBlock<'a, T> {
    /// First row, counted from the start of the tile.
    pub(crate) row: usize,
    /// `[taps / run][mr]`, into the input or at the padding row. Rows beyond the tile's last repeat
    /// it.
    pub(crate) pointers: &'a [*const T],
    /// Horizontal neighbours among the taps that each pointer covers, lying one after another in
    /// memory: 1, or the kernel's width.
    pub(crate) run: usize,
}

/// Row pointers of one tile.
pub(crate) struct Tile<'a, T> {
    scratch: &'a ConvScratch<T>,
    mr: usize,
    taps: usize,
}

impl<'a, T> Tile<'a, T> {
    /// The blocks of the tile.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = RowBlock<'a, T>> {
        let (mr, taps) = (self.mr, self.taps);
        let pointers = self.scratch.pointers.chunks_exact(mr * taps);
        self.scratch.runs.iter().zip(pointers).enumerate().map(move |(block, (run, pointers))| RowBlock {
            row: block * mr,
            pointers: &pointers[..mr * taps / run],
            run: *run,
        })
    }
}

impl<T> ConvScratch<T> {
    /// Room for convolutions of up to `taps` taps, so that calls do not allocate.
    pub fn with_taps(taps: usize) -> Self {
        Self {
            pointers: Vec::with_capacity((TILE_ROWS + MAX_MR) * taps),
            runs: Vec::with_capacity(TILE_ROWS + MAX_MR),
        }
    }

    /// Points blocks of `mr` rows at the inputs of the `rows` output pixels from `start`. With
    /// `merge`, blocks that read no padding take horizontal neighbours together.
    ///
    /// # Panics
    /// If the output pixels are none or exceed `geometry`, or the slices are shorter than it says.
    pub(crate) fn point(
        &mut self,
        geometry: &ConvGeometry,
        [mr, start, rows]: [usize; 3],
        merge: bool,
        input: &[T],
        padding_row: &[T],
    ) -> Tile<'_, T> {
        let g = &geometry.flattened();
        let taps = g.taps();
        assert!(rows > 0 && taps > 0 && start + rows <= g.output[0] * g.output[1]);
        assert!(input.len() >= g.input[0] * g.input[1] * g.channels && padding_row.len() >= g.channels);
        let blocks = rows.div_ceil(mr);
        self.pointers.resize(blocks * mr * taps, padding_row.as_ptr());
        self.runs.clear();
        for (block, pointers) in self.pointers.chunks_exact_mut(mr * taps).enumerate() {
            let first = start + block * mr;
            let at = [first / g.output[1], first % g.output[1]];
            let within = mr.min(rows - block * mr);
            let run = merge || g.kernel[1] == 1;
            if run && within == mr && at[1] + mr <= g.output[1] && g.is_inside(at, mr) {
                self.runs.push(g.kernel[1]);
                g.point_runs(at, mr, pointers, input);
            } else {
                self.runs.push(1);
                g.point_taps(at, [mr, within], pointers, input, padding_row);
            }
        }
        Tile { scratch: self, mr, taps }
    }
}

impl ConvGeometry {
    /// The same convolution, as one long row of pixels where it is pointwise.
    fn flattened(&self) -> Self {
        let plain = self.taps() == 1 && self.stride == [1, 1] && self.padding == [0, 0];
        if plain && self.input == self.output {
            return Self::pointwise(self.input[0] * self.input[1], self.channels);
        }
        *self
    }

    /// Input position of the first tap of an output pixel, wrapped around where it is negative.
    fn corner(&self, at: [usize; 2]) -> [usize; 2] {
        let side = |d: usize| (at[d] * self.stride[d]).wrapping_sub(self.padding[d]);
        [side(0), side(1)]
    }

    /// Whether all taps of `count` output pixels of one row from `at` on lie in the input.
    fn is_inside(&self, at: [usize; 2], count: usize) -> bool {
        let first = self.corner(at);
        let last = self.corner([at[0], at[1] + count - 1]);
        let fits =
            |d: usize| first[d] < self.input[d] && last[d].wrapping_add(self.kernel[d]) <= self.input[d];
        fits(0) && fits(1)
    }

    /// Writes `[kernel height][mr]` pointers to the first tap of each row of the kernel, for output
    /// pixels of one row from `at` on, none of which reads padding.
    fn point_runs<T>(&self, at: [usize; 2], mr: usize, pointers: &mut [*const T], input: &[T]) {
        let [y, x] = self.corner(at);
        let step = self.stride[1] * self.channels;
        let mut offset = (y * self.input[1] + x) * self.channels;
        for pointers in pointers.chunks_exact_mut(mr).take(self.kernel[0]) {
            for (i, pointer) in pointers.iter_mut().enumerate() {
                *pointer = input.as_ptr().wrapping_add(offset + i * step);
            }
            offset += self.input[1] * self.channels;
        }
    }

    /// Writes `[taps][mr]` pointers, to the padding row for taps outside the input, for `within`
    /// output pixels from `at` on, the last repeated.
    fn point_taps<T>(
        &self,
        mut at: [usize; 2],
        [mr, within]: [usize; 2],
        pointers: &mut [*const T],
        input: &[T],
        padding_row: &[T],
    ) {
        for i in 0..mr {
            let [y, x] = self.corner(at);
            let mut slots = pointers[i..].iter_mut().step_by(mr);
            for ky in 0..self.kernel[0] {
                let iy = y.wrapping_add(ky);
                let row = iy.wrapping_mul(self.input[1]);
                for (ix, slot) in (0..self.kernel[1]).map(|kx| x.wrapping_add(kx)).zip(&mut slots) {
                    *slot = if iy < self.input[0] && ix < self.input[1] {
                        input.as_ptr().wrapping_add((row + ix) * self.channels)
                    } else {
                        padding_row.as_ptr()
                    };
                }
            }
            if i + 1 < within {
                at[1] += 1;
                if at[1] == self.output[1] {
                    at = [at[0] + 1, 0];
                }
            }
        }
    }
}
