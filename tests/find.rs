//! `glimpse find`, end to end.

mod support;

use std::fs;
use std::path::Path;

use image::{Rgb, RgbImage};
use serde_json::Value;
use support::{root, run, sample};

/// A photograph of a cat as a PNG file in `folder`.
fn cat(folder: &Path) -> String {
    let rgb = fs::read(root().join("engine/packer/recorded/see/chelsea/input.rgb")).unwrap();
    save(folder, "cat.png", &RgbImage::from_raw(224, 224, rgb).unwrap())
}

fn save(folder: &Path, name: &str, image: &RgbImage) -> String {
    let path = folder.join(name);
    image.save(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

fn objects(record: &Value) -> &Vec<Value> {
    record["objects"].as_array().unwrap()
}

fn score(object: &Value) -> f64 {
    object["score"].as_f64().unwrap()
}

/// Of a cat this close the network is not sure that it is none of a dog.
fn is_pet(object: &Value) -> bool {
    object["label"] == "cat" || object["label"] == "dog"
}

#[test]
fn a_pet_is_found_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = cat(folder.path());
    for precision in ["int8", "f32"] {
        let run = run(["find", "--json", "--precision", precision, &path]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        let record = run.record();
        assert_eq!(record["image"], path);
        assert_eq!((&record["width"], &record["height"]), (&224.into(), &224.into()));
        let found = objects(&record);
        assert!(found.len() == 1 && is_pet(&found[0]) && score(&found[0]) > 0.3, "{record}");
        let sides: Vec<f64> =
            found[0]["box"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
        assert!(sides.len() == 4 && sides[2] * sides[3] > 0.4 * 224.0 * 224.0, "{sides:?}");
        for stage in ["decode", "find", "pre", "infer", "post", "total"] {
            assert!(record["timings_ms"][stage].is_number(), "{stage} is missing in {record}");
        }
        let stage = &record["receipt"]["stages"][0];
        assert_eq!(stage["pack"], format!("find-{precision}"));
        assert!(stage["macs"].as_u64().unwrap() > 100_000_000);
    }
}

#[test]
fn a_lower_threshold_shows_more_in_order_and_inside_of_the_picture() {
    let folder = tempfile::tempdir().unwrap();
    let path = cat(folder.path());
    let at = |least: &str| run(["find", "--json", "--min-score", least, &path]).record();
    let (few, many) = (at("0.3"), at("0.001"));
    let (few, many) = (objects(&few), objects(&many));
    assert!(many.len() > few.len() && many.len() <= 100, "{} and {}", few.len(), many.len());
    assert_eq!(&many[..few.len()], &few[..]);
    assert!(many.windows(2).all(|pair| score(&pair[0]) >= score(&pair[1])));
    for object in many {
        assert!((0.001..=1.0).contains(&score(object)), "{object}");
        let side = |i: usize| object["box"][i].as_f64().unwrap();
        assert!(side(0) >= 0.0 && side(1) >= 0.0 && side(2) >= 1.0 && side(3) >= 1.0, "{object}");
        assert!(side(0) + side(2) <= 224.01 && side(1) + side(3) <= 224.01, "{object}");
    }
    assert!(objects(&at("1")).is_empty());
}

#[test]
fn pictures_of_nothing_show_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = 7u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let pictures = [
        ("noise.png", RgbImage::from_fn(640, 480, |_, _| Rgb([noise(), noise(), noise()]))),
        ("black.png", RgbImage::new(640, 480)),
        ("panorama.png", RgbImage::from_fn(2000, 100, |x, _| Rgb([(x / 8) as u8; 3]))),
        ("icon.png", RgbImage::from_fn(16, 16, |x, y| Rgb([if (x ^ y) & 4 == 0 { 200 } else { 30 }; 3]))),
        ("pixel.png", RgbImage::new(1, 1)),
        ("line.png", RgbImage::new(3000, 1)),
    ];
    let paths: Vec<String> = pictures.iter().map(|(name, image)| save(folder.path(), name, image)).collect();
    let run = run(["find", "--json"].into_iter().chain(paths.iter().map(String::as_str)));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let records = run.records();
    assert_eq!(records.len(), pictures.len());
    for record in records {
        assert!(objects(&record).is_empty(), "{record}");
    }
}

#[test]
fn boxes_are_drawn_and_a_picture_that_fails_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = cat(folder.path());
    let drawn = folder.path().join("drawn.png");
    let run_drawn = run(["find", "--overlay", drawn.to_str().unwrap(), &path]);
    assert_eq!(run_drawn.code, Some(0));
    assert!(run_drawn.stdout.contains("% "), "{}", run_drawn.stdout);
    let (before, after) = (image::open(&path).unwrap().to_rgb8(), image::open(&drawn).unwrap().to_rgb8());
    assert_eq!(before.dimensions(), after.dimensions());
    let changed = before.pixels().zip(after.pixels()).filter(|(a, b)| a != b).count();
    assert!(changed > 500, "{changed} pixels differ");

    let bad = folder.path().join("bad.jpg");
    fs::write(&bad, "no picture").unwrap();
    let run = run(["find", "--json", bad.to_str().unwrap(), "none.png", &path]);
    assert_eq!(run.code, Some(1));
    let records = run.records();
    let codes: Vec<&str> = records.iter().filter_map(|r| r["error"]["code"].as_str()).collect();
    assert_eq!(codes, ["image_format", "not_found"]);
    assert!(is_pet(&objects(&records[2])[0]));
}

#[test]
fn a_score_out_of_range_is_wrong_usage_and_a_missing_pack_is_told() {
    let page = sample("page.png");
    let page = page.to_str().unwrap();
    assert_eq!(run(["find", "--min-score", "1.5", page]).code, Some(2));
    let empty = tempfile::tempdir().unwrap();
    fs::write(empty.path().join("packs.toml"), "").unwrap();
    let run = run(["find", "--json", "--packs", empty.path().to_str().unwrap(), page]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.record()["error"]["code"], "pack_missing");
}
