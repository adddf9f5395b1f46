//! The command as scripts and people use it: arguments, streams, exit statuses.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use serde_json::Value;
use support::{Run, glimpse, read_json, run, sample, text_of};
use tempfile::TempDir;

#[test]
fn a_record_has_the_documented_shape() {
    let path = sample("sign.jpg");
    let run = read_json([&path]);
    let record = run.record();
    assert_eq!(run.code, Some(0));
    assert_eq!(run.stderr, "");
    assert_eq!(record["image"], path.to_str().unwrap());
    assert_eq!((&record["width"], &record["height"]), (&800.into(), &600.into()));
    let lines = record["lines"].as_array().unwrap();
    assert!(!lines.is_empty());
    for line in lines {
        assert_boxed(line);
        let words = line["words"].as_array().unwrap();
        let joined: Vec<&str> = words.iter().map(|word| word["text"].as_str().unwrap()).collect();
        assert_eq!(joined.join(" "), line["text"].as_str().unwrap());
        words.iter().for_each(assert_boxed);
    }
    let mut members: Vec<u64> = record["paragraphs"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|paragraph| {
            paragraph["lines"].as_array().unwrap().iter().map(|line| line.as_u64().unwrap())
        })
        .collect();
    members.sort_unstable();
    assert_eq!(members, (0..lines.len() as u64).collect::<Vec<_>>());
    let timings = &record["timings_ms"];
    let time = |stage: &str| timings[stage].as_f64().unwrap();
    assert!(time("detect") > 0.0 && time("recognize") > 0.0 && time("decode") > 0.0);
    assert!(time("total") + 0.001 >= time("decode") + time("detect") + time("recognize"));
    assert!(time("pre") > 0.0 && time("infer") > 0.0 && time("post") > 0.0);
    assert!(time("total") + 0.001 >= time("decode") + time("pre") + time("infer") + time("post"));
    assert!(record["receipt"]["threads"].as_u64().unwrap() >= 1);
    assert!(!record["receipt"]["stages"].as_array().unwrap().is_empty());
    if cfg!(target_os = "linux") {
        assert!(record["peak_rss_bytes"].as_u64().unwrap() > 1 << 20);
    }
}

/// Asserts that a line or a word has text, a confidence and a box within the picture.
#[track_caller]
fn assert_boxed(item: &Value) {
    assert!(!item["text"].as_str().unwrap().is_empty());
    let confidence = item["confidence"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&confidence));
    let quad = item["quad"].as_array().unwrap();
    assert_eq!(quad.len(), 4);
    for corner in quad {
        let (x, y) = (corner[0].as_f64().unwrap(), corner[1].as_f64().unwrap());
        assert!((-40.0..=840.0).contains(&x) && (-40.0..=640.0).contains(&y), "{item}");
    }
}

