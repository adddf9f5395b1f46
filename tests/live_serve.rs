//! Live video over a WebSocket, with the real engine.

mod live;

use std::time::{Duration, Instant};

use glimpse_camera::Y4mWriter;
use glimpse_serve::LivePatience;
use live::{Client, Heard, PATIENCE, Served, i420, jpeg, message, nv12, photo, pushed, rgba, start};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Sessions take all processors, and threads are counted: one test at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Pushes what `frame` makes of a number until an observation has an object; its frame and its objects.
async fn until_found(client: &mut Client, from: u64, frame: impl Fn(u64) -> Vec<u8>) -> (u64, Vec<Value>) {
    for number in from..from + 200 {
        client.push(frame(number)).await;
        let event = client.event("observation").await;
        let observation = &event["observation"];
        let objects = observation["objects"].as_array().unwrap();
        if !objects.is_empty() {
            return (observation["frame"].as_u64().unwrap(), objects.clone());
        }
    }
    panic!("nothing was found");
}

fn id_of<'a>(objects: &'a [Value], label: &str) -> Option<&'a Value> {
    objects.iter().find(|object| object["label"] == label).map(|object| &object["id"])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pushed_frames_of_every_format_become_objects_that_keep_their_ids() {
    let _alone = ALONE.lock().await;
    let server = Served::start().await;
    let image = photo("astronaut.jpg", 640);
    let formats = [jpeg(&image), rgba(&image), i420(&image), nv12(&image)];
    let mut client = server.find(pushed(), false).await;
    let first = message(2, &image, 1, &formats[2]);
    client.push(first.clone()).await;
    let started = client.event("started").await;
    // Before its first frame came, the source knows no size.
    let (width, height) = (started["width"].as_u64().unwrap(), started["height"].as_u64().unwrap());
    let known = (u64::from(image.width()), u64::from(image.height()));
    assert!([(0, 0), known].contains(&(width, height)), "{started}");

    let (mut last, objects) =
        until_found(&mut client, 2, |number| message(2, &image, number, &formats[2])).await;
    let person = id_of(&objects, "person").unwrap_or_else(|| panic!("{objects:?}")).clone();
    for (format, pixels) in formats.iter().enumerate() {
        let frame = |number| message(format as u8, &image, number, pixels);
        let (frame, objects) = until_found(&mut client, last + 1, frame).await;
        assert!(frame > last, "numbers go on");
        assert_eq!(id_of(&objects, "person"), Some(&person), "format {format}: {objects:?}");
        last = frame;
    }
    let ended = client.stop().await;
    assert_eq!(ended["reason"], "stopped");
    let frames = &ended["telemetry"]["frames"];
    let count = |name: &str| frames[name].as_u64().unwrap();
    let fates = ["analysed", "dropped", "skipped", "damaged", "waiting"].map(count);
    assert_eq!(count("captured"), fates.iter().sum::<u64>(), "{frames}");
    assert!(count("delivered") >= 5, "{frames}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_are_shown_where_that_is_asked_for() {
    let _alone = ALONE.lock().await;
    let server = Served::start().await;
    let image = photo("coffee.jpg", 320);
    let mut client = server.find(pushed(), true).await;
    for number in 1..=3 {
        client.push(message(1, &image, number, &rgba(&image))).await;
    }
    let picture = loop {
        if let Heard::Picture(picture) = client.hear().await {
            break picture;
        }
    };
    let number = u64::from_le_bytes(picture[..8].try_into().unwrap());
    assert!((1..=3).contains(&number));
    assert_eq!(f64::from_le_bytes(picture[8..16].try_into().unwrap()), number as f64 * 40.0);
    let shown = image::load_from_memory(&picture[16..]).unwrap();
    assert_eq!((shown.width(), shown.height()), image.dimensions());
    client.stop().await;
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_understood_ends_the_session_with_a_reason() {
    let _alone = ALONE.lock().await;
    let server = Served::start().await;
    let image = photo("cat.jpg", 64);
    let good = message(1, &image, 1, &rgba(&image));
    let changed = |at: usize, value: u8| {
        let mut frame = good.clone();
        frame[at] = value;
        Message::binary(frame)
    };
    let say = |value: Value| Message::text(value.to_string());
    let begin = || say(start(pushed(), false));
    let source = |source: Value| vec![say(start(source, false))];
    for (messages, code, close) in [
        (vec![begin(), changed(0, 2)], "bad_request", 1008),
        (vec![begin(), changed(1, 9)], "bad_request", 1008),
        (vec![begin(), changed(2, 65)], "bad_request", 1008),
        (vec![begin(), Message::binary(good[..20].to_vec())], "bad_request", 1008),
        (vec![begin(), Message::binary(vec![])], "bad_request", 1008),
        (vec![begin(), Message::binary(vec![1; (16 << 20) + 1])], "body_too_large", 1009),
        (vec![begin(), Message::text("{\"type\":\"dance\"}")], "bad_request", 1008),
        (vec![begin(), Message::text("x".repeat(70_000))], "body_too_large", 1009),
        (vec![begin(), begin()], "bad_request", 1008),
        (
            vec![begin(), say(json!({ "type": "options", "options": { "min_score": 7 } }))],
            "invalid_option",
            1008,
        ),
        (vec![Message::binary(good.clone())], "bad_request", 1008),
        (vec![Message::text("")], "bad_request", 1008),
        (vec![Message::text("null")], "bad_request", 1008),
        (source(json!({ "type": "clip", "id": "../../etc/passwd" })), "unknown_clip", 1008),
        (source(json!({ "type": "sample", "name": "../cat.jpg" })), "unknown_clip", 1008),
        (source(json!({ "type": "path", "path": "/etc/passwd" })), "unavailable", 1008),
        (source(json!({ "type": "camera", "id": "0" })), "unavailable", 1008),
    ] {
        let mut client = server.connect(&[]).await.unwrap();
        let told = format!("{messages:?}");
        for message in messages {
            let _ = client.send(message).await;
        }
        let told = &told[..told.len().min(300)];
        assert_eq!(client.failure().await, (code.to_owned(), Some(close)), "{told}");
    }
    // Far beyond the limit the connection may be reset before its last words are read.
    let mut client = server.find(pushed(), false).await;
    let _ = client.send(Message::binary(vec![1; 40 << 20])).await;
    let (code, _) = client.failure().await;
    assert!(["", "body_too_large"].contains(&code.as_str()), "{code}");
    let mut client = server.find(pushed(), false).await;
    client.push(good).await;
    client.event("observation").await;
    client.stop().await;
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_third_session_waits_for_its_turn() {
    let _alone = ALONE.lock().await;
    let server = Served::start().await;
    let image = photo("cat.jpg", 64);
    let frame = message(1, &image, 1, &rgba(&image));
    let mut running = Vec::new();
    for _ in 0..2 {
        let mut client = server.find(pushed(), false).await;
        client.push(frame.clone()).await;
        client.event("started").await;
        running.push(client);
    }
    let mut third = server.find(pushed(), false).await;
    assert_eq!(third.failure().await, ("busy".into(), Some(1013)));
    let told = server.metrics_with("glimpse_live_sessions 2\n").await;
    assert!(told.contains("glimpse_live_rate{session=\"1\",frames=\"captured\"}"), "{told}");

    running.pop().unwrap().stop().await;
    let mut third = server.find(pushed(), false).await;
    third.push(frame).await;
    third.event("observation").await;
    third.stop().await;
    running.pop().unwrap().stop().await;
    let told = server.metrics_with("glimpse_live_sessions 0\n").await;
    assert!(told.contains("live_sessions_begun_total 3\n"), "{told}");
    assert!(!told.contains("session=\"1\""), "{told}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_whom_nothing_is_heard_is_let_go() {
    let _alone = ALONE.lock().await;
    let long = Duration::from_secs(600);
    let short = Duration::from_millis(300);
    let patience = LivePatience { start: long, silence: long, frames: long, ping: long };

    let server = Served::with(LivePatience { frames: short, ..patience }, None).await;
    let mut client = server.find(pushed(), false).await;
    assert_eq!(client.failure().await, ("timeout".into(), Some(1008)));
    server.stop().await.unwrap();

    // It does not answer pings: it does not read.
    let silence = LivePatience { silence: short, ping: short / 4, ..patience };
    let server = Served::with(silence, None).await;
    let mut client = server.find(pushed(), false).await;
    sleep(short * 3).await;
    assert_eq!(client.failure().await, ("timeout".into(), Some(1008)));
    // It answers them.
    let mut client = server.find(pushed(), false).await;
    assert!(timeout(short * 4, client.failure()).await.is_err());
    client.stop().await;
    server.stop().await.unwrap();

    let server = Served::with(LivePatience { start: short, ..patience }, None).await;
    let mut client = server.connect(&[]).await.unwrap();
    assert_eq!(client.failure().await, ("timeout".into(), Some(1008)));
    server.stop().await.unwrap();
}

#[cfg(target_os = "linux")]
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[cfg(target_os = "linux")]
fn files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Resident memory in MiB.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() >> 10
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_of_clients_who_vanish_leave_nothing_behind() {
    let _alone = ALONE.lock().await;
    let server = Served::start().await;
    let image = photo("cat.jpg", 320);
    let frame = message(1, &image, 1, &rgba(&image));
    let vanish = async || {
        let mut client = server.find(pushed(), true).await;
        client.push(frame.clone()).await;
        client.event("observation").await;
        // Neither a word nor a close.
        drop(client);
    };
    let settled = async |most: usize| {
        let began = Instant::now();
        while threads() > most && began.elapsed() < Duration::from_secs(15) {
            sleep(Duration::from_millis(50)).await;
        }
        threads()
    };
    vanish().await;
    vanish().await;
    sleep(Duration::from_secs(2)).await;
    let (threads_before, files_before, memory) = (threads(), files(), resident());
    for _ in 0..12 {
        // Only two may run: each waits until those before are gone.
        vanish().await;
    }
    // Blocking threads of the runtime come and go; those of sessions would be five each and more.
    assert!(settled(threads_before + 4).await <= threads_before + 4, "{threads_before} → {}", threads());
    assert!(files() <= files_before + 4, "{files_before} → {}", files());
    assert!(resident() < memory + 64, "{memory} → {} MiB", resident());
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_pages_of_this_server_may_watch() {
    let _alone = ALONE.lock().await;
    let server = Served::with(LivePatience::default(), Some("0123456789abcdef")).await;
    let own = format!("http://{}", server.address);
    let token = ("authorization", "Bearer 0123456789abcdef");
    for (headers, status) in [
        (vec![("origin", own.as_str())], 401),
        (vec![token, ("origin", "http://evil.example")], 403),
        (vec![token, ("origin", "null")], 403),
        (vec![token, ("sec-fetch-site", "cross-site")], 403),
        (vec![token, ("host", "evil.example")], 403),
    ] {
        match server.connect(&headers).await {
            Err(Error::Http(answer)) => assert_eq!(answer.status().as_u16(), status, "{headers:?}"),
            Err(error) => panic!("{headers:?}: {error}"),
            Ok(_) => panic!("{headers:?} may watch"),
        }
    }
    let mut client = server.connect(&[token, ("origin", &own)]).await.unwrap();
    client.say(&start(pushed(), false)).await;
    client.stop().await;
    let (status, _) =
        server.ask("GET /api/v1/live HTTP/1.1\r\nAuthorization: Bearer 0123456789abcdef", b"").await;
    assert!((400..500).contains(&status), "{status}");
    server.stop().await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_who_does_not_read_misses_observations_and_nothing_piles_up() {
    let _alone = ALONE.lock().await;
    let server = Served::start().await;
    let image = photo("cat.jpg", 640);
    let (first, rest) = (message(2, &image, 1, &i420(&image)), i420(&image));
    let mut client = server.find(pushed(), true).await;
    client.push(first).await;
    client.event("observation").await;
    let memory = resident();
    let (began, mut number) = (Instant::now(), 1);
    while began.elapsed() < Duration::from_secs(6) {
        number += 1;
        client.push(message(2, &image, number, &rest)).await;
        sleep(Duration::from_millis(5)).await;
    }
    assert!(number > 300, "{number} frames were taken while nobody read");
    assert!(resident() < memory + 100, "{memory} → {} MiB", resident());
    // What waited is read: few observations of many, and the newest of them.
    client.say(&json!({ "type": "stop" })).await;
    let (mut observations, mut newest) = (0, 0);
    let ended = loop {
        match client.hear().await {
            Heard::Event(event) if event["type"] == "observation" => {
                observations += 1;
                newest = event["observation"]["frame"].as_u64().unwrap();
            }
            Heard::Event(event) if event["type"] == "ended" => break event,
            Heard::Closed(code) => panic!("closed with {code:?}"),
            _ => {}
        }
    };
    let frames = &ended["telemetry"]["frames"];
    assert!(newest + 100 > number, "{newest} of {number}");
    assert_eq!(frames["captured"].as_u64(), Some(number), "{frames}");
    assert!(observations > 0 && frames["dropped"].as_u64().unwrap() > 0, "{observations}, {frames}");
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_says_so() {
    let _alone = ALONE.lock().await;
    let server = Served::start().await;
    let image = photo("cat.jpg", 64);
    let mut client = server.find(pushed(), false).await;
    client.push(message(1, &image, 1, &rgba(&image))).await;
    client.event("observation").await;
    let mut idle = server.connect(&[]).await.unwrap();
    let stopping = server.stop();
    assert_eq!(client.event("ended").await["reason"], "stopped");
    assert!(matches!(client.hear().await, Heard::Closed(Some(1001))));
    assert_eq!(idle.failure().await, ("cancelled".into(), Some(1001)));
    timeout(PATIENCE, stopping).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clips_are_opened_watched_and_let_go() {
    let _alone = ALONE.lock().await;
    let server = Served::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat.y4m");
    let image = photo("cat.jpg", 320);
    let mut writer = Y4mWriter::create(&path, image.width(), image.height(), (10, 1)).unwrap();
    for _ in 0..5 {
        writer.write(&image).unwrap();
    }
    writer.finish().unwrap();
    let clip = std::fs::read(&path).unwrap();
    let open = async |body: &[u8]| {
        let (status, answer) =
            server.ask("POST /api/v1/clips HTTP/1.1\r\nX-Glimpse-Name: k%C3%A4tzchen.y4m", body).await;
        (status, serde_json::from_slice::<Value>(&answer).unwrap())
    };
    let (status, about) = open(&clip).await;
    assert_eq!(status, 201, "{about}");
    assert_eq!((&about["name"], &about["container"]), (&json!("kätzchen.y4m"), &json!("y4m")));
    assert_eq!((&about["width"], &about["fps"]), (&json!(image.width()), &json!(10.0)));

    let mut client = server.find(json!({ "type": "clip", "id": about["id"] }), true).await;
    client.event("observation").await;
    assert_eq!(client.event("ended").await["reason"], "end_of_source");
    assert!(matches!(client.hear().await, Heard::Closed(Some(1000))));

    // Nobody watches it any more once the session's threads are gone.
    server.metrics_with("glimpse_live_sessions 0\n").await;
    let (second, third) = (open(&clip).await, open(&clip).await);
    assert_eq!((second.0, third.0), (201, 201));
    let delete = async |id: &Value| {
        let head = format!("DELETE /api/v1/clips/{} HTTP/1.1", id.as_str().unwrap());
        server.ask(&head, b"").await.0
    };
    assert_eq!(delete(&about["id"]).await, 404, "the oldest is gone");
    assert_eq!((delete(&second.1["id"]).await, delete(&second.1["id"]).await), (204, 404));

    let (status, failure) = open(b"RIFF\x10\0\0\0AVI LIST garbage").await;
    assert_eq!((status, &failure["code"]), (415, &json!("clip")));
    let (status, failure) = open(&clip[..100]).await;
    assert_eq!((status, &failure["code"]), (415, &json!("clip")));
    let head = "POST /api/v1/clips HTTP/1.1\r\nContent-Length: 300000000";
    let (status, _) = server.ask(head, b"").await;
    assert!([400, 413].contains(&status), "{status}");
    server.stop().await.unwrap();
}
