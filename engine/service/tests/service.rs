//! The service with the real engine, packs and sample pictures of this repository.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use glimpse_engine::NoteCode;
use glimpse_engine::read::CancelToken;
use glimpse_service::api::{
    BenchEvent, BenchRequest, BoxKnobs, ExportFormat, Failure, LibraryQuery, LineRequest, LookEvent,
    LookRequest, Picture, PictureId, Settings, SettingsChange, Stage, Task, Theme,
};
use glimpse_service::{Call, PictureLimits, Service, ServiceOptions};
use serde_json::json;

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

fn options() -> ServiceOptions {
    ServiceOptions { packs: Some(assets()), samples: Some(assets().join("samples")), ..Default::default() }
}

/// One service for the tests that change nothing of it but opened pictures.
fn service() -> &'static Service {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    SERVICE.get_or_init(|| {
        let pictures = PictureLimits { pictures: 100, ..PictureLimits::default() };
        Service::open(ServiceOptions { pictures, ..options() }).unwrap()
    })
}

fn open(name: &str) -> Picture {
    service().open_sample(name, &CancelToken::new()).unwrap()
}

fn look(id: &PictureId, request: &LookRequest) -> (Vec<LookEvent>, Result<(), Failure>) {
    let mut events = Vec::new();
    let done = service().look(id, request, &CancelToken::new(), &mut |event| {
        events.push(event);
        ControlFlow::Continue(())
    });
    (events, done.map(drop))
}

#[test]
fn reading_tells_begin_result_and_measures_in_order() {
    let picture = open("receipt.jpg");
    assert_eq!((picture.name.as_deref(), picture.format.as_str()), (Some("receipt.jpg"), "jpeg"));
    assert!(picture.decode_ms > 0.0);
    let (events, done) = look(&picture.id, &LookRequest::new(Task::Read));
    done.unwrap();
    let [LookEvent::Started { .. }, LookEvent::Reading { reading }, LookEvent::Done { measures }] =
        &events[..]
    else {
        panic!("{events:?}");
    };
    let expected = std::fs::read_to_string(assets().join("samples/receipt.expected.txt")).unwrap();
    let first = expected.lines().find(|line| !line.is_empty()).unwrap();
    assert!(reading.text().contains(first), "{first:?} is not in {:?}", reading.text());
    assert_eq!((reading.width, reading.height), (picture.width, picture.height));
    let stages: Vec<Stage> = measures.stages.iter().map(|stage| stage.stage).collect();
    assert_eq!(stages, [Stage::Queue, Stage::Pre, Stage::Infer, Stage::Post], "the pixels were held");
    let sum: f64 = measures.stages.iter().map(|stage| stage.ms).sum();
    assert!(sum <= measures.total_ms && sum > 0.5 * measures.total_ms, "{measures:?}");
    assert!(measures.history.count >= 1 && measures.history.p50 > 0.0);
    assert!(measures.memory.resident.unwrap() > 10 << 20);
    assert!(measures.threads >= 1 && measures.receipt.stages.len() == 2);
    assert!(measures.power.value != Some(0.0) && !measures.power.source.is_empty());
}

#[test]
fn describing_streams_the_caption_s_tokens() {
    let picture = open("photos/cat.jpg");
    let request = LookRequest { beam: Some(1), attention: true, ..LookRequest::new(Task::Describe) };
    let (events, done) = look(&picture.id, &request);
    done.unwrap();
    let streamed: String = events
        .iter()
        .filter_map(|event| match event {
            LookEvent::Token { text, confidence } => {
                assert!((0.0..=1.0).contains(confidence));
                Some(text.as_str())
            }
            _ => None,
        })
        .collect();
    let description = events
        .iter()
        .find_map(|event| match event {
            LookEvent::Description { description } => Some(description),
            _ => None,
        })
        .unwrap();
    let learned = description.learned_caption.trim_end_matches('.').to_lowercase();
    assert_eq!(streamed.trim().to_lowercase(), learned);
    assert!(description.tokens.iter().all(|token| token.attention.len() == 49));
    assert!(description.objects.iter().any(|object| object.label == "cat"), "{description:?}");
}

