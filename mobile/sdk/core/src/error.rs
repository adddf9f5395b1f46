//! What goes wrong, with the codes of `docs/errors.md`.

use glimpse_camera::CameraError;
use glimpse_engine::{Error, ErrorCode};
use glimpse_live::LiveError;

/// Result of a call.
pub(crate) type Result<T> = std::result::Result<T, GlimpseError>;

/// Why a call gave no result. Each is one code of `docs/errors.md`; its message is for a person and may change.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
#[non_exhaustive]
pub enum GlimpseError {
    /// `not_found`: no such file or folder.
    #[error("{0}")]
    NotFound(String),
    /// `permission_denied`: the operating system refused access.
    #[error("{0}")]
    PermissionDenied(String),
    /// `is_a_directory`: a folder where a picture is needed.
    #[error("{0}")]
    IsADirectory(String),
    /// `io`: any other failure to read or write.
    #[error("{0}")]
    Io(String),
    /// `image_empty`: the input has no bytes.
    #[error("{0}")]
    ImageEmpty(String),
    /// `image_format`: not a picture in a known format.
    #[error("{0}")]
    ImageFormat(String),
    /// `image_damaged`: the bytes are damaged or cut short.
    #[error("{0}")]
    ImageDamaged(String),
    /// `image_unsupported`: a variant of its format that is not supported.
    #[error("{0}")]
    ImageUnsupported(String),
    /// `image_too_large`: more pixels or bytes than the limits allow.
    #[error("{0}")]
    ImageTooLarge(String),
    /// `pack_missing`: a model pack is not where it was looked for.
    #[error("{0}")]
    PackMissing(String),
    /// `pack_damaged`: a pack's checksum or structure does not hold.
    #[error("{0}")]
    PackDamaged(String),
    /// `pack_version`: a pack has a format version that this build does not run.
    #[error("{0}")]
    PackVersion(String),
    /// `model`: a model's graph does not fit what it is asked to do.
    #[error("{0}")]
    Model(String),
    /// `invalid_option`: an option's value is out of range.
    #[error("{0}")]
    InvalidOption(String),
    /// `cancelled`: the caller cancelled.
    #[error("{0}")]
    Cancelled(String),
    /// `camera`: frames cannot be taken.
    #[error("{0}")]
    Camera(String),
    /// `closed`: what was called is closed.
    #[error("{0}")]
    Closed(String),
    /// `listener`: the caller's own listener failed.
    #[error("{0}")]
    Listener(String),
    /// `internal`: a bug.
    #[error("{0}")]
    Internal(String),
}

impl GlimpseError {
    /// The stable name of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::PermissionDenied(_) => "permission_denied",
            Self::IsADirectory(_) => "is_a_directory",
            Self::Io(_) => "io",
            Self::ImageEmpty(_) => "image_empty",
            Self::ImageFormat(_) => "image_format",
            Self::ImageDamaged(_) => "image_damaged",
            Self::ImageUnsupported(_) => "image_unsupported",
            Self::ImageTooLarge(_) => "image_too_large",
            Self::PackMissing(_) => "pack_missing",
            Self::PackDamaged(_) => "pack_damaged",
            Self::PackVersion(_) => "pack_version",
            Self::Model(_) => "model",
            Self::InvalidOption(_) => "invalid_option",
            Self::Cancelled(_) => "cancelled",
            Self::Camera(_) => "camera",
            Self::Closed(_) => "closed",
            Self::Listener(_) => "listener",
            Self::Internal(_) => "internal",
        }
    }

    pub(crate) fn option(option: &'static str, reason: impl Into<String>) -> Self {
        Error::InvalidOption { option, reason: reason.into() }.into()
    }
}

impl From<Error> for GlimpseError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error.code() {
            ErrorCode::NotFound => Self::NotFound(message),
            ErrorCode::PermissionDenied => Self::PermissionDenied(message),
            ErrorCode::IsADirectory => Self::IsADirectory(message),
            ErrorCode::Io => Self::Io(message),
            ErrorCode::ImageEmpty => Self::ImageEmpty(message),
            ErrorCode::ImageFormat => Self::ImageFormat(message),
            ErrorCode::ImageDamaged => Self::ImageDamaged(message),
            ErrorCode::ImageUnsupported => Self::ImageUnsupported(message),
            ErrorCode::ImageTooLarge => Self::ImageTooLarge(message),
            ErrorCode::PackMissing => Self::PackMissing(message),
            ErrorCode::PackDamaged => Self::PackDamaged(message),
            ErrorCode::PackVersion => Self::PackVersion(message),
            ErrorCode::Model => Self::Model(message),
            ErrorCode::InvalidOption => Self::InvalidOption(message),
            ErrorCode::Cancelled => Self::Cancelled(message),
            _ => Self::Internal(message),
        }
    }
}

impl From<CameraError> for GlimpseError {
    fn from(error: CameraError) -> Self {
        match error {
            CameraError::Closed | CameraError::Ended => Self::Closed(error.to_string()),
            CameraError::BadFrame(_) => Self::ImageDamaged(error.to_string()),
            other => Self::Camera(other.to_string()),
        }
    }
}

impl From<LiveError> for GlimpseError {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::InvalidOption { .. } => Self::InvalidOption(error.to_string()),
            LiveError::Engine(error) => error.into(),
            LiveError::Camera(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}

/// What a listener of the caller's may fail with.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[non_exhaustive]
pub enum ListenerError {
    /// It failed.
    #[error("{reason}")]
    Failed {
        /// Why.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerError {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { reason: error.reason }
    }
}

impl From<ListenerError> for GlimpseError {
    fn from(error: ListenerError) -> Self {
        Self::Listener(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_engines() {
        let io = |kind| Error::io("there", std::io::Error::from(kind));
        let errors = [
            io(std::io::ErrorKind::NotFound),
            io(std::io::ErrorKind::PermissionDenied),
            io(std::io::ErrorKind::IsADirectory),
            io(std::io::ErrorKind::UnexpectedEof),
            Error::ImageFormat,
            Error::ImageDamaged("cut".into()),
            Error::ImageUnsupported("12 bits".into()),
            Error::ImageEmpty,
            Error::ImageTooLarge { what: "pixels", value: 2, limit: 1 },
            Error::PackMissing { id: "a".into(), path: "b".into(), hint: "c".into() },
            Error::PackDamaged { path: "b".into(), reason: "c".into() },
            Error::PackVersion { path: "b".into(), found: "2".into(), supported: 1 },
            Error::Model { model: "a".into(), reason: "b".into() },
            Error::InvalidOption { option: "a", reason: "b".into() },
            Error::Cancelled,
        ];
        for error in errors {
            let (code, message) = (error.code().as_str(), error.to_string());
            let here = GlimpseError::from(error);
            assert_eq!((here.code(), here.to_string()), (code, message));
        }
    }
}
