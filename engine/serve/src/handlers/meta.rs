//! The app itself: settings, device, health, metrics, addresses.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use glimpse_service::api::SettingsChange;

use crate::Shared;
use crate::answer::{Answer, found};
use crate::body::{Id, Json};
use crate::openapi;
use crate::running::blocking;

pub(crate) async fn settings(State(app): State<Shared>) -> Answer {
    Ok(found(&app.service.settings()))
}

pub(crate) async fn set_settings(State(app): State<Shared>, Json(change): Json<SettingsChange>) -> Answer {
    Ok(found(&blocking(&app, move |service, _| service.change_settings(&change)).await?))
}

pub(crate) async fn device(State(app): State<Shared>) -> Answer {
    Ok(found(&blocking(&app, |service, _| service.device()).await?))
}

pub(crate) async fn check_pack(State(app): State<Shared>, Id(id): Id) -> Answer {
    Ok(found(&blocking(&app, move |service, _| service.check_pack(&id)).await?))
}

pub(crate) async fn healthz() -> Answer {
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], "ok\n").into_response())
}

pub(crate) async fn metrics(State(app): State<Shared>) -> Answer {
    app.metrics.answer(&app.service)
}

pub(crate) async fn describe_addresses() -> Answer {
    Ok(found(&openapi::document()))
}