#[test]
fn a_listener_who_goes_away_cancels() {
    let picture = open("page.png");
    let mut heard = 0;
    let failure = service()
        .look(&picture.id, &LookRequest::new(Task::Read), &CancelToken::new(), &mut |_| {
            heard += 1;
            ControlFlow::Break(())
        })
        .unwrap_err();
    assert!(failure.is_cancelled());
    assert_eq!(heard, 2, "started and failed");
}

#[test]
fn a_look_that_waits_can_be_cancelled_before_it_began() {
    let service = Service::open(options()).unwrap();
    let picture = service.open_sample("page.png", &CancelToken::new()).unwrap();
    let request = LookRequest::new(Task::Read);
    service.load(Task::Read).unwrap();
    std::thread::scope(|scope| {
        let (long, waiting) = (CancelToken::new(), CancelToken::new());
        let (service, id, request, long_) = (&service, &picture.id, &request, long.clone());
        // A listener that takes its time holds the engine.
        let first = scope.spawn(move || {
            service.look(id, request, &long_, &mut |event| {
                while matches!(event, LookEvent::Started { .. }) && !long_.is_cancelled() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                ControlFlow::Continue(())
            })
        });
        while service.workload().engine.inside == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let waiting_ = waiting.clone();
        let second = scope.spawn(move || {
            service.look(id, request, &waiting_, &mut |event| panic!("it began: {event:?}")).unwrap_err()
        });
        while service.workload().engine.waiting == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        waiting.cancel();
        assert!(second.join().unwrap().is_cancelled());
        long.cancel();
        assert!(first.join().unwrap().unwrap_err().is_cancelled());
    });
}

#[test]
fn finding_and_wrong_requests() {
    let picture = open("photos/cat.jpg");
    let (events, done) =
        look(&picture.id, &LookRequest { min_score: Some(0.9), ..LookRequest::new(Task::Find) });
    done.unwrap();
    assert!(matches!(&events[1], LookEvent::Found { found } if found.objects.iter().all(|o| o.score >= 0.9)));
    for bad in [
        LookRequest { min_score: Some(1.5), ..LookRequest::new(Task::Find) },
        LookRequest { min_confidence: Some(f32::NAN), ..LookRequest::new(Task::Read) },
        LookRequest { beam: Some(0), ..LookRequest::new(Task::Describe) },
    ] {
        let (events, done) = look(&picture.id, &bad);
        assert_eq!((events.len(), done.unwrap_err().code.as_ref()), (0, "bad_request"));
    }
    let unknown = LookRequest { languages: vec!["xx".into()], ..LookRequest::new(Task::Read) };
    assert_eq!(look(&picture.id, &unknown).1.unwrap_err().code, "invalid_option");
    let nothing = look(&PictureId("0".repeat(32)), &LookRequest::new(Task::Find));
    assert_eq!(nothing.1.unwrap_err().code, "unknown_picture");
}

#[test]
fn only_characters_of_the_languages_asked_for_are_read() {
    let picture = open("japanese.png");
    let request = LookRequest { languages: vec!["en".into()], ..LookRequest::new(Task::Read) };
    let (events, done) = look(&picture.id, &request);
    done.unwrap();
    let LookEvent::Reading { reading } = &events[1] else { panic!("{events:?}") };
    assert!(!reading.text().chars().any(|c| ('ぁ'..='ヿ').contains(&c)), "{}", reading.text());
}

