//! Pictures of a folder as a clip.

use std::path::{Path, PathBuf};

use super::timing::Rate;
use super::{ClipInfo, Container, Decode, Opened};
use crate::files::{pictures, read, rgb_frame};
use crate::{CameraError, Frame, PixelFormat};

pub(super) fn open(path: &Path, fps: u32) -> Result<Opened, CameraError> {
    let none = || CameraError::NotFound(path.display().to_string());
    let files = pictures(path).map_err(|_| none())?;
    // Its size is that of the first picture that decodes.
    let first = files.iter().find_map(|file| read(file).ok());
    let (width, height) = first.ok_or_else(none)?.dimensions();
    let rate = Rate::new(fps.into(), 1).unwrap_or(Rate::USUAL);
    let info = ClipInfo {
        container: Container::Folder,
        codec: "pictures".into(),
        width,
        height,
        fps: rate.per_second(),
        frames: Some(files.len() as u64),
        duration: Some(rate.at(files.len() as u64)),
    };
    Ok(Opened { info, pixels: PixelFormat::Rgb, frames: Box::new(Frames { files, rate, number: 0 }) })
}

struct Frames {
    files: Vec<PathBuf>,
    rate: Rate,
    number: u64,
}

impl Decode for Frames {
    fn next_frame(&mut self) -> Result<Option<Frame>, CameraError> {
        let Some(path) = self.files.get(self.number as usize) else { return Ok(None) };
        self.number += 1;
        Ok(Some(rgb_frame(read(path)?, self.rate.at(self.number - 1), self.number)))
    }

    fn rewind(&mut self) -> Result<(), CameraError> {
        self.number = 0;
        Ok(())
    }
}
