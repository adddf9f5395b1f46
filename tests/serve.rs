//! `glimpse serve`, over real sockets, with the real engine.

mod http;
mod support;

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use http::{Answer, PATIENCE, Server, wait_until};
use serde_json::{Value, json};
use support::{glimpse, sample};

const TOKEN: &str = "0123456789abcdef.~-_ABC";

fn bytes(name: &str) -> Vec<u8> {
    fs::read(sample(name)).unwrap()
}

/// A server that keeps nothing.
fn server() -> Server {
    Server::start(None, [])
}

fn look(server: &Server, id: &str, request: &Value) -> Answer {
    server.json("POST", &format!("/api/v1/pictures/{id}/look"), request)
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[test]
fn a_picture_is_opened_looked_at_shown_and_closed() {
    let server = server();
    let head = "POST /api/v1/pictures HTTP/1.1\nx-glimpse-name: K%C3%A4se.jpg\n";
    let opened = server.say(head, &bytes("photos/cat.jpg"));
    assert_eq!(opened.status, 201, "{opened:?}");
    let picture = opened.value();
    assert_eq!((&picture["name"], &picture["format"]), (&"Käse.jpg".into(), &"jpeg".into()));
    let id = picture["id"].as_str().unwrap();

    let read = look(&server, id, &json!({ "task": "read" }));
    assert_eq!((read.status, read.header("content-type")), (200, "application/x-ndjson"));
    assert_eq!(types(&read.events()), ["started", "reading", "done"]);
    let found = look(&server, id, &json!({ "task": "find" })).events();
    assert!(found[1]["found"]["objects"].as_array().unwrap().iter().any(|o| o["label"] == "cat"));
    let described = look(&server, id, &json!({ "task": "describe", "beam": 1, "attention": true })).events();
    let kinds = types(&described);
    assert!(kinds.iter().filter(|kind| **kind == "token").count() >= 3, "{kinds:?}");
    assert_eq!((kinds[0], &kinds[kinds.len() - 2..]), ("started", &["description", "done"][..]));
    let stages = described.last().unwrap()["measures"]["stages"].as_array().unwrap();
    assert!(stages.iter().any(|stage| stage["stage"] == "infer" && stage["ms"].as_f64().unwrap() > 0.0));

    for (format, kind) in [("markdown", "text/markdown"), ("json", "application/json")] {
        let file = server.get(&format!("/api/v1/pictures/{id}/export?format={format}"));
        assert!(file.status == 200 && file.header("content-type").starts_with(kind), "{file:?}");
        assert!(file.text().contains("cat"), "{file:?}");
    }
    let none = server.get(&format!("/api/v1/pictures/{id}/export?format=doc"));
    assert_eq!((none.status, none.code().as_str()), (400, "bad_request"));

    let whole = server.get(&format!("/api/v1/pictures/{id}/image"));
    assert_eq!((whole.header("content-type"), &whole.body), ("image/jpeg", &bytes("photos/cat.jpg")));
    let small = server.get(&format!("/api/v1/pictures/{id}/image?max=64"));
    assert_eq!(image::load_from_memory(&small.body).unwrap().width().max(1), 64);
    assert_eq!(server.delete(&format!("/api/v1/pictures/{id}")).status, 204);
    assert_eq!(server.delete(&format!("/api/v1/pictures/{id}")).code(), "unknown_picture");
    assert_eq!(look(&server, id, &json!({ "task": "read" })).code(), "unknown_picture");
}

/// The tokens of a caption come while it is written, not when it is done.
#[test]
fn events_stream_while_the_look_goes_on() {
    let server = server();
    let id = server.open("photos/coffee.jpg");
    look(&server, &id, &json!({ "task": "describe" }));
    let body = json!({ "task": "describe", "text": true }).to_string();
    let head = format!("POST /api/v1/pictures/{id}/look HTTP/1.1\nContent-Type: application/json\n");
    let mut stream = server.connect();
    stream.write_all(&server.request(&head, body.as_bytes())).unwrap();
    let (mut text, mut buffer, mut pieces) = (String::new(), [0; 4096], 0);
    while let Ok(n @ 1..) = stream.read(&mut buffer) {
        text += &String::from_utf8_lossy(&buffer[..n]);
        pieces += 1;
    }
    assert!(text.contains("\"done\"") && pieces > 2, "{pieces} pieces: {text}");
}

#[test]
fn a_client_who_goes_away_cancels_its_look() {
    let server = server();
    let id = server.open("page.png");
    look(&server, &id, &json!({ "task": "read" }));
    let body = json!({ "task": "read" }).to_string();
    let head = format!("POST /api/v1/pictures/{id}/look HTTP/1.1\nContent-Type: application/json\n");
    let begin = || {
        let mut stream = server.connect();
        stream.write_all(&server.request(&head, body.as_bytes())).unwrap();
        stream
    };
    // Some wait for the first; all go away at once.
    let streams: Vec<_> = (0..8).map(|_| begin()).collect();
    wait_until(|| gate(&server, "inside") + gate(&server, "waiting") >= 6.0);
    drop(streams);
    let began = Instant::now();
    wait_until(|| gate(&server, "inside") + gate(&server, "waiting") == 0.0);
    let alone = Instant::now();
    look(&server, &id, &json!({ "task": "read" }));
    assert!(began.elapsed() - alone.elapsed() < 4 * alone.elapsed() + Duration::from_secs(1));
    let metrics = server.get("/metrics").text();
    assert!(metrics.contains("glimpse_look_seconds_count{task=\"read\"}"), "{metrics}");
}

fn gate(server: &Server, what: &str) -> f64 {
    server.metric(&format!("glimpse_gate_{what}{{gate=\"engine\"}}"))
}

#[test]
fn lessons_samples_and_device_are_served() {
    let server = server();
    let samples = server.get("/api/v1/samples").value();
    assert!(samples.as_array().unwrap().iter().any(|sample| sample["name"] == "receipt.jpg"));
    let id = server.open("sign.jpg");
    let boxes = |knobs: Value| server.json("POST", &format!("/api/v1/pictures/{id}/lessons/boxes"), &knobs);
    let trace = boxes(json!({})).value();
    let quad = trace["boxes"][0]["quad"].clone();
    assert!(trace["detect_ms"].is_number() && quad.is_array(), "{trace}");
    assert!(boxes(json!({ "unclip": 2.5 })).value()["detect_ms"].is_null());
    assert_eq!(boxes(json!({ "unclip": 99 })).code(), "invalid_option");
    assert_eq!(boxes(json!({ "unclop": 1 })).code(), "bad_request");
    let map = server.get(&format!("/api/v1/pictures/{id}/lessons/map")).value();
    assert_eq!(map["map"]["width"], trace["seen"][0]);
    let line = server.json("POST", &format!("/api/v1/pictures/{id}/lessons/line"), &json!({ "quad": quad }));
    assert!(!line.value()["text"].as_str().unwrap().is_empty(), "{line:?}");

    let device = server.get("/api/v1/device").value();
    let pack = device["info"]["packs"][0]["id"].as_str().unwrap().to_owned();
    let check = server.post(&format!("/api/v1/device/packs/{pack}/check"), b"").value();
    assert_eq!(check["intact"], true);
    assert_eq!(server.post("/api/v1/device/packs/..%2fx/check", b"").code(), "unknown_pack");
    let bench = json!({ "tasks": ["find"], "runs": 2, "warmup": 0 });
    let events = server.json("POST", "/api/v1/bench", &bench).events();
    assert_eq!(types(&events), ["run", "run", "report"]);
}

#[test]
fn scripts_get_what_the_command_prints() {
    let server = server();
    for (path, field) in [
        ("/api/v1/read?min_confidence=0.6&languages=en,de", "lines"),
        ("/api/v1/describe?beam=1&text=true", "caption"),
        ("/api/v1/find?min_score=0.5", "objects"),
        ("/api/v1/tags?top=2&whole=true", "tags"),
    ] {
        let answer = server.post(path, &bytes("photos/cat.jpg"));
        assert!(answer.status == 200 && !answer.value()[field].is_null(), "{path}: {answer:?}");
        assert_eq!(answer.value()["image"], "-");
    }
    for (path, code) in [
        ("/api/v1/read?min_confidence=2", "bad_request"),
        ("/api/v1/read?languages=xx", "invalid_option"),
        ("/api/v1/read?unknown=1", "bad_request"),
        ("/api/v1/tags?top=many", "bad_request"),
        ("/api/v1/tags?top=0", "bad_request"),
    ] {
        assert_eq!(server.post(path, &bytes("photos/cat.jpg")).code(), code, "{path}");
    }
}

#[test]
fn settings_and_the_library_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let item = {
        let server = Server::start(Some(folder.path()), []);
        let id = server.open("photos/cat.jpg");
        look(&server, &id, &json!({ "task": "find" }));
        let page = server.json("POST", "/api/v1/library/search", &json!({ "words": "cat" })).value();
        let mut settings = server.get("/api/v1/settings").value();
        settings["theme"] = "dark".into();
        assert_eq!(server.json("PUT", "/api/v1/settings", &settings).value()["theme"], "dark");
        settings["min_score"] = 2.into();
        assert_eq!(server.json("PUT", "/api/v1/settings", &settings).code(), "bad_request");
        page["items"][0]["id"].as_i64().unwrap()
    };
    let server = Server::start(Some(folder.path()), []);
    assert_eq!(server.get("/api/v1/settings").value()["theme"], "dark");
    assert_eq!(server.get(&format!("/api/v1/library/{item}")).value()["item"]["name"], "photos/cat.jpg");
    for file in ["thumbnail", "image"] {
        let answer = server.get(&format!("/api/v1/library/{item}/{file}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"));
    }
    assert_eq!(server.post(&format!("/api/v1/library/{item}/open"), b"").status, 201);
    assert_eq!(server.delete(&format!("/api/v1/library/{item}")).status, 204);
    for path in [format!("/api/v1/library/{item}"), "/api/v1/library/x".into(), "/api/v1/library/-1".into()] {
        assert_eq!(server.get(&path).code(), "unknown_item");
    }
    assert_eq!(server.delete("/api/v1/library").status, 204);
    drop(server);
    let server = server_without_library();
    assert_eq!(server.json("POST", "/api/v1/library/search", &json!({})).code(), "unavailable");
}

