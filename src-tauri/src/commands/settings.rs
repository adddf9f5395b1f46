//! What a person chose.

use glimpse_service::api::{Failure, Settings};
use tauri::State;

use crate::state::Shared;

#[tauri::command]
pub(crate) async fn settings(app: State<'_, Shared>) -> Result<Settings, Failure> {
    app.blocking(|_, service| Ok(service.settings())).await
}

#[tauri::command]
pub(crate) async fn set_settings(app: State<'_, Shared>, settings: Settings) -> Result<Settings, Failure> {
    app.blocking(move |_, service| service.set_settings(settings)).await
}
