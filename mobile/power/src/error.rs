//! What goes wrong between an app and the phone.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the phone does not tell, or does not take, what it was asked. As JSON it is `{code, message}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This platform, or this version of it, has no such thing; says which.
    #[error("{0}")]
    Unsupported(String),
    /// A value is out of its range; says which.
    #[error("{0}")]
    BadArgument(String),
    /// Performance hints were not opened.
    #[error("performance hints are not open")]
    NotOpen,
    /// What the native half answers is not what it should be.
    #[error("the phone's answer is not understood: {0}")]
    BadReading(String),
    /// Anything else, in the system's words.
    #[error("the phone failed: {0}")]
    Failed(String),
}

impl Error {
    /// A stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Unsupported(_) => "unavailable",
            Error::BadArgument(_) => "bad_request",
            Error::NotOpen | Error::BadReading(_) | Error::Failed(_) => "power",
        }
    }

    /// What a native half rejects a command with.
    #[cfg_attr(desktop, cfg(test))]
    pub(crate) fn of_native(code: Option<&str>, message: Option<String>) -> Self {
        let message = message.unwrap_or_else(|| "no reason was given".into());
        match code {
            Some("unsupported") => Error::Unsupported(message),
            Some("bad-argument") => Error::BadArgument(message),
            Some("not-open") => Error::NotOpen,
            _ => Error::Failed(message),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn native_codes_are_told_apart() {
        let words = |code| Error::of_native(code, Some("words".into()));
        assert_eq!(words(Some("unsupported")), Error::Unsupported("words".into()));
        assert_eq!(words(Some("bad-argument")), Error::BadArgument("words".into()));
        assert_eq!(words(Some("not-open")), Error::NotOpen);
        assert_eq!(words(Some("a code of tomorrow")), Error::Failed("words".into()));
        assert!(matches!(Error::of_native(None, None), Error::Failed(_)));
    }

    #[test]
    fn an_error_is_a_code_and_a_sentence() {
        let json = serde_json::to_value(Error::NotOpen).unwrap();
        let expected = serde_json::json!({ "code": "power", "message": "performance hints are not open" });
        assert_eq!(json, expected);
    }
}
