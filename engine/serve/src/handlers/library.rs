//! The library.

use axum::extract::State;
use axum::http::StatusCode;
use glimpse_service::api::{ItemId, LibraryQuery, ServiceCode};

use crate::Shared;
use crate::answer::{Answer, Refusal, file, found, json, nothing};
use crate::body::{Id, Json, Params};
use crate::handlers::ExportQuery;
use crate::running::blocking;

/// The item that a path names: what is no number names none.
fn item(id: &str) -> Answer<ItemId> {
    id.parse()
        .map(ItemId)
        .map_err(|_| Refusal::new(ServiceCode::UnknownItem, "there is no such picture in the library"))
}

pub(crate) async fn library(State(app): State<Shared>, Json(query): Json<LibraryQuery>) -> Answer {
    Ok(found(&blocking(&app, move |service, cancel| service.library(&query, cancel)).await?))
}

pub(crate) async fn library_entry(State(app): State<Shared>, Id(id): Id) -> Answer {
    let id = item(&id)?;
    Ok(found(&blocking(&app, move |service, _| service.library_entry(id)).await?))
}

pub(crate) async fn library_thumbnail(State(app): State<Shared>, Id(id): Id) -> Answer {
    let id = item(&id)?;
    Ok(file(blocking(&app, move |service, _| service.library_thumbnail(id)).await?))
}

pub(crate) async fn library_image(State(app): State<Shared>, Id(id): Id) -> Answer {
    let id = item(&id)?;
    Ok(file(blocking(&app, move |service, cancel| service.library_image(id, cancel)).await?))
}

pub(crate) async fn library_export(
    State(app): State<Shared>,
    Id(id): Id,
    Params(query): Params<ExportQuery>,
) -> Answer {
    let id = item(&id)?;
    Ok(file(blocking(&app, move |service, cancel| service.library_export(id, query.format, cancel)).await?))
}

pub(crate) async fn library_open(State(app): State<Shared>, Id(id): Id) -> Answer {
    let id = item(&id)?;
    let picture = blocking(&app, move |service, cancel| service.library_open(id, cancel)).await?;
    Ok(json(StatusCode::CREATED, &picture))
}

pub(crate) async fn library_delete(State(app): State<Shared>, Id(id): Id) -> Answer {
    let id = item(&id)?;
    blocking(&app, move |service, _| service.library_delete(id)).await?;
    Ok(nothing())
}

pub(crate) async fn library_clear(State(app): State<Shared>) -> Answer {
    blocking(&app, |service, _| service.library_clear()).await?;
    Ok(nothing())
}
