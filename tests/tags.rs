//! `glimpse tags` and `glimpse similar`, end to end.

mod support;

use std::fs;

use serde_json::Value;
use support::{root, run, sample};

/// A photograph of a cat as a PNG file in `folder`.
fn cat(folder: &std::path::Path, name: &str) -> String {
    let rgb = fs::read(root().join("engine/packer/recorded/see/chelsea/input.rgb")).unwrap();
    let path = folder.join(name);
    image::RgbImage::from_raw(224, 224, rgb).unwrap().save(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_record_has_the_documented_shape() {
    let folder = tempfile::tempdir().unwrap();
    let path = cat(folder.path(), "cat.png");
    let run = run(["tags", "--json", "--top", "1000", &path]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let record = run.record();
    assert_eq!(record["image"], path);
    assert_eq!((&record["width"], &record["height"]), (&224.into(), &224.into()));
    let tags = record["tags"].as_array().unwrap();
    assert!(tags.len() > 950 && tags.len() < 1000, "{} tags", tags.len());
    let score = |tag: &Value| tag["score"].as_f64().unwrap();
    let total: f64 = tags.iter().map(score).sum();
    assert!((total - 1.0).abs() < 1e-3, "scores add up to {total}");
    for tag in tags {
        assert!(!tag["label"].as_str().unwrap().is_empty());
        assert!(tag["class"].as_u64().unwrap() < 1000);
    }
    assert!(tags[0]["label"].as_str().unwrap().contains("cat") || tags[0]["class"] == 285, "{}", tags[0]);
    assert_eq!(record["sure"], score(&tags[0]) >= 0.5);
    for stage in ["decode", "tag", "pre", "infer", "post", "total"] {
        assert!(record["timings_ms"][stage].is_number());
    }
    assert_eq!(record["receipt"]["stages"][0]["pack"], "see-int8");
}

#[test]
fn a_picture_that_fails_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let good = cat(folder.path(), "cat.png");
    let bad = folder.path().join("bad.jpg");
    fs::write(&bad, "no picture").unwrap();
    let run = run(["tags", "--json", bad.to_str().unwrap(), "none.png", &good]);
    assert_eq!(run.code, Some(1));
    let records = run.records();
    let codes: Vec<&str> = records.iter().filter_map(|r| r["error"]["code"].as_str()).collect();
    assert_eq!(codes, ["image_format", "not_found"]);
    assert!(records[2]["tags"].is_array());
}

#[test]
fn the_most_similar_picture_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let query = cat(folder.path(), "query.png");
    let inner = folder.path().join("pictures");
    fs::create_dir(&inner).unwrap();
    cat(&inner, "z-cat.png");
    fs::copy(sample("page.png"), inner.join("page.png")).unwrap();
    fs::write(inner.join("broken.png"), "no picture").unwrap();
    let run = run(["similar", "--json", &query, inner.to_str().unwrap()]);
    assert_eq!(run.code, Some(1));
    let records = run.records();
    assert_eq!(records.len(), 3);
    assert!(records[0]["image"].as_str().unwrap().ends_with("z-cat.png"));
    let similarity = |i: usize| records[i]["similarity"].as_f64().unwrap();
    assert!(similarity(0) > 0.999 && similarity(1) < 0.6);
    assert_eq!(records[2]["error"]["code"], "image_format");
}

#[test]
fn a_query_that_is_missing_is_told() {
    let run = run(["similar", "none.png", root().join("assets/samples").to_str().unwrap()]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("none.png"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}
