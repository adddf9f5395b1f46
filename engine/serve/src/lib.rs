//! Glimpse over HTTP: the web UI, its addresses, and one picture at a time for scripts. On this
//! device alone unless it is asked to listen beyond it, and then only with a token.
//!
//! `docs/serve.md` says how it is run; [`openapi`] describes the addresses.

mod answer;
mod body;
mod guard;
mod handlers;
mod live;
mod metrics;
mod openapi;
mod routes;
mod running;
mod server;
mod ui;

use std::sync::Arc;

use glimpse_service::Service;

pub use live::LivePatience;
pub use openapi::document as openapi;
pub use server::{Options, ServeError, Server, run};

/// What all requests share.
#[derive(Debug)]
struct App {
    service: Arc<Service>,
    rules: guard::Rules,
    room: body::Room,
    running: Arc<running::Running>,
    metrics: metrics::Metrics,
    sockets: live::Sockets,
}

type Shared = Arc<App>;
