//! The server: connections within bounds, and an end in good order.

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use glimpse_service::api::{Failure, ServiceCode, Task};
use glimpse_service::{PictureLimits, Service, ServiceOptions};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower_http::catch_panic::CatchPanicLayer;

use crate::answer::Refusal;
use crate::body::Room;
use crate::guard::{Rules, Token, guard, mark, panicked};
use crate::live::{LivePatience, Sockets};
use crate::metrics::Metrics;
use crate::running::Running;
use crate::{App, Shared, routes, ui};

/// Most connections at once.
const CONNECTIONS: usize = 256;
/// Connections beyond them that hear that they are too many; others are dropped.
const TURNED_AWAY: usize = 64;
/// Longest wait for a request's head, and for the next request on a connection.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// The same for one who is turned away.
const SHORT_HEAD_TIME: Duration = Duration::from_secs(2);
/// Longest wait for a client to take a piece of an answer.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// Most bytes of a request's head.
const HEAD_BYTES: usize = 64 << 10;
/// Most header lines that are parsed, to be refused with words; hyper refuses more of them without.
const HEADER_LINES: usize = 1024;
/// Memory for bodies that arrive.
const BODY_BYTES: usize = 256 << 20;
/// How long what runs may go on when the server stops, and how long it may take to be cancelled.
const LAST_WORK: Duration = Duration::from_secs(4);
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Threads for work that blocks: those at the engine, at decoding, in both queues, and some more.
const BLOCKING_THREADS: usize = 160;
/// Opened pictures: enough for one a connection.
const PICTURES: usize = CONNECTIONS;

/// How a server is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address or name to listen at.
    pub host: String,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// What requests must know. Needed beyond loopback.
    pub token: Option<String>,
    /// The folder of the built UI; `None` looks beside the program and upwards.
    pub ui: Option<PathBuf>,
    /// Opens the printed address in this machine's browser.
    pub open: bool,
    /// How the service is opened. The bounds on opened pictures are the server's own.
    pub service: ServiceOptions,
    /// How patient it is with clients of live video.
    pub live: LivePatience,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It would be reachable beyond this machine without a token.
    #[error("{0} is reachable beyond this machine: give a token with --token or GLIMPSE_TOKEN")]
    NoToken(IpAddr),
    /// The token cannot be one.
    #[error("{0}")]
    Token(String),
    /// The address cannot be listened at.
    #[error("cannot listen at {host}:{port}: {source}")]
    Listen {
        /// The host that was asked for.
        host: String,
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder that was named holds no UI.
    #[error("{0} has no index.html: build the user interface first (make ui)")]
    NoUi(PathBuf),
    /// The service cannot be opened.
    #[error("{0}")]
    Service(#[from] Failure),
    /// The system gives no threads.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
}

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Shared,
    router: Router,
    /// Longest wait for a client to take a piece of an answer.
    write_time: Duration,
}

/// Serves until the process is told to stop (SIGINT, SIGTERM). `ready` hears the address as soon as
/// it can be asked.
///
/// # Errors
/// [`ServeError`] where it does not start.
pub fn run(options: Options, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_name("glimpse-serve")
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    let ended = runtime.block_on(async {
        // Before the address is told: who knows it may end the process at once.
        let stop = told_to_stop();
        let (open, token) = (options.open, options.token.clone());
        let server = Server::bind(options).await?;
        let url = server.url();
        ready(&url);
        server.warm_up();
        if open {
            open_in_browser(&url, token.as_deref());
        }
        server.run(stop).await;
        Ok(())
    });
    // What still blocks was cancelled; nobody waits for it.
    runtime.shutdown_timeout(LAST_WORDS);
    ended
}

