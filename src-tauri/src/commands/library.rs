//! The library.

use glimpse_service::api::{ExportFormat, Failure, ItemId, LibraryEntry, LibraryPage, LibraryQuery, Picture};
use tauri::State;
use tauri::ipc::Response;

use super::raw;
use crate::state::Shared;

#[tauri::command]
pub(crate) async fn library(app: State<'_, Shared>, query: LibraryQuery) -> Result<LibraryPage, Failure> {
    app.blocking(move |app, service| service.library(&query, &app.running.page())).await
}

#[tauri::command]
pub(crate) async fn library_entry(app: State<'_, Shared>, id: ItemId) -> Result<LibraryEntry, Failure> {
    app.blocking(move |_, service| service.library_entry(id)).await
}

#[tauri::command]
pub(crate) async fn library_thumbnail(app: State<'_, Shared>, id: ItemId) -> Result<Response, Failure> {
    app.blocking(move |_, service| service.library_thumbnail(id)).await.map(raw)
}

#[tauri::command]
pub(crate) async fn library_image(app: State<'_, Shared>, id: ItemId) -> Result<Response, Failure> {
    app.blocking(move |app, service| service.library_image(id, &app.running.page())).await.map(raw)
}

#[tauri::command]
pub(crate) async fn library_open(app: State<'_, Shared>, id: ItemId) -> Result<Picture, Failure> {
    app.blocking(move |app, service| service.library_open(id, &app.running.page())).await
}

#[tauri::command]
pub(crate) async fn library_export(
    app: State<'_, Shared>,
    id: ItemId,
    format: ExportFormat,
) -> Result<Response, Failure> {
    app.blocking(move |app, service| service.library_export(id, format, &app.running.page())).await.map(raw)
}

#[tauri::command]
pub(crate) async fn library_delete(app: State<'_, Shared>, id: ItemId) -> Result<(), Failure> {
    app.blocking(move |_, service| service.library_delete(id)).await
}

#[tauri::command]
pub(crate) async fn library_clear(app: State<'_, Shared>) -> Result<(), Failure> {
    app.blocking(|_, service| service.library_clear()).await
}
