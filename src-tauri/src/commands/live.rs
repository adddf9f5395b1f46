//! Live video, and clips to watch.

use glimpse_service::api::{
    ClipAbout, ClipId, Failure, LiveCommand, LiveMessage, LiveStart, SampleClip, ServiceCode,
};
use tauri::State;
use tauri::ipc::{Channel, InvokeBody, Request, Response};

use super::pictures::{file_of, name_of};
use crate::live::LiveSessions;
use crate::state::Shared;

/// Header with the number of the session that a frame is pushed to.
const SESSION_HEADER: &str = "x-glimpse-session";

/// Gives the number of the session, whose events go to the channel to its end.
#[tauri::command]
pub(crate) async fn live_start(
    app: State<'_, Shared>,
    start: LiveStart,
    events: Channel<LiveMessage>,
) -> Result<u64, Failure> {
    let shared = app.inner().clone();
    app.blocking(move |_, service| LiveSessions::start(&shared, service, &start, events)).await
}

#[tauri::command]
pub(crate) async fn live_command(
    app: State<'_, Shared>,
    session: u64,
    command: LiveCommand,
) -> Result<(), Failure> {
    app.blocking(move |app, _| app.live.command(session, &command)).await
}

#[tauri::command]
pub(crate) async fn live_push(app: State<'_, Shared>, request: Request<'_>) -> Result<(), Failure> {
    let refused = |message: &str| Failure::new(ServiceCode::BadRequest, message);
    let InvokeBody::Raw(frame) = request.body() else {
        return Err(refused("the frame with its header is the body"));
    };
    let session = request.headers().get(SESSION_HEADER).and_then(|value| value.to_str().ok()?.parse().ok());
    let session = session.ok_or_else(|| refused("the header names the session by its number"))?;
    // It copies the frame and never waits.
    app.live.push(session, frame)
}

#[tauri::command]
pub(crate) async fn live_frame(
    app: State<'_, Shared>,
    session: u64,
    after: u64,
) -> Result<Response, Failure> {
    app.blocking(move |app, _| app.live.frame(session, after)).await.map(Response::new)
}

#[tauri::command]
pub(crate) async fn open_clip(app: State<'_, Shared>, request: Request<'_>) -> Result<ClipAbout, Failure> {
    let (name, bytes) = (name_of(&request)?, file_of(request.body())?);
    app.blocking(move |_, service| {
        let mut upload = service.begin_clip(name.as_deref())?;
        upload.write(&bytes)?;
        service.finish_clip(upload)
    })
    .await
}

#[tauri::command]
pub(crate) async fn close_clip(app: State<'_, Shared>, id: ClipId) -> Result<(), Failure> {
    app.blocking(move |_, service| service.close_clip(&id)).await
}

#[tauri::command]
pub(crate) async fn sample_clips(app: State<'_, Shared>) -> Result<Vec<SampleClip>, Failure> {
    app.blocking(|_, service| Ok(service.sample_clips())).await
}
