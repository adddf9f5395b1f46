//! One picture, one answer: for scripts.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use glimpse_engine::see::View;
use glimpse_service::Call;
use glimpse_service::api::{LookRequest, Task};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Shared;
use crate::answer::Answer;
use crate::body::{Params, PictureBody};
use crate::running::blocking;

/// How a picture is read.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReadQuery {
    /// Lines of less confidence are dropped, 0 to 1. Default 0.5.
    min_confidence: Option<f32>,
    /// Only characters of these languages: BCP 47 codes with commas between them.
    languages: Option<String>,
}

/// How a picture is described.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DescribeQuery {
    /// Hypotheses of the caption search: 1 is the fastest.
    beam: Option<usize>,
    /// Also read the text, which takes longer.
    text: bool,
    /// Also say where each token of the caption looked.
    attention: bool,
}

/// How objects are found.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FindQuery {
    /// Objects of a lower score are dropped, 0 to 1. Default 0.3.
    min_score: Option<f32>,
}

/// How a picture's contents are named.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TagsQuery {
    /// Most tags, 1 to 1000. Default 5.
    top: Option<usize>,
    /// Look at the whole picture, squashed to a square, instead of the square in its middle.
    whole: bool,
    /// Also give the embedding.
    embedding: bool,
}

pub(crate) async fn read(
    State(app): State<Shared>,
    Params(query): Params<ReadQuery>,
    body: PictureBody,
) -> Answer {
    let codes = query.languages.unwrap_or_default();
    let languages = codes.split(',').map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned);
    let request = LookRequest {
        min_confidence: query.min_confidence,
        languages: languages.collect(),
        ..LookRequest::new(Task::Read)
    };
    once(&app, Call::Look(request), body).await
}

pub(crate) async fn describe(
    State(app): State<Shared>,
    Params(query): Params<DescribeQuery>,
    body: PictureBody,
) -> Answer {
    let DescribeQuery { beam, text, attention } = query;
    let request = LookRequest { beam, text, attention, ..LookRequest::new(Task::Describe) };
    once(&app, Call::Look(request), body).await
}

pub(crate) async fn find(
    State(app): State<Shared>,
    Params(query): Params<FindQuery>,
    body: PictureBody,
) -> Answer {
    let request = LookRequest { min_score: query.min_score, ..LookRequest::new(Task::Find) };
    once(&app, Call::Look(request), body).await
}

pub(crate) async fn tags(
    State(app): State<Shared>,
    Params(query): Params<TagsQuery>,
    body: PictureBody,
) -> Answer {
    let view = if query.whole { View::Whole } else { View::Centre };
    once(&app, Call::Tags { top: query.top, view, embedding: query.embedding }, body).await
}

async fn once(app: &Shared, call: Call, body: PictureBody) -> Answer {
    let PictureBody { bytes, name, room } = body;
    let json = blocking(app, move |service, cancel| {
        let _room = room;
        // As the command calls what comes from standard input.
        service.once(&call, name.as_deref().unwrap_or("-"), &bytes, cancel)
    })
    .await?;
    let kind = HeaderValue::from_static("application/json");
    Ok(([(CONTENT_TYPE, kind)], Body::from(json + "\n")).into_response())
}
