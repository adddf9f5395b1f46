//! The cameras of a desktop, and files in their place.

use std::path::PathBuf;

use glimpse_camera::{CameraError, FileSource, FolderSource, FrameSource, NokhwaCamera, cameras};

use crate::camera::CameraInfo;

/// Names a picture or a folder of pictures that stands in for a camera.
const STAND_IN: &str = "GLIMPSE_CAMERA";

/// Its id.
const STAND_IN_ID: &str = "file";

/// Frames a second of the stand-in.
const STAND_IN_FPS: u32 = 15;

/// Where cameras come from.
#[derive(Debug, Default)]
pub(crate) struct Devices;

impl Devices {
    pub(crate) fn list(&self) -> Result<Vec<CameraInfo>, CameraError> {
        let info = |id, name| CameraInfo { id, name, facing: None, controls: None };
        let mut list: Vec<_> = cameras()?.into_iter().map(|camera| info(camera.id, camera.name)).collect();
        if let Some(path) = stand_in() {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            list.push(info(STAND_IN_ID.into(), name));
        }
        Ok(list)
    }

    pub(crate) fn source(&self, id: &str) -> Result<Box<dyn FrameSource>, CameraError> {
        Ok(match stand_in() {
            Some(path) if id == STAND_IN_ID && path.is_dir() => {
                Box::new(FolderSource::new(path, STAND_IN_FPS))
            }
            Some(path) if id == STAND_IN_ID => Box::new(FileSource::new(path, STAND_IN_FPS)),
            _ => Box::new(NokhwaCamera::new(id)),
        })
    }

    /// None: a frame is all that there is.
    pub(crate) fn still(&self) -> Option<Vec<u8>> {
        None
    }
}

fn stand_in() -> Option<PathBuf> {
    std::env::var_os(STAND_IN).map(PathBuf::from)
}
