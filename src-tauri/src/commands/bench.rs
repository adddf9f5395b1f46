//! Measuring this device.

use glimpse_service::api::{BenchEvent, BenchRequest, Failure};
use tauri::State;
use tauri::ipc::Channel;

use super::channel;
use crate::state::Shared;

/// Ends when the measurement does; rejects where it did not begin, else the channel says how it
/// went. `cancel` with the same `look` stops it.
#[tauri::command]
pub(crate) async fn bench(
    app: State<'_, Shared>,
    request: BenchRequest,
    look: String,
    events: Channel<BenchEvent>,
) -> Result<(), Failure> {
    app.blocking(move |app, service| {
        let run = app.running.begin(&look)?;
        service.bench(&request, &run.token, &mut channel(events)).map(drop)
    })
    .await
}
