//! A server in this process, a WebSocket client, and frames of the sample photographs.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use glimpse_serve::{LivePatience, Options, Server};
use glimpse_service::ServiceOptions;
use image::RgbImage;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a test waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Served {
    pub(crate) async fn start() -> Self {
        Self::with(LivePatience::default(), None).await
    }

    pub(crate) async fn with(live: LivePatience, token: Option<&str>) -> Self {
        let service = ServiceOptions {
            packs: Some(root().join("assets")),
            samples: Some(root().join("assets/samples")),
            threads: Some(2),
            ..ServiceOptions::default()
        };
        let token = token.map(str::to_owned);
        let options =
            Options { host: "127.0.0.1".into(), port: 0, token, ui: None, open: false, service, live };
        let server = Server::bind(options).await.unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self { address, stop, running }
    }

    /// Tells it to stop; ready when it did.
    pub(crate) fn stop(self) -> JoinHandle<()> {
        let _ = self.stop.send(());
        self.running
    }

    /// A connection on which nothing was said, with these headers besides.
    pub(crate) async fn connect(&self, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        let mut request = format!("ws://{}/api/v1/live", self.address).into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
        }
        Ok(Client { socket: connect_async(request).await?.0 })
    }

    /// A session that looks for objects, and nothing else.
    pub(crate) async fn find(&self, source: Value, pictures: bool) -> Client {
        let mut client = self.connect(&[]).await.unwrap();
        client.say(&start(source, pictures)).await;
        client
    }

    /// The metrics, once they have `line`: a session is counted until its threads are gone, which its
    /// client does not wait for.
    pub(crate) async fn metrics_with(&self, line: &str) -> String {
        let asked = async {
            loop {
                let (_, told) = self.ask("GET /metrics HTTP/1.1", b"").await;
                let told = String::from_utf8(told).unwrap();
                if told.contains(line) {
                    return told;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("the metrics never say {line:?}"))
    }

    /// The status and the body that a request is answered with.
    pub(crate) async fn ask(&self, head: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let length = body.len();
        let head = format!(
            "{head}\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server may have answered and closed before it took all.
        let _ = stream.write_all(body).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let split = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
        (status, answer.split_off(split + 4))
    }
}

/// What begins a session that looks for objects, and nothing else. On a busy machine it does no less.
pub(crate) fn start(source: Value, pictures: bool) -> Value {
    let stages = json!({ "find": true, "tags": false, "read": false, "caption": false });
    let load = json!({
        "fps": 100.0, "scale": 1.0, "find_every": 1, "tags_every": 1, "read_ms": null, "caption_ms": null,
        "threads": 2, "precision": "int8",
    });
    json!({ "source": source, "options": { "stages": stages, "fixed": load }, "pictures": pictures })
}

pub(crate) fn pushed() -> Value {
    json!({ "type": "pushed" })
}

/// A client of live video.
pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a client hears.
#[derive(Debug)]
pub(crate) enum Heard {
    Event(Value),
    Picture(Vec<u8>),
    Closed(Option<u16>),
}

impl Client {
    pub(crate) async fn say(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    pub(crate) async fn send(&mut self, message: Message) -> Result<(), Error> {
        self.socket.send(message).await
    }

    pub(crate) async fn push(&mut self, frame: Vec<u8>) {
        self.socket.send(Message::binary(frame)).await.unwrap();
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            let next = timeout(PATIENCE, self.socket.next()).await.expect("nothing is said");
            match next {
                Some(Ok(Message::Text(text))) => return Heard::Event(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Binary(bytes))) => return Heard::Picture(bytes.into()),
                Some(Ok(Message::Close(frame))) => return Heard::Closed(frame.map(|f| f.code.into())),
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return Heard::Closed(None),
            }
        }
    }

    /// The next event of this type.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        loop {
            match self.hear().await {
                Heard::Event(event) if event["type"] == kind => return event,
                Heard::Event(event) => assert_ne!(event["type"], "failed", "{event}"),
                Heard::Picture(_) => {}
                Heard::Closed(code) => panic!("closed with {code:?} before {kind:?}"),
            }
        }
    }

    /// How it ends: the code of the failure, and that of the close.
    pub(crate) async fn failure(&mut self) -> (String, Option<u16>) {
        let mut failure = String::new();
        loop {
            match self.hear().await {
                Heard::Event(event) if event["type"] == "failed" => {
                    failure = event["failure"]["code"].as_str().unwrap().to_owned();
                }
                Heard::Closed(code) => return (failure, code),
                _ => {}
            }
        }
    }

    /// Stops the session; its last event.
    pub(crate) async fn stop(mut self) -> Value {
        self.say(&json!({ "type": "stop" })).await;
        let ended = self.event("ended").await;
        assert!(matches!(self.hear().await, Heard::Closed(Some(1000))));
        ended
    }
}

pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("assets/samples").is_dir()).unwrap().to_path_buf()
}

/// The sample photograph, `width` pixels wide.
pub(crate) fn photo(name: &str, width: u32) -> RgbImage {
    let image = image::open(root().join("assets/samples/photos").join(name)).unwrap().into_rgb8();
    let height = (width * image.height() / image.width()) & !1;
    image::imageops::thumbnail(&image, width, height)
}

/// A pushed frame: its header, then its pixels.
pub(crate) fn message(format: u8, image: &RgbImage, number: u64, pixels: &[u8]) -> Vec<u8> {
    let (width, height) = image.dimensions();
    let stride = [0, width * 4, width, width][usize::from(format)];
    let mut message = vec![1, format];
    message.extend((width as u16).to_le_bytes());
    message.extend((height as u16).to_le_bytes());
    message.extend([0; 2]);
    message.extend((number as f64 * 40.0).to_le_bytes());
    message.extend(number.to_le_bytes());
    message.extend(stride.to_le_bytes());
    message.extend([0; 4]);
    message.extend(pixels);
    message
}

pub(crate) fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    image.write_to(&mut std::io::Cursor::new(&mut file), image::ImageFormat::Jpeg).unwrap();
    file
}

pub(crate) fn rgba(image: &RgbImage) -> Vec<u8> {
    image.pixels().flat_map(|p| [p[0], p[1], p[2], 255]).collect()
}

/// Planes of Y, U and V: ITU-R BT.601, limited range. Both sides are even.
pub(crate) fn i420(image: &RgbImage) -> Vec<u8> {
    let mix = |p: &image::Rgb<u8>, weights: [f32; 3], base: f32| {
        let sum: f32 = weights.iter().zip(p.0).map(|(weight, value)| weight * f32::from(value)).sum();
        (sum + base).round() as u8
    };
    let mut planes: Vec<u8> = image.pixels().map(|p| mix(p, [0.257, 0.504, 0.098], 16.0)).collect();
    for weights in [[-0.148, -0.291, 0.439], [0.439, -0.368, -0.071]] {
        for y in (0..image.height()).step_by(2) {
            planes.extend((0..image.width()).step_by(2).map(|x| mix(image.get_pixel(x, y), weights, 128.0)));
        }
    }
    planes
}

/// I420 with its chroma interleaved.
pub(crate) fn nv12(image: &RgbImage) -> Vec<u8> {
    let planes = i420(image);
    let luma = (image.width() * image.height()) as usize;
    let (u, v) = planes[luma..].split_at(luma / 4);
    let chroma = u.iter().zip(v).flat_map(|(u, v)| [*u, *v]);
    planes[..luma].iter().copied().chain(chroma).collect()
}