#[test]
fn lessons_show_what_the_reader_works_with() {
    let (service, cancel) = (service(), CancelToken::new());
    let picture = open("sign.jpg");
    let first = service.page_trace(&picture.id, &BoxKnobs::default(), &cancel).unwrap();
    assert!(first.detect_ms.is_some() && !first.boxes.is_empty());
    let again = service.page_trace(&picture.id, &BoxKnobs::default(), &cancel).unwrap();
    assert_eq!((again.detect_ms, &again.boxes), (None, &first.boxes));
    let strict = BoxKnobs { box_threshold: 1.0, ..BoxKnobs::default() };
    assert!(service.page_trace(&picture.id, &strict, &cancel).unwrap().boxes.is_empty());
    let wrong = BoxKnobs { unclip: -1.0, ..BoxKnobs::default() };
    assert_eq!(service.page_trace(&picture.id, &wrong, &cancel).unwrap_err().code, "invalid_option");
    let map = service.heat_map(&picture.id, &cancel).unwrap();
    assert_eq!([map.map.width, map.map.height], first.seen);
    let (events, _) = look(&picture.id, &LookRequest::new(Task::Read));
    let LookEvent::Reading { reading } = &events[1] else { panic!("{events:?}") };
    let line = &reading.lines[0];
    let trace = service.line_trace(&picture.id, &LineRequest { quad: line.quad }, &cancel).unwrap();
    assert_eq!(trace.text, line.text);
    assert_eq!(trace.crop.width, trace.step_width * trace.steps.len() as u32);
    let outside = LineRequest { quad: [[-9e9, 0.0]; 4] };
    assert_eq!(service.line_trace(&picture.id, &outside, &cancel).unwrap_err().code, "invalid_option");
}

#[test]
fn pictures_are_shown_as_they_came_or_smaller() {
    let (service, cancel) = (service(), CancelToken::new());
    let picture = open("page.png");
    let original = std::fs::read(assets().join("samples/page.png")).unwrap();
    let whole = service.picture_image(&picture.id, None, &cancel).unwrap();
    assert_eq!((whole.bytes.as_ref(), whole.media_type), (original.as_slice(), "image/png"));
    let small = service.picture_image(&picture.id, Some(100), &cancel).unwrap();
    let image = image::load_from_memory(&small.bytes).unwrap();
    assert_eq!((small.media_type, image.width().max(image.height())), ("image/jpeg", 100));
    assert_eq!(service.picture_image(&picture.id, Some(0), &cancel).unwrap_err().code, "bad_request");
    service.close_picture(&picture.id).unwrap();
    assert_eq!(service.picture_image(&picture.id, None, &cancel).unwrap_err().code, "unknown_picture");
}

#[test]
fn what_is_no_picture_is_refused() {
    let (service, cancel) = (service(), CancelToken::new());
    let sample = std::fs::read(assets().join("samples/receipt.jpg")).unwrap();
    for (bytes, code) in [
        (Vec::new(), "image_empty"),
        (b"Dear diary".to_vec(), "image_format"),
        (sample[..sample.len() / 2].to_vec(), "image_damaged"),
        (vec![0xff; (64 << 20) + 1], "image_too_large"),
    ] {
        assert_eq!(service.open_picture(bytes, None, &cancel).unwrap_err().code, code);
    }
    assert_eq!(service.open_path(&assets(), &cancel).unwrap_err().code, "is_a_directory");
    assert_eq!(service.open_path(&assets().join("none.png"), &cancel).unwrap_err().code, "not_found");
    assert_eq!(service.open_frame(image::RgbImage::new(0, 4), None).unwrap_err().code, "image_empty");
    let named = service.open_picture(sample, Some(" a\n\u{7}b.jpg "), &cancel).unwrap();
    assert_eq!(named.name.as_deref(), Some("ab.jpg"));
}

#[test]
fn a_camera_s_frame_is_a_picture() {
    let frame = image::open(assets().join("samples/photos/cat.jpg")).unwrap().into_rgb8();
    let picture = service().open_frame(frame, Some("camera")).unwrap();
    assert_eq!(picture.format, "rgb");
    assert!(look(&picture.id, &LookRequest::new(Task::Find)).1.is_ok());
    let shown = service().picture_image(&picture.id, None, &CancelToken::new()).unwrap();
    assert_eq!(shown.media_type, "image/jpeg");
}

