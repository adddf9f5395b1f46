//! What a page may ask for. Performance hints are for Rust: see [`crate::Power`].

use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, command};

use crate::{Error, PowerExt, PowerReading, Result};

#[command]
pub(crate) async fn read<R: Runtime>(app: AppHandle<R>) -> Result<PowerReading> {
    // Native halves may answer from the main thread, which must not wait for itself.
    let done = tauri::async_runtime::spawn_blocking(move || app.power().read()).await;
    done.unwrap_or_else(|error| Err(Error::Failed(error.to_string())))
}

#[command]
pub(crate) async fn watch<R: Runtime>(app: AppHandle<R>, channel: Channel<PowerReading>) -> Result<u32> {
    app.power().watch(channel)
}

#[command]
pub(crate) async fn unwatch<R: Runtime>(app: AppHandle<R>, id: u32) -> Result<()> {
    app.power().unwatch(id)
}
