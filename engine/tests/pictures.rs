//! Pictures that are decoded once and looked at many times, by the public API.

use std::path::PathBuf;

use glimpse_engine::describe::DescribeTimings;
use glimpse_engine::read::{CancelToken, ReadLimits};
use glimpse_engine::{
    BoxRules, DescribeOptions, Engine, EngineOptions, ErrorCode, FindOptions, Picture, Quad, ReadOptions,
    TagOptions,
};

fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets")
}

fn open() -> Engine {
    let options = EngineOptions { threads: 2, packs: Some(assets()), ..EngineOptions::default() };
    Engine::open(options).expect("packs.toml is in the repository")
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(assets().join("samples").join(name)).expect("a sample")
}

fn picture(name: &str) -> Picture<'static> {
    Picture::decode(&bytes(name), &ReadLimits::default()).expect("it decodes")
}

const SAMPLES: [&str; 7] =
    ["chinese.png", "europe.png", "japanese.png", "receipt.jpg", "screenshot.png", "sign.jpg", "tilted.jpg"];

/// A part of a picture that is turned by a quarter turn, as it stands after the turn.
fn turned(quad: Quad, width: f32) -> Quad {
    quad.map(|[x, y]| [y, width - x])
}

#[test]
fn a_decoded_picture_gives_what_its_bytes_give() {
    let engine = open();
    let (encoded, photo) = (bytes("photos/cat.jpg"), picture("photos/cat.jpg"));
    assert_eq!(photo.format(), "jpeg");
    let (options, read) = (DescribeOptions { text: true, ..Default::default() }, ReadOptions::default());
    let mut told = Vec::new();
    let description =
        engine.describe_picture(&photo, &options, &mut |token| told.push(token.clone())).expect("describe");
    let expected = engine.describe_bytes(&encoded, &options).expect("describe");
    assert!(!told.is_empty());
    assert_eq!((&description.caption, &description.tags), (&expected.caption, &expected.tags));
    assert_eq!((&description.objects, &description.text), (&expected.objects, &expected.text));
    assert_eq!((description.width, description.height), (photo.width(), photo.height()));

    let found = engine.find_picture(&photo, &FindOptions::default()).expect("find");
    assert_eq!(found.objects, engine.find_bytes(&encoded, &FindOptions::default()).expect("find").objects);
    let tags = engine.tag_picture(&photo, &TagOptions::default()).expect("tags");
    assert_eq!(tags.tags, engine.tags_bytes(&encoded, &TagOptions::default()).expect("tags").tags);
    let sign = picture("sign.jpg");
    let reading = engine.read_picture(&sign, &read).expect("read");
    assert_eq!(reading.lines, engine.read_bytes(&bytes("sign.jpg"), &read).expect("read").lines);
    assert_eq!(reading.lines, engine.read(sign.image(), &read).expect("read").lines);
}

/// What a call took by kind of work, then all of it.
fn check([decode, pre, infer, post, total]: [f64; 5], decoded: bool) {
    let sum = decode + pre + infer + post;
    assert!([decode, pre, infer, post].iter().all(|ms| *ms >= 0.0), "{decode} {pre} {infer} {post}");
    assert!(pre > 0.0 && infer > 0.0 && post > 0.0 && (decode > 0.0) == decoded);
    assert!(sum <= total * 1.01, "{sum} of {total}");
}

#[test]
fn the_stages_of_a_look_add_up_to_it() {
    let engine = open();
    let (encoded, photo) = (bytes("sign.jpg"), picture("sign.jpg"));
    let (read, find, tag) = (ReadOptions::default(), FindOptions::default(), TagOptions::default());
    let describe = DescribeOptions { text: true, ..Default::default() };
    for _ in 0..3 {
        let t = engine.read_bytes(&encoded, &read).expect("read").timings;
        check([t.decode, t.pre, t.infer, t.post, t.total], true);
        assert!(t.decode + t.detect + t.recognize <= t.total * 1.01);
        let t = engine.read_picture(&photo, &read).expect("read").timings;
        check([t.decode, t.pre, t.infer, t.post, t.total], false);
        let t = engine.find_bytes(&encoded, &find).expect("find").timings;
        check([t.decode, t.pre, t.infer, t.post, t.total], true);
        let t = engine.find_picture(&photo, &find).expect("find").timings;
        check([t.decode, t.pre, t.infer, t.post, t.total], false);
        let t = engine.tags_bytes(&encoded, &tag).expect("tags").timings;
        check([t.decode, t.pre, t.infer, t.post, t.total], true);
        let t = engine.tag_picture(&photo, &tag).expect("tags").timings;
        check([t.decode, t.pre, t.infer, t.post, t.total], false);
        let t = engine.describe_bytes(&encoded, &describe).expect("describe").timings;
        check([t.decode, t.pre, t.infer, t.post, t.total], true);
        let t: DescribeTimings =
            engine.describe_picture(&photo, &describe, &mut |_| ()).expect("describe").timings;
        check([t.decode, t.pre, t.infer, t.post, t.total], false);
        assert!(t.see + t.find + t.caption + t.read <= t.total * 1.01);
    }
}

