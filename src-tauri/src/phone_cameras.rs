//! The cameras of a phone.

use std::sync::OnceLock;

use glimpse_camera::{CameraError, FrameSource};
use tauri::AppHandle;
use tauri_plugin_camera::{CameraExt, Facing, Wanted};

use crate::camera::{CameraControls, CameraInfo};

/// Where cameras come from: the plugin of the app that runs.
#[derive(Debug, Default)]
pub(crate) struct Devices(OnceLock<AppHandle>);

impl Devices {
    /// From now on there are cameras.
    pub(crate) fn begin(&self, app: &AppHandle) {
        // A second call has the same app.
        let _ = self.0.set(app.clone());
    }

    fn app(&self) -> Result<&AppHandle, CameraError> {
        self.0.get().ok_or(CameraError::Closed)
    }

    pub(crate) fn list(&self) -> Result<Vec<CameraInfo>, CameraError> {
        let cameras = self.app()?.camera().cameras()?.into_iter();
        let list = cameras.map(|camera| CameraInfo {
            id: camera.id,
            name: camera.name,
            facing: match camera.facing {
                Facing::Back => Some("back"),
                Facing::Front => Some("front"),
                Facing::External => None,
            },
            controls: Some(CameraControls {
                torch: camera.torch,
                min_zoom: camera.min_zoom,
                max_zoom: camera.max_zoom,
            }),
        });
        Ok(list.collect())
    }

    pub(crate) fn source(&self, id: &str) -> Result<Box<dyn FrameSource>, CameraError> {
        Ok(Box::new(self.app()?.camera().source(id, Wanted::default())))
    }

    /// A JPEG of the camera's full resolution; nothing where it takes none, and a frame has to do.
    pub(crate) fn still(&self) -> Option<Vec<u8>> {
        let still = self.app().ok()?.camera().take_still();
        let still = still.inspect_err(|error| tracing::warn!(%error, "no still was taken")).ok()?;
        let bytes = std::fs::read(&still.path);
        // It is deleted at the next start at the latest.
        if let Err(error) = std::fs::remove_file(&still.path) {
            tracing::warn!(%error, "a still stays in the cache");
        }
        bytes.inspect_err(|error| tracing::warn!(%error, "a still cannot be read")).ok()
    }
}