#[test]
fn standard_input_is_read() {
    let mut child = glimpse()
        .args(["read", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(sample("sign.jpg")).unwrap()).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    let record = run.record();
    assert_eq!(record["image"], "-");
    let from_file = read_json([sample("sign.jpg")]).record();
    assert_eq!(record["lines"], from_file["lines"]);
    assert_eq!(run.code, Some(0));
}

#[test]
fn a_folder_is_read_in_name_order_and_a_bad_picture_does_not_stop_the_rest() {
    let folder = TempDir::new().unwrap();
    fs::copy(sample("europe.png"), folder.path().join("c.png")).unwrap();
    fs::copy(sample("screenshot.png"), folder.path().join("a.png")).unwrap();
    fs::write(folder.path().join("b.jpg"), b"no picture").unwrap();
    fs::write(folder.path().join("notes.txt"), b"no picture").unwrap();
    let run = read_json([folder.path()]);
    let records = run.records();
    let names: Vec<String> = records
        .iter()
        .map(|record| record["image"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["a.png", "b.jpg", "c.png"]);
    assert!(records[0]["error"].is_null() && records[2]["error"].is_null());
    assert_eq!(records[1]["error"]["code"], "image_format");
    assert_eq!(run.code, Some(1));
}

#[test]
fn text_alone_and_text_for_people() {
    let path = sample("screenshot.png");
    let text = run([std::ffi::OsStr::new("read"), "--text".as_ref(), path.as_os_str()]);
    let lines: Vec<&str> = text.stdout.lines().collect();
    assert!(lines.contains(&"Settings") && lines.contains(&"Nothing leaves this device"), "{text:?}");
    assert!(!text.stdout.contains("ms") && !text.stdout.contains('\u{1b}'));

    let people = run([std::ffi::OsStr::new("read"), path.as_os_str()]);
    assert!(people.stdout.contains("screenshot.png") && people.stdout.contains("500×620"), "{people:?}");
    assert!(people.stdout.contains(text.stdout.as_str()));
    assert!(!people.stdout.contains('\u{1b}'), "no colours into a pipe");
    assert_eq!((text.code, people.code), (Some(0), Some(0)));
}

#[test]
fn an_error_for_people_goes_to_standard_error() {
    let run = run(["read", "--text", "/no/such/picture.png"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert!(run.stderr.contains("/no/such/picture.png"), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1);
}

#[test]
fn wrong_usage_exits_with_2() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("out.png");
    fs::write(&file, b"").unwrap();
    let file = file.to_str().unwrap();
    let several = ["a.png", "b.png"];
    for arguments in [
        vec!["read"],
        vec!["read", "--no-such-option", "a.png"],
        vec!["read", "--json", "--text", "a.png"],
        vec!["read", "--precision", "int3", "a.png"],
        vec!["read", "--overlay", "out.gif", "a.png"],
        vec!["read", "--overlay", file, several[0], several[1]],
        vec!["read", "-", "-"],
        vec!["read", "--languages", "xx", "a.png"],
        vec!["no-such-command"],
        vec![],
    ] {
        let run = run(&arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {run:?}");
        assert_eq!(run.stdout, "");
        assert!(!run.stderr.is_empty());
    }
}

#[test]
fn precisions_and_threads_give_the_same_text() {
    let path = sample("page.png");
    let with = |arguments: &[&str]| {
        let run = Run::from(glimpse().args(["read", "--json"]).args(arguments).arg(&path).output().unwrap());
        assert_eq!(run.code, Some(0), "{run:?}");
        run.record()
    };
    let one = with(&["--threads", "1"]);
    let two = with(&["--threads", "2"]);
    assert_eq!(one["receipt"]["threads"], 1);
    assert_eq!(two["receipt"]["threads"], 2);
    assert_eq!(one["lines"], two["lines"], "threads do not change the result");
    let f32 = with(&["--precision", "f32"]);
    assert_eq!(f32["receipt"]["stages"][0]["precision"], "f32");
    assert_eq!(text_of(&f32), text_of(&one));
}

#[test]
fn languages_filter_the_characters() {
    let path = sample("europe.png");
    let read = |languages: &str| {
        let arguments = ["read", "--json", "--languages", languages];
        let run = Run::from(glimpse().args(arguments).arg(&path).output().unwrap());
        assert_eq!(run.code, Some(0), "{run:?}");
        text_of(&run.record())
    };
    assert!(read("de,pl,tr,fr,cs").contains("gęślą"));
    let german = read("de");
    assert!(german.contains("Größere Schäden müssen"), "{german}");
    assert!(!german.contains('ę') && !german.contains('ř'), "{german}");
}

#[test]
fn an_overlay_is_written_whole() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("sign.overlay.png");
    let mut command = glimpse();
    command.args(["read", "--json", "--overlay"]).arg(&out).arg(sample("sign.jpg"));
    assert_eq!(Run::from(command.output().unwrap()).code, Some(0));
    let overlay = image::open(&out).unwrap().to_rgb8();
    let picture = image::open(sample("sign.jpg")).unwrap().to_rgb8();
    assert_eq!(overlay.dimensions(), picture.dimensions());
    let differ = overlay.pixels().zip(picture.pixels()).filter(|(a, b)| a != b).count();
    assert!(differ > 500, "{differ} pixels differ");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");

    let many = folder.path().join("many");
    let mut command = glimpse();
    command.args(["read", "--json", "--overlay"]).arg(&many);
    command.arg(sample("europe.png")).arg(sample("sign.jpg"));
    assert_eq!(Run::from(command.output().unwrap()).code, Some(0));
    assert!(many.join("europe.overlay.png").is_file() && many.join("sign.overlay.png").is_file());

    let mut command = glimpse();
    command
        .args(["read", "--json", "--overlay"])
        .arg(folder.path().join("no/such/x.png"))
        .arg(sample("sign.jpg"));
    let run = Run::from(command.output().unwrap());
    assert_eq!((run.record()["error"]["code"].as_str(), run.code), (Some("not_found"), Some(1)));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let pictures = vec![sample("europe.png"); 30];
    let mut child = glimpse()
        .args(["read", "--json"])
        .args(&pictures)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert!(line.starts_with('{'));
    drop(stdout);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(stderr, "");
}

#[cfg(unix)]
#[test]
fn an_interrupt_cancels() {
    let pictures = vec![sample("page.png"); 400];
    let mut child = glimpse()
        .args(["read", "--json"])
        .args(&pictures)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(rest.lines().count() < 300, "it went on reading");
    for line in rest.lines() {
        serde_json::from_str::<Value>(line).expect("whole lines only");
    }
}

#[test]
fn info_tells_packs_processor_and_kernels() {
    let run = run(["info", "--json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let info: Value = serde_json::from_str(&run.stdout).unwrap();
    let packs = info["packs"].as_array().unwrap();
    for id in ["ocr-det-int8", "ocr-rec-int8", "see-int8", "find-int8", "caption-int8"] {
        let pack = packs.iter().find(|pack| pack["id"] == id).unwrap_or_else(|| panic!("no {id} in {info}"));
        assert_eq!(pack["state"], "present");
        let licence =
            if id.starts_with("caption") { "LicenseRef-research-and-education" } else { "Apache-2.0" };
        assert_eq!(pack["licence"], licence);
    }
    assert!(!info["kernels"].as_array().unwrap().is_empty());
    assert!(info["cpu"]["instruction_sets"].as_array().unwrap().contains(&"scalar".into()));
    let people = support::run(["info"]);
    assert!(people.stdout.contains("ocr-rec-int8") && people.stdout.contains("Apache-2.0"), "{people:?}");
}

#[test]
fn only_wholly_covered_languages_are_listed_as_supported() {
    let run = run(["info", "--languages", "--json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let languages: Value = serde_json::from_str(&run.stdout).unwrap();
    let find = |code: &str| {
        let all = languages["languages"].as_array().unwrap();
        all.iter().find(|language| language["code"] == code).unwrap_or_else(|| panic!("no {code}")).clone()
    };
    for code in ["en", "de", "fr", "pl", "tr", "zh-Hans", "zh-Hant"] {
        assert_eq!(find(code)["supported"], true, "{code}");
        assert_eq!(find(code)["missing"], serde_json::json!([]));
    }
    let vietnamese = find("vi");
    assert_eq!(vietnamese["supported"], false);
    let missing: String =
        vietnamese["missing"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
    assert!("ếợởữổẩựửừờệảậ".chars().all(|c| missing.contains(c)), "{missing}");
    assert_eq!(find("ru")["supported"], false);
}

#[test]
fn completions_and_manual_pages_name_every_subcommand() {
    for shell in ["bash", "zsh", "fish"] {
        let run = run(["completions", shell]);
        assert_eq!(run.code, Some(0));
        assert!(run.stdout.contains("precision") && run.stdout.contains("read"), "{shell}");
    }
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("man");
    assert_eq!(run(["man", "--out", out.to_str().unwrap()]).code, Some(0));
    assert!(fs::read_to_string(out.join("glimpse-read.1")).unwrap().contains("precision"));
    assert!(run(["man"]).stdout.contains(".TH glimpse 1"));
}
