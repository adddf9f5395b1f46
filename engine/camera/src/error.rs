//! What goes wrong with cameras.

/// Why there is no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CameraError {
    /// There is no such camera.
    #[error("there is no camera {0}")]
    NoCamera(String),
    /// Another program has it.
    #[error("another program uses the camera")]
    Busy,
    /// The system does not let this program use it.
    #[error("there is no permission to use the camera")]
    PermissionDenied,
    /// The system switched cameras off: a policy, a privacy switch, heat.
    #[error("the system has switched the camera off")]
    Disabled,
    /// The system keeps the camera for programs on the screen.
    #[error("the program is not on the screen")]
    Background,
    /// It was there and is gone.
    #[error("the camera was unplugged")]
    Unplugged,
    /// No frame came in time.
    #[error("the camera gives no pictures")]
    Stalled,
    /// It offers no format that this program decodes.
    #[error("the camera offers no format that can be decoded (MJPEG, YUYV, NV12, RGB)")]
    NoFormat,
    /// One frame is damaged; the next may be whole.
    #[error("a frame is damaged: {0}")]
    BadFrame(String),
    /// There is no such file or folder.
    #[error("there is no file or folder {0}")]
    NotFound(String),
    /// What was given names no source.
    #[error("{0} is no source: camera:NUMBER, camera:NAME, a file, a folder, synthetic[:WxH@FPS] or - are")]
    BadSource(String),
    /// It is a clip of a kind that is not decoded, or not by this build; says which.
    #[error("this clip cannot be decoded: {0}")]
    Unsupported(String),
    /// The clip is damaged where it cannot be gone past; says where.
    #[error("the clip is damaged: {0}")]
    BadClip(String),
    /// A side of its frames is longer than 16,384 pixels, or they have more than 100 million.
    #[error("frames of {width} × {height} pixels are too large")]
    TooLarge {
        /// Width in pixels.
        width: u64,
        /// Height in pixels.
        height: u64,
    },
    /// The clip is over, or who pushed frames is gone: no more will come.
    #[error("there are no more frames")]
    Ended,
    /// The session is closed, or its source was not opened.
    #[error("the camera is closed")]
    Closed,
    /// Anything else, in the system's words.
    #[error("the camera failed: {0}")]
    Failed(String),
}

impl CameraError {
    /// Whether the source is as good as before, and only this frame is lost.
    pub fn is_passing(&self) -> bool {
        matches!(self, CameraError::BadFrame(_))
    }

    /// Whether opening the source again is of no use: a clip is over, or what was given is none that
    /// can be played.
    pub fn is_final(&self) -> bool {
        use CameraError::{BadClip, BadSource, Ended, NotFound, TooLarge, Unsupported};
        matches!(self, Ended | NotFound(_) | BadSource(_) | Unsupported(_) | BadClip(_) | TooLarge { .. })
    }
}
