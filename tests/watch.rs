//! `glimpse watch`, end to end.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use glimpse_camera::{Clip, Y4mWriter};
use glimpse_live::LiveEvent;
use image::{Rgb, RgbImage};
use serde_json::Value;
use support::{Run, glimpse, run, sample};

const FRAMES: u64 = 45;

/// A clip in which the photograph of a person moves.
fn clip(folder: &Path) -> String {
    let photo = image::open(sample("photos/astronaut.jpg")).unwrap().into_rgb8();
    let photo = image::imageops::resize(&photo, 224, 224, image::imageops::FilterType::Triangle);
    let path = folder.join("person.y4m");
    let mut writer = Y4mWriter::create(&path, 320, 240, (30, 1)).unwrap();
    for i in 0..FRAMES {
        let mut frame = RgbImage::from_pixel(320, 240, Rgb([70, 110, 150]));
        image::imageops::replace(&mut frame, &photo, (2 * i) as i64, 8);
        writer.write(&frame).unwrap();
    }
    writer.finish().unwrap();
    path.to_str().unwrap().to_owned()
}

fn watch(arguments: &[&str]) -> Run {
    run(["watch", "--threads", "2"].iter().chain(arguments))
}

/// The events of a run, each of which is one that the library knows.
fn events(run: &Run) -> Vec<LiveEvent> {
    run.stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn a_clip_is_watched_frame_by_frame() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path());
    let run = watch(&["--fast", "--json", "--no-read", &path]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let events = events(&run);
    assert!(matches!(events[0], LiveEvent::Started { width: 320, height: 240, .. }), "{:?}", events[0]);
    let mut seen = Vec::new();
    for event in &events {
        if let LiveEvent::Observation { observation } = event {
            seen.push(observation);
        }
    }
    assert_eq!(seen.iter().map(|o| o.frame).collect::<Vec<_>>(), (1..=FRAMES).collect::<Vec<_>>());
    let followed = seen.iter().filter(|o| o.objects.iter().any(|object| object.label == "person"));
    assert!(followed.count() > FRAMES as usize / 2, "a person is followed in most frames");
    assert!(seen.last().unwrap().caption.as_ref().is_some_and(|caption| !caption.text.is_empty()));
    match events.last() {
        Some(LiveEvent::Ended { telemetry, .. }) => {
            let frames = telemetry.frames;
            assert!(
                frames.balanced() && frames.captured == FRAMES && frames.analysed == FRAMES,
                "{frames:?}"
            );
            for stage in
                ["capture", "convert", "look", "find", "find.infer", "tags", "track", "deliver", "frame"]
            {
                assert!(telemetry.stages.iter().any(|s| s.stage == stage && s.count > 0), "{stage}");
            }
        }
        other => panic!("the last event is {other:?}"),
    }
    for line in run.stdout.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        assert!(value["type"].is_string(), "{line}");
    }
}

#[test]
fn the_overlay_is_a_clip_of_the_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path());
    let out = folder.path().join("out.y4m");
    let run = watch(&["--fast", "--no-read", "--no-caption", "--overlay", out.to_str().unwrap(), &path]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let about = Clip::open(&out).unwrap();
    assert_eq!((about.about().width, about.about().height, about.about().frames), (320, 240, Some(FRAMES)));
    let last_frames = |path: &Path| {
        let spec = path.to_str().unwrap();
        let options = glimpse_camera::ClipOptions { pace: glimpse_camera::Pace::Fast, looped: false };
        let mut source = glimpse_camera::open_source_with(spec, options).unwrap();
        let formats = source.open().unwrap();
        source.start(formats[0]).unwrap();
        let mut last = None;
        while let Ok(frame) = source.next_frame(Duration::from_secs(5)) {
            last = Some(frame.to_rgb().unwrap());
        }
        last.unwrap()
    };
    let (drawn, plain) = (last_frames(&out), last_frames(Path::new(&path)));
    let differs = drawn.as_raw().iter().zip(plain.as_raw()).filter(|(a, b)| a.abs_diff(**b) > 60).count();
    assert!(differs > 500, "a box and a label are drawn: {differs}");
    // Nothing of the temporary file is left.
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn an_overlay_on_standard_output_is_the_clip_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path());
    let output = glimpse()
        .args(["watch", "--fast", "--no-read", "--no-caption", "--no-tags", "--overlay", "-", &path])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let out = folder.path().join("piped.y4m");
    std::fs::write(&out, &output.stdout).unwrap();
    assert_eq!(Clip::open(&out).unwrap().about().frames, Some(FRAMES));
    assert!(String::from_utf8_lossy(&output.stderr).contains("analysed"), "the totals are on standard error");
    let both = watch(&["--json", "--overlay", "-", &path]);
    assert_eq!(both.code, Some(2), "{both:?}");
}

