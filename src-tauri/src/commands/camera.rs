//! This device's cameras. What only those of phones can do, the plugin `camera` does.

use glimpse_service::api::{Failure, Picture};
use tauri::State;
use tauri::ipc::Response;

use crate::camera::CameraInfo;
use crate::state::Shared;

#[tauri::command]
pub(crate) async fn camera_list(app: State<'_, Shared>) -> Result<Vec<CameraInfo>, Failure> {
    app.blocking(|app, _| app.camera.list()).await
}

#[tauri::command]
pub(crate) async fn camera_open(app: State<'_, Shared>, camera: String) -> Result<(), Failure> {
    app.blocking(move |app, _| app.camera.open(&camera)).await
}

#[tauri::command]
pub(crate) async fn camera_frame(app: State<'_, Shared>) -> Result<Response, Failure> {
    app.blocking(|app, _| app.camera.frame()).await.map(Response::new)
}

#[tauri::command]
pub(crate) async fn camera_freeze(app: State<'_, Shared>) -> Result<Picture, Failure> {
    app.blocking(|app, service| app.camera.freeze(service, &app.running.page())).await
}

#[tauri::command]
pub(crate) async fn camera_close(app: State<'_, Shared>) -> Result<(), Failure> {
    app.blocking(|app, _| {
        app.camera.close();
        Ok(())
    })
    .await
}
