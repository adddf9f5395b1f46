//! What clients send, within bounds of size, time and memory.

use std::sync::Arc;
use std::time::Duration;

use axum::body::BodyDataStream;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use glimpse_service::MOST_PICTURE_BYTES;
use glimpse_service::api::ServiceCode;
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use crate::Shared;
use crate::answer::{Answer, Refusal};

/// Most bytes of a JSON body.
const MOST_JSON_BYTES: u64 = 1 << 20;
/// Longest wait for the next piece of a body.
const PIECE_TIME: Duration = Duration::from_secs(15);
/// Longest time that a whole body may take.
const BODY_TIME: Duration = Duration::from_secs(120);
/// Longest time that a clip may take.
pub(crate) const CLIP_TIME: Duration = Duration::from_secs(600);
/// What is read and thrown away of a body that is too long, so that its sender hears the answer.
const DRAIN_TIME: Duration = Duration::from_secs(2);
/// The unit in which memory for bodies is handed out, in bytes.
const UNIT: usize = 1 << 16;
/// The header with a picture's name, as UTF-8, percent-encoded.
const NAME: &str = "x-glimpse-name";

/// Memory for bodies that have arrived and were not yet worked on.
#[derive(Debug)]
pub(crate) struct Room(Arc<Semaphore>);

impl Room {
    /// Room for `bytes` of bodies at once.
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / UNIT)))
    }
}

/// An encoded picture.
#[derive(Debug)]
pub(crate) struct PictureBody {
    pub(crate) bytes: Bytes,
    pub(crate) name: Option<String>,
    /// Held until the picture was decoded.
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// What the path names.
#[derive(Debug)]
pub(crate) struct Id(pub(crate) String);

/// What stands behind the path's question mark.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl FromRequest<Shared> for PictureBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Shared) -> Answer<Self> {
        let name = name(request.headers())?;
        let (bytes, room) = read(request, &app.room, MOST_PICTURE_BYTES).await?;
        Ok(Self { bytes, name, room })
    }
}

impl<T: DeserializeOwned> FromRequest<Shared> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Shared) -> Answer<Self> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::new(ServiceCode::BadRequest, "the body must be application/json")
                .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let (bytes, _room) = read(request, &app.room, MOST_JSON_BYTES).await?;
        let value = serde_json::from_slice(&bytes).map_err(|error| {
            Refusal::new(ServiceCode::BadRequest, format!("the body does not parse: {error}"))
        })?;
        Ok(Self(value))
    }
}

impl FromRequestParts<Shared> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Answer<Self> {
        match Path::<String>::from_request_parts(parts, app).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => {
                Err(Refusal::new(ServiceCode::BadRequest, error.body_text()))
            }
            Err(error) => Err(Refusal::new(ServiceCode::Internal, error.body_text())),
        }
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Answer<Self> {
        let parsed: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, app).await;
        match parsed {
            Ok(Query(value)) => Ok(Self(value)),
            Err(error) => Err(Refusal::new(ServiceCode::BadRequest, error.body_text())),
        }
    }
}

/// The name that a picture or clip comes with.
pub(crate) fn name(headers: &HeaderMap) -> Answer<Option<String>> {
    let Some(value) = headers.get(NAME) else { return Ok(None) };
    match percent_decode(value.as_bytes()).decode_utf8() {
        Ok(name) => Ok(Some(name.into_owned())),
        Err(_) => Err(Refusal::new(ServiceCode::BadRequest, format!("{NAME} must be percent-encoded UTF-8"))),
    }
}

/// A body, piece by piece.
#[derive(Debug)]
pub(crate) struct Pieces {
    stream: BodyDataStream,
    until: Instant,
    limit: u64,
    taken: u64,
}

