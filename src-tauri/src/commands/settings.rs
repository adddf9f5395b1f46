//! What a person chose.

use glimpse_service::api::{Failure, Settings, SettingsChange};
use tauri::State;

use crate::state::Shared;

#[tauri::command]
pub(crate) async fn settings(app: State<'_, Shared>) -> Result<Settings, Failure> {
    app.blocking(|_, service| Ok(service.settings())).await
}

#[tauri::command]
pub(crate) async fn set_settings(
    app: State<'_, Shared>,
    settings: SettingsChange,
) -> Result<Settings, Failure> {
    app.blocking(move |_, service| service.change_settings(&settings)).await
}
