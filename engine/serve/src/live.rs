//! Live video over a WebSocket: one session each.
//!
//! ```text
//! client ─► reader: commands, frames ─► session ─► writer: events, pictures, pings ─► client
//! ```
//!
//! The writer takes an event when the last one is sent: a client that does not read misses observations
//! and pictures, and nothing piles up.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use glimpse_live::LiveEvents;
use glimpse_service::api::{Failure, LiveCommand, LiveEvent, LiveMessage, LiveStart, ServiceCode};
use glimpse_service::{Live, shown_frame};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, interval, sleep_until, timeout, timeout_at};

use crate::Shared;

/// Connections at once: those of sessions, and some that hear why theirs did not begin.
const SOCKETS: usize = 8;
/// Most bytes of a message with JSON.
const MOST_TEXT_BYTES: usize = 64 << 10;
/// Longest wait for a frame that is newer than the last one that was shown.
const PICTURE_TIME: Duration = Duration::from_millis(250);
/// How long the last words may take to be sent.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// What is read and thrown away after them: a connection that is closed with unread bytes is reset, and
/// its client might never hear them.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// How patient the server is with clients of live video.
#[derive(Debug, Clone, Copy)]
pub struct LivePatience {
    /// Longest wait for the message that begins a session. Default 10 s.
    pub start: Duration,
    /// A client of whom nothing was heard for so long, not even the answer to a ping, is gone. Default
    /// 30 s.
    pub silence: Duration,
    /// A session that was pushed no frame for so long ends, unless it is paused. Default 120 s.
    pub frames: Duration,
    /// Time between two pings. Default 10 s.
    pub ping: Duration,
}

impl Default for LivePatience {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            frames: Duration::from_secs(120),
            ping: Duration::from_secs(10),
        }
    }
}

/// The connections of live video.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(crate) places: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    patience: LivePatience,
}

impl Sockets {
    pub(crate) fn new(patience: LivePatience) -> Self {
        Self { places: Arc::new(Semaphore::new(SOCKETS)), stop: watch::Sender::new(false), patience }
    }

    /// Makes all of them end: each hears how its session ended.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Ready when they are to end.
    pub(crate) async fn stopped(&self) {
        stopped(&mut self.stop.subscribe()).await;
    }

    /// Ready when none is left.
    pub(crate) async fn closed(&self) {
        let _ = self.places.acquire_many(SOCKETS as u32).await;
    }
}

type Sink = SplitSink<WebSocket, Message>;
type Stream = SplitStream<WebSocket>;

/// Serves one connection, from its first message to its end.
pub(crate) async fn serve(app: Shared, socket: WebSocket) {
    let (mut sink, mut stream) = socket.split();
    let mut stop = app.sockets.stop.subscribe();
    let begun = tokio::select! {
        () = stopped(&mut stop) => Err(going_away()),
        begun = begin(&app, &mut stream) => begun,
    };
    match begun {
        Ok(Some((live, events, pictures))) => run(&app, sink, stream, stop, live, events, pictures).await,
        // It left without a word.
        Ok(None) => {}
        Err(failure) => {
            let _ = timeout(LAST_WORDS, fail(&mut sink, failure)).await;
            drain(&mut stream).await;
        }
    }
}

/// The session that the first message asks for, and whether frames are to be shown.
async fn begin(app: &Shared, stream: &mut Stream) -> Result<Option<(Arc<Live>, LiveEvents, bool)>, Failure> {
    let until = Instant::now() + app.sockets.patience.start;
    let text = loop {
        let Ok(message) = timeout_at(until, stream.next()).await else {
            return Err(Failure::new(ServiceCode::Timeout, "the first message did not come in time"));
        };
        match message {
            Some(Ok(Message::Text(text))) => break text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Binary(_))) => return Err(refused("the first message is LiveStart, as text")),
            Some(Ok(Message::Close(_))) | None => return Ok(None),
            Some(Err(error)) => return Err(broken(&error)),
        }
    };
    let start: LiveStart = parse(&text)?;
    let service = app.service.clone();
    let pictures = start.pictures;
    let begun = spawn_blocking(move || service.live_start(&start)).await;
    let (live, events) = begun.map_err(|error| {
        tracing::error!(%error, "a session did not begin");
        Failure::new(ServiceCode::Internal, "a bug ended the session; the server's log says more")
    })??;
    Ok(Some((live, events, pictures)))
}

