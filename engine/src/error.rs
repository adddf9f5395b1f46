//! Typed errors of the engine.

use std::path::PathBuf;

/// Result of an engine call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with its cause. [`Error::code`] is the stable, machine-readable name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened, read or written.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The bytes are not a picture in a known format.
    #[error("not a picture in a known format (JPEG, PNG, WebP, GIF, BMP, TIFF)")]
    ImageFormat,
    /// The picture's format is known, but its bytes are damaged or cut short.
    #[error("damaged picture: {0}")]
    ImageDamaged(String),
    /// The picture uses a variant of its format that is not supported.
    #[error("unsupported picture: {0}")]
    ImageUnsupported(String),
    /// The input has no bytes.
    #[error("empty input")]
    ImageEmpty,
    /// The picture is larger than the limits allow.
    #[error("picture too large: {what} is {value}, the limit is {limit}")]
    ImageTooLarge {
        /// The bounded quantity: `"pixels"`, `"width"`, `"height"` or `"bytes"`.
        what: &'static str,
        /// Its value in the input.
        value: u64,
        /// The limit in force.
        limit: u64,
    },
    /// A pack is not where it was looked for.
    #[error("pack {id} is not at {path}: {hint}", path = path.display())]
    PackMissing {
        /// The pack's id.
        id: String,
        /// Where it was looked for.
        path: PathBuf,
        /// How to get it.
        hint: String,
    },
    /// A pack's bytes do not match its checksum, or its structure is broken.
    #[error("pack {path} is damaged: {reason}", path = path.display())]
    PackDamaged {
        /// The pack file.
        path: PathBuf,
        /// What does not hold.
        reason: String,
    },
    /// A pack has a version that this build cannot run.
    #[error("pack {path} has format version {found}, this build runs version {supported}", path = path.display())]
    PackVersion {
        /// The pack file.
        path: PathBuf,
        /// The version it states.
        found: String,
        /// The version this build supports.
        supported: u32,
    },
    /// A model's graph does not fit what it is asked to do.
    #[error("model {model}: {reason}")]
    Model {
        /// The model's name.
        model: String,
        /// What does not fit.
        reason: String,
    },
    /// An option has a value outside of its range.
    #[error("invalid option {option}: {reason}")]
    InvalidOption {
        /// The option's name.
        option: &'static str,
        /// Why it is refused.
        reason: String,
    },
    /// The call was cancelled by its caller.
    #[error("cancelled")]
    Cancelled,
}

/// Stable names of the errors, for `--json` and other languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// No such file or folder.
    NotFound,
    /// The operating system refused access.
    PermissionDenied,
    /// A folder where a file is needed.
    IsADirectory,
    /// Any other input or output failure.
    Io,
    /// Not a picture in a known format.
    ImageFormat,
    /// Damaged or cut short.
    ImageDamaged,
    /// A variant that is not supported.
    ImageUnsupported,
    /// No bytes.
    ImageEmpty,
    /// Beyond the limits.
    ImageTooLarge,
    /// A pack is missing.
    PackMissing,
    /// A pack is damaged.
    PackDamaged,
    /// A pack's version is not supported.
    PackVersion,
    /// The model does not fit.
    Model,
    /// An option is out of range.
    InvalidOption,
    /// Cancelled.
    Cancelled,
}

impl Error {
    /// The stable name of this error.
    pub fn code(&self) -> ErrorCode {
        use std::io::ErrorKind;
        match self {
            Error::Io { source, .. } => match source.kind() {
                ErrorKind::NotFound => ErrorCode::NotFound,
                ErrorKind::PermissionDenied => ErrorCode::PermissionDenied,
                ErrorKind::IsADirectory => ErrorCode::IsADirectory,
                _ => ErrorCode::Io,
            },
            Error::ImageFormat => ErrorCode::ImageFormat,
            Error::ImageDamaged(_) => ErrorCode::ImageDamaged,
            Error::ImageUnsupported(_) => ErrorCode::ImageUnsupported,
            Error::ImageEmpty => ErrorCode::ImageEmpty,
            Error::ImageTooLarge { .. } => ErrorCode::ImageTooLarge,
            Error::PackMissing { .. } => ErrorCode::PackMissing,
            Error::PackDamaged { .. } => ErrorCode::PackDamaged,
            Error::PackVersion { .. } => ErrorCode::PackVersion,
            Error::Model { .. } => ErrorCode::Model,
            Error::InvalidOption { .. } => ErrorCode::InvalidOption,
            Error::Cancelled => ErrorCode::Cancelled,
        }
    }

    /// An [`Error::Io`] for `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Error::Io { path: path.into(), source }
    }
}

impl ErrorCode {
    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::NotFound => "not_found",
            ErrorCode::PermissionDenied => "permission_denied",
            ErrorCode::IsADirectory => "is_a_directory",
            ErrorCode::Io => "io",
            ErrorCode::ImageFormat => "image_format",
            ErrorCode::ImageDamaged => "image_damaged",
            ErrorCode::ImageUnsupported => "image_unsupported",
            ErrorCode::ImageEmpty => "image_empty",
            ErrorCode::ImageTooLarge => "image_too_large",
            ErrorCode::PackMissing => "pack_missing",
            ErrorCode::PackDamaged => "pack_damaged",
            ErrorCode::PackVersion => "pack_version",
            ErrorCode::Model => "model",
            ErrorCode::InvalidOption => "invalid_option",
            ErrorCode::Cancelled => "cancelled",
        }
    }
}
