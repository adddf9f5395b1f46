//! The camera that is open: one at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use glimpse_camera::{CameraError, CameraSession, FrameSource};
use glimpse_engine::read::CancelToken;
use glimpse_service::Service;
use glimpse_service::api::{Failure, Picture, ServiceCode};

use crate::devices::Devices;

/// Longest wait for a frame that is newer than the last.
const PATIENCE: Duration = Duration::from_secs(2);

/// A camera of this device.
#[derive(Debug, serde::Serialize)]
pub(crate) struct CameraInfo {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Where it looks, `"back"` or `"front"`; desktops do not tell.
    pub(crate) facing: Option<&'static str>,
    /// What can be done with it; `None` on desktops. Where there is something, the plugin `camera`
    /// does it, and asks for the permission.
    pub(crate) controls: Option<CameraControls>,
}

/// What a phone's camera can do.
#[derive(Debug, serde::Serialize)]
pub(crate) struct CameraControls {
    /// Whether it has a light.
    pub(crate) torch: bool,
    /// Least zoom, 1 where it has none.
    pub(crate) min_zoom: f64,
    /// Most zoom, 1 where it has none.
    pub(crate) max_zoom: f64,
}

/// The cameras of this device, and the open one, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Camera {
    pub(crate) devices: Devices,
    open: Mutex<Option<Arc<Open>>>,
}

#[derive(Debug)]
struct Open {
    session: CameraSession,
    /// Number of the newest frame that was handed out.
    last: AtomicU64,
}

impl Camera {
    /// The cameras of this device, those that look away from the person first.
    ///
    /// # Errors
    /// One of the camera's codes where the system does not tell.
    pub(crate) fn list(&self) -> Result<Vec<CameraInfo>, Failure> {
        self.devices.list().map_err(failure)
    }

    /// The frames of the camera `id`, which is not opened yet.
    ///
    /// # Errors
    /// `camera` where the app has not begun.
    pub(crate) fn source(&self, id: &str) -> Result<Box<dyn FrameSource>, Failure> {
        self.devices.source(id).map_err(failure)
    }

    /// Opens the camera `id`, and closes the one before it.
    ///
    /// # Errors
    /// One of the camera's codes where it cannot be opened.
    pub(crate) fn open(&self, id: &str) -> Result<(), Failure> {
        self.close();
        let session = CameraSession::open(self.source(id)?).map_err(failure)?;
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

    /// Keeps what the camera sees as a picture: a still at full resolution where it takes one, else the
    /// newest frame.
    ///
    /// # Errors
    /// `camera` where none is open, or none came; those of opening pictures.
    pub(crate) fn freeze(&self, service: &Service, cancel: &CancelToken) -> Result<Picture, Failure> {
        let open = self.opened()?;
        if let Some(still) = self.devices.still() {
            return service.open_picture(still, None, cancel);
        }
        let frame = open.session.freeze().map_err(failure)?;
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
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The failure with the code by which the page knows what to say.
pub(crate) fn failure(error: CameraError) -> Failure {
    let code = match &error {
        CameraError::PermissionDenied => ServiceCode::CameraDenied,
        CameraError::NoCamera(_) => ServiceCode::CameraNone,
        CameraError::Busy => ServiceCode::CameraBusy,
        CameraError::Disabled => ServiceCode::CameraDisabled,
        CameraError::Background => ServiceCode::CameraPaused,
        _ => ServiceCode::Camera,
    };
    Failure::new(code, error.to_string())
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
            assert!(["camera", "camera_none"].contains(&&*failure.code), "{id}: {failure:?}");
        }
        camera.close();
        camera.close();
    }

    #[test]
    fn the_page_can_tell_what_is_wrong() {
        for (error, code) in [
            (CameraError::PermissionDenied, "camera_denied"),
            (CameraError::NoCamera("0".into()), "camera_none"),
            (CameraError::Busy, "camera_busy"),
            (CameraError::Disabled, "camera_disabled"),
            (CameraError::Background, "camera_paused"),
            (CameraError::Unplugged, "camera"),
            (CameraError::Failed("words".into()), "camera"),
        ] {
            let message = error.to_string();
            assert_eq!(failure(error), Failure { code: code.into(), message });
        }
    }
}
