//! Looks and measurements, which are told of as they go.

use axum::extract::State;
use glimpse_service::api::{BenchEvent, BenchRequest, LookEvent, LookRequest, PictureId};

use crate::Shared;
use crate::answer::Answer;
use crate::body::{Id, Json};
use crate::running::streaming;

pub(crate) async fn look(State(app): State<Shared>, Id(id): Id, Json(request): Json<LookRequest>) -> Answer {
    let heard = app.clone();
    streaming(
        &app,
        move |event: &LookEvent| heard.metrics.heard(event),
        move |service, cancel, tell| service.look(&PictureId(id), &request, cancel, tell).map(drop),
    )
    .await
}

pub(crate) async fn bench(State(app): State<Shared>, Json(request): Json<BenchRequest>) -> Answer {
    streaming(
        &app,
        |_: &BenchEvent| (),
        move |service, cancel, tell| service.bench(&request, cancel, tell).map(drop),
    )
    .await
}
