//! Answers: JSON, files, and failures with their statuses.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use glimpse_service::File;
use glimpse_service::api::{Failure, ServiceCode};
use serde::Serialize;

/// Seconds after which one who was sent away may come again.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("1");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A client went away before its answer. nginx made this number known; nobody gets to see it.
pub(crate) const CLIENT_CLOSED: u16 = 499;

/// A failure on its way to the client, with its status.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    failure: Failure,
}

/// What handlers give.
pub(crate) type Answer<T = Response> = Result<T, Refusal>;

impl Refusal {
    /// A failure of the service under its usual status.
    pub(crate) fn new(code: ServiceCode, message: impl Into<String>) -> Self {
        Failure::new(code, message).into()
    }

    /// Under another status than the usual one of its code.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { status: status_of(&failure.code), failure }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = json(self.status, &self.failure);
        if self.failure.code == ServiceCode::Busy.as_str() {
            response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS);
        }
        response
    }
}

/// The usual status of a code, whether of the engine or of the service.
fn status_of(code: &str) -> StatusCode {
    match code {
        "bad_request" | "image_empty" | "invalid_option" | "is_a_directory" => StatusCode::BAD_REQUEST,
        "unauthorized" => StatusCode::UNAUTHORIZED,
        "forbidden" | "permission_denied" => StatusCode::FORBIDDEN,
        "not_found" | "no_such_address" => StatusCode::NOT_FOUND,
        code if code.starts_with("unknown_") => StatusCode::NOT_FOUND,
        "nothing_to_export" => StatusCode::CONFLICT,
        "timeout" => StatusCode::REQUEST_TIMEOUT,
        "body_too_large" | "image_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        "clip" | "image_format" | "image_unsupported" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "image_damaged" => StatusCode::UNPROCESSABLE_ENTITY,
        "cancelled" => StatusCode::from_u16(CLIENT_CLOSED).unwrap_or(StatusCode::BAD_REQUEST),
        "unavailable" | "camera" => StatusCode::NOT_IMPLEMENTED,
        "busy" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// `value` as JSON.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => (status, [(CONTENT_TYPE, JSON)], bytes).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `value` as JSON under status 200.
pub(crate) fn found<T: Serialize>(value: &T) -> Response {
    json(StatusCode::OK, value)
}

/// Nothing, and all is well.
pub(crate) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A file.
pub(crate) fn file(file: File) -> Response {
    let media_type = HeaderValue::from_static(file.media_type);
    ([(CONTENT_TYPE, media_type)], Body::from(file.bytes)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_service_has_its_status() {
        for (code, status) in [
            (ServiceCode::UnknownPicture, 404),
            (ServiceCode::UnknownItem, 404),
            (ServiceCode::UnknownSample, 404),
            (ServiceCode::UnknownClip, 404),
            (ServiceCode::UnknownPack, 404),
            (ServiceCode::BadRequest, 400),
            (ServiceCode::BodyTooLarge, 413),
            (ServiceCode::Timeout, 408),
            (ServiceCode::Busy, 503),
            (ServiceCode::Forbidden, 403),
            (ServiceCode::Unauthorized, 401),
            (ServiceCode::NoSuchAddress, 404),
            (ServiceCode::Storage, 500),
            (ServiceCode::NothingToExport, 409),
            (ServiceCode::Clip, 415),
            (ServiceCode::Unavailable, 501),
            (ServiceCode::Internal, 500),
        ] {
            let response = Refusal::new(code, "x").into_response();
            assert_eq!(response.status().as_u16(), status, "{}", code.as_str());
            assert_eq!(response.headers().contains_key(RETRY_AFTER), status == 503);
        }
        assert_eq!(status_of("cancelled").as_u16(), 499);
        assert_eq!(status_of("image_too_large").as_u16(), 413);
    }
}