fn server_without_library() -> Server {
    server()
}

#[test]
fn wrong_pictures_have_their_codes_and_statuses() {
    let server = server();
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
    let server = server();
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
    let server = server();
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
    let server = server();
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
    let server = server();
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

fn ui_folder(root: &Path) -> std::path::PathBuf {
    let ui = root.join("ui");
    fs::create_dir_all(ui.join("assets")).unwrap();
    fs::write(ui.join("index.html"), "<!doctype html><title>ours</title>").unwrap();
    fs::write(ui.join("assets/app-1a2b.js"), "export {};").unwrap();
    fs::write(ui.join("icon.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    ui
}

#[test]
fn the_ui_is_served_with_its_types_policies_and_caching() {
    let folder = tempfile::tempdir().unwrap();
    let ui = ui_folder(folder.path());
    let server = Server::start(None, ["--ui", ui.to_str().unwrap()]);
    for (path, kind, caching) in [
        ("/", "text/html", "no-cache"),
        ("/index.html", "text/html", "no-cache"),
        ("/assets/app-1a2b.js", "text/javascript", "public, max-age=31536000, immutable"),
        ("/icon.svg", "image/svg+xml", "no-cache"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").starts_with(kind), "{path}: {answer:?}");
        assert_eq!(answer.header("cache-control"), caching, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(answer.header("permissions-policy").contains("camera=(self)"));
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"), "{policy}");
        assert!(!answer.header("x-request-id").is_empty());
    }
    let missing = server.get("/assets/app-0000.js");
    assert_eq!((missing.code().as_str(), missing.header("cache-control")), ("no_such_address", "no-cache"));
    assert_eq!(server.post("/index.html", b"").code(), "no_such_address");
    assert!(server.get("/api/v1/settings").header("content-security-policy").contains("sandbox"));
    assert_eq!(server.get("/api/v1/settings").header("cache-control"), "no-store");
}

#[test]
fn where_the_ui_was_not_built_a_page_says_what_to_do() {
    let empty = tempfile::tempdir().unwrap();
    let mut command = glimpse();
    command.args(["serve", "--port", "0", "--ui"]).arg(empty.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("index.html"));
    // The command of the tests lies too deep in the build's folder for a UI to be beside it by chance.
    let server = server();
    let page = server.get("/");
    assert!(page.status == 200 || page.text().contains("make ui"), "{page:?}");
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
    let server = server();
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

#[test]
fn every_address_of_the_description_is_there_and_says_so() {
    let server = server();
    let document = server.get("/api/v1/openapi.json").value();
    assert_eq!(document["openapi"], "3.1.0");
    let printed = support::run(["serve", "--openapi"]);
    assert_eq!(serde_json::from_str::<Value>(&printed.stdout).unwrap(), document);
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.replace("{id}", "0");
        for method in ["get", "post", "put", "delete"] {
            let answer = server.say(&format!("{} {path} HTTP/1.1\n", method.to_uppercase()), b"");
            match methods.get(method) {
                None => assert_eq!(answer.status, 405, "{method} {path} is there and not described"),
                Some(_) => {
                    assert_ne!(answer.status, 405, "{method} {path} is not there");
                    assert!(answer.status < 400 || answer.code() != "no_such_address", "{method} {path}");
                }
            }
        }
    }
}

#[test]
fn metrics_are_what_prometheus_reads() {
    let server = server();
    let id = server.open("photos/cat.jpg");
    look(&server, &id, &json!({ "task": "find" }));
    server.get("/nothing");
    let answer = server.get("/metrics");
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let text = answer.text();
    for part in [
        "glimpse_look_seconds_count{task=\"find\"} 1",
        "glimpse_stage_seconds_bucket{le=\"+Inf\",task=\"find\",stage=\"infer\"} 1",
        "glimpse_http_requests_total{method=\"POST\",route=\"/api/v1/pictures/{id}/look\",status=\"200\"} 1",
        "glimpse_http_requests_total{method=\"GET\",route=\"other\",status=\"404\"} 1",
        "glimpse_pictures_open 1",
        "glimpse_gate_waiting{gate=\"engine\"} 0",
        "# EOF",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    assert!(server.metric("glimpse_resident_memory_bytes") > 1e7);
}

#[test]
fn old_pictures_make_place_for_new_ones() {
    let server = server();
    let first = server.open("photos/cat.jpg");
    for _ in 0..256 {
        server.open("photos/cat.jpg");
    }
    assert_eq!(server.metric("glimpse_pictures_open"), 256.0);
    assert_eq!(server.get(&format!("/api/v1/pictures/{first}/image")).code(), "unknown_picture");
}

/// A large picture that takes long to decode, many times at once: all are answered, in bounded memory.
#[test]
fn large_pictures_at_once_take_no_more_memory_than_a_few() {
    let server = server();
    let mut large = Vec::new();
    let image = image::RgbImage::from_fn(6000, 4000, |x, y| image::Rgb([(x / 9) as u8, (y / 7) as u8, 90]));
    image.write_to(&mut Cursor::new(&mut large), image::ImageFormat::Png).unwrap();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let (server, large) = (&server, &large);
        let threads: Vec<_> =
            (0..24).map(|_| scope.spawn(|| server.post("/api/v1/pictures", large).status)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|status| [201, 503].contains(status)), "{answers:?}");
    assert!(answers.contains(&201));
    let peak = server.metric("glimpse_resident_memory_peak_bytes");
    assert!(peak < 900e6, "24 pictures of 72 MB of pixels each took {peak} bytes");
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_ends_in_good_order() {
    for signal in ["-INT", "-TERM"] {
        let (time, code) = server().stop(signal);
        assert_eq!(code, Some(0));
        assert!(time < Duration::from_secs(3), "{time:?}");
    }
    // A running look may end; a client that never ends does not keep the server.
    let server = server();
    let id = server.open("receipt.jpg");
    let head = format!("POST /api/v1/pictures/{id}/look HTTP/1.1\nContent-Type: application/json\n");
    let mut running = server.connect();
    running.write_all(&server.request(&head, json!({ "task": "read" }).to_string().as_bytes())).unwrap();
    let mut idle = server.connect();
    idle.write_all(b"GET /healthz HTTP/1.1\r\n").unwrap();
    wait_until(|| {
        gate(&server, "inside") > 0.0 || server.get("/metrics").text().contains("look_seconds_count")
    });
    let (time, code) = server.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(time < Duration::from_secs(12), "{time:?}");
    let events = Answer::read(&mut running).events();
    assert_eq!(types(&events).last(), Some(&"done"));
}

/// Many clients at once: each gets a proper answer, and memory stays bounded. `benches/load.py` does
/// the same for as long as one likes.
#[test]
fn many_clients_at_once_all_get_a_proper_answer() {
    let server = server();
    let picture = bytes("photos/cat.jpg");
    server.post("/api/v1/find", &picture);
    let until = Instant::now() + Duration::from_secs(5);
    let counts: Vec<(usize, usize)> = std::thread::scope(|scope| {
        let (server, picture) = (&server, &picture);
        let client = move || {
            let (mut done, mut busy) = (0, 0);
            while Instant::now() < until {
                let answer = server.post("/api/v1/find", picture);
                match answer.status {
                    200 => done += usize::from(answer.value()["objects"].is_array()),
                    503 => {
                        assert_eq!((answer.code().as_str(), answer.header("retry-after")), ("busy", "1"));
                        busy += 1;
                        std::thread::sleep(Duration::from_millis(100));
                    }
                    status => panic!("{status}: {answer:?}"),
                }
            }
            (done, busy)
        };
        let threads: Vec<_> = (0..200).map(|_| scope.spawn(client)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (done, busy) = counts.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(done > 20 && busy > 0, "{done} done, {busy} sent away");
    let peak = server.metric("glimpse_resident_memory_peak_bytes");
    assert!(peak < 700e6, "{peak} bytes");
    assert_eq!(server.metric("glimpse_gate_inside{gate=\"engine\"}"), 0.0);
}
