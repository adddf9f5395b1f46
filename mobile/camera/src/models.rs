//! What goes between Rust, the native halves and pages, as JSON.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Whether the camera may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// It may.
    Granted,
    /// The person was never asked.
    Prompt,
    /// The person said no once, and can be asked again.
    PromptWithRationale,
    /// The system asks no more; only its settings change that.
    Denied,
}

/// What the system says of permissions.
#[derive(Debug, Deserialize)]
pub(crate) struct Permissions {
    pub(crate) camera: Permission,
}

/// Where a camera looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Facing {
    /// Away from the person.
    Back,
    /// At the person.
    Front,
    /// Plugged in.
    External,
}

/// A camera of this phone.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CameraInfo {
    /// By which it is opened.
    pub id: String,
    /// Where it looks.
    pub facing: Facing,
    /// The system's name of it; may be empty.
    #[serde(default)]
    pub name: String,
    /// Whether it has a light.
    pub torch: bool,
    /// Least zoom, 1 where it has none.
    pub min_zoom: f64,
    /// Most zoom, 1 where it has none.
    pub max_zoom: f64,
}

/// The cameras, those that look away from the person first.
#[derive(Debug, Deserialize)]
pub(crate) struct Cameras {
    pub(crate) cameras: Vec<CameraInfo>,
}

/// What is wanted of a camera's frames. It gives the nearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Longer side in pixels.
    pub width: u32,
    /// Shorter side in pixels.
    pub height: u32,
    /// Frames a second, 0 where it does not matter.
    pub fps: u32,
}

impl Default for Wanted {
    /// 1280 × 720 at 30 frames a second.
    fn default() -> Self {
        Self { width: 1280, height: 720, fps: 30 }
    }
}

/// A camera as it was opened.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Opened {
    /// Of the buffer as it comes, long side first.
    pub(crate) width: u32,
    pub(crate) height: u32,
    #[serde(default)]
    pub(crate) fps: u32,
}

/// A still at full resolution, in a file that is the caller's to delete.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Still {
    /// A JPEG, with its orientation in EXIF.
    pub path: PathBuf,
    /// Width of the stored picture in pixels.
    pub width: u32,
    /// Height of the stored picture in pixels.
    pub height: u32,
}

/// What an open camera does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Change {
    pub(crate) state: State,
    #[serde(default)]
    pub(crate) reason: Option<Reason>,
    #[serde(default)]
    pub(crate) message: Option<String>,
}

/// See the table in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Running,
    Interrupted,
    Stopped,
}

/// Why a camera gives no frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reason {
    Background,
    InUse,
    Disabled,
    PermissionDenied,
    Disconnected,
    Failed,
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn permissions_are_those_of_the_native_halves() {
        for (name, permission) in [
            ("granted", Permission::Granted),
            ("prompt", Permission::Prompt),
            ("prompt-with-rationale", Permission::PromptWithRationale),
            ("denied", Permission::Denied),
        ] {
            let heard: Permissions = from_value(json!({ "camera": name })).unwrap();
            assert_eq!(heard.camera, permission);
            assert_eq!(serde_json::to_value(permission).unwrap(), json!(name));
        }
        assert!(from_value::<Permissions>(json!({ "camera": "perhaps" })).is_err());
    }

    #[test]
    fn what_the_native_halves_say_is_understood() {
        let json = json!({ "cameras": [{
            "id": "0", "facing": "back", "name": "", "torch": true, "minZoom": 0.5, "maxZoom": 8.0,
        }] });
        let cameras = from_value::<Cameras>(json).unwrap().cameras;
        assert_eq!(cameras[0].facing, Facing::Back);
        assert_eq!((cameras[0].min_zoom, cameras[0].max_zoom, cameras[0].torch), (0.5, 8.0, true));

        let opened: Opened = from_value(json!({
            "id": "0", "width": 1280, "height": 720, "fps": 30, "torch": true, "minZoom": 1.0, "maxZoom": 8.0,
        }))
        .unwrap();
        assert_eq!(opened, Opened { width: 1280, height: 720, fps: 30 });

        let change = |json| from_value::<Change>(json).unwrap();
        let running = change(json!({ "state": "running", "reason": null, "message": null }));
        assert_eq!(running, Change { state: State::Running, reason: None, message: None });
        for (name, reason) in [
            ("background", Reason::Background),
            ("in-use", Reason::InUse),
            ("disabled", Reason::Disabled),
            ("permission-denied", Reason::PermissionDenied),
            ("disconnected", Reason::Disconnected),
            ("failed", Reason::Failed),
        ] {
            assert_eq!(change(json!({ "state": "interrupted", "reason": name })).reason, Some(reason));
        }
    }
}