/// How the reader ends.
enum End {
    /// The client is gone.
    Gone,
    /// The writer said the last word, or found the client gone.
    Written,
    /// The server stops.
    Stopping,
    /// The client sent what cannot be understood, or nothing for too long.
    Failed(Failure),
}

async fn run(
    app: &Shared,
    sink: Sink,
    mut stream: Stream,
    mut stop: watch::Receiver<bool>,
    live: Arc<Live>,
    events: LiveEvents,
    pictures: bool,
) {
    let number = live.number();
    app.metrics.live_began(number);
    let (failed, to_fail) = oneshot::channel();
    let (shown, to_show) = mpsc::channel(1);
    let showing = pictures.then(|| tokio::spawn(show(live.clone(), shown)));
    let writer =
        Writer { sink, events, to_show, to_fail, stop: stop.clone(), ping: app.sockets.patience.ping };
    let mut writer = tokio::spawn(writer.run());
    let end = read(&app.sockets.patience, &live, &mut stream, &mut stop, &mut writer).await;
    match end {
        End::Gone => writer.abort(),
        End::Written => drain(&mut stream).await,
        End::Stopping => {
            let _ = live.command(&LiveCommand::Stop);
            last_words(writer).await;
            drain(&mut stream).await;
        }
        End::Failed(failure) => {
            tracing::debug!(number, code = %failure.code, "live video ends: {failure}");
            if failed.send(failure).is_ok() {
                last_words(writer).await;
            }
            drain(&mut stream).await;
        }
    }
    if let Some(showing) = showing {
        showing.abort();
    }
    // It waits for the session's threads.
    let ended = spawn_blocking(move || {
        let telemetry = live.telemetry();
        drop(live);
        telemetry
    });
    if let Ok(telemetry) = ended.await {
        app.metrics.live_ended(number, &telemetry);
    }
}

/// Ready when the server stops.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Waits for the writer, which has something to say yet.
async fn last_words(mut writer: JoinHandle<()>) {
    if timeout(LAST_WORDS, &mut writer).await.is_err() {
        writer.abort();
    }
}

/// Takes what the client says, until there is an end.
async fn read(
    patience: &LivePatience,
    live: &Live,
    stream: &mut Stream,
    stop: &mut watch::Receiver<bool>,
    writer: &mut JoinHandle<()>,
) -> End {
    let (mut heard, mut framed, mut paused) = (Instant::now(), Instant::now(), false);
    loop {
        let silent = heard + patience.silence;
        let until = if live.is_pushed() && !paused { silent.min(framed + patience.frames) } else { silent };
        let message = tokio::select! {
            biased;
            () = stopped(stop) => return End::Stopping,
            _ = &mut *writer => return End::Written,
            message = stream.next() => message,
            () = sleep_until(until) => {
                let what = if until == silent { "nothing was heard" } else { "no frame came" };
                return End::Failed(Failure::new(ServiceCode::Timeout, format!("{what} for too long")));
            }
        };
        heard = Instant::now();
        let done = match message {
            Some(Ok(Message::Binary(frame))) => {
                framed = heard;
                live.push(&frame)
            }
            Some(Ok(Message::Text(text))) => parse(&text).and_then(|command| {
                if let LiveCommand::Pause { paused: now } = command {
                    (paused, framed) = (now, heard);
                }
                live.command(&command)
            }),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => return End::Gone,
            Some(Err(error)) => Err(broken(&error)),
        };
        if let Err(failure) = done {
            return End::Failed(failure);
        }
    }
}

/// Says what the session tells.
struct Writer {
    sink: Sink,
    events: LiveEvents,
    to_show: mpsc::Receiver<Bytes>,
    to_fail: oneshot::Receiver<Failure>,
    stop: watch::Receiver<bool>,
    ping: Duration,
}