impl Pieces {
    /// At most `limit` bytes, within `time`.
    ///
    /// # Errors
    /// `body_too_large` where it says that it is longer.
    pub(crate) async fn of(request: Request, limit: u64, time: Duration) -> Answer<Self> {
        let announced =
            request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let stream = request.into_body().into_data_stream();
        let mut pieces = Self { stream, until: Instant::now() + time, limit, taken: 0 };
        if announced.is_some_and(|length: u64| length > limit) {
            pieces.drain().await;
            return Err(too_large(limit));
        }
        Ok(pieces)
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// `body_too_large`, `timeout`, `bad_request` where it ends early.
    pub(crate) async fn next(&mut self) -> Answer<Option<Bytes>> {
        let patience = PIECE_TIME.min(self.until.saturating_duration_since(Instant::now()));
        let piece = match timeout(patience, self.stream.next()).await {
            Err(_) => return Err(Refusal::new(ServiceCode::Timeout, "the body took too long to arrive")),
            Ok(None) => return Ok(None),
            Ok(Some(Err(error))) => {
                let message = format!("the body ended early: {error}");
                return Err(Refusal::new(ServiceCode::BadRequest, message));
            }
            Ok(Some(Ok(piece))) => piece,
        };
        self.taken += piece.len() as u64;
        if self.taken > self.limit {
            self.drain().await;
            return Err(too_large(self.limit));
        }
        Ok(Some(piece))
    }

    /// Reads for a while what still comes: a connection that is closed with unread bytes is reset, and
    /// its client might never see why.
    pub(crate) async fn drain(&mut self) {
        let rest = async { while let Some(Ok(_)) = self.stream.next().await {} };
        let _ = timeout(DRAIN_TIME, rest).await;
    }
}

/// All of the body, at most `limit` bytes of it, and the memory that it takes.
async fn read(request: Request, room: &Room, limit: u64) -> Answer<(Bytes, Option<OwnedSemaphorePermit>)> {
    let mut pieces = Pieces::of(request, limit, BODY_TIME).await?;
    let (mut bytes, mut held) = (BytesMut::new(), None::<OwnedSemaphorePermit>);
    while let Some(piece) = pieces.next().await? {
        let needed = (bytes.len() + piece.len()).div_ceil(UNIT);
        let more = needed.saturating_sub(held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits));
        if more > 0 {
            let Ok(permit) = room.0.clone().try_acquire_many_owned(more as u32) else {
                let message = "other requests' bodies take all the memory for them; try again soon";
                return Err(Refusal::new(ServiceCode::Busy, message));
            };
            match &mut held {
                Some(held) => held.merge(permit),
                None => held = Some(permit),
            }
        }
        bytes.extend_from_slice(&piece);
    }
    Ok((bytes.freeze(), held))
}

fn too_large(limit: u64) -> Refusal {
    let message = format!("the body is longer than {limit} bytes");
    Refusal::new(ServiceCode::BodyTooLarge, message)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(body: Vec<u8>) -> Request {
        Request::new(Body::from(body))
    }

    #[tokio::test]
    async fn bodies_take_room_while_they_are_held() {
        let room = Room::new(4 * UNIT);
        let (bytes, held) = read(request(vec![7; 3 * UNIT]), &room, 1 << 30).await.unwrap();
        assert_eq!(bytes.len(), 3 * UNIT);
        let refusal = read(request(vec![7; 2 * UNIT]), &room, 1 << 30).await.unwrap_err();
        assert!(format!("{refusal:?}").contains("busy"), "{refusal:?}");
        drop(held);
        assert!(read(request(vec![7; 2 * UNIT]), &room, 1 << 30).await.is_ok());
        assert_eq!(room.0.available_permits(), 4);
    }

    #[tokio::test]
    async fn longer_ones_are_refused_also_where_they_do_not_say_so() {
        let room = Room::new(4 * UNIT);
        assert!(read(request(vec![7; 10]), &room, 10).await.is_ok());
        let refusal = read(request(vec![7; 11]), &room, 10).await.unwrap_err();
        assert!(format!("{refusal:?}").contains("body_too_large"), "{refusal:?}");
    }

    #[test]
    fn names_are_percent_encoded_utf_8() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(NAME, value.parse().unwrap());
            name(&headers)
        };
        assert_eq!(of("K%C3%A4se%20%F0%9F%A7%80.jpg").unwrap().unwrap(), "Käse 🧀.jpg");
        assert!(of("%ff%fe").is_err());
        assert_eq!(name(&HeaderMap::new()).unwrap(), None);
    }
}
