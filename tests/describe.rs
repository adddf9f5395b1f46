//! `glimpse describe`, end to end.

mod support;

use std::path::Path;

use image::{Rgb, RgbImage};
use serde_json::Value;
use support::{root, run};

fn photo(name: &str) -> String {
    root().join("assets/samples/photos").join(name).to_str().unwrap().to_owned()
}

fn save(folder: &Path, name: &str, image: &RgbImage) -> String {
    let path = folder.join(name);
    image.save(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

fn caption(record: &Value) -> &str {
    record["caption"].as_str().unwrap()
}

#[test]
fn a_photograph_of_a_person_gets_the_decoders_sentence() {
    let path = photo("photographer.jpg");
    let run = run(["describe", "--json", &path]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let record = run.record();
    assert_eq!(record["image"], path);
    assert_eq!((&record["width"], &record["height"]), (&512.into(), &512.into()));
    assert_eq!(record["caption_source"], "learned");
    assert_eq!(record["caption"], record["learned_caption"]);
    assert!(caption(&record).starts_with("A man") && caption(&record).ends_with('.'), "{record}");
    assert!((0.3..=1.0).contains(&record["caption_confidence"].as_f64().unwrap()));
    assert_eq!(record["objects"][0]["label"], "person");
    assert_eq!(record["tags"][0]["label"], "tripod");
    assert_eq!(record["colours"][0]["name"], "grey");
    assert!(record.get("text").is_none());
    for stage in ["decode", "see", "find", "caption", "pre", "infer", "post", "total"] {
        assert!(record["timings_ms"][stage].as_f64().unwrap() > 0.0, "{stage} is missing in {record}");
    }
    let stages = record["receipt"]["stages"].as_array().unwrap();
    let packs: Vec<&str> = stages.iter().map(|stage| stage["pack"].as_str().unwrap()).collect();
    assert_eq!(packs, ["see-int8", "find-int8", "caption-int8", "caption-int8"]);
}

#[test]
fn what_the_decoder_does_not_know_is_made_of_what_was_found() {
    let record = run(["describe", "--json", &photo("coffee.jpg")]).record();
    assert_eq!(record["caption_source"], "grounded", "{record}");
    assert_ne!(record["caption"], record["learned_caption"]);
    assert_eq!(record["tags"][0]["label"], "espresso");
}

#[test]
fn pictures_of_nothing_are_described_modestly() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = 7u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let stripes =
        |x: u32, _| if (x / 40).is_multiple_of(2) { Rgb([30, 90, 200]) } else { Rgb([240, 240, 240]) };
    let pictures = [
        ("noise.png", RgbImage::from_fn(640, 480, |_, _| Rgb([noise(), noise(), noise()]))),
        ("black.png", RgbImage::new(640, 480)),
        ("panorama.png", RgbImage::from_fn(2000, 100, stripes)),
        ("icon.png", RgbImage::from_fn(16, 16, |x, y| Rgb([(x * 16) as u8, (y * 16) as u8, 90]))),
        ("one.png", RgbImage::new(1, 1)),
    ];
    for (name, picture) in &pictures {
        let record = run(["describe", "--json", &save(folder.path(), name, picture)]).record();
        assert_eq!(record["caption_source"], "grounded", "{name}: {record}");
        assert!(caption(&record).contains("nothing is certain"), "{name}: {record}");
        assert!(record["objects"].as_array().unwrap().is_empty(), "{name}: {record}");
    }
}

#[test]
fn text_is_read_when_it_is_asked_for() {
    let sign = support::sample("sign.jpg");
    let sign = sign.to_str().unwrap();
    let record = run(["describe", "--json", "--text", sign]).record();
    assert!(record["text"].as_str().unwrap().contains("HARBOUR LANE"), "{record}");
    assert!(record["timings_ms"]["read"].as_f64().unwrap() > 0.0);
    if record["caption_source"] == "grounded" {
        assert!(caption(&record).contains("HARBOUR LANE"), "{record}");
    }
}

#[test]
fn greedy_and_both_precisions_work_and_people_get_lines() {
    let path = photo("photographer.jpg");
    for extra in [["--beam", "1"], ["--precision", "f32"], ["--threads", "1"]] {
        let record = run(["describe", "--json", extra[0], extra[1], &path]).record();
        assert!(caption(&record).starts_with("A man"), "{extra:?}: {record}");
    }
    let human = run(["describe", &path]);
    assert_eq!(human.code, Some(0));
    assert!(human.stdout.contains("A man") && human.stdout.contains("tripod"), "{}", human.stdout);
}

#[test]
fn failures_have_codes_and_the_rest_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.jpg");
    std::fs::write(&text, "no picture").unwrap();
    let run = run(["describe", "--json", "no/such.png", text.to_str().unwrap(), &photo("photographer.jpg")]);
    assert_eq!(run.code, Some(1));
    let records: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let code = |i: usize| &records[i]["error"]["code"];
    assert_eq!((code(0), code(1)), (&"not_found".into(), &"image_format".into()));
    assert!(caption(&records[2]).starts_with("A man"));
    for bad in [["--beam", "0"], ["--beam", "1000"], ["--beam", "x"]] {
        assert_eq!(support::run(["describe", bad[0], bad[1], "a.png"]).code, Some(2), "{bad:?}");
    }
}

#[test]
fn the_overlay_is_a_picture_of_the_same_size() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("boxes.png");
    let path = photo("photographer.jpg");
    let run = run(["describe", "--overlay", out.to_str().unwrap(), &path]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let (drawn, plain) = (image::open(&out).unwrap().to_rgb8(), image::open(&path).unwrap().to_rgb8());
    assert_eq!(drawn.dimensions(), plain.dimensions());
    assert_ne!(drawn, plain);
}