#[test]
fn scripts_get_the_command_s_json() {
    let bytes = std::fs::read(assets().join("samples/photos/cat.jpg")).unwrap();
    let call = |call: Call| -> serde_json::Value {
        let json = service().once(&call, "cat.jpg", &bytes, &CancelToken::new()).unwrap();
        serde_json::from_str(&json).unwrap()
    };
    let found = call(Call::Look(LookRequest::new(Task::Find)));
    assert_eq!((&found["image"], found["objects"].is_array()), (&"cat.jpg".into(), true));
    let tags = call(Call::Tags { top: Some(3), view: Default::default(), embedding: true });
    assert_eq!(tags["tags"].as_array().unwrap().len(), 3);
    assert_eq!(tags["embedding"].as_array().unwrap().len(), 1280);
    let wrong = Call::Tags { top: Some(0), view: Default::default(), embedding: false };
    assert_eq!(service().once(&wrong, "x", &bytes, &CancelToken::new()).unwrap_err().code, "bad_request");
}

fn change(value: serde_json::Value) -> SettingsChange {
    serde_json::from_value(value).unwrap()
}

#[test]
fn settings_survive_and_threads_take_effect() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let open = || Service::open(ServiceOptions { data: Some(data.clone()), ..options() }).unwrap();
    let settings = Settings { threads: 1, keep: false, ..Settings::default() };
    open().change_settings(&change(json!({ "threads": 1, "keep": false }))).unwrap();
    let service = open();
    assert_eq!(service.settings(), settings);
    let picture = service.open_sample("photos/cat.jpg", &CancelToken::new()).unwrap();
    let mut threads = 0;
    service
        .look(&picture.id, &LookRequest::new(Task::Find), &CancelToken::new(), &mut |event| {
            if let LookEvent::Done { measures } = event {
                threads = measures.threads;
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(threads, 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn what_was_looked_at_is_kept_found_again_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let data = Some(folder.path().to_owned());
        Service::open(ServiceOptions { data, ..options() }).unwrap()
    };
    let (service, cancel) = (open(), CancelToken::new());
    let look = |service: &Service, name: &str, task: Task| {
        let picture = service.open_sample(name, &cancel).unwrap();
        let go_on = &mut |_| ControlFlow::Continue(());
        service.look(&picture.id, &LookRequest::new(task), &cancel, go_on).unwrap();
        picture.id
    };
    let cat = look(&service, "photos/cat.jpg", Task::Find);
    look(&service, "photos/cat.jpg", Task::Describe);
    look(&service, "receipt.jpg", Task::Read);
    drop(service);
    let service = open();
    let page = service.library(&LibraryQuery::default(), &cancel).unwrap();
    assert_eq!((page.total, page.items[0].name.as_deref()), (2, Some("receipt.jpg")));
    let item = page.items[1].id;
    let entry = service.library_entry(item).unwrap();
    assert!(entry.found.is_some() && entry.description.is_some() && entry.reading.is_none());
    let query = LibraryQuery { words: Some("cat".into()), ..LibraryQuery::default() };
    assert_eq!(service.library(&query, &cancel).unwrap().items[0].id, item);
    let again = service.library_open(item, &cancel).unwrap();
    let query = LibraryQuery { like_picture: Some(again.id.clone()), ..LibraryQuery::default() };
    let like = service.library(&query, &cancel).unwrap();
    assert!(like.items[0].id == item && like.items[0].likeness.unwrap() > 0.99, "{like:?}");
    let query = LibraryQuery { like_picture: Some(cat), ..LibraryQuery::default() };
    assert_eq!(service.library(&query, &cancel).unwrap_err().code, "unknown_picture");
    assert_eq!(service.library_image(item, &cancel).unwrap().media_type, "image/jpeg");
    assert!(service.library_thumbnail(item).unwrap().bytes.starts_with(&[0xff, 0xd8]));
    let exported = service.library_export(item, ExportFormat::Json, &cancel).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&exported.bytes).unwrap();
    assert!(value.to_string().contains("cat"), "{value}");
    service.library_delete(item).unwrap();
    assert_eq!(service.library_entry(item).unwrap_err().code, "unknown_item");
    let passing = service.open_sample("sign.jpg", &cancel).unwrap();
    let request = LookRequest { unkept: true, ..LookRequest::new(Task::Find) };
    service.look(&passing.id, &request, &cancel, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(service.library(&LibraryQuery::default(), &cancel).unwrap().total, 1);
    service.change_settings(&change(json!({ "keep": false }))).unwrap();
    look(&service, "photos/coffee.jpg", Task::Find);
    assert_eq!(service.library(&LibraryQuery::default(), &cancel).unwrap().total, 1);
    service.library_clear().unwrap();
    assert_eq!(service.library(&LibraryQuery::default(), &cancel).unwrap().total, 0);
}

#[test]
fn two_services_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let options = || ServiceOptions { data: Some(folder.path().join("data")), ..options() };
    let services: Vec<Service> = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..2).map(|_| scope.spawn(|| Service::open(options()).unwrap())).collect();
        openers.into_iter().map(|opener| opener.join().unwrap()).collect()
    });
    let cancel = CancelToken::new();
    std::thread::scope(|scope| {
        for (service, names) in services.iter().zip([["cat", "coffee"], ["astronaut", "rocket"]]) {
            let cancel = &cancel;
            scope.spawn(move || {
                for name in names {
                    let picture = service.open_sample(&format!("photos/{name}.jpg"), cancel).unwrap();
                    let go_on = &mut |_| ControlFlow::Continue(());
                    service.look(&picture.id, &LookRequest::new(Task::Describe), cancel, go_on).unwrap();
                }
            });
        }
    });
    for service in &services {
        let found = |words: &str| {
            let query = LibraryQuery { words: Some(words.into()), ..LibraryQuery::default() };
            service.library(&query, &cancel).unwrap().items
        };
        assert_eq!(service.library(&LibraryQuery::default(), &cancel).unwrap().total, 4);
        let cat = found("cat");
        assert_eq!(cat[0].name.as_deref(), Some("photos/cat.jpg"));
        let query = LibraryQuery { like_item: Some(cat[0].id), ..LibraryQuery::default() };
        let like = service.library(&query, &cancel).unwrap();
        assert!(like.items.len() == 4 && like.items.iter().all(|item| item.likeness.is_some()), "{like:?}");
        service.library_image(cat[0].id, &cancel).unwrap();
    }
    services[0].change_settings(&change(json!({ "theme": "dark" }))).unwrap();
    let both = services[1].change_settings(&change(json!({ "keep": false }))).unwrap();
    assert!(!both.keep && both.theme == Theme::Dark);
    assert_eq!(services[0].settings(), both);
    let item = services[0].library(&LibraryQuery::default(), &cancel).unwrap().items[0].id;
    services[0].library_delete(item).unwrap();
    assert_eq!(services[1].library_entry(item).unwrap_err().code, "unknown_item");
}

