//! A server of the command, and a plain client that says exactly what a test wants it to say.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{glimpse, sample};

/// How long a test waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running `glimpse serve`, which ends with the test.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
    /// A token that requests carry.
    pub(crate) token: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A sample picture's file.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(sample(name)).unwrap()
}

/// A folder of a user interface, in `root`.
pub(crate) fn ui_folder(root: &Path) -> PathBuf {
    let ui = root.join("ui");
    std::fs::create_dir_all(ui.join("assets")).unwrap();
    std::fs::write(ui.join("index.html"), "<!doctype html><title>ours</title>").unwrap();
    std::fs::write(ui.join("assets/app-1a2b.js"), "export {};").unwrap();
    std::fs::write(ui.join("icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    ui
}

impl Server {
    /// Starts one that keeps nothing.
    pub(crate) fn bare() -> Self {
        Self::start(None, [])
    }

    /// Starts one at a free port, with `arguments` and the data of `data`.
    pub(crate) fn start<const N: usize>(data: Option<&Path>, arguments: [&str; N]) -> Self {
        let mut command = glimpse();
        command.args(["serve", "--port", "0"]).args(arguments);
        match data {
            Some(data) => command.arg("--data").arg(data),
            None => command.arg("--data").arg(std::env::temp_dir()).arg("--no-library"),
        };
        Self::of(command)
    }

    /// Starts `command` and waits for its address.
    pub(crate) fn of(mut command: Command) -> Self {
        command.env_remove("GLIMPSE_TOKEN").env_remove("GLIMPSE_UI").env_remove("GLIMPSE_DATA");
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line
            .strip_prefix("Glimpse is at http://")
            .and_then(|rest| rest.strip_suffix("/\n"))
            .unwrap_or_else(|| panic!("it printed {line:?}"));
        Self { address: address.parse().unwrap(), process, token: None }
    }

    /// A connection on which nothing was said.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Says `head` (a first line and headers, each ended by a line break) and `body`.
    pub(crate) fn say(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(&self.request(head, body)).unwrap();
        Answer::read(&mut stream)
    }

    /// The bytes of a request, with Host, Content-Length and the token where `head` has none.
    pub(crate) fn request(&self, head: &str, body: &[u8]) -> Vec<u8> {
        let mut text = head.trim_start().replace('\n', "\r\n");
        let has = |name: &str| head.to_ascii_lowercase().contains(&format!("\n{name}:"));
        if !has("host") {
            text += &format!("Host: {}\r\n", self.address);
        }
        if !has("content-length") && !has("transfer-encoding") {
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        if let Some(token) = self.token.as_ref().filter(|_| !has("authorization") && !has("cookie")) {
            text += &format!("Authorization: Bearer {token}\r\n");
        }
        text += "Connection: close\r\n\r\n";
        [text.as_bytes(), body].concat()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.say(&format!("GET {path} HTTP/1.1\n"), b"")
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.say(&format!("DELETE {path} HTTP/1.1\n"), b"")
    }

    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Answer {
        self.say(&format!("POST {path} HTTP/1.1\n"), body)
    }

    pub(crate) fn json(&self, method: &str, path: &str, value: &Value) -> Answer {
        let head = format!("{method} {path} HTTP/1.1\nContent-Type: application/json\n");
        self.say(&head, value.to_string().as_bytes())
    }

    /// Opens a sample and gives its id.
    pub(crate) fn open(&self, sample: &str) -> String {
        let answer = self.json("POST", "/api/v1/samples/open", &serde_json::json!({ "name": sample }));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.value()["id"].as_str().unwrap().to_owned()
    }

    /// The value of a metric without labels.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").text();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
    }

    /// Asks the process to stop and waits for it; gives the time that it took and its status.
    #[cfg(unix)]
    pub(crate) fn stop(mut self, signal: &str) -> (Duration, Option<i32>) {
        let began = Instant::now();
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return (began.elapsed(), status.code());
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    /// All that comes until the connection is closed.
    pub(crate) fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        match stream.read_to_end(&mut bytes) {
            Ok(_) => {}
            // What came before is an answer all the same.
            Err(error) if error.kind() == ErrorKind::ConnectionReset && !bytes.is_empty() => {}
            Err(error) => panic!("no answer: {error}, after {:?}", String::from_utf8_lossy(&bytes)),
        }
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head in {:?}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let body = &bytes[end + 4..];
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if chunked { joined(body) } else { body.to_vec() };
        Self { status, headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The lines of a stream of events.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The code of a failure, which has a message and a request id.
    pub(crate) fn code(&self) -> String {
        let value = self.value();
        assert!(value["message"].as_str().is_some_and(|message| !message.is_empty()), "{self:?}");
        assert!(!self.header("x-request-id").is_empty(), "{self:?}");
        assert_eq!(self.header("content-type"), "application/json");
        value["code"].as_str().unwrap().to_owned()
    }
}

/// The chunks of a body, as far as they came.
fn joined(mut body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = body.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        let from = end + 2;
        if size == 0 || from + size > body.len() {
            break;
        }
        out.extend_from_slice(&body[from..from + size]);
        body = body.get(from + size + 2..).unwrap_or_default();
    }
    out
}

/// Waits until `what` holds.
pub(crate) fn wait_until(mut what: impl FnMut() -> bool) {
    let began = Instant::now();
    while !what() {
        assert!(began.elapsed() < PATIENCE, "it never came to be");
        std::thread::sleep(Duration::from_millis(5));
    }
}
