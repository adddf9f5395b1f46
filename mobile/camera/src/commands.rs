//! What a page may ask for. Opening cameras is for Rust: see [`crate::PhoneCamera`].

use tauri::{AppHandle, Runtime, command};

use crate::{CameraExt, CameraInfo, Error, Permission, Result};

/// Runs `work` on a thread for blocking work: native halves answer from the main thread.
async fn blocking<R: Runtime, T: Send + 'static>(
    app: AppHandle<R>,
    work: impl FnOnce(&AppHandle<R>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tauri::async_runtime::spawn_blocking(move || work(&app)).await;
    done.unwrap_or_else(|error| Err(Error::Failed(error.to_string())))
}

#[command]
pub(crate) async fn permission<R: Runtime>(app: AppHandle<R>) -> Result<Permission> {
    blocking(app, |app| app.camera().permission()).await
}

#[command]
pub(crate) async fn request_permission<R: Runtime>(app: AppHandle<R>) -> Result<Permission> {
    blocking(app, |app| app.camera().request_permission()).await
}

#[command]
pub(crate) async fn open_settings<R: Runtime>(app: AppHandle<R>) -> Result<()> {
    blocking(app, |app| app.camera().open_settings()).await
}

#[command]
pub(crate) async fn cameras<R: Runtime>(app: AppHandle<R>) -> Result<Vec<CameraInfo>> {
    blocking(app, |app| app.camera().cameras()).await
}

#[command]
pub(crate) async fn set_torch<R: Runtime>(app: AppHandle<R>, on: bool) -> Result<()> {
    blocking(app, move |app| app.camera().set_torch(on)).await
}

#[command]
pub(crate) async fn set_zoom<R: Runtime>(app: AppHandle<R>, ratio: f64) -> Result<f64> {
    blocking(app, move |app| app.camera().set_zoom(ratio)).await
}

#[command]
pub(crate) async fn focus<R: Runtime>(app: AppHandle<R>, x: f64, y: f64) -> Result<bool> {
    blocking(app, move |app| app.camera().focus(x, y)).await
}
