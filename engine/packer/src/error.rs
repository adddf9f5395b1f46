//! Errors of the packer.

use std::path::PathBuf;

/// Result of a packer step.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{path} is not what is pinned: its SHA-256 is {found}, not {pinned}", path = path.display())]
    Pinned { path: PathBuf, found: String, pinned: &'static str },
    #[error("{path} is not there; `glimpse-packer fetch` gets it", path = path.display())]
    SourceMissing { path: PathBuf },
    #[error("{file}: {reason}")]
    Source { file: String, reason: String },
    #[error("{model}: {reason}")]
    Import { model: String, reason: String },
    #[error("unknown model {0}")]
    UnknownModel(String),
    #[error("{0}")]
    Calibration(String),
    #[error("{0}")]
    Verify(String),
    #[error(transparent)]
    Engine(#[from] glimpse_engine::Error),
    #[error("candle: {0}")]
    Candle(#[from] candle_core::Error),
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Error::Io { path: path.into(), source }
    }
}
