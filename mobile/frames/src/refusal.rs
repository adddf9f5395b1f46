//! Why a frame was not taken, as Rust and as native code know it.

use glimpse_kernels::image::yuv::YuvError;

use crate::Taken;

/// The code of a frame that was taken.
pub const TAKEN: i32 = 0;

/// The code of a frame than which a newer one came while it was converted. It counts as replaced.
pub const OVERTAKEN: i32 = 1;

/// Why a frame was not taken. Native code gets [`code`](Self::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No sink ever had this number.
    #[error("there is no such frame sink")]
    UnknownHandle,
    /// The sink was closed, or nobody takes its frames any more.
    #[error("the frame sink is closed")]
    Closed,
    /// A buffer or pointer is null.
    #[error("a buffer is null")]
    NullBuffer,
    /// A buffer of Java is not direct.
    #[error("a buffer is not direct")]
    NotDirect,
    /// A side is not 1 to 16,384 pixels, or there are more than 100 million of them.
    #[error("the sides of the frame are out of range")]
    Size,
    /// A row is longer than its stride, or a stride longer than 1 MiB.
    #[error("a row's stride is out of range")]
    RowStride,
    /// The pixel stride of the chroma is neither 1 nor 2.
    #[error("the pixel stride is neither 1 nor 2")]
    PixelStride,
    /// A buffer has fewer bytes than the frame needs.
    #[error("a buffer is too short")]
    ShortBuffer,
    /// The crop is empty or not within the frame.
    #[error("the crop is empty or not within the frame")]
    Crop,
    /// The rotation is not 0, 90, 180 or 270 degrees.
    #[error("the rotation is not 0, 90, 180 or 270 degrees")]
    Rotation,
    /// The time stamp is negative.
    #[error("the time stamp is negative")]
    Timestamp,
    /// A defect of this program.
    #[error("the frame was lost to a defect of this program")]
    Internal,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Refusal; 12] = [
        Refusal::UnknownHandle,
        Refusal::Closed,
        Refusal::NullBuffer,
        Refusal::NotDirect,
        Refusal::Size,
        Refusal::RowStride,
        Refusal::PixelStride,
        Refusal::ShortBuffer,
        Refusal::Crop,
        Refusal::Rotation,
        Refusal::Timestamp,
        Refusal::Internal,
    ];

    /// A number below 0; the same in all versions.
    pub fn code(self) -> i32 {
        match self {
            Refusal::UnknownHandle => -1,
            Refusal::Closed => -2,
            Refusal::NullBuffer => -3,
            Refusal::NotDirect => -4,
            Refusal::Size => -5,
            Refusal::RowStride => -6,
            Refusal::PixelStride => -7,
            Refusal::ShortBuffer => -8,
            Refusal::Crop => -9,
            Refusal::Rotation => -10,
            Refusal::Timestamp => -11,
            Refusal::Internal => -12,
        }
    }
}

impl From<YuvError> for Refusal {
    fn from(error: YuvError) -> Self {
        match error {
            YuvError::NoPixels => Refusal::Size,
            YuvError::PixelStride => Refusal::PixelStride,
            YuvError::RowStride(_) => Refusal::RowStride,
            YuvError::Short(_) => Refusal::ShortBuffer,
            YuvError::Crop => Refusal::Crop,
            _ => Refusal::Internal,
        }
    }
}

/// What native code is told of a push.
pub(crate) fn code_of(pushed: Result<Taken, Refusal>) -> i32 {
    match pushed {
        Ok(Taken::Newest) => TAKEN,
        Ok(Taken::Overtaken) => OVERTAKEN,
        Err(refusal) => refusal.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `GLIMPSE_FRAMES_ROW_STRIDE` of `RowStride`.
    fn in_c(name: &str) -> String {
        let mut out = String::from("GLIMPSE_FRAMES");
        for letter in name.chars() {
            if letter.is_ascii_uppercase() {
                out.push('_');
            }
            out.push(letter.to_ascii_uppercase());
        }
        out
    }

    #[test]
    fn the_header_has_all_that_functions_return() {
        let header = include_str!("../include/glimpse_frames.h");
        let values = header.lines().filter_map(|line| line.trim().trim_end_matches(',').split_once(" = "));
        let numbers = values.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
        let found: Vec<(String, i32)> = numbers.collect();
        let refusals = Refusal::ALL.iter().map(|refusal| (in_c(&format!("{refusal:?}")), refusal.code()));
        let taken = [("Taken", TAKEN), ("Overtaken", OVERTAKEN)].map(|(name, code)| (in_c(name), code));
        assert_eq!(found, taken.into_iter().chain(refusals).collect::<Vec<_>>());
    }
}
