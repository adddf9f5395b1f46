//! Looking inside.

use glimpse_service::api::{BoxKnobs, Failure, HeatMap, LineRequest, LineTrace, PageTrace, PictureId};
use tauri::State;

use crate::state::Shared;

#[tauri::command]
pub(crate) async fn page_trace(
    app: State<'_, Shared>,
    id: PictureId,
    knobs: BoxKnobs,
) -> Result<PageTrace, Failure> {
    app.blocking(move |app, service| service.page_trace(&id, &knobs, &app.running.page())).await
}

#[tauri::command]
pub(crate) async fn heat_map(app: State<'_, Shared>, id: PictureId) -> Result<HeatMap, Failure> {
    app.blocking(move |app, service| service.heat_map(&id, &app.running.page())).await
}

#[tauri::command]
pub(crate) async fn line_trace(
    app: State<'_, Shared>,
    id: PictureId,
    request: LineRequest,
) -> Result<LineTrace, Failure> {
    app.blocking(move |app, service| service.line_trace(&id, &request, &app.running.page())).await
}