#[test]
fn without_a_terminal_moments_are_lines_and_a_table_ends_it() {
    let run = watch(&["synthetic:320x240@30", "--duration", "2s", "--no-caption"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.starts_with("frames of 320×240 at 30 a second\n"), "{}", run.stdout);
    for expected in ["came", "analysed", "dropped", "stage", "find", "memory", "processor"] {
        assert!(run.stdout.contains(expected), "{expected} is missing in\n{}", run.stdout);
    }
    assert!(!run.stdout.contains('\u{1b}'), "no styles without a terminal");
}

#[test]
fn stages_can_be_left_out() {
    let off = ["--no-find", "--no-tags", "--no-read", "--no-caption"];
    let arguments = [&["synthetic:64x64@30", "--json", "--duration", "1s"][..], &off].concat();
    let run = watch(&arguments);
    assert_eq!(run.code, Some(0));
    match events(&run).last() {
        Some(LiveEvent::Ended { telemetry, .. }) => {
            assert!(telemetry.frames.analysed > 5);
            for stage in ["find", "tags", "read", "caption"] {
                assert!(!telemetry.stages.iter().any(|s| s.stage == stage && s.count > 0), "{stage}");
            }
        }
        other => panic!("the last event is {other:?}"),
    }
}

#[test]
fn what_cannot_be_watched_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let missing = watch(&["no/such/clip.y4m"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("no/such/clip.y4m"), "{}", missing.stderr);
    for (name, bytes) in
        [("empty.y4m", &b""[..]), ("noise.avi", b"what is this"), ("cut.y4m", b"YUV4MPEG2 W9")]
    {
        let run = watch(&["--fast", &file(name, bytes)]);
        assert_eq!(run.code, Some(1), "{name}: {run:?}");
        assert!(run.stderr.starts_with("glimpse: "), "{name}: {}", run.stderr);
    }
    assert_eq!(watch(&["synthetic:0x0@1"]).code, Some(2));
    assert_eq!(watch(&[]).code, Some(2));
    let nowhere = folder.path().join("no/folder/out.y4m");
    let overlay =
        ["--overlay", nowhere.to_str().unwrap(), "--duration", "1s", "synthetic:64x64@30", "--no-caption"];
    let run = watch(&overlay);
    assert_eq!(run.code, Some(1), "{run:?}");
    let packs = glimpse().env("GLIMPSE_PACKS", folder.path()).args(["watch", "synthetic"]).output().unwrap();
    assert_eq!(packs.status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_in_order_with_the_totals() {
    let mut child = glimpse()
        .args(["watch", "synthetic:320x240@30", "--json", "--no-caption", "--no-read"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let started = lines.next().unwrap().unwrap();
    assert!(started.contains("started"), "{started}");
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let interrupted = Instant::now();
    let last = lines.map(Result::unwrap).last().unwrap();
    let status = child.wait().unwrap();
    assert!(interrupted.elapsed() < Duration::from_secs(10), "{:?}", interrupted.elapsed());
    assert_eq!(status.code(), Some(130));
    let last: Value = serde_json::from_str(&last).unwrap();
    assert_eq!((&last["type"], &last["reason"]), (&"ended".into(), &"stopped".into()), "{last}");
}