#[test]
fn the_boxes_of_the_map_are_those_that_are_read() {
    let engine = open();
    for name in SAMPLES {
        let picture = picture(name);
        let map = engine.text_map(&picture, &CancelToken::new()).expect("map");
        assert_eq!(map.image().dimensions(), (map.size()[0], map.size()[1]));
        let boxes = map.boxes(&BoxRules::default()).expect("default rules");
        let reading = engine.read_picture(&picture, &ReadOptions::default()).expect("read");
        assert!(!reading.lines.is_empty() && boxes.len() >= reading.lines.len(), "{name}");
        for line in &reading.lines {
            // A line that lies on its side has the corners in the order of its text.
            let same = |a: &Quad| (0..4).any(|turns| (0..4).all(|i| a[i] == line.quad[(i + turns) % 4]));
            assert!(boxes.iter().any(|b| same(&b.quad)), "{name}: {line:?}");
        }
        let strict = BoxRules { box_threshold: 1.0, ..BoxRules::default() };
        assert!(map.boxes(&strict).expect("strict rules").len() < boxes.len());
    }
}

#[test]
fn a_traced_line_reads_as_the_line_was_read() {
    let engine = open();
    for name in SAMPLES {
        let picture = picture(name);
        let reading = engine.read_picture(&picture, &ReadOptions::default()).expect("read");
        for line in &reading.lines {
            let trace = engine.trace_line(&picture, &line.quad, &CancelToken::new()).expect("trace");
            assert_eq!(trace.text, line.text, "{name}");
            // A line on its side is cut from the turned picture here, whose pixels differ a little.
            let upright = line.quad[1][0] > line.quad[0][0];
            let difference = (trace.confidence - line.confidence).abs();
            assert!(difference <= if upright { 0.0 } else { 0.05 }, "{name}: {difference}");
            assert_eq!(trace.strip.width(), trace.steps.len() as u32 * trace.step_width);
            let chars: String = trace.chars.iter().map(|c| c.text.as_str()).collect();
            assert_eq!(chars.trim(), trace.text, "{name}");
            assert!(trace.chars.iter().all(|c| c.first + c.count <= trace.steps.len()));
            assert!(trace.recognize_ms > 0.0 && trace.crop_ms > 0.0 && trace.decode_ms > 0.0);
        }
    }
}

#[test]
fn a_picture_on_its_side_has_its_map_and_lines_where_it_shows_them() {
    let engine = open();
    let upright = picture("sign.jpg");
    let side = Picture::from(image::imageops::rotate270(upright.image()));
    let cancel = CancelToken::new();
    let (map, turned_map) =
        (engine.text_map(&upright, &cancel).expect("map"), engine.text_map(&side, &cancel).expect("map"));
    let [w, h] = map.size();
    assert_eq!(turned_map.size(), [h, w]);
    let reading = engine.read_picture(&side, &ReadOptions::default()).expect("read");
    assert_eq!(reading.receipt.page_rotation, 270);
    let expected = engine.read_picture(&upright, &ReadOptions::default()).expect("read");
    for (line, expected) in reading.lines.iter().zip(&expected.lines) {
        let quad = turned(expected.quad, upright.width() as f32);
        let near = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).abs() < 1.0 && (a[1] - b[1]).abs() < 1.0;
        assert!(line.quad.iter().zip(quad).all(|(a, b)| near(*a, b)), "{line:?} {quad:?}");
        let trace = engine.trace_line(&side, &line.quad, &cancel).expect("trace");
        assert_eq!(trace.text, expected.text);
    }
}

#[test]
fn what_cannot_be_looked_into_says_so() {
    let engine = open();
    let sign = picture("sign.jpg");
    let cancel = CancelToken::new();
    let nan: Quad = [[f32::NAN, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
    let error = engine.trace_line(&sign, &nan, &cancel).expect_err("not a number");
    assert_eq!(error.code(), ErrorCode::InvalidOption);
    cancel.cancel();
    let good: Quad = [[1.0, 1.0], [100.0, 1.0], [100.0, 30.0], [1.0, 30.0]];
    assert_eq!(engine.trace_line(&sign, &good, &cancel).expect_err("cancelled").code(), ErrorCode::Cancelled);
    assert_eq!(engine.text_map(&sign, &cancel).expect_err("cancelled").code(), ErrorCode::Cancelled);
}
