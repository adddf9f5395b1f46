//! Looking inside.

use axum::extract::State;
use glimpse_service::api::{BoxKnobs, LineRequest, PictureId};

use crate::Shared;
use crate::answer::{Answer, found};
use crate::body::{Id, Json};
use crate::running::blocking;

pub(crate) async fn page_trace(State(app): State<Shared>, Id(id): Id, Json(knobs): Json<BoxKnobs>) -> Answer {
    let id = PictureId(id);
    Ok(found(&blocking(&app, move |service, cancel| service.page_trace(&id, &knobs, cancel)).await?))
}

pub(crate) async fn heat_map(State(app): State<Shared>, Id(id): Id) -> Answer {
    let id = PictureId(id);
    Ok(found(&blocking(&app, move |service, cancel| service.heat_map(&id, cancel)).await?))
}

pub(crate) async fn line_trace(
    State(app): State<Shared>,
    Id(id): Id,
    Json(request): Json<LineRequest>,
) -> Answer {
    let id = PictureId(id);
    Ok(found(&blocking(&app, move |service, cancel| service.line_trace(&id, &request, cancel)).await?))
}
