//! Work on blocking threads, and how it ends when nobody waits for it any more.

use std::collections::HashMap;
use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::stream;
use glimpse_engine::read::CancelToken;
use glimpse_service::api::{Failure, ServiceCode};
use glimpse_service::{Listener, Service};
use serde::Serialize;
use tokio::sync::mpsc::{self, Receiver};
use tokio::task::{JoinError, spawn_blocking};

use crate::Shared;
use crate::answer::Answer;

/// Most events that wait for a client who does not take them. One who lags further has gone away.
const EVENTS: usize = 4096;
const NDJSON: HeaderValue = HeaderValue::from_static("application/x-ndjson");

/// What runs now, so that it can be cancelled when the server stops.
#[derive(Debug, Default)]
pub(crate) struct Running {
    tokens: Mutex<(u64, HashMap<u64, CancelToken>)>,
}

/// Cancels its work when it is dropped: with the answer that it belongs to.
#[derive(Debug)]
pub(crate) struct Guard {
    running: Arc<Running>,
    key: u64,
    cancel: CancelToken,
}

impl Running {
    fn begin(self: &Arc<Self>) -> Guard {
        let cancel = CancelToken::new();
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.0 += 1;
        let key = tokens.0;
        tokens.1.insert(key, cancel.clone());
        Guard { running: self.clone(), key, cancel }
    }

    /// Cancels all.
    pub(crate) fn cancel_all(&self) {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.1.values().for_each(CancelToken::cancel);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.running.tokens.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&self.key);
    }
}

/// Does `work` on a blocking thread. A client who goes away cancels it.
pub(crate) async fn blocking<T: Send + 'static>(
    app: &Shared,
    work: impl FnOnce(&Service, &CancelToken) -> Result<T, Failure> + Send + 'static,
) -> Answer<T> {
    let guard = app.running.begin();
    let (service, cancel) = (app.service.clone(), guard.cancel.clone());
    let done = spawn_blocking(move || work(&service, &cancel)).await.unwrap_or_else(|e| Err(panicked(&e)));
    Ok(done?)
}

/// Does `work` on a blocking thread and streams what it tells, one JSON object a line. The answer
/// begins with the first event; a failure before it is an ordinary one. A client who goes away, or
/// does not keep up, cancels the work.
pub(crate) async fn streaming<E: Serialize + 'static>(
    app: &Shared,
    hear: impl Fn(&E) + Send + Sync + 'static,
    work: impl FnOnce(&Service, &CancelToken, Listener<'_, E>) -> Result<(), Failure> + Send + 'static,
) -> Answer {
    let guard = app.running.begin();
    let (service, cancel) = (app.service.clone(), guard.cancel.clone());
    let (sender, mut receiver) = mpsc::channel(EVENTS);
    let task = spawn_blocking(move || {
        work(&service, &cancel, &mut |event: E| {
            hear(&event);
            match line(&event).map(|line| sender.try_send(line)) {
                Some(Ok(())) => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        })
    });
    match receiver.recv().await {
        Some(first) => Ok(([(CONTENT_TYPE, NDJSON)], body(first, receiver, guard)).into_response()),
        None => {
            task.await.unwrap_or_else(|error| Err(panicked(&error)))?;
            Err(Failure::new(ServiceCode::Internal, "the work ended without a word").into())
        }
    }
}

/// `first` and what follows it; dropping it drops `guard`.
fn body(first: Bytes, receiver: Receiver<Bytes>, guard: Guard) -> Body {
    let state = (Some(first), receiver, guard);
    Body::from_stream(stream::unfold(state, |(first, mut receiver, guard)| async move {
        let line = match first {
            Some(line) => line,
            None => receiver.recv().await?,
        };
        Some((Ok::<_, Infallible>(line), (None, receiver, guard)))
    }))
}

fn line<E: Serialize>(event: &E) -> Option<Bytes> {
    let mut line = serde_json::to_vec(event)
        .inspect_err(|error| tracing::error!(%error, "an event cannot be written as JSON"))
        .ok()?;
    line.push(b'\n');
    Some(line.into())
}

fn panicked(error: &JoinError) -> Failure {
    tracing::error!(%error, "the work did not end by itself");
    Failure::new(ServiceCode::Internal, "a bug ended the work; the server's log says more")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_cancelled_with_its_guard_and_with_all() {
        let running = Arc::new(Running::default());
        let (a, b) = (running.begin(), running.begin());
        let (token_a, token_b) = (a.cancel.clone(), b.cancel.clone());
        drop(a);
        assert!(token_a.is_cancelled() && !token_b.is_cancelled());
        running.cancel_all();
        assert!(token_b.is_cancelled());
        drop(b);
        assert!(running.tokens.lock().unwrap().1.is_empty());
    }
}