impl Server {
    /// Opens the service and listens.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn bind(options: Options) -> Result<Self, ServeError> {
        let Options { host, port, token, ui, service, live, .. } = options;
        let token: Option<Token> = token.map(|text| text.parse()).transpose().map_err(ServeError::Token)?;
        let failed = |source| ServeError::Listen { host: host.clone(), port, source };
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let addresses: Vec<SocketAddr> =
            tokio::net::lookup_host((name, port)).await.map_err(failed)?.collect();
        // A name may mean several: none of them may be reachable without a token.
        if let Some(open) = addresses.iter().find(|a| !a.ip().is_loopback()).filter(|_| token.is_none()) {
            return Err(ServeError::NoToken(open.ip()));
        }
        let folder = ui::find(ui.as_deref());
        if let (Some(named), None) = (ui, &folder) {
            return Err(ServeError::NoUi(named));
        }
        let listener = TcpListener::bind(&addresses[..]).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let pictures = PictureLimits { pictures: PICTURES, ..service.pictures };
        let opened =
            tokio::task::spawn_blocking(move || Service::open(ServiceOptions { pictures, ..service }));
        let service = opened.await.map_err(|error| ServeError::Runtime(error.into()))??;
        let app = Arc::new(App {
            service: Arc::new(service),
            rules: Rules::new(address.ip().is_loopback(), token),
            room: Room::new(BODY_BYTES),
            running: Arc::new(Running::default()),
            metrics: Metrics::new(),
            sockets: Sockets::new(live),
        });
        let router = ui::add(routes::router(), folder.as_deref())
            .method_not_allowed_fallback(ui::no_such_method)
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn_with_state(app.clone(), guard))
            .with_state(app.clone());
        Ok(Self { listener, address, app, router, write_time: WRITE_TIME })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a browser takes it, with a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Opens the packs on another thread, so that no first request waits for them.
    pub fn warm_up(&self) {
        let service = self.app.service.clone();
        tokio::task::spawn_blocking(move || {
            for task in [Task::Read, Task::Describe] {
                if let Err(failure) = service.load(task) {
                    tracing::warn!(code = %failure.code, "{failure}");
                }
            }
        });
    }

    /// Answers until `stop` is ready; then what runs has a few seconds to end.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { listener, app, router, write_time, .. } = self;
        let (places, aside) = (Arc::new(Semaphore::new(CONNECTIONS)), Arc::new(Semaphore::new(TURNED_AWAY)));
        let mut stop = pin!(stop);
        loop {
            let stream = tokio::select! {
                biased;
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        // Out of file handles, most likely: others must end first.
                        sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                },
            };
            if let Ok(place) = places.clone().try_acquire_owned() {
                answer(timed(stream, write_time), &app, &router, place);
            } else if let Ok(place) = aside.clone().try_acquire_owned() {
                app.metrics.turned_away.inc();
                turn_away(timed(stream, write_time), app.clone(), place);
            }
        }
        drop(listener);
        tracing::info!("stopping");
        app.sockets.stop();
        // Connections that became WebSockets are no longer those of HTTP.
        let mut closed = pin!(async {
            let _ = places.acquire_many(CONNECTIONS as u32).await;
            app.sockets.closed().await;
        });
        if timeout(LAST_WORK, &mut closed).await.is_err() {
            app.running.cancel_all();
            if timeout(LAST_WORDS, closed).await.is_err() {
                tracing::warn!("some connections did not end in time");
            }
        }
    }
}

/// Answers the requests of one connection.
fn answer(stream: TimeoutStream<TcpStream>, app: &Shared, router: &Router, place: OwnedSemaphorePermit) {
    let service = TowerToHyperService::new(router.clone());
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADER_LINES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    let app = app.clone();
    app.metrics.connections.inc();
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = app.sockets.stopped() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
        app.metrics.connections.dec();
        drop(place);
    });
}

