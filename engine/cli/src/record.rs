//! The JSON that `--json` prints: one object a line and picture. Those of results are the service's,
//! for scripts get the same over HTTP.

use glimpse_service::record;
use serde::Serialize;

use crate::inputs::Failure;

pub(crate) use record::{describe, found, read, tags};

/// A picture that was compared.
#[derive(Debug, Serialize)]
struct Compared<'a> {
    image: &'a str,
    similarity: f32,
}

/// A picture that failed.
#[derive(Debug, Serialize)]
struct Failed<'a> {
    image: &'a str,
    error: ErrorObject<'a>,
}

/// What it failed with.
#[derive(Debug, Serialize)]
struct ErrorObject<'a> {
    code: &'static str,
    message: &'a str,
}

/// The line for a picture that was compared, without the line break.
pub(crate) fn compared(image: &str, similarity: f32) -> serde_json::Result<String> {
    serde_json::to_string(&Compared { image, similarity })
}

/// The line for a picture that failed, without the line break.
pub(crate) fn failed(image: &str, failure: &Failure) -> serde_json::Result<String> {
    serde_json::to_string(&Failed {
        image,
        error: ErrorObject { code: failure.code.as_str(), message: &failure.message },
    })
}

#[cfg(test)]
mod tests {
    use glimpse_engine::ErrorCode;

    use super::*;

    #[test]
    fn a_failure_is_one_line_with_code_and_message() {
        let failure = Failure { code: ErrorCode::NotFound, message: "a\nb \"c\"".into() };
        let line = failed("x.png", &failure).unwrap();
        assert_eq!(line, r#"{"image":"x.png","error":{"code":"not_found","message":"a\nb \"c\""}}"#);
    }
}