#[test]
fn results_are_exported_once_there_are_some() {
    let (service, cancel) = (service(), CancelToken::new());
    let picture = open("sign.jpg");
    let formats = [
        (ExportFormat::Text, &b"HARBOUR LANE"[..]),
        (ExportFormat::Markdown, b"HARBOUR LANE"),
        (ExportFormat::Json, b"HARBOUR LANE"),
        (ExportFormat::Hocr, b"HARBOUR"),
        (ExportFormat::Pdf, b"%PDF-"),
    ];
    for (format, _) in formats {
        let failure = service.export_picture(&picture.id, format, &cancel).unwrap_err();
        assert_eq!(failure.code, "nothing_to_export", "{format:?}");
    }
    look(&picture.id, &LookRequest::new(Task::Read)).1.unwrap();
    for (format, part) in formats {
        let file = service.export_picture(&picture.id, format, &cancel).unwrap();
        assert!(file.bytes.windows(part.len()).any(|window| window == part), "{format:?}");
        assert_eq!(file.media_type, format.media_type());
    }
}

#[test]
fn without_a_folder_there_is_no_library() {
    let failure = service().library(&LibraryQuery::default(), &CancelToken::new()).unwrap_err();
    assert_eq!(failure.code, "unavailable");
}

#[test]
fn the_device_and_its_packs_are_told() {
    let device = service().device().unwrap();
    assert!(device.languages.iter().any(|code| code == "en"));
    assert!(device.backends.iter().any(|b| b.name == "cpu" && b.available));
    assert!(device.memory_total.unwrap() > device.memory.resident.unwrap());
    assert_eq!(device.data_folder, None);
    let pack = &device.info.packs[0].id;
    assert!(service().check_pack(pack).unwrap().intact);
    assert_eq!(service().check_pack("../secret").unwrap_err().code, "unknown_pack");
}

