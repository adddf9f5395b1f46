//! `glimpse serve` and what it must withstand: wrong, long, slow and foreign requests.

mod http;
mod support;

use std::fs;
use std::io::{Read, Write};
use std::time::Instant;

use http::{Answer, PATIENCE, Server, bytes, ui_folder, wait_until};
use serde_json::json;
use support::glimpse;

const TOKEN: &str = "0123456789abcdef.~-_ABC";

#[test]
fn wrong_pictures_have_their_codes_and_statuses() {
    let server = Server::bare();
    let jpeg = bytes("receipt.jpg");
    let mut bomb = Vec::new();
    let mut encoder = png::Encoder::new(&mut bomb, 30_000, 30_000);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().unwrap().write_image_data(&vec![0; 30_000 / 8 * 30_000]).unwrap();
    assert!(bomb.len() < 1 << 20);
    for (body, status, code) in [
        (&b""[..], 400, "image_empty"),
        (b"Dear diary, this is no picture.", 415, "image_format"),
        (&jpeg[..jpeg.len() / 2], 422, "image_damaged"),
        (&bomb, 413, "image_too_large"),
    ] {
        for path in ["/api/v1/pictures", "/api/v1/read", "/api/v1/describe", "/api/v1/find", "/api/v1/tags"] {
            let answer = server.post(path, body);
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
        }
    }
    assert_eq!(server.get("/healthz").text(), "ok\n");
}

#[test]
fn bodies_that_are_too_long_or_never_come_are_refused() {
    let server = Server::bare();
    let long = format!("POST /api/v1/pictures HTTP/1.1\nContent-Length: {}\n", (64 << 20) + 1);
    let mut stream = server.connect();
    stream.write_all(&server.request(&long, b"")).unwrap();
    let answer = Answer::read(&mut stream);
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    // One that does not say how long it is.
    let mut stream = server.connect();
    let head = "POST /api/v1/pictures HTTP/1.1\nTransfer-Encoding: chunked\n";
    stream.write_all(&server.request(head, b"")).unwrap();
    let chunk = [b"100000\r\n".as_slice(), &vec![7; 0x10_0000], b"\r\n"].concat();
    for _ in 0..65 {
        if stream.write_all(&chunk).is_err() {
            break;
        }
    }
    let answer = Answer::read(&mut stream);
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    // One that ends early.
    let mut stream = server.connect();
    let head = "POST /api/v1/pictures HTTP/1.1\nContent-Length: 1000\n";
    stream.write_all(&server.request(head, b"only this")).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert_eq!(server.get("/healthz").status, 200);
    // JSON has a lower bound.
    let words = "x".repeat(2 << 20);
    assert_eq!(server.json("POST", "/api/v1/library/search", &json!({ "words": words })).status, 413);
}

/// A head and a body that come a byte at a time are given up, and nobody else waits for them.
#[test]
fn slow_clients_are_given_up() {
    let server = Server::bare();
    let began = Instant::now();
    let mut head = server.connect();
    head.write_all(b"GET /healthz HTTP/1.1\r\nHost:").unwrap();
    let mut body = server.connect();
    let request = server.request("POST /api/v1/pictures HTTP/1.1\nContent-Length: 1000\n", b"x");
    body.write_all(&request).unwrap();
    let mut idle = server.connect();
    idle.write_all(&server.request("GET /healthz HTTP/1.1\nConnection: keep-alive\n", b"")[..0]).unwrap();
    assert_eq!(server.get("/healthz").status, 200);
    let answer = Answer::read(&mut body);
    assert_eq!((answer.status, answer.code().as_str()), (408, "timeout"));
    for mut stream in [head, idle] {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(!String::from_utf8_lossy(&rest).contains(" 200 "), "{rest:?}");
    }
    assert!(began.elapsed() < PATIENCE);
}

