//! `glimpse serve`, over real sockets, with the real engine: what it does.

mod http;
mod support;

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use http::{Answer, Server, bytes, ui_folder, wait_until};
use serde_json::{Value, json};
use support::glimpse;

fn look(server: &Server, id: &str, request: &Value) -> Answer {
    server.json("POST", &format!("/api/v1/pictures/{id}/look"), request)
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[test]
fn a_picture_is_opened_looked_at_shown_and_closed() {
    let server = Server::bare();
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
    let server = Server::bare();
    // Its text takes longer to read than a busy machine lets this thread wait.
    let id = server.open("page.png");
    look(&server, &id, &json!({ "task": "describe" }));
    let body = json!({ "task": "describe", "text": true }).to_string();
    let head = format!("POST /api/v1/pictures/{id}/look HTTP/1.1\nContent-Type: application/json\n");
    let mut stream = server.connect();
    stream.write_all(&server.request(&head, body.as_bytes())).unwrap();
    let (mut text, mut buffer, mut tokens_first) = (String::new(), [0; 4096], false);
    while let Ok(n @ 1..) = stream.read(&mut buffer) {
        text += &String::from_utf8_lossy(&buffer[..n]);
        tokens_first |= text.contains("\"token\"") && !text.contains("\"done\"");
    }
    assert!(text.contains("\"done\"") && tokens_first, "the words came with the end: {text}");
}

#[test]
fn a_client_who_goes_away_cancels_its_look() {
    let server = Server::bare();
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
    let server = Server::bare();
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
    let server = Server::bare();
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
    let server = Server::bare();
    assert_eq!(server.json("POST", "/api/v1/library/search", &json!({})).code(), "unavailable");
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
    let server = Server::bare();
    let page = server.get("/");
    assert!(page.status == 200 || page.text().contains("make ui"), "{page:?}");
}

#[test]
fn every_address_of_the_description_is_there_and_says_so() {
    let server = Server::bare();
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
    let server = Server::bare();
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
    let server = Server::bare();
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
    let server = Server::bare();
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
        let (time, code) = Server::bare().stop(signal);
        assert_eq!(code, Some(0));
        assert!(time < Duration::from_secs(3), "{time:?}");
    }
    // A running look may end; a client that never ends does not keep the server.
    let server = Server::bare();
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
    let server = Server::bare();
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
