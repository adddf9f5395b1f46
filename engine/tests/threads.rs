//! Engines of several pools over the same packs.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use glimpse_engine::read::{CancelToken, ReadLimits};
use glimpse_engine::{
    DescribeOptions, Engine, EngineOptions, Error, ErrorCode, FindOptions, Part, Picture, ReadOptions,
    TagOptions,
};

fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets")
}

fn picture(name: &str) -> Picture<'static> {
    let bytes = std::fs::read(assets().join("samples").join(name)).expect("a sample");
    Picture::decode(&bytes, &ReadLimits::default()).expect("it decodes")
}

/// All that an engine says of a picture, but for times.
fn everything(engine: &Engine, picture: &Picture<'_>) -> String {
    let text = engine.read_picture(picture, &ReadOptions::default()).expect("read").lines;
    let objects = engine.find_picture(picture, &FindOptions::default()).expect("find").objects;
    let tags = engine.tag_picture(picture, &TagOptions::default()).expect("tags").tags;
    let sentence = engine.describe_picture(picture, &DescribeOptions::default(), &mut |_| ());
    format!("{text:?} {objects:?} {tags:?} {:?}", sentence.expect("describe").caption)
}

#[test]
fn results_are_the_same_on_any_pool_one_after_the_other_and_at_once() {
    let options = EngineOptions { threads: 2, packs: Some(assets()), ..EngineOptions::default() };
    let engine = Engine::open(options).expect("open");
    let pictures = [picture("europe.png"), picture("photos/cat.jpg")];
    let expected: Vec<String> = pictures.iter().map(|p| everything(&engine, p)).collect();
    let others: Vec<Engine> = [1, 3, 2].map(|n| engine.with_threads(n).expect("another pool")).into();
    assert_eq!(others.iter().map(Engine::threads).collect::<Vec<_>>(), [1, 3, 2]);
    assert_eq!(others[1].options().threads, 3);
    for other in others.iter().chain([&engine]) {
        for (picture, expected) in pictures.iter().zip(&expected) {
            assert_eq!(&everything(other, picture), expected, "{} threads", other.threads());
        }
    }
    std::thread::scope(|scope| {
        for engine in others.iter().chain([&engine]) {
            let (pictures, expected) = (&pictures, &expected);
            scope.spawn(move || {
                for _ in 0..3 {
                    for (picture, expected) in pictures.iter().zip(expected) {
                        assert_eq!(&everything(engine, picture), expected);
                    }
                }
            });
        }
    });
    assert_eq!(engine.with_threads(100_000).expect_err("too many").code(), ErrorCode::InvalidOption);
}

#[test]
fn packs_are_opened_once_whichever_engine_needs_them_first() {
    let folder = tempfile::tempdir().expect("folder");
    let file = |name: &str| folder.path().join(name);
    for name in ["packs.toml", "see-int8.safetensors", "find-int8.safetensors"] {
        std::fs::copy(assets().join(name), file(name)).expect("copy");
    }
    let options =
        EngineOptions { threads: 2, packs: Some(folder.path().to_owned()), ..EngineOptions::default() };
    let engine = Engine::open(options).expect("open");
    let other = engine.with_threads(1).expect("another pool");
    engine.load(Part::Find).expect("find");
    other.load(Part::See).expect("see");
    // Mapped files stay where they are mapped; opening one again would fail from here on.
    for name in ["see-int8.safetensors", "find-int8.safetensors"] {
        std::fs::remove_file(file(name)).expect("remove");
    }
    let cat = picture("photos/cat.jpg");
    for engine in [engine.with_threads(3).expect("a third pool"), other, engine] {
        assert!(!engine.find_picture(&cat, &FindOptions::default()).expect("find").objects.is_empty());
        assert!(!engine.tag_picture(&cat, &TagOptions::default()).expect("tags").tags.is_empty());
    }
}

#[test]
fn a_running_read_ends_soon_after_it_is_cancelled() {
    let options = EngineOptions { threads: 1, packs: Some(assets()), ..EngineOptions::default() };
    let engine = Engine::open(options).expect("open");
    engine.load(Part::Read).expect("packs");
    let page = picture("page.png");
    let mut late: Vec<Duration> = Vec::new();
    for delay in (0..12).map(|i| 5 + 15 * i) {
        let options = ReadOptions { cancel: CancelToken::new(), ..ReadOptions::default() };
        let cancel = options.cancel.clone();
        let (result, since) = std::thread::scope(|scope| {
            let canceller = scope.spawn(move || {
                std::thread::sleep(Duration::from_millis(delay));
                let at = Instant::now();
                cancel.cancel();
                at
            });
            let result = engine.read_picture(&page, &options);
            let ended = Instant::now();
            (result, ended.saturating_duration_since(canceller.join().expect("canceller")))
        });
        match result {
            Err(Error::Cancelled) => late.push(since),
            other => assert!(other.is_ok(), "{other:?}"),
        }
    }
    assert!(!late.is_empty(), "all reads ended before they were cancelled");
    late.sort();
    // Other programs of the machine may hold up one of them, not most.
    assert!(late[late.len() / 2] < Duration::from_millis(100), "{late:?}");
}

#[test]
fn a_smaller_scale_looks_at_fewer_pixels_and_a_larger_one_at_more() {
    let options = EngineOptions { threads: 1, packs: Some(assets()), ..EngineOptions::default() };
    let engine = Engine::open(options).expect("open");
    let cat = picture("photos/cat.jpg");
    let macs = |scale: f32| {
        let options = FindOptions { scale: Some(scale), ..FindOptions::default() };
        engine.find_picture(&cat, &options).expect("find").receipt.stages[0].macs
    };
    assert!(macs(0.5) * 3 < macs(1.0) && macs(1.0) * 3 < macs(2.0));
    let usual = engine.find_picture(&cat, &FindOptions::default()).expect("find");
    assert_eq!(usual.receipt.stages[0].macs, macs(1.0));
    for scale in [0.0, -1.0, 2.01, f32::NAN] {
        let options = FindOptions { scale: Some(scale), ..FindOptions::default() };
        assert_eq!(engine.find_picture(&cat, &options).expect_err("scale").code(), ErrorCode::InvalidOption);
    }
}