#[test]
fn one_connection_too_many_is_told_so() {
    let server = Server::bare();
    let idle: Vec<_> = (0..256).map(|_| server.connect()).collect();
    wait_until(|| {
        let answer = server.get("/healthz");
        answer.status == 503 && answer.code() == "busy" && answer.header("retry-after") == "1"
    });
    drop(idle);
    wait_until(|| server.get("/healthz").status == 200);
    assert!(server.metric("glimpse_connections_turned_away_total") >= 1.0);
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let server = Server::bare();
    let id = server.open("sign.jpg");
    let path = format!("/api/v1/pictures/{id}/look");
    for (kind, body, status) in [
        ("application/json", "{", 400),
        ("application/json", "", 400),
        ("application/json", "[]", 400),
        ("application/json", "{\"task\": \"fly\"}", 400),
        ("application/json", "{\"task\": \"read\", \"more\": 1}", 400),
        ("application/json", "{\"task\": \"find\", \"min_score\": 7}", 400),
        ("text/plain", "{\"task\": \"read\"}", 415),
    ] {
        let head = format!("POST {path} HTTP/1.1\nContent-Type: {kind}\n");
        let answer = server.say(&head, body.as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (status, "bad_request"), "{body}");
    }
    let deep = "[".repeat(100_000);
    let head = format!("POST {path} HTTP/1.1\nContent-Type: application/json\n");
    assert_eq!(server.say(&head, deep.as_bytes()).code(), "bad_request");
    assert_eq!(server.get("/api/v1/pictures/%ff/image").code(), "bad_request");
    for path in ["/api/v1/nothing", "/api", "/api/v1/pictures/", "/.env", "/API/V1/SAMPLES"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.code().as_str()), (404, "no_such_address"), "{path}");
    }
    let wrong = server.say("PATCH /api/v1/settings HTTP/1.1\n", b"");
    assert_eq!((wrong.status, wrong.code().as_str()), (405, "no_such_address"));
    assert!(wrong.header("allow").contains("GET"), "{wrong:?}");
    let name = server.say("POST /api/v1/pictures HTTP/1.1\nx-glimpse-name: %ff\n", &bytes("sign.jpg"));
    assert_eq!(name.code(), "bad_request");
    let many: String = (0..500).map(|i| format!("x-{i}: a\n")).collect();
    let answer = server.say(&format!("GET /healthz HTTP/1.1\n{many}"), b"");
    assert_eq!((answer.status, answer.code().as_str()), (431, "bad_request"));
    // Beyond what is parsed at all, the answer has no words.
    let many: String = (0..5000).map(|i| format!("x-{i}: a\n")).collect();
    assert_eq!(server.say(&format!("GET /healthz HTTP/1.1\n{many}"), b"").status, 431);
    let long = format!("GET /{} HTTP/1.1\n", "x".repeat(100_000));
    assert!([414, 431].contains(&server.say(&long, b"").status));
    for nonsense in [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], b"\r\n\r\n\0\0\0", b"GET\r\n\r\n"]
    {
        let mut stream = server.connect();
        stream.write_all(nonsense).unwrap();
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(!String::from_utf8_lossy(&rest).contains(" 200 "));
    }
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn no_name_leads_out_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let ui = ui_folder(folder.path());
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    let server = Server::start(None, ["--ui", ui.to_str().unwrap()]);
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/assets/../../secret.txt",
        "/%00secret.txt",
        "/index.html%00.txt",
    ] {
        let answer = server.get(path);
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.text().contains("secret"), "{path}");
    }
    for name in ["../receipt.jpg", "photos/../../packs.toml", "/etc/hostname", "", "receipt.jpg\0"] {
        let answer = server.json("POST", "/api/v1/samples/open", &json!({ "name": name }));
        assert_eq!((answer.status, answer.code().as_str()), (404, "unknown_sample"), "{name:?}");
    }
}

#[test]
fn beyond_loopback_nothing_starts_without_a_token() {
    for host in ["0.0.0.0", "::"] {
        let output = glimpse().args(["serve", "--port", "0", "--host", host]).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(message.contains("token") && output.stdout.is_empty(), "{message}");
    }
    let output = glimpse().args(["serve", "--port", "0", "--token", "short"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let output = glimpse().args(["serve", "--port", "0", "--host", "no such host"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn with_a_token_only_those_who_know_it_are_answered() {
    let mut server = Server::start(None, ["--host", "0.0.0.0", "--token", TOKEN]);
    server.address.set_ip([127, 0, 0, 1].into());
    for path in ["/", "/metrics", "/api/v1/settings", "/api/v1/openapi.json", "/nothing"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"), "{path}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    let page = server.say("GET / HTTP/1.1\nAccept: text/html\n", b"");
    assert!(page.status == 401 && page.header("content-type").starts_with("text/html"), "{page:?}");
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/?token=wrong").status, 401);
    assert_eq!(server.get(&format!("/api/v1/settings?token={TOKEN}")).status, 401);
    let welcome = server.get(&format!("/?token={TOKEN}"));
    assert_eq!((welcome.status, welcome.header("location")), (303, "/"));
    let cookie = welcome.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let known = server.say(&format!("GET /api/v1/settings HTTP/1.1\nCookie: a=b; {pair}\n"), b"");
    assert_eq!(known.status, 200);
    let wrong = server.say("GET /api/v1/settings HTTP/1.1\nAuthorization: Bearer x\n", b"");
    assert_eq!(wrong.status, 401);
    server.token = Some(TOKEN.into());
    assert_eq!(server.get("/api/v1/settings").status, 200);
    assert_eq!(server.say("GET /api/v1/samples HTTP/1.1\nHost: glimpse.example\n", b"").status, 200);
}

#[test]
fn other_sites_pages_are_refused() {
    let server = Server::bare();
    for host in ["evil.example", "127.0.0.1.evil.example", "192.168.1.1", "localhost.evil.example:80"] {
        let answer = server.say(&format!("GET /api/v1/settings HTTP/1.1\nHost: {host}\n"), b"");
        assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{host}");
    }
    let port = server.address.port();
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        assert_eq!(server.say(&format!("GET /healthz HTTP/1.1\nHost: {host}\n"), b"").status, 200);
    }
    for (header, status) in [
        ("Origin: http://evil.example".to_owned(), 403),
        ("Origin: null".into(), 403),
        (format!("Origin: http://127.0.0.1:{}", port.wrapping_add(1)), 403),
        ("Sec-Fetch-Site: cross-site".into(), 403),
        (format!("Origin: http://127.0.0.1:{port}\nSec-Fetch-Site: same-origin"), 201),
    ] {
        let answer = server.say(&format!("POST /api/v1/pictures HTTP/1.1\n{header}\n"), &bytes("sign.jpg"));
        assert_eq!(answer.status, status, "{header}");
        let allowed = answer.headers.iter().any(|(name, _)| name.starts_with("access-control-"));
        assert!(!allowed, "{answer:?}");
    }
}
