//! The camera of phones as a plugin of Tauri.
//!
//! Frames come through [`PhoneCamera`], a [`FrameSource`](glimpse_camera::FrameSource) like those of
//! desktops; a page sees commands and states only.
//!
//! ```no_run
//! use tauri_plugin_camera::{CameraExt, Permission, Wanted};
//! # fn f(app: &tauri::AppHandle) -> Result<(), Box<dyn std::error::Error>> {
//! let camera = app.camera();
//! if camera.request_permission()? == Permission::Granted
//!     && let Some(first) = camera.cameras()?.first()
//! {
//!     let source = camera.source(&first.id, Wanted::default());
//!     let session = glimpse_camera::CameraSession::open(Box::new(source))?;
//!     camera.focus(0.5, 0.5)?;
//!     let picture = session.freeze()?;
//! # let _ = picture;
//! }
//! # Ok(())
//! # }
//! ```

mod commands;
#[cfg(desktop)]
mod desktop;
mod error;
#[cfg(mobile)]
mod mobile;
mod models;
mod source;

use serde::{Deserialize, Serialize};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Manager, Runtime};

#[cfg(desktop)]
use desktop::Native;
pub use error::{Error, Result};
#[cfg(mobile)]
use mobile::Native;
pub use models::{CameraInfo, Facing, Permission, Still, Wanted};
use models::{Cameras, Permissions};
pub use source::PhoneCamera;

/// The camera of this phone. Its functions block; none may be called from the main thread.
#[derive(Debug)]
pub struct Camera<R: Runtime>(Native<R>);

/// A command without arguments.
#[derive(Debug, Serialize)]
struct Nothing {}

#[derive(Debug, Serialize)]
struct PermissionRequest {
    permissions: [&'static str; 1],
}

#[derive(Debug, Serialize)]
struct Torch {
    on: bool,
}

#[derive(Debug, Deserialize, Serialize)]
struct Zoom {
    ratio: f64,
}

#[derive(Debug, Serialize)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Debug, Deserialize)]
struct Focused {
    focused: bool,
}

impl<R: Runtime> Camera<R> {
    /// Whether the camera may be used.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on desktops.
    pub fn permission(&self) -> Result<Permission> {
        self.0.call::<Permissions>("checkPermissions", Nothing {}).map(|heard| heard.camera)
    }

    /// Asks the person, unless the system asks no more, and waits for the answer. Say why first.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on desktops.
    pub fn request_permission(&self) -> Result<Permission> {
        let wanted = PermissionRequest { permissions: ["camera"] };
        self.0.ask::<Permissions>("requestPermissions", wanted).map(|heard| heard.camera)
    }

    /// Opens the system's settings of this app, where a denied permission can be given.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on desktops.
    pub fn open_settings(&self) -> Result<()> {
        self.0.call::<Option<()>>("openSettings", Nothing {}).map(drop)
    }

    /// The cameras, those that look away from the person first. This needs no permission.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on desktops.
    pub fn cameras(&self) -> Result<Vec<CameraInfo>> {
        self.0.call::<Cameras>("cameras", Nothing {}).map(|heard| heard.cameras)
    }

    /// The frames of the camera `id`, which is not opened yet. One camera is open at a time: to open
    /// another closes it.
    pub fn source(&self, id: &str, wanted: Wanted) -> PhoneCamera {
        PhoneCamera::new(self.0.device(), id, wanted)
    }

    /// Switches the light of the open camera. Closing the camera switches it off.
    ///
    /// # Errors
    /// [`Error::NotOpen`], [`Error::NoTorch`], [`Error::Unsupported`] on desktops.
    pub fn set_torch(&self, on: bool) -> Result<()> {
        self.0.call::<Option<()>>("setTorch", Torch { on }).map(drop)
    }

    /// Zooms the open camera, and says how far: what is out of its range becomes the nearest within.
    ///
    /// # Errors
    /// [`Error::BadArgument`] for what is no positive number, [`Error::NotOpen`],
    /// [`Error::Unsupported`] on desktops.
    pub fn set_zoom(&self, ratio: f64) -> Result<f64> {
        if !(ratio.is_finite() && ratio > 0.0) {
            return Err(Error::BadArgument(format!("a zoom is a positive number, not {ratio}")));
        }
        self.0.call::<Zoom>("setZoom", Zoom { ratio }).map(|set| set.ratio)
    }

    /// Focuses and exposes for a point of the upright picture, from 0, 0 top left to 1, 1 bottom right,
    /// for five seconds. Says whether the lens found focus, which takes up to a second or so.
    ///
    /// # Errors
    /// [`Error::BadArgument`] for a point outside, [`Error::NotOpen`], [`Error::Unsupported`] on
    /// desktops.
    pub fn focus(&self, x: f64, y: f64) -> Result<bool> {
        if !((0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)) {
            return Err(Error::BadArgument(format!("{x}, {y} is no point of the picture")));
        }
        self.0.call::<Focused>("focus", Point { x, y }).map(|answer| answer.focused)
    }

    /// Takes a still at the camera's full resolution. The file is the caller's to delete.
    ///
    /// # Errors
    /// [`Error::NotOpen`], [`Error::Failed`], [`Error::Unsupported`] on desktops.
    pub fn take_still(&self) -> Result<Still> {
        self.0.call("takeStill", Nothing {})
    }
}

/// Reaches the plugin from an app or a window.
pub trait CameraExt<R: Runtime> {
    /// The camera of this phone.
    fn camera(&self) -> &Camera<R>;
}

impl<R: Runtime, T: Manager<R>> CameraExt<R> for T {
    fn camera(&self) -> &Camera<R> {
        self.state::<Camera<R>>().inner()
    }
}

/// The plugin, for `tauri::Builder::plugin`.
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("camera")
        .invoke_handler(tauri::generate_handler![
            commands::permission,
            commands::request_permission,
            commands::open_settings,
            commands::cameras,
            commands::set_torch,
            commands::set_zoom,
            commands::focus,
        ])
        .setup(|app, api| {
            app.manage(Camera(Native::new(app, api)?));
            Ok(())
        })
        .build()
}

#[cfg(all(test, desktop))]
mod tests;
