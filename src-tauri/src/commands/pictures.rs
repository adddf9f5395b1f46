//! Pictures: opening, showing, exporting, closing.

use glimpse_service::api::{ExportFormat, Failure, Picture, PictureId, Sample, ServiceCode};
use percent_encoding::percent_decode;
use tauri::State;
use tauri::ipc::{InvokeBody, Request, Response};

use super::raw;
use crate::state::Shared;

/// Header with the file's name, percent-encoded.
const NAME_HEADER: &str = "x-glimpse-name";

#[tauri::command]
pub(crate) async fn open_picture(app: State<'_, Shared>, request: Request<'_>) -> Result<Picture, Failure> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(Failure::new(ServiceCode::BadRequest, "the picture's bytes are the body"));
    };
    let (name, bytes) = (name_of(&request)?, bytes.clone());
    app.blocking(move |app, service| service.open_picture(bytes, name.as_deref(), &app.running.page())).await
}

/// The name that a picture or clip comes with.
pub(super) fn name_of(request: &Request<'_>) -> Result<Option<String>, Failure> {
    request.headers().get(NAME_HEADER).map(|value| decoded(value.as_bytes())).transpose()
}

fn decoded(name: &[u8]) -> Result<String, Failure> {
    let name = percent_decode(name).decode_utf8();
    let name = name.map_err(|_| Failure::new(ServiceCode::BadRequest, "the name is not UTF-8"))?;
    Ok(name.into_owned())
}

#[tauri::command]
pub(crate) async fn open_path(app: State<'_, Shared>, path: String) -> Result<Picture, Failure> {
    app.blocking(move |app, service| service.open_path(&app.arrivals.file(&path)?, &app.running.page())).await
}

/// The paths that the window was opened with, or was handed since, and that nobody asked for yet.
/// The event `paths-to-open` says that there are new ones.
#[tauri::command]
pub(crate) fn paths_to_open(app: State<'_, Shared>) -> Vec<String> {
    app.arrivals.take()
}

#[tauri::command]
pub(crate) async fn samples(app: State<'_, Shared>) -> Result<Vec<Sample>, Failure> {
    app.blocking(|_, service| Ok(service.samples())).await
}

#[tauri::command]
pub(crate) async fn open_sample(app: State<'_, Shared>, name: String) -> Result<Picture, Failure> {
    app.blocking(move |app, service| service.open_sample(&name, &app.running.page())).await
}

#[tauri::command]
pub(crate) async fn close_picture(app: State<'_, Shared>, id: PictureId) -> Result<(), Failure> {
    app.blocking(move |_, service| service.close_picture(&id)).await
}

#[tauri::command]
pub(crate) async fn picture_image(
    app: State<'_, Shared>,
    id: PictureId,
    max: Option<u32>,
) -> Result<Response, Failure> {
    app.blocking(move |app, service| service.picture_image(&id, max, &app.running.page())).await.map(raw)
}

#[tauri::command]
pub(crate) async fn export_picture(
    app: State<'_, Shared>,
    id: PictureId,
    format: ExportFormat,
) -> Result<Response, Failure> {
    app.blocking(move |app, service| service.export_picture(&id, format, &app.running.page())).await.map(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_percent_encoded() {
        assert_eq!(decoded(b"caf%C3%A9%20%231.jpg").unwrap(), "café #1.jpg");
        assert_eq!(decoded(b"100%.jpg").unwrap(), "100%.jpg");
        assert_eq!(decoded(b"%ff.jpg").unwrap_err().code, "bad_request");
    }
}