#[test]
fn a_pack_with_a_flipped_bit_is_not_intact() {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(assets()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let service = Service::open(ServiceOptions { packs: Some(folder.path().into()), ..options() }).unwrap();
    let path = folder.path().join("see-int8.safetensors");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(!service.check_pack("see-int8").unwrap().intact);
    assert!(service.check_pack("find-int8").unwrap().intact);
}

#[test]
fn a_measurement_tells_each_run_and_reports() {
    let request = BenchRequest { tasks: vec![Task::Find, Task::Describe], runs: 3, warmup: 1, picture: None };
    let mut events = Vec::new();
    let report = service()
        .bench(&request, &CancelToken::new(), &mut |event| {
            events.push(event);
            ControlFlow::Continue(())
        })
        .unwrap();
    let runs = events.iter().filter(|event| matches!(event, BenchEvent::Run { warmup: false, .. })).count();
    assert_eq!((runs, events.len()), (6, 9), "two tasks of three runs and a warm-up, and a report");
    for task in &report.tasks {
        assert_eq!(task.runs_ms.len(), 3);
        assert!(task.min > 0.0 && task.min <= task.p50 && task.p50 <= task.p99 && task.p99 <= task.max);
        let stages: Vec<Stage> = task.stages.iter().map(|stage| stage.stage).collect();
        assert_eq!(stages, [Stage::Decode, Stage::Pre, Stage::Infer, Stage::Post]);
        assert!(!task.receipt.stages.is_empty());
    }
    assert!(report.doubts.iter().any(|doubt| doubt.code == NoteCode::FewRuns));
    let Some(BenchEvent::Report { markdown, .. }) = events.last() else { panic!("no report") };
    assert!(markdown.contains("| find | photos/astronaut.jpg (512 × 512) | 3 |"), "{markdown}");
    for bad in [
        BenchRequest { runs: 0, ..request.clone() },
        BenchRequest { tasks: vec![], ..request.clone() },
        BenchRequest { warmup: 101, ..request.clone() },
    ] {
        let failure = service().bench(&bad, &CancelToken::new(), &mut |_| ControlFlow::Continue(()));
        assert_eq!(failure.unwrap_err().code, "bad_request");
    }
}

#[test]
fn a_measurement_can_be_cancelled() {
    let request = BenchRequest { tasks: vec![Task::Find], runs: 1000, warmup: 0, picture: None };
    let (began, mut last) = (Instant::now(), None);
    let failure = service()
        .bench(&request, &CancelToken::new(), &mut |event| {
            last = Some(event);
            ControlFlow::Break(())
        })
        .unwrap_err();
    assert!(failure.is_cancelled() && matches!(last, Some(BenchEvent::Failed { .. })));
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[test]
fn without_packs_there_is_no_service() {
    let folder = tempfile::tempdir().unwrap();
    let failure =
        Service::open(ServiceOptions { packs: Some(folder.path().into()), ..options() }).unwrap_err();
    assert_eq!(failure.code, "pack_missing");
}
