//! The engine's public API on the packs of the repository.

use std::path::{Path, PathBuf};
use std::time::Duration;

use glimpse_engine::read::CancelToken;
use glimpse_engine::{Engine, EngineOptions, Error, ErrorCode, Isa, Part, Precision, ReadOptions};

fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets")
}

fn open(threads: usize) -> Engine {
    let options = EngineOptions { threads, packs: Some(assets()), ..EngineOptions::default() };
    let engine = Engine::open(options).expect("packs.toml is in the repository");
    engine.load(Part::Read).expect("the int8 packs are in the repository");
    engine
}

fn sample(name: &str) -> PathBuf {
    assets().join("samples").join(name)
}

fn text(engine: &Engine, name: &str) -> String {
    engine.read_file(&sample(name), &ReadOptions::default()).expect("read").text()
}

#[test]
fn an_engine_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Engine>();
    let engine = open(2);
    let names = ["europe.png", "chinese.png", "japanese.png"];
    let alone: Vec<String> = names.iter().map(|n| text(&engine, n)).collect();
    assert!(alone.iter().all(|t| !t.trim().is_empty()));
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..6)
            .map(|i| scope.spawn(move || i % names.len()))
            .map(|which| which.join().expect("index"))
            .map(|i| {
                let engine = &engine;
                (i, scope.spawn(move || text(engine, names[i])))
            })
            .collect();
        for (i, reader) in readers {
            assert_eq!(reader.join().expect("reader"), alone[i]);
        }
    });
}

#[test]
fn threads_and_instruction_sets_do_not_change_the_text() {
    let expected = text(&open(1), "europe.png");
    assert_eq!(text(&open(3), "europe.png"), expected);
    for isa in Isa::available() {
        let options =
            EngineOptions { threads: 2, packs: Some(assets()), isa: Some(isa), ..EngineOptions::default() };
        if isa == Isa::Scalar && cfg!(debug_assertions) {
            println!("scalar: left to the tests of single networks, it takes minutes here");
            continue;
        }
        let engine = Engine::open(options).expect("open");
        assert_eq!(text(&engine, "europe.png"), expected, "{}", isa.name());
    }
}

#[test]
fn the_receipt_tells_what_ran() {
    let reading = open(2).read_file(&sample("europe.png"), &ReadOptions::default()).expect("read");
    let stages: Vec<&str> = reading.receipt.stages.iter().map(|s| s.stage.as_str()).collect();
    assert_eq!(stages, ["detect", "recognize"]);
    for stage in &reading.receipt.stages {
        assert_eq!((stage.backend.as_str(), stage.precision.as_str()), ("cpu", "int8"));
        assert!(stage.macs > 0 && !stage.shapes.is_empty());
    }
    assert_eq!(reading.receipt.threads, 2);
    assert!(reading.timings.total >= reading.timings.detect + reading.timings.recognize);
}

#[test]
fn a_cancelled_read_says_so() {
    let engine = open(1);
    let options = ReadOptions { cancel: CancelToken::new(), ..ReadOptions::default() };
    options.cancel.cancel();
    let error = engine.read_file(&sample("page.png"), &options).expect_err("cancelled before");
    assert_eq!(error.code(), ErrorCode::Cancelled);

    for delay in [0, 2, 5, 10, 20] {
        let options = ReadOptions { cancel: CancelToken::new(), ..ReadOptions::default() };
        let cancel = options.cancel.clone();
        let result = std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(Duration::from_millis(delay));
                cancel.cancel();
            });
            engine.read_file(&sample("page.png"), &options)
        });
        assert!(matches!(result, Ok(_) | Err(Error::Cancelled)), "{result:?}");
    }
    assert!(!text(&engine, "page.png").is_empty(), "the engine still reads");
}

#[test]
fn a_charset_keeps_other_characters_out() {
    let engine = open(2);
    let allowed: std::collections::HashSet<char> = ('0'..='9').chain([' ']).collect();
    let options = ReadOptions {
        charset: Some(std::sync::Arc::new(allowed.clone())),
        min_confidence: Some(0.0),
        ..ReadOptions::default()
    };
    let reading = engine.read_file(&sample("receipt.jpg"), &options).expect("read");
    assert!(reading.lines.iter().any(|l| l.text.chars().any(|c| c.is_ascii_digit())));
    for line in &reading.lines {
        assert!(line.text.chars().all(|c| allowed.contains(&c)), "{}", line.text);
    }
}

#[test]
fn a_pack_that_is_not_there_is_told_with_its_remedy() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::copy(assets().join("packs.toml"), folder.path().join("packs.toml")).expect("copy");
    let options = EngineOptions {
        precision: Precision::F32,
        packs: Some(folder.path().to_owned()),
        ..EngineOptions::default()
    };
    let engine = Engine::open(options).expect("opening needs no pack");
    let image = image::RgbImage::new(64, 64);
    let errors = [
        engine.load(Part::Read).expect_err("load"),
        engine.characters().expect_err("characters"),
        engine.read(&image, &ReadOptions::default()).expect_err("read"),
    ];
    for error in errors {
        assert_eq!(error.code(), ErrorCode::PackMissing);
        assert!(error.to_string().contains("make packs-f32"), "{error}");
    }
}

#[test]
fn packs_are_opened_when_they_are_needed() {
    let folder = tempfile::tempdir().expect("folder");
    for name in ["packs.toml", "ocr-det-int8.safetensors", "ocr-rec-int8.safetensors"] {
        std::fs::copy(assets().join(name), folder.path().join(name)).expect("copy");
    }
    let recognizer = folder.path().join("ocr-rec-int8.safetensors");
    let whole = std::fs::read(&recognizer).expect("pack");
    std::fs::write(&recognizer, &whole[..whole.len() / 2]).expect("cut");
    let options = EngineOptions { packs: Some(folder.path().to_owned()), ..EngineOptions::default() };
    let engine = Engine::open(options).expect("opening needs no pack");
    let image = image::RgbImage::new(64, 64);
    let error = engine.read(&image, &ReadOptions::default()).expect_err("damaged");
    assert_eq!(error.code(), ErrorCode::PackDamaged);
    std::fs::remove_file(&recognizer).expect("remove");
    std::fs::write(&recognizer, &whole).expect("mend");
    assert!(engine.read(&image, &ReadOptions::default()).expect("mended").lines.is_empty());
}

#[test]
fn options_out_of_range_are_refused() {
    let engine = open(1);
    let options = ReadOptions { min_confidence: Some(1.5), ..ReadOptions::default() };
    let error = engine.read_file(&sample("europe.png"), &options).expect_err("confidence");
    assert_eq!(error.code(), ErrorCode::InvalidOption);
    let options = EngineOptions { threads: 100_000, packs: Some(assets()), ..EngineOptions::default() };
    assert_eq!(Engine::open(options).expect_err("threads").code(), ErrorCode::InvalidOption);
    let error =
        engine.read_file(Path::new("no-such-picture.png"), &ReadOptions::default()).expect_err("file");
    assert_eq!(error.code(), ErrorCode::NotFound);
}
