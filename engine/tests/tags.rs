//! Tags and embeddings by the public API, on the packs of the repository.

use std::path::PathBuf;

use glimpse_engine::see::View;
use glimpse_engine::{Engine, EngineOptions, ErrorCode, Isa, Part, Tag, TagOptions};
use image::RgbImage;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn open(options: EngineOptions) -> Engine {
    Engine::open(EngineOptions { packs: Some(root().join("assets")), ..options }).expect("packs.toml")
}

/// A photograph of a cat, 224 × 224.
fn cat() -> RgbImage {
    let path = root().join("engine/packer/recorded/see/chelsea/input.rgb");
    RgbImage::from_raw(224, 224, std::fs::read(path).expect("the recorded input")).expect("its size")
}

fn labels(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| tag.label.as_str()).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[test]
fn a_cat_is_named() {
    let engine = open(EngineOptions::default());
    let options = TagOptions { view: View::Whole, top: Some(3), ..TagOptions::default() };
    let tags = engine.tags(&cat(), &options).expect("tags");
    assert_eq!((tags.width, tags.height, tags.tags.len()), (224, 224, 3));
    let best = &tags.tags[0];
    assert!(["tabby cat", "Egyptian Mau", "lynx"].contains(&best.label.as_str()), "{tags:?}");
    assert!(tags.tags.windows(2).all(|pair| pair[0].score >= pair[1].score));
    assert_eq!(tags.sure, best.score >= 0.5);
    let stage = &tags.receipt.stages[0];
    assert_eq!((stage.stage.as_str(), stage.pack.as_str()), ("see", "see-int8"));
    assert!(stage.macs > 380_000_000);
    assert!(tags.timings.total >= tags.timings.tag);
}

#[test]
fn all_instruction_sets_and_threads_agree() {
    let options = TagOptions { view: View::Whole, ..TagOptions::default() };
    let expected = open(EngineOptions { threads: 1, ..EngineOptions::default() });
    let expected = expected.tags(&cat(), &options).expect("tags");
    for isa in Isa::available() {
        let engine = open(EngineOptions { threads: 3, isa: Some(isa), ..EngineOptions::default() });
        let tags = engine.tags(&cat(), &options).expect("tags");
        assert_eq!(labels(&tags.tags), labels(&expected.tags), "{}", isa.name());
        assert!(dot(&tags.embedding, &expected.embedding) > 0.9999, "{}", isa.name());
    }
}

#[test]
fn embeddings_have_length_one_and_tell_likeness() {
    let engine = open(EngineOptions::default());
    let options = TagOptions { view: View::Whole, ..TagOptions::default() };
    let embedding = |image: &RgbImage| engine.tags(image, &options).expect("tags").embedding;
    let one = embedding(&cat());
    assert_eq!(one.len(), 1280);
    assert!((dot(&one, &one) - 1.0).abs() < 1e-4);
    let mirrored = embedding(&image::imageops::flip_horizontal(&cat()));
    let stripes = embedding(&RgbImage::from_fn(300, 200, |x, _| image::Rgb([(x / 9 % 2 * 255) as u8; 3])));
    assert!(dot(&one, &mirrored) > 0.9 && dot(&one, &stripes) < 0.5);
}

#[test]
fn odd_pictures_get_a_modest_answer() {
    let engine = open(EngineOptions::default());
    let grey = |w, h| RgbImage::from_pixel(w, h, image::Rgb([127; 3]));
    for image in [grey(1, 1), grey(16, 16), grey(4000, 200), grey(1, 3000), RgbImage::new(0, 0)] {
        for view in [View::Centre, View::Whole] {
            let tags = engine.tags(&image, &TagOptions { view, ..TagOptions::default() }).expect("tags");
            assert_eq!(tags.tags.len(), 5);
            assert!(tags.tags.iter().all(|tag| (0.0..=1.0).contains(&tag.score)), "{tags:?}");
            assert!(!tags.sure, "{tags:?}");
        }
    }
}

#[test]
fn what_is_hardly_seen_is_not_sure() {
    let engine = open(EngineOptions::default());
    let options = TagOptions { view: View::Whole, ..TagOptions::default() };
    let sure = |image: &RgbImage| engine.tags(image, &options).expect("tags").sure;
    let best = engine.tags(&cat(), &options).expect("tags").tags[0].score;
    assert_eq!(sure(&cat()), best >= 0.5);
    let thumbnail = image::imageops::thumbnail(&cat(), 16, 16);
    let mut panorama = RgbImage::new(224 * 20, 224);
    image::imageops::overlay(&mut panorama, &cat(), 224 * 10 - 112, 0);
    assert!(!sure(&thumbnail) && !sure(&panorama));
    assert!(!engine.tags(&panorama, &TagOptions::default()).expect("tags").sure);
}

#[test]
fn a_cancelled_call_says_so_and_a_missing_pack_too() {
    let engine = open(EngineOptions::default());
    let options = TagOptions::default();
    options.cancel.cancel();
    assert_eq!(engine.tags(&cat(), &options).expect_err("cancelled").code(), ErrorCode::Cancelled);
    let folder = tempfile::tempdir().expect("folder");
    std::fs::copy(root().join("assets/packs.toml"), folder.path().join("packs.toml")).expect("copy");
    let options = EngineOptions { packs: Some(folder.path().to_owned()), ..EngineOptions::default() };
    let engine = Engine::open(options).expect("opening needs no pack");
    assert_eq!(engine.load(Part::See).expect_err("no pack").code(), ErrorCode::PackMissing);
}
