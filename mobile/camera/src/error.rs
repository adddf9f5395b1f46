//! What goes wrong with the camera of a phone.

use glimpse_camera::CameraError;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the camera does not do what it was asked. As JSON it is `{code, message}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The person said no, and can be asked again.
    #[error("there is no permission to use the camera")]
    PermissionDenied,
    /// The person said no, and only the system's settings change it.
    #[error("there is no permission to use the camera, and the system asks no more")]
    PermissionDeniedForGood,
    /// There is no camera, or none of this id.
    #[error("there is no such camera")]
    NoCamera,
    /// Another app has it.
    #[error("another app uses the camera")]
    InUse,
    /// The system switched cameras off: a policy, the privacy switch, heat.
    #[error("the system has switched the camera off")]
    Disabled,
    /// Cameras are only for apps on the screen.
    #[error("the app is not on the screen")]
    Background,
    /// The command needs an open camera.
    #[error("no camera is open")]
    NotOpen,
    /// This camera has no light.
    #[error("this camera has no light")]
    NoTorch,
    /// A value is out of its range; says which.
    #[error("{0}")]
    BadArgument(String),
    /// This platform has no such camera.
    #[error("this platform has no camera of this kind")]
    Unsupported,
    /// Anything else, in the system's words.
    #[error("the camera failed: {0}")]
    Failed(String),
}

impl Error {
    /// A stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Error::PermissionDenied | Error::PermissionDeniedForGood => "camera_denied",
            Error::NoCamera => "camera_none",
            Error::InUse => "camera_busy",
            Error::Disabled => "camera_disabled",
            Error::Background => "camera_paused",
            Error::BadArgument(_) => "bad_request",
            Error::NoTorch | Error::Unsupported => "unavailable",
            Error::NotOpen | Error::Failed(_) => "camera",
        }
    }

    /// What a native half rejects a command with.
    #[cfg_attr(desktop, cfg(test))]
    pub(crate) fn of_native(code: Option<&str>, message: Option<String>) -> Self {
        match code {
            Some("permission-denied") => Error::PermissionDenied,
            Some("permission-denied-for-good") => Error::PermissionDeniedForGood,
            Some("no-camera") => Error::NoCamera,
            Some("in-use") => Error::InUse,
            Some("disabled") => Error::Disabled,
            Some("background") => Error::Background,
            Some("not-open") => Error::NotOpen,
            Some("no-torch") => Error::NoTorch,
            Some("bad-argument") => Error::BadArgument(message.unwrap_or_default()),
            _ => Error::Failed(message.unwrap_or_else(|| "no reason was given".into())),
        }
    }
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Error", 2)?;
        fields.serialize_field("code", self.code())?;
        fields.serialize_field("message", &self.to_string())?;
        fields.end()
    }
}

/// As sources of frames say it.
impl From<Error> for CameraError {
    fn from(error: Error) -> Self {
        match error {
            Error::PermissionDenied | Error::PermissionDeniedForGood => CameraError::PermissionDenied,
            Error::NoCamera => CameraError::NoCamera(String::new()),
            Error::InUse => CameraError::Busy,
            Error::Disabled => CameraError::Disabled,
            Error::Background => CameraError::Background,
            Error::NotOpen => CameraError::Closed,
            Error::NoTorch | Error::BadArgument(_) | Error::Unsupported | Error::Failed(_) => {
                CameraError::Failed(error.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn native_codes_are_told_apart() {
        for (code, error) in [
            ("permission-denied", Error::PermissionDenied),
            ("permission-denied-for-good", Error::PermissionDeniedForGood),
            ("no-camera", Error::NoCamera),
            ("in-use", Error::InUse),
            ("disabled", Error::Disabled),
            ("background", Error::Background),
            ("not-open", Error::NotOpen),
            ("no-torch", Error::NoTorch),
        ] {
            assert_eq!(Error::of_native(Some(code), Some("words".into())), error);
        }
        let words = |code| Error::of_native(code, Some("words".into()));
        assert_eq!(words(Some("bad-argument")), Error::BadArgument("words".into()));
        assert_eq!(words(Some("failed")), Error::Failed("words".into()));
        assert_eq!(words(Some("a code of tomorrow")), Error::Failed("words".into()));
        assert_eq!(words(None), Error::Failed("words".into()));
        assert!(matches!(Error::of_native(None, None), Error::Failed(_)));
    }

    #[test]
    fn an_error_is_a_code_and_a_sentence() {
        let json = serde_json::to_value(Error::InUse).unwrap();
        assert_eq!(
            json,
            serde_json::json!({ "code": "camera_busy", "message": "another app uses the camera" })
        );
        assert_eq!(Error::PermissionDeniedForGood.code(), Error::PermissionDenied.code());
    }

    #[test]
    fn a_source_says_the_same() {
        assert_eq!(CameraError::from(Error::InUse), CameraError::Busy);
        assert_eq!(CameraError::from(Error::PermissionDeniedForGood), CameraError::PermissionDenied);
        assert!(!CameraError::from(Error::Background).is_final(), "the app may come back");
    }
}
