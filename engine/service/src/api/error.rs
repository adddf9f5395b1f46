//! What goes wrong, as a caller sees it.

use std::borrow::Cow;

use glimpse_engine::{Error, ErrorCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A failure: a stable name for programs and catalogues, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// A code of the engine, for example `"image_damaged"`, or one of the service's: see
    /// [`ServiceCode`].
    pub code: Cow<'static, str>,
    /// What happened, in English.
    pub message: String,
}

/// Codes of failures that the engine does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceCode {
    /// No opened picture has this id (it was never opened, closed, or pushed out by newer ones).
    UnknownPicture,
    /// Nothing in the library has this id.
    UnknownItem,
    /// No sample picture has this name.
    UnknownSample,
    /// No opened clip and no sample clip has this name (it was never opened, closed, or pushed out by
    /// newer ones).
    UnknownClip,
    /// The list of packs has none of this id.
    UnknownPack,
    /// The request does not parse, or a value is out of its range.
    BadRequest,
    /// The request's body is longer than the limit.
    BodyTooLarge,
    /// The request took longer to arrive than the limit.
    Timeout,
    /// As much work waits already as may wait. Try again soon.
    Busy,
    /// The request comes from another site's page, or under a host name that is not this machine's.
    Forbidden,
    /// A token is needed, and the one given is not right.
    Unauthorized,
    /// There is no such address, or not for this method.
    NoSuchAddress,
    /// The library could not be read or written (disk full, damaged file, no permission).
    Storage,
    /// This picture holds nothing that could be exported in this format.
    NothingToExport,
    /// The camera could not be opened, or was unplugged.
    Camera,
    /// There is no permission to use the camera.
    CameraDenied,
    /// There is no camera, or none of this id.
    CameraNone,
    /// Another program has the camera.
    CameraBusy,
    /// The system switched cameras off.
    CameraDisabled,
    /// The system keeps cameras for programs on the screen.
    CameraPaused,
    /// The clip is of a kind that cannot be played, or is damaged.
    Clip,
    /// This build or platform does not have it.
    Unavailable,
    /// A bug: the message says where.
    Internal,
}

impl ServiceCode {
    /// The name as it stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            ServiceCode::UnknownPicture => "unknown_picture",
            ServiceCode::UnknownItem => "unknown_item",
            ServiceCode::UnknownSample => "unknown_sample",
            ServiceCode::UnknownClip => "unknown_clip",
            ServiceCode::UnknownPack => "unknown_pack",
            ServiceCode::BadRequest => "bad_request",
            ServiceCode::BodyTooLarge => "body_too_large",
            ServiceCode::Timeout => "timeout",
            ServiceCode::Busy => "busy",
            ServiceCode::Forbidden => "forbidden",
            ServiceCode::Unauthorized => "unauthorized",
            ServiceCode::NoSuchAddress => "no_such_address",
            ServiceCode::Storage => "storage",
            ServiceCode::NothingToExport => "nothing_to_export",
            ServiceCode::Camera => "camera",
            ServiceCode::CameraDenied => "camera_denied",
            ServiceCode::CameraNone => "camera_none",
            ServiceCode::CameraBusy => "camera_busy",
            ServiceCode::CameraDisabled => "camera_disabled",
            ServiceCode::CameraPaused => "camera_paused",
            ServiceCode::Clip => "clip",
            ServiceCode::Unavailable => "unavailable",
            ServiceCode::Internal => "internal",
        }
    }
}

impl Failure {
    /// A failure of the service.
    pub fn new(code: ServiceCode, message: impl Into<String>) -> Self {
        Self { code: code.as_str().into(), message: message.into() }
    }

    /// Whether its caller cancelled it.
    pub fn is_cancelled(&self) -> bool {
        self.code == ErrorCode::Cancelled.as_str()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { code: error.code().as_str().into(), message: error.to_string() }
    }
}
