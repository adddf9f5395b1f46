//! In the place of cameras where this build reads none by itself.

use glimpse_camera::FrameSource;
use glimpse_service::Service;
use glimpse_service::api::{Failure, Picture, ServiceCode};

/// A camera of this device; there is none.
#[derive(Debug, serde::Serialize)]
pub(crate) enum CameraInfo {}

/// No camera.
#[derive(Debug, Default)]
pub(crate) struct Camera;

fn none<T>() -> Result<T, Failure> {
    Err(Failure::new(ServiceCode::Camera, "this build reads no camera by itself"))
}

impl Camera {
    pub(crate) fn list() -> Result<Vec<CameraInfo>, Failure> {
        Ok(Vec::new())
    }

    pub(crate) fn source(_id: &str) -> Result<Box<dyn FrameSource>, Failure> {
        none()
    }

    pub(crate) fn open(&self, _id: &str) -> Result<(), Failure> {
        none()
    }

    pub(crate) fn frame(&self) -> Result<Vec<u8>, Failure> {
        none()
    }

    pub(crate) fn freeze(&self, _service: &Service) -> Result<Picture, Failure> {
        none()
    }

    pub(crate) fn close(&self) {}
}
