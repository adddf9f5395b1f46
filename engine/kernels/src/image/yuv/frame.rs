//! A frame in YUV, borrowed, and which part of it is wanted which way up.

use std::fmt;

use super::super::Turn;

/// A frame of luma and of chroma halved along both axes, as cameras hand it out: NV12, NV21, I420, and
/// Android's `YUV_420_888`, which may be any of them. Odd sides have a last sample of chroma for the last
/// pixel alone.
#[derive(Debug, Clone, Copy)]
pub struct Yuv420<'a> {
    /// Y, U and V.
    pub(super) planes: [&'a [u8]; 3],
    /// Bytes from one row to the next of each plane.
    pub(super) strides: [usize; 3],
    /// Bytes from one sample of chroma to the next: 1 or 2.
    pub(super) step: usize,
    pub(super) size: [usize; 2],
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum YuvError {
    /// A side is 0.
    NoPixels,
    /// Samples of chroma lie neither one byte nor two apart.
    PixelStride,
    /// A row of this plane (0 is Y, 1 is U, 2 is V) is longer than the way to the next.
    RowStride(usize),
    /// This plane has fewer bytes than its rows need.
    Short(usize),
    /// The part is empty or not within the frame.
    Crop,
}

impl fmt::Display for YuvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plane = |i: &usize| ["Y", "U", "V"].get(*i).copied().unwrap_or("unknown");
        match self {
            YuvError::NoPixels => write!(f, "the frame has no pixels"),
            YuvError::PixelStride => write!(f, "samples of chroma lie neither 1 nor 2 bytes apart"),
            YuvError::RowStride(i) => write!(f, "rows of the {} plane overlap", plane(i)),
            YuvError::Short(i) => write!(f, "the {} plane has too few bytes", plane(i)),
            YuvError::Crop => write!(f, "the part is empty or not within the frame"),
        }
    }
}

impl std::error::Error for YuvError {}

impl<'a> Yuv420<'a> {
    /// A frame of three planes (Y, U, V) of `strides[i]` bytes from one row to the next, whose samples of
    /// chroma lie `step` bytes apart. A plane may end with the last sample of its last row. The planes of U
    /// and V may overlap, as they do in NV12 and NV21.
    ///
    /// # Errors
    /// Any but [`YuvError::Crop`].
    pub fn new(
        planes: [&'a [u8]; 3],
        strides: [usize; 3],
        step: usize,
        [width, height]: [usize; 2],
    ) -> Result<Self, YuvError> {
        if width == 0 || height == 0 {
            return Err(YuvError::NoPixels);
        }
        if step != 1 && step != 2 {
            return Err(YuvError::PixelStride);
        }
        for (i, (plane, stride)) in planes.into_iter().zip(strides).enumerate() {
            let (columns, rows, step) = match i {
                0 => (width, height, 1),
                _ => (width.div_ceil(2), height.div_ceil(2), step),
            };
            let row = (columns - 1).checked_mul(step).and_then(|last| last.checked_add(1));
            let row = row.filter(|row| *row <= stride).ok_or(YuvError::RowStride(i))?;
            let needed = (rows - 1).checked_mul(stride).and_then(|above| above.checked_add(row));
            needed.filter(|needed| *needed <= plane.len()).ok_or(YuvError::Short(i))?;
        }
        Ok(Self { planes, strides, step, size: [width, height] })
    }

    /// NV12: a plane of Y, and one of U and V in turns.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn nv12(
        [y, uv]: [&'a [u8]; 2],
        [y_stride, uv_stride]: [usize; 2],
        size: [usize; 2],
    ) -> Result<Self, YuvError> {
        let v = uv.get(1..).ok_or(YuvError::Short(2))?;
        if size[0].div_ceil(2).checked_mul(2).is_none_or(|row| row > uv_stride) {
            return Err(YuvError::RowStride(2));
        }
        Self::new([y, uv, v], [y_stride, uv_stride, uv_stride], 2, size)
    }

    /// Width and height.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }
}

/// Which part of a frame is wanted, which way up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YuvView {
    /// Left, top, right and bottom edge in pixels of the frame as it comes; right and bottom are outside.
    crop: [usize; 4],
    turn: Option<Turn>,
}

impl YuvView {
    /// All of a frame of that size, as it comes.
    pub fn whole([width, height]: [usize; 2]) -> Self {
        Self { crop: [0, 0, width, height], turn: None }
    }

    /// A part (left, top, right and bottom edge in pixels of the frame before it is turned, the last two
    /// outside), turned clockwise.
    ///
    /// # Errors
    /// [`YuvError::Crop`] where it has no pixels.
    pub fn new(crop: [usize; 4], turn: Option<Turn>) -> Result<Self, YuvError> {
        let [left, top, right, bottom] = crop;
        if left < right && top < bottom { Ok(Self { crop, turn }) } else { Err(YuvError::Crop) }
    }

    /// The edges.
    pub fn crop(&self) -> [usize; 4] {
        self.crop
    }

    /// The turn.
    pub fn turn(&self) -> Option<Turn> {
        self.turn
    }

    /// Width and height of the part once it is turned.
    pub fn size(&self) -> [usize; 2] {
        let [left, top, right, bottom] = self.crop;
        match self.turn {
            None | Some(Turn::Half) => [right - left, bottom - top],
            Some(Turn::Quarter | Turn::ThreeQuarters) => [bottom - top, right - left],
        }
    }

    /// Whether `frame` has all of it.
    pub fn fits(&self, frame: &Yuv420<'_>) -> bool {
        self.crop[2] <= frame.size[0] && self.crop[3] <= frame.size[1]
    }

    /// The part of it that becomes the columns from `left` to `right` and rows from `top` to `bottom` of what
    /// it gives. It must be within, and not empty.
    pub(super) fn part(&self, [left, top, right, bottom]: [usize; 4]) -> Self {
        let [x0, y0, x1, y1] = self.crop;
        let crop = match self.turn {
            None => [x0 + left, y0 + top, x0 + right, y0 + bottom],
            Some(Turn::Half) => [x1 - right, y1 - bottom, x1 - left, y1 - top],
            Some(Turn::Quarter) => [x0 + top, y1 - right, x0 + bottom, y1 - left],
            Some(Turn::ThreeQuarters) => [x1 - bottom, y0 + left, x1 - top, y0 + right],
        };
        Self { crop, turn: self.turn }
    }
}
