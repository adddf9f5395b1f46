//! Live video and clips.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use glimpse_service::api::{ClipId, Failure, ServiceCode};
use glimpse_service::{MOST_CLIP_BYTES, MOST_FRAME_BYTES};
use tokio::sync::mpsc;

use crate::Shared;
use crate::answer::{Answer, Refusal, found, json, nothing};
use crate::body::{CLIP_TIME, Id, Pieces, name};
use crate::running::blocking;

/// Beyond the longest frame, so that one somewhat too long hears so in words.
const MOST_MESSAGE_BYTES: usize = MOST_FRAME_BYTES + (1 << 20);
/// Pieces of a clip that wait to be written.
const PIECES: usize = 4;

pub(crate) async fn live(
    State(app): State<Shared>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer {
    let upgrade = upgrade.map_err(|rejection| {
        let (message, response): (_, Response) = (rejection.body_text(), rejection.into_response());
        Refusal::new(ServiceCode::BadRequest, message).with_status(response.status())
    })?;
    let Ok(place) = app.sockets.places.clone().try_acquire_owned() else {
        return Err(Refusal::new(ServiceCode::Busy, "too many connections of live video"));
    };
    Ok(upgrade.max_message_size(MOST_MESSAGE_BYTES).max_frame_size(MOST_MESSAGE_BYTES).on_upgrade(
        move |socket| async move {
            crate::live::serve(app, socket).await;
            drop(place);
        },
    ))
}

/// A piece of a clip, or that it was the last one: without it the client went away.
enum Piece {
    Bytes(Bytes),
    End,
}

pub(crate) async fn open_clip(State(app): State<Shared>, request: Request) -> Answer {
    let name = name(request.headers())?;
    let mut pieces = Pieces::of(request, MOST_CLIP_BYTES, CLIP_TIME).await?;
    let (sender, mut receiver) = mpsc::channel(PIECES);
    let writing = blocking(&app, move |service, _| {
        let mut upload = service.begin_clip(name.as_deref())?;
        loop {
            match receiver.blocking_recv() {
                Some(Piece::Bytes(bytes)) => upload.write(&bytes)?,
                Some(Piece::End) => return service.finish_clip(upload),
                None => return Err(Failure::new(ServiceCode::BadRequest, "the clip ended early")),
            }
        }
    });
    let reading = async move {
        while let Some(bytes) = pieces.next().await? {
            // Who writes says why it stopped.
            if sender.send(Piece::Bytes(bytes)).await.is_err() {
                pieces.drain().await;
                return Ok(());
            }
        }
        let _ = sender.send(Piece::End).await;
        Ok(())
    };
    let (about, read) = tokio::join!(writing, reading);
    // What was wrong with the body is why nothing more was written.
    read.and(about.map(|about| json(StatusCode::CREATED, &about)))
}

pub(crate) async fn close_clip(State(app): State<Shared>, Id(id): Id) -> Answer {
    app.service.close_clip(&ClipId(id))?;
    Ok(nothing())
}

pub(crate) async fn sample_clips(State(app): State<Shared>) -> Answer {
    Ok(found(&blocking(&app, |service, _| Ok(service.sample_clips())).await?))
}