impl Writer {
    async fn run(mut self) {
        let mut pings = interval(self.ping);
        // Where pings were late, the next one comes in its time.
        pings.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let message = tokio::select! {
                Ok(failure) = &mut self.to_fail => {
                    let _ = fail(&mut self.sink, failure).await;
                    return;
                }
                event = self.events.recv() => match event {
                    Some(event) => {
                        let is_over = matches!(event, LiveEvent::Ended { .. });
                        if self.say(&LiveMessage::Event(event)).await.is_err() {
                            return;
                        }
                        if !is_over {
                            continue;
                        }
                        self.closing()
                    }
                    None => self.closing(),
                },
                Some(picture) = self.to_show.recv() => Message::Binary(picture),
                _ = pings.tick() => Message::Ping(Bytes::new()),
            };
            let is_over = matches!(message, Message::Close(_));
            if self.sink.send(message).await.is_err() || is_over {
                return;
            }
        }
    }

    async fn say(&mut self, message: &LiveMessage) -> Result<(), axum::Error> {
        match text(message) {
            Some(text) => self.sink.send(text).await,
            None => Ok(()),
        }
    }

    fn closing(&self) -> Message {
        let (code, reason) = match *self.stop.borrow() {
            true => (close_code::AWAY, "the server stops"),
            false => (close_code::NORMAL, ""),
        };
        Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }))
    }
}

/// Shows frames, each when the client took the one before.
async fn show(live: Arc<Live>, shown: mpsc::Sender<Bytes>) {
    let mut after = 0;
    while let Ok(room) = shown.reserve().await {
        let from = live.clone();
        match spawn_blocking(move || from.picture(after, PICTURE_TIME)).await {
            Ok(Some(frame)) => {
                after = frame.number;
                room.send(shown_frame(&frame).into());
            }
            Ok(None) if live.is_over() => return,
            Ok(None) => {}
            Err(_) => return,
        }
    }
}

/// Says why there is no session, and closes.
async fn fail(sink: &mut Sink, failure: Failure) -> Result<(), axum::Error> {
    let code = match &*failure.code {
        "body_too_large" => close_code::SIZE,
        "busy" => close_code::AGAIN,
        "internal" => close_code::ERROR,
        "cancelled" => close_code::AWAY,
        _ => close_code::POLICY,
    };
    // A reason of a close has at most 123 bytes; its code is enough.
    let reason = Utf8Bytes::from(failure.code.as_ref());
    if let Some(text) = text(&LiveMessage::from(failure)) {
        sink.send(text).await?;
    }
    sink.send(Message::Close(Some(CloseFrame { code, reason }))).await
}

/// Reads for a while what still comes.
async fn drain(stream: &mut Stream) {
    let _ = timeout(DRAIN_TIME, async { while let Some(Ok(_)) = stream.next().await {} }).await;
}

fn text<T: Serialize>(message: &T) -> Option<Message> {
    serde_json::to_string(message)
        .inspect_err(|error| tracing::error!(%error, "an event cannot be written as JSON"))
        .ok()
        .map(|text| Message::Text(text.into()))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    if text.len() > MOST_TEXT_BYTES {
        let message = format!("a message has at most {MOST_TEXT_BYTES} bytes");
        return Err(Failure::new(ServiceCode::BodyTooLarge, message));
    }
    serde_json::from_str(text).map_err(|error| refused(&format!("the message does not parse: {error}")))
}

fn refused(message: &str) -> Failure {
    Failure::new(ServiceCode::BadRequest, message)
}

/// What the connection's own rules do not allow: most often a message that is too long.
fn broken(error: &axum::Error) -> Failure {
    let message = error.to_string();
    let code = if message.contains("too long") { ServiceCode::BodyTooLarge } else { ServiceCode::BadRequest };
    Failure::new(code, message)
}

fn going_away() -> Failure {
    Failure { code: "cancelled".into(), message: "the server stops".into() }
}