/// Tells one connection too many so, and ends it.
fn turn_away(stream: TimeoutStream<TcpStream>, app: Shared, place: OwnedSemaphorePermit) {
    tokio::spawn(async move {
        let service = service_fn(move |request: Request<Incoming>| {
            let message = format!("{CONNECTIONS} connections are open already; try again soon");
            let mut response: Response = Refusal::new(ServiceCode::Busy, message).into_response();
            mark(&mut response, request.uri().path(), &app.rules.next_id());
            app.metrics.answered("other", "turned away", response.status().as_u16(), Duration::ZERO);
            async { Ok::<_, Infallible>(response) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(SHORT_HEAD_TIME)
            .keep_alive(false)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        let _ = timeout(SHORT_HEAD_TIME * 2, connection).await;
        drop(place);
    });
}

/// `stream`, which fails when the other side takes nothing for `write_time`.
fn timed(stream: TcpStream, write_time: Duration) -> TimeoutStream<TcpStream> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small answers may wait");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write_time));
    stream
}

/// Ready when the process is told to stop, from now on.
fn told_to_stop() -> impl Future<Output = ()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        async move {
            let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
                tracing::warn!("signals cannot be heard: the process must be killed to end");
                return std::future::pending().await;
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
    }
    #[cfg(not(unix))]
    {
        async {
            if tokio::signal::ctrl_c().await.is_err() {
                tracing::warn!("Ctrl-C cannot be heard: the process must be killed to end");
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Opens `url` in this machine's browser, with the token that it needs.
fn open_in_browser(url: &str, token: Option<&str>) {
    let url = token.map_or_else(|| url.to_owned(), |token| format!("{url}?token={token}"));
    if let Err(error) = open::that_detached(url) {
        tracing::warn!(%error, "no browser could be opened");
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::net::TcpStream;
    use std::path::Path;
    use std::time::Instant;

    use axum::body::Body;
    use axum::routing::get;
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;

    const LIMIT: Duration = Duration::from_millis(400);

    /// A server with an answer that never ends.
    async fn endless() -> Server {
        let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
        let service = ServiceOptions { packs: Some(packs), ..ServiceOptions::default() };
        let host = "127.0.0.1".to_owned();
        let live = LivePatience::default();
        let options = Options { host, port: 0, token: None, ui: None, open: false, service, live };
        let mut server = Server::bind(options).await.unwrap();
        let piece = || stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[7; 1 << 14])));
        let endless = move || async move { Body::from_stream(piece()) };
        server.router = server.router.route("/endless", get(endless));
        server.write_time = LIMIT;
        server
    }

    fn ask(address: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LIMIT * 20)).unwrap();
        stream.write_all(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(&head, b"HTTP/1.1 200");
        stream
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_stops_reading_is_let_go_and_who_reads_slowly_is_not() {
        let server = endless().await;
        let (address, app) = (server.address(), server.app.clone());
        let open = move || app.metrics.connections.get();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        let clients = tokio::task::spawn_blocking(move || {
            let (mut stalled, mut slow) = (ask(address), ask(address));
            assert_eq!(open(), 2);
            let began = Instant::now();
            let mut buffer = vec![0; 1 << 20];
            // The slow one pauses for less than the limit each time, and for more than that in all.
            while open() == 2 {
                slow.read_exact(&mut buffer).unwrap();
                std::thread::sleep(LIMIT / 20);
                assert!(began.elapsed() < LIMIT * 20, "nobody was let go");
            }
            assert!(began.elapsed() >= LIMIT * 9 / 10, "let go after {:?}", began.elapsed());
            for _ in 0..40 {
                slow.read_exact(&mut buffer).unwrap();
                std::thread::sleep(LIMIT / 20);
            }
            assert_eq!(open(), 1);
            // What had been sent is still to be read; then the connection is at its end.
            let end = loop {
                match stalled.read(&mut buffer) {
                    Ok(0) => break Ok(()),
                    Ok(_) => {}
                    Err(error) => break Err(error.kind()),
                }
            };
            assert!(matches!(end, Ok(()) | Err(ErrorKind::ConnectionReset)), "{end:?}");
        });
        clients.await.unwrap();
        stop.send(()).unwrap();
        serving.await.unwrap();
    }
}
