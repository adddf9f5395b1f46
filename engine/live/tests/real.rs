//! Sessions with the real models.

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use glimpse_camera::FileSource;
use glimpse_engine::EngineOptions;
use glimpse_live::{
    EndReason, EngineEyes, LiveEvent, LiveOptions, LiveSession, MomentKind, Observation, Pace, Stages,
    StartOptions,
};
use glimpse_scenes::{SceneSource, TextLine, TextOptions, TextScene};
use support::{Watchdog, fixed, rest, until};

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

fn eyes(threads: usize) -> Arc<EngineEyes> {
    let options = EngineOptions { threads, packs: Some(assets()), ..EngineOptions::default() };
    let eyes = EngineEyes::open(options).expect("the packs are in the repository");
    eyes.load(&Stages::default()).expect("the packs are in the repository");
    Arc::new(eyes)
}

fn sign(frames: u64) -> SceneSource {
    let options = TextOptions { frames, ..TextOptions::default() };
    SceneSource::new(Arc::new(TextScene::of(
        vec![TextLine::standing("Way out", 44.0, [60.0, 200.0])],
        &options,
    )))
}

#[test]
fn text_is_read_a_sentence_is_said_and_both_are_told() {
    let _watchdog = Watchdog::new("real", 240);
    let start = StartOptions { pace: Pace::Fast, ..StartOptions::default() };
    let (session, mut events) =
        LiveSession::start(Box::new(sign(60)), eyes(2), LiveOptions::default(), start).expect("it starts");
    let all = rest(&mut events);
    drop(session);
    let mut last: Option<&Observation> = None;
    let mut texts = Vec::new();
    for event in &all {
        match event {
            LiveEvent::Observation { observation } => last = Some(observation),
            LiveEvent::Moment { moment } if moment.kind == MomentKind::Text => {
                texts.push(moment.what.clone())
            }
            _ => {}
        }
    }
    let last = last.expect("an observation");
    assert_eq!(last.frame, 60);
    assert_eq!(last.texts.iter().map(|text| text.text.as_str()).collect::<Vec<_>>(), ["Way out"]);
    assert!(texts.iter().any(|text| text == "Way out"), "{texts:?}");
    assert!(last.caption.as_ref().is_some_and(|caption| !caption.text.is_empty()));
    match all.last() {
        Some(LiveEvent::Ended { reason: EndReason::EndOfSource, telemetry, .. }) => {
            assert!(telemetry.frames.balanced() && telemetry.frames.analysed == 60);
            for stage in ["find", "find.pre", "find.infer", "find.post", "tags", "read", "caption"] {
                let found = telemetry.stages.iter().find(|s| s.stage == stage);
                assert!(found.is_some_and(|s| s.count > 0 && s.max_ms > 0.0), "{stage}");
            }
        }
        other => panic!("the last event is {other:?}"),
    }
}

#[test]
fn a_session_stops_soon_while_a_page_is_read() {
    let _watchdog = Watchdog::new("stop a reading", 240);
    let eyes = eyes(1);
    let mut times = Vec::new();
    for delay in [0, 30, 80, 150] {
        let page = FileSource::new(assets().join("samples/page.png"), 10);
        let (session, mut events) =
            LiveSession::start(Box::new(page), eyes.clone(), fixed(), StartOptions::default())
                .expect("it starts");
        until(&mut events, |event| matches!(event, LiveEvent::Observation { .. }));
        std::thread::sleep(Duration::from_millis(delay));
        let stopping = Instant::now();
        let telemetry = session.stop();
        times.push(stopping.elapsed());
        assert!(telemetry.frames.balanced() && telemetry.frames.waiting == 0, "{:?}", telemetry.frames);
    }
    times.sort();
    // The source may be asleep for a tenth of a second; other programs may hold up one of them.
    assert!(times[times.len() / 2] < Duration::from_millis(400), "{times:?}");
}

#[test]
fn threads_change_while_it_runs() {
    let _watchdog = Watchdog::new("threads", 240);
    let (session, mut events) =
        LiveSession::start(Box::new(sign(100_000)), eyes(2), fixed(), StartOptions::default())
            .expect("it starts");
    for threads in [1, 3, 2, 1] {
        let mut options = fixed();
        if let Some(load) = &mut options.fixed {
            load.threads = threads;
        }
        session.set_options(options).expect("within range");
        for _ in 0..3 {
            until(&mut events, |event| matches!(event, LiveEvent::Observation { .. }));
        }
    }
    assert!(session.stop().frames.balanced());
}
