//! What goes wrong before a session runs. What goes wrong later ends it: see [`EndReason`](crate::EndReason).

/// Why there is no session, or why it does not take what it is asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// An option has a value outside of its range.
    #[error("invalid option {option}: {reason}")]
    InvalidOption {
        /// Its name.
        option: &'static str,
        /// Why it is refused.
        reason: String,
    },
    /// The system gives no thread.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
    /// The engine cannot be opened or cannot do what it is asked for.
    #[error(transparent)]
    Engine(#[from] glimpse_engine::Error),
    /// There is no frame to show.
    #[error(transparent)]
    Camera(#[from] glimpse_camera::CameraError),
}

impl LiveError {
    pub(crate) fn option(option: &'static str, reason: impl Into<String>) -> Self {
        Self::InvalidOption { option, reason: reason.into() }
    }
}
