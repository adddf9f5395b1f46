//! Looks: their results stream through a channel, and each is cancelled by its id.

use glimpse_service::api::{Failure, LookEvent, LookRequest, PictureId};
use tauri::State;
use tauri::ipc::Channel;

use super::channel;
use crate::state::Shared;

/// Ends when the look does; rejects where it did not begin, else the channel says how it went.
#[tauri::command]
pub(crate) async fn look(
    app: State<'_, Shared>,
    id: PictureId,
    request: LookRequest,
    look: String,
    events: Channel<LookEvent>,
) -> Result<(), Failure> {
    app.blocking(move |app, service| {
        let run = app.running.begin(&look)?;
        service.look(&id, &request, &run.token, &mut channel(events)).map(drop)
    })
    .await
}

/// Cancels a look or a measurement.
#[tauri::command]
pub(crate) fn cancel(app: State<'_, Shared>, look: String) {
    app.running.cancel(&look);
}
