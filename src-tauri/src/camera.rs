//! The camera that is open: one at a time.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use glimpse_camera::{
    CameraError, CameraSession, FileSource, FolderSource, FrameSource, NokhwaCamera, cameras,
};
use glimpse_service::Service;
use glimpse_service::api::{Failure, Picture, ServiceCode};

/// Names a picture or a folder of pictures that stands in for a camera.
const STAND_IN: &str = "GLIMPSE_CAMERA";

/// Its id.
const STAND_IN_ID: &str = "file";

/// Frames a second of the stand-in.
const STAND_IN_FPS: u32 = 15;

/// Longest wait for a frame that is newer than the last.
const PATIENCE: Duration = Duration::from_secs(2);

/// A camera of this device.
#[derive(Debug, serde::Serialize)]
pub(crate) struct CameraInfo {
    id: String,
    name: String,
    /// Where it looks; desktops do not tell.
    facing: Option<&'static str>,
}

/// The open camera, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Camera(Mutex<Option<Arc<Open>>>);

#[derive(Debug)]
struct Open {
    session: CameraSession,
    /// Number of the newest frame that was handed out.
    last: AtomicU64,
}

impl Camera {
    /// The cameras of this device.
    ///
    /// # Errors
    /// `camera` where the system does not tell.
    pub(crate) fn list() -> Result<Vec<CameraInfo>, Failure> {
        let known = cameras().map_err(failure)?;
        let mut list: Vec<_> =
            known.into_iter().map(|c| CameraInfo { id: c.id, name: c.name, facing: None }).collect();
        if let Some(path) = stand_in() {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            list.push(CameraInfo { id: STAND_IN_ID.into(), name, facing: None });
        }
        Ok(list)
    }

    /// The frames of the camera `id`, which is not opened yet.
    ///
    /// # Errors
    /// None here; a build without cameras has one.
    pub(crate) fn source(id: &str) -> Result<Box<dyn FrameSource>, Failure> {
        Ok(match stand_in() {
            Some(path) if id == STAND_IN_ID && path.is_dir() => {
                Box::new(FolderSource::new(path, STAND_IN_FPS))
            }
            Some(path) if id == STAND_IN_ID => Box::new(FileSource::new(path, STAND_IN_FPS)),
            _ => Box::new(NokhwaCamera::new(id)),
        })
    }

    /// Opens the camera `id`, and closes the one before it.
    ///
    /// # Errors
    /// `camera` where it cannot be opened.
    pub(crate) fn open(&self, id: &str) -> Result<(), Failure> {
        self.close();
        let session = CameraSession::open(Self::source(id)?).map_err(failure)?;
        tracing::info!(format = ?session.format(), "the camera is open");
        *self.current() = Some(Arc::new(Open { session, last: AtomicU64::new(0) }));
        Ok(())
    }

    /// A JPEG of the newest frame, newer than the one before.
    ///
    /// # Errors
    /// `camera` where none is open, or none came.
    pub(crate) fn frame(&self) -> Result<Vec<u8>, Failure> {
        let open = self.opened()?;
        let after = open.last.load(Ordering::Relaxed);
        let frame = open.session.newest_jpeg(after, PATIENCE).map_err(failure)?;
        let frame = frame.ok_or_else(|| failure(CameraError::Stalled))?;
        open.last.fetch_max(frame.number, Ordering::Relaxed);
        Ok(frame.jpeg)
    }

    /// Keeps the newest frame as a picture.
    ///
    /// # Errors
    /// `camera` where none is open, or none came.
    pub(crate) fn freeze(&self, service: &Service) -> Result<Picture, Failure> {
        let frame = self.opened()?.session.freeze().map_err(failure)?;
        service.open_frame(frame, None)
    }

    /// Lets go of the camera; who waits for a frame ends within its patience.
    pub(crate) fn close(&self) {
        let open = self.current().take();
        drop(open);
    }

    fn opened(&self) -> Result<Arc<Open>, Failure> {
        self.current().clone().ok_or_else(|| failure(CameraError::Closed))
    }

    fn current(&self) -> MutexGuard<'_, Option<Arc<Open>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stand_in() -> Option<PathBuf> {
    std::env::var_os(STAND_IN).map(PathBuf::from)
}

fn failure(error: CameraError) -> Failure {
    Failure::new(ServiceCode::Camera, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_camera_everything_says_so() {
        let camera = Camera::default();
        assert_eq!(camera.frame().unwrap_err().code, "camera");
        for id in ["999", "-1", "file", "/etc/passwd", ""] {
            let failure = camera.open(id).unwrap_err();
            assert_eq!(failure.code, "camera", "{id}: {failure}");
        }
        camera.close();
        camera.close();
    }
}
