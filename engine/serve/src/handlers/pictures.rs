//! Opening, showing and closing pictures.

use axum::extract::State;
use axum::http::StatusCode;
use glimpse_service::api::{ExportFormat, PictureId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Shared;
use crate::answer::{Answer, file, found, json, nothing};
use crate::body::{Id, Json, Params, PictureBody};
use crate::running::blocking;

/// Which sample picture to open.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SampleName {
    /// Its name, as the list of samples has it.
    name: String,
}

/// How large a picture is wanted.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ImageQuery {
    /// Most pixels of the longest side; without it the picture is given as it came.
    max: Option<u32>,
}

/// Which file to make of what is known.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// Its format.
    pub(crate) format: ExportFormat,
}

pub(crate) async fn export_picture(
    State(app): State<Shared>,
    Id(id): Id,
    Params(query): Params<ExportQuery>,
) -> Answer {
    let id = PictureId(id);
    Ok(file(blocking(&app, move |service, cancel| service.export_picture(&id, query.format, cancel)).await?))
}

pub(crate) async fn open_picture(State(app): State<Shared>, body: PictureBody) -> Answer {
    let PictureBody { bytes, name, room } = body;
    let picture = blocking(&app, move |service, cancel| {
        let _room = room;
        service.open_picture(bytes, name.as_deref(), cancel)
    })
    .await?;
    Ok(json(StatusCode::CREATED, &picture))
}

pub(crate) async fn samples(State(app): State<Shared>) -> Answer {
    Ok(found(&blocking(&app, |service, _| Ok(service.samples())).await?))
}

pub(crate) async fn open_sample(State(app): State<Shared>, Json(sample): Json<SampleName>) -> Answer {
    let picture = blocking(&app, move |service, cancel| service.open_sample(&sample.name, cancel)).await?;
    Ok(json(StatusCode::CREATED, &picture))
}

pub(crate) async fn close_picture(State(app): State<Shared>, Id(id): Id) -> Answer {
    app.service.close_picture(&PictureId(id))?;
    Ok(nothing())
}

pub(crate) async fn picture_image(
    State(app): State<Shared>,
    Id(id): Id,
    Params(query): Params<ImageQuery>,
) -> Answer {
    let work = move |service: &glimpse_service::Service, cancel: &_| {
        service.picture_image(&PictureId(id), query.max, cancel)
    };
    Ok(file(blocking(&app, work).await?))
}
