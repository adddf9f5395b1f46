//! Pictures: opening, showing, exporting, closing.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use glimpse_service::api::{ExportFormat, Failure, Picture, PictureId, Sample, ServiceCode};
use percent_encoding::percent_decode;
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, State};

use super::raw;
use crate::state::Shared;

/// Header with the file's name, percent-encoded.
const NAME_HEADER: &str = "x-glimpse-name";

#[tauri::command]
pub(crate) async fn open_picture(app: State<'_, Shared>, request: Request<'_>) -> Result<Picture, Failure> {
    let (name, bytes) = (name_of(&request)?, file_of(request.body())?);
    app.blocking(move |app, service| service.open_picture(bytes, name.as_deref(), &app.running.page())).await
}

/// The bytes of a picture or clip: the body itself or, from web views that hand over text alone (Android's),
/// `{"base64": …}`.
///
/// # Errors
/// `bad_request` for another body.
pub(super) fn file_of(body: &InvokeBody) -> Result<Vec<u8>, Failure> {
    let bytes = match body {
        InvokeBody::Raw(bytes) => Some(bytes.clone()),
        InvokeBody::Json(fields) => {
            let text = fields.as_object().filter(|fields| fields.len() == 1);
            text.and_then(|fields| fields.get("base64")?.as_str())
                .and_then(|text| BASE64_STANDARD.decode(text).ok())
        }
    };
    bytes.ok_or_else(|| Failure::new(ServiceCode::BadRequest, "the file's bytes are the body"))
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

/// Keeps a file where a person chooses, and says whether they chose: for web views without downloads, which
/// are Android's.
#[tauri::command]
pub(crate) async fn save_file(app: AppHandle, request: Request<'_>) -> Result<bool, Failure> {
    let (name, bytes) = (name_of(&request)?, file_of(request.body())?);
    let name = name.unwrap_or_else(|| "glimpse".into());
    let done = tauri::async_runtime::spawn_blocking(move || save(&app, &name, &bytes)).await;
    done.unwrap_or_else(|error| Err(Failure::new(ServiceCode::Internal, error.to_string())))
}

#[cfg(target_os = "android")]
fn save(app: &AppHandle, name: &str, bytes: &[u8]) -> Result<bool, Failure> {
    let saved = crate::android::save(app, name, bytes);
    saved.map_err(|error| Failure::new(ServiceCode::Storage, error.to_string()))
}

#[cfg(not(target_os = "android"))]
fn save(_app: &AppHandle, _name: &str, _bytes: &[u8]) -> Result<bool, Failure> {
    Err(Failure::new(ServiceCode::Unavailable, "downloads of the page do it here"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_as_they_are_or_as_text() {
        use serde_json::json;
        assert_eq!(file_of(&InvokeBody::Raw(vec![1, 2])).unwrap(), [1, 2]);
        let text = |json| file_of(&InvokeBody::Json(json));
        assert_eq!(text(json!({ "base64": "/9gA" })).unwrap(), [0xff, 0xd8, 0]);
        assert!(text(json!({ "base64": "" })).unwrap().is_empty());
        for bad in [
            json!({ "base64": "/9g" }),
            json!({ "base64": "not text" }),
            json!({ "base64": 1 }),
            json!({ "base64": "/9gA", "more": 1 }),
            json!({}),
            json!([255, 216]),
            json!("/9gA"),
            json!(null),
        ] {
            assert_eq!(text(bad.clone()).unwrap_err().code, "bad_request", "{bad}");
        }
    }

    #[test]
    fn names_come_percent_encoded() {
        assert_eq!(decoded(b"caf%C3%A9%20%231.jpg").unwrap(), "café #1.jpg");
        assert_eq!(decoded(b"100%.jpg").unwrap(), "100%.jpg");
        assert_eq!(decoded(b"%ff.jpg").unwrap_err().code, "bad_request");
    }
}
