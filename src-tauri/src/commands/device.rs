//! What this device and this build are.

use glimpse_service::api::{Device, Failure, PackCheck};
use tauri::State;

use crate::state::Shared;

#[tauri::command]
pub(crate) async fn device(app: State<'_, Shared>) -> Result<Device, Failure> {
    app.blocking(|_, service| service.device()).await
}

#[tauri::command]
pub(crate) async fn check_pack(app: State<'_, Shared>, id: String) -> Result<PackCheck, Failure> {
    app.blocking(move |_, service| service.check_pack(&id)).await
}
