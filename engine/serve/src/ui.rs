//! The UI's files.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use glimpse_engine::find_beside_program;
use glimpse_service::api::ServiceCode;
use tower_http::services::ServeDir;

use crate::Shared;
use crate::answer::Refusal;

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// The folder whose files have their hashes in their names: they never change.
const HASHED: &str = "/assets/";

/// The folder of the UI: `given`, else `ui/dist` or `share/glimpse/ui` beside the program or above it.
/// `None` where it was not built.
pub(crate) fn find(given: Option<&Path>) -> Option<PathBuf> {
    let has = |folder: &Path| folder.join("index.html").is_file();
    if let Some(folder) = given {
        return has(folder).then(|| folder.to_owned());
    }
    find_beside_program(&["ui/dist", "share/glimpse/ui"], has)
}

/// Adds the files in `folder` to `router`, or a page that says how to get them.
pub(crate) fn add(router: Router<Shared>, folder: Option<&Path>) -> Router<Shared> {
    let Some(folder) = folder else {
        return router.route("/", any(missing_page)).fallback(no_such_address);
    };
    let files = ServeDir::new(folder)
        .append_index_html_on_directories(true)
        .call_fallback_on_method_not_allowed(true)
        .fallback(any(no_such_address));
    let files = Router::new().fallback_service(files).layer(middleware::from_fn(cached));
    router.fallback_service(files)
}

/// Says how long browsers may keep a file.
async fn cached(request: Request, next: Next) -> Response {
    let hashed = request.uri().path().starts_with(HASHED);
    let mut response = next.run(request).await;
    let value = match response.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT if hashed => {
            "public, max-age=31536000, immutable"
        }
        _ => "no-cache",
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

/// For every address that there is not.
pub(crate) async fn no_such_address() -> Refusal {
    Refusal::new(ServiceCode::NoSuchAddress, "there is no such address; GET /api/v1/openapi.json lists them")
}

/// For addresses that there are, but not for this method.
pub(crate) async fn no_such_method() -> Refusal {
    Refusal::new(ServiceCode::NoSuchAddress, "this address does not know this method")
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
}

async fn missing_page() -> Response {
    let text = "<p>The server is up, but the user interface was not built. \
                Run <code>make ui</code> in the source folder and start again, or name the folder of a built one \
                with <code>--ui</code>.</p>\
                <p>Programs can use it all the same: see <a href=\"/api/v1/openapi.json\">its addresses</a>.</p>";
    page(StatusCode::NOT_FOUND, text)
}

/// Asks for the token.
pub(crate) fn token_page() -> Response {
    let text = "<p>This server asks for its token.</p>\
                <p>Open the address that was printed where it was started, with \
                <code>?token=</code> and the token behind it.</p>";
    page(StatusCode::UNAUTHORIZED, text)
}

fn page(status: StatusCode, text: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Glimpse</title><h1>Glimpse</h1>{text}</html>\n"
    );
    (status, [(CONTENT_TYPE, HTML), (CACHE_CONTROL, HeaderValue::from_static("no-store"))], html)
        .into_response()
}
