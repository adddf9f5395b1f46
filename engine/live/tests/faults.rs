//! What goes wrong around a session: nothing hangs, nothing is lost uncounted, and it says how it is.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use glimpse_camera::{CameraError, FrameSource};
use glimpse_live::{
    EndReason, LiveError, LiveEvent, LiveEvents, LiveOptions, LiveSession, ManualClock, Observation, Pace,
    SourceState, Stages, StartOptions,
};
use glimpse_telemetry::Telemetry;
use support::{Act, Fake, Fault, Opening, Told, Watchdog, fixed, hasty, rest, states, until, wait_until};

fn start(source: Told, eyes: Fake, start: StartOptions) -> (LiveSession, LiveEvents) {
    let source: Box<dyn FrameSource> = Box::new(source);
    LiveSession::start(source, Arc::new(eyes), fixed(), start).expect("it starts")
}

fn observations(events: &[LiveEvent]) -> Vec<&Observation> {
    let mut all = Vec::new();
    for event in events {
        if let LiveEvent::Observation { observation } = event {
            all.push(observation);
        }
    }
    all
}

/// The last event, which must be the end.
fn ending(events: &[LiveEvent]) -> (EndReason, &str, &Telemetry) {
    match events.last() {
        Some(LiveEvent::Ended { reason, message, telemetry }) => (*reason, message, telemetry),
        other => panic!("the last event is {other:?}"),
    }
}

fn is_observation(event: &LiveEvent) -> bool {
    matches!(event, LiveEvent::Observation { .. })
}

fn is_state(wanted: SourceState) -> impl Fn(&LiveEvent) -> bool {
    move |event| matches!(event, LiveEvent::Source { state, .. } if *state == wanted)
}

#[test]
fn a_clip_goes_through_in_turn_and_the_same_frames_give_the_same_observations() {
    let _watchdog = Watchdog::new("in turn", 60);
    let run = || {
        let options = StartOptions { pace: Pace::Fast, slow_frames: 4, ..hasty() };
        let eyes = Fake { slow_time: Duration::from_millis(3), ..Fake::default() };
        let (session, mut events) = start(Told::frames(60), eyes, options);
        let mut all = rest(&mut events);
        drop(session);
        assert!(matches!(all[0], LiveEvent::Started { width: 64, height: 48, .. }), "{:?}", all[0]);
        let (reason, _, telemetry) = ending(&all);
        assert_eq!(reason, EndReason::EndOfSource);
        let frames = telemetry.frames;
        assert!(frames.balanced(), "{frames:?}");
        assert_eq!((frames.captured, frames.analysed, frames.undelivered), (60, 60, 0));
        for event in &mut all {
            if let LiveEvent::Observation { observation } = event {
                assert!(observation.stages.iter().any(|stage| stage.stage == "find" && stage.ms >= 0.0));
                observation.stages.clear();
            }
        }
        all.retain(|event| is_observation(event) || matches!(event, LiveEvent::Moment { .. }));
        all
    };
    let first = run();
    let seen = observations(&first);
    assert_eq!(seen.iter().map(|o| o.frame).collect::<Vec<_>>(), (1..=60).collect::<Vec<_>>());
    assert!(seen.iter().all(|o| (o.at_ms - (o.frame - 1) as f64 * 33.0).abs() < 1e-6));
    assert!(seen[30].objects.iter().all(|o| o.label == "kite"), "{:?}", seen[30]);
    assert_eq!(seen[30].tags[0].label, "sky");
    assert!(seen.last().is_some_and(|o| o.caption.is_some()));
    assert_eq!(run(), first);
}

#[test]
fn a_source_that_stalls_is_told_of_and_comes_back() {
    let _watchdog = Watchdog::new("stall", 60);
    // Silent until it was told of, however long that takes.
    let awake = Arc::new(AtomicBool::new(false));
    let wakes = awake.clone();
    let act = move |n: u64| match n {
        20.. if !wakes.load(Ordering::SeqCst) => Act::Silence,
        _ => Act::Frame(33 * n),
    };
    let clock = Arc::new(ManualClock::default());
    let stalled_after = Duration::from_millis(100);
    let options = StartOptions { clock: clock.clone(), stalled_after, ..hasty() };
    let (session, mut events) = start(Told::new(act), Fake::default(), options);
    until(&mut events, is_observation);
    // It is stalled once time has passed; on a busy machine it may be given up as lost before that is told, and
    // is then opened again after waits that are of the clock as well.
    let mut told = Vec::new();
    let is_silent = |s: &SourceState| matches!(s, SourceState::Stalled | SourceState::Lost);
    while !states(&told).contains(&SourceState::Returned) {
        clock.advance(Duration::from_millis(120));
        told.extend(events.next(Duration::from_millis(5)));
        if states(&told).iter().any(is_silent) {
            awake.store(true, Ordering::SeqCst);
        }
    }
    until(&mut events, is_observation);
    let telemetry = session.stop();
    assert!(telemetry.frames.balanced(), "{:?}", telemetry.frames);
}

#[test]
fn telemetry_comes_without_frames_and_a_silent_source_is_opened_again() {
    let _watchdog = Watchdog::new("silence", 60);
    let act = |n: u64| if n == 0 { Act::Frame(0) } else { Act::Silence };
    let source = Told::new(act);
    let closed = source.closed.clone();
    let options = StartOptions { stalled_after: Duration::from_millis(100), ..hasty() };
    let (session, mut events) = start(source, Fake::default(), options);
    let mut all = Vec::new();
    let ticks = |all: &[LiveEvent]| all.iter().filter(|e| matches!(e, LiveEvent::Telemetry { .. })).count();
    // Telemetry goes on, and so do attempts: the watchdog ends what does not.
    while ticks(&all) < 6 || closed.load(Ordering::SeqCst) < 3 {
        all.extend(events.next(Duration::from_millis(50)));
    }
    let telemetry = session.stop();
    assert!(telemetry.frames.balanced() && telemetry.frames.captured == 1, "{:?}", telemetry.frames);
    let states = states(&all);
    assert_eq!(states[0], SourceState::Stalled, "{states:?}");
    assert!(states.contains(&SourceState::Lost), "{states:?}");
    let flows = |s: &SourceState| matches!(s, SourceState::Returned | SourceState::Flowing);
    assert!(!states.iter().any(flows), "no frame came: {states:?}");
}

#[test]
fn garbage_is_counted_and_passed_over() {
    let _watchdog = Watchdog::new("garbage", 60);
    let act = |n: u64| match n {
        90.. => Act::End,
        n if n % 3 == 1 => Act::Damage,
        n if n % 3 == 2 => Act::Short(33 * n),
        n => Act::Frame(33 * n),
    };
    let options = StartOptions { pace: Pace::Fast, ..hasty() };
    let (_session, mut events) = start(Told::new(act), Fake::default(), options);
    let all = rest(&mut events);
    let (reason, _, telemetry) = ending(&all);
    assert_eq!(reason, EndReason::EndOfSource);
    let frames = telemetry.frames;
    assert!(frames.balanced(), "{frames:?}");
    assert_eq!((frames.captured, frames.analysed, frames.damaged), (90, 30, 60));
    let states = states(&all);
    assert!(states.contains(&SourceState::Damaged) && states.contains(&SourceState::Flowing), "{states:?}");
}

#[test]
fn nothing_but_garbage_neither_spins_nor_ends() {
    let _watchdog = Watchdog::new("only garbage", 60);
    let (session, mut events) = start(Told::new(|_| Act::Damage), Fake::default(), hasty());
    until(&mut events, is_state(SourceState::Damaged));
    wait_until(|| session.snapshot().frames.damaged > 50);
    let telemetry = session.stop();
    assert!(telemetry.frames.balanced(), "{:?}", telemetry.frames);
    assert!(!states(&rest(&mut events)).contains(&SourceState::Damaged), "told once");
}

#[test]
fn another_size_begins_another_scene() {
    let _watchdog = Watchdog::new("resize", 60);
    let act = |n: u64| match n {
        60.. => Act::End,
        20..40 => Act::Sized(33 * n, 96, 32),
        n => Act::Frame(33 * n),
    };
    let options = StartOptions { pace: Pace::Fast, ..hasty() };
    let (_session, mut events) = start(Told::new(act), Fake::default(), options);
    let all = rest(&mut events);
    // A machine that is held up for a second stalls any source.
    let held_up = |s: &SourceState| matches!(s, SourceState::Stalled | SourceState::Flowing);
    let told: Vec<SourceState> = states(&all).into_iter().filter(|state| !held_up(state)).collect();
    assert_eq!(told, [SourceState::Resized, SourceState::Resized]);
    let seen = observations(&all);
    assert_eq!(seen.len(), 60);
    assert_eq!((seen[19].width, seen[20].width, seen[40].width), (64, 96, 64));
    assert!(seen[20].cut && seen[40].cut && !seen[21].cut);
    assert!(seen[20].scene > seen[19].scene && seen[40].scene > seen[39].scene);
    let ids = |range: std::ops::Range<usize>| -> Vec<u64> {
        seen[range].iter().flat_map(|o| o.objects.iter().map(|object| object.id)).collect()
    };
    let (before, after) = (ids(0..20), ids(20..40));
    assert!(!before.is_empty() && !after.is_empty());
    assert!(after.iter().all(|id| !before.contains(id)), "ids do not come again: {before:?} {after:?}");
}

#[test]
fn a_source_that_disappears_is_looked_for_and_its_frames_go_on() {
    let _watchdog = Watchdog::new("unplug", 60);
    // Its time stamps begin anew each time that it is opened.
    let act = |n: u64| if n % 20 == 19 { Act::Unplug } else { Act::Frame(33 * (n % 20)) };
    let opening = |n: u64| match n % 4 {
        0 => Opening::Open,
        1 => Opening::Fail(CameraError::NoCamera("gone".into())),
        2 => Opening::Fail(CameraError::Busy),
        _ => Opening::Fail(CameraError::Failed("not yet".into())),
    };
    let source = Told::new(act).opening(opening);
    let (session, mut events) = start(source, Fake::default(), hasty());
    let mut all = Vec::new();
    for _ in 0..3 {
        all.extend(until(&mut events, is_state(SourceState::Lost)));
        all.extend(until(&mut events, is_state(SourceState::Returned)));
        all.extend(until(&mut events, is_observation));
    }
    session.stop();
    all.extend(rest(&mut events));
    let seen = observations(&all);
    assert!(seen.windows(2).all(|pair| pair[0].frame < pair[1].frame), "numbers go on");
    assert!(seen.windows(2).all(|pair| pair[0].at_ms <= pair[1].at_ms), "and so do times");
    let (reason, _, telemetry) = ending(&all);
    assert_eq!(reason, EndReason::Stopped);
    assert!(telemetry.frames.balanced(), "{:?}", telemetry.frames);
}

#[test]
fn a_source_that_never_opens_ends_the_session_or_is_given_up_when_that_stops() {
    let _watchdog = Watchdog::new("never opens", 60);
    let source = Told::endless().opening(|_| Opening::Fail(CameraError::Busy));
    let (session, mut events) = start(source, Fake::default(), hasty());
    let all = rest(&mut events);
    let (reason, message, _) = ending(&all);
    assert_eq!(reason, EndReason::SourceFailed);
    assert_eq!(message, CameraError::Busy.to_string());
    assert!(!all.iter().any(|event| matches!(event, LiveEvent::Started { .. })));
    drop(session);

    let source = Told::endless().opening(|_| Opening::Block);
    let release = source.release.clone();
    let (session, mut events) = start(source, Fake::default(), hasty());
    until(&mut events, |event| matches!(event, LiveEvent::Telemetry { .. }));
    let stopping = Instant::now();
    session.stop();
    assert!(stopping.elapsed() < Duration::from_secs(5), "{:?}", stopping.elapsed());
    assert_eq!(ending(&rest(&mut events)).0, EndReason::Stopped);
    release.store(true, Ordering::SeqCst);
}

#[test]
fn a_consumer_that_stops_reading_misses_observations_and_nothing_grows() {
    let _watchdog = Watchdog::new("deaf consumer", 60);
    // 60 seconds of frames at 30 a second, and of the session's clock, while nobody reads.
    let clock = Arc::new(ManualClock::default());
    let passing = clock.clone();
    let source = Told::new(move |n| {
        passing.advance(Duration::from_millis(33));
        if n < 1800 { Act::Frame(33 * n) } else { Act::End }
    });
    let options = StartOptions { clock, ..hasty() };
    let (session, mut events) = start(source, Fake::default(), options);
    let done = Instant::now();
    while !session.is_over() && done.elapsed() < Duration::from_secs(50) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let all = rest(&mut events);
    assert!(all.len() < 300, "{} events waited", all.len());
    let seen = observations(&all);
    assert_eq!(seen.len(), 1, "the newest");
    let (reason, _, telemetry) = ending(&all);
    assert_eq!(reason, EndReason::EndOfSource);
    let frames = telemetry.frames;
    assert!(frames.balanced() && frames.captured == 1800 && frames.waiting == 0, "{frames:?}");
    assert_eq!(frames.undelivered, frames.analysed - 1, "{frames:?}");
}

#[test]
fn it_stops_at_any_moment() {
    let _watchdog = Watchdog::new("stop", 120);
    let mut state = 7u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut slowest = Duration::ZERO;
    for round in 0..80 {
        let act = |n: u64| if n % 13 == 12 { Act::Unplug } else { Act::Frame(33 * n) };
        let opening = |n: u64| if n % 3 == 2 { Opening::Fail(CameraError::Busy) } else { Opening::Open };
        let source = Told::new(act).opening(opening);
        let (find, slow) = (random(8), random(2000));
        let eyes = Fake {
            find_time: Duration::from_millis(find),
            slow_time: Duration::from_millis(slow),
            ..Fake::default()
        };
        let pace = if round % 2 == 0 { Pace::Realtime } else { Pace::Fast };
        let (session, mut events) = start(source, eyes, StartOptions { pace, ..hasty() });
        let moment = Duration::from_micros(random(60_000));
        let reader = std::thread::spawn(move || {
            // Every other consumer does not read until the end.
            if round % 4 < 2 {
                std::thread::sleep(moment);
            }
            rest(&mut events)
        });
        std::thread::sleep(moment);
        let stopping = Instant::now();
        let telemetry = session.stop();
        slowest = slowest.max(stopping.elapsed());
        assert!(telemetry.frames.balanced(), "round {round}: {:?}", telemetry.frames);
        assert_eq!(telemetry.frames.waiting, 0, "round {round}: {:?}", telemetry.frames);
        let all = reader.join().expect("a reader");
        assert_eq!(ending(&all).0, EndReason::Stopped, "round {round}");
        assert_eq!(all.iter().filter(|e| matches!(e, LiveEvent::Ended { .. })).count(), 1);
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

#[test]
fn a_clock_that_jumps_is_told_of_and_frames_go_on() {
    let _watchdog = Watchdog::new("clock", 60);
    let act = |n: u64| match n {
        80.. => Act::End,
        20..40 => Act::Frame(33 * n + 3_600_000),
        40..60 => Act::Frame(33 * (n - 40)),
        n => Act::Frame(33 * n),
    };
    for pace in [Pace::Realtime, Pace::Fast] {
        let source = Told::new(act).slowly(Duration::from_millis(5));
        let (_session, mut events) = start(source, Fake::default(), StartOptions { pace, ..hasty() });
        let all = rest(&mut events);
        let jumps = states(&all).iter().filter(|s| **s == SourceState::ClockJumped).count();
        assert!(jumps >= 2, "{pace:?}: {jumps}");
        let (_, _, telemetry) = ending(&all);
        let frames = telemetry.frames;
        assert!(frames.balanced() && frames.captured == 80 && frames.analysed > 0, "{frames:?}");
        assert!(frames.analysed == 80 || pace == Pace::Realtime, "in turn, every frame: {frames:?}");
        let seen = observations(&all);
        assert!(seen.windows(2).all(|pair| pair[0].frame < pair[1].frame));
        assert!(seen.iter().all(|o| o.objects.iter().all(|object| object.age_ms >= 0.0)));
        let tracks = seen.last().is_some_and(|o| !o.objects.is_empty());
        assert!(tracks || pace == Pace::Realtime, "in turn, it still tracks");
    }
}

#[test]
fn a_paused_session_leaves_frames_out_and_goes_on() {
    let _watchdog = Watchdog::new("pause", 60);
    let (session, mut events) = start(Told::endless(), Fake::default(), hasty());
    until(&mut events, is_observation);
    session.pause(true);
    session.pause(true);
    until(&mut events, is_state(SourceState::Paused));
    let before = session.snapshot().frames;
    wait_until(|| session.snapshot().frames.skipped > before.skipped + 10);
    let after = session.snapshot().frames;
    assert!(after.analysed <= before.analysed + 1, "{before:?} {after:?}");
    session.pause(false);
    let all = until(&mut events, is_state(SourceState::Flowing));
    assert_eq!(states(&all), [SourceState::Flowing]);
    until(&mut events, is_observation);
    assert!(session.stop().frames.balanced());
}

#[test]
fn options_may_change_a_thousand_times() {
    let _watchdog = Watchdog::new("options", 60);
    let eyes = Arc::new(Fake { slow_time: Duration::from_millis(2), ..Fake::default() });
    let (session, mut events) =
        LiveSession::start(Box::new(Told::endless()), eyes.clone(), fixed(), hasty()).expect("it starts");
    let reader = std::thread::spawn(move || rest(&mut events));
    for round in 0..1000u32 {
        let bit = |i: u32| round >> i & 1 == 1;
        let mut options = fixed();
        options.stages = Stages { find: bit(0), tags: bit(1), read: bit(2), caption: bit(3) };
        options.min_score = Some(f32::from(round as u8) / 255.0);
        options.languages = if bit(4) { vec!["de".into()] } else { Vec::new() };
        if let Some(load) = &mut options.fixed {
            load.threads = 1 + round as usize % 3;
            load.find_every = 1 + round % 4;
        }
        session.set_options(options).expect("they are within range");
        if round % 100 == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    let bad = LiveOptions { min_score: Some(2.0), ..fixed() };
    assert!(matches!(session.set_options(bad), Err(LiveError::InvalidOption { option: "min_score", .. })));
    session.set_options(fixed()).expect("as at first");
    let analysed = session.snapshot().frames.analysed;
    wait_until(|| session.snapshot().frames.analysed > analysed + 3);
    session.stop();
    assert_eq!(ending(&reader.join().expect("a reader")).0, EndReason::Stopped);
    assert_eq!(eyes.loads.lock().expect("loads").last().map(|load| load.threads), Some(1));
}

#[test]
fn models_that_fail_or_panic_end_the_session() {
    let _watchdog = Watchdog::new("models", 60);
    let cases = [
        (Fault::FindFails, "model fake: told to"),
        (Fault::FindPanics, "a model panicked: told to"),
        (Fault::ReadFails, "model fake: told to"),
        (Fault::ReadPanics, "a model panicked: told to"),
        (Fault::CaptionPanics, "a model panicked: told to"),
    ];
    for pace in [Pace::Realtime, Pace::Fast] {
        for (fault, expected) in cases {
            let eyes = Fake { fault, after: 5, ..Fake::default() };
            let (session, mut events) =
                start(Told::endless(), eyes, StartOptions { pace, slow_frames: 1, ..hasty() });
            let all = rest(&mut events);
            let (reason, message, telemetry) = ending(&all);
            assert_eq!((reason, message), (EndReason::EngineFailed, expected), "{fault:?}");
            assert!(telemetry.frames.balanced(), "{fault:?}: {:?}", telemetry.frames);
            assert!(session.is_over());
            drop(session);
        }
    }
}

#[test]
fn a_slow_stage_does_not_delay_the_fast_ones() {
    let _watchdog = Watchdog::new("slow stage", 60);
    // A reading ends only when thirty more frames were looked at: if it held them up, neither would end.
    let eyes = Arc::new(Fake { read_lasts: 30, ..Fake::default() });
    let (session, mut events) =
        LiveSession::start(Box::new(Told::endless()), eyes.clone(), fixed(), hasty()).expect("it starts");
    let reader = std::thread::spawn(move || rest(&mut events));
    wait_until(|| eyes.reads.load(Ordering::SeqCst) >= 4);
    let telemetry = session.stop();
    let slow = telemetry.stages.iter().find(|stage| stage.stage == "read").expect("it read");
    let frames = telemetry.frames;
    assert!(frames.balanced() && slow.count >= 3, "{frames:?} {slow:?}");
    // The last reading was cut short.
    assert!(frames.analysed >= 90, "{frames:?} {slow:?}");
    reader.join().expect("a reader");
}

#[test]
fn what_is_out_of_range_is_refused_before_anything_starts() {
    let options = LiveOptions { languages: vec!["klingon".into()], ..fixed() };
    let refused = LiveSession::start(Box::new(Told::endless()), Arc::new(Fake::default()), options, hasty());
    assert!(matches!(refused.err(), Some(LiveError::InvalidOption { option: "languages", .. })));
}

#[test]
fn frames_for_the_screen_come_while_it_runs() {
    let _watchdog = Watchdog::new("jpeg", 60);
    let (session, mut events) = start(Told::endless(), Fake::default(), hasty());
    until(&mut events, is_observation);
    let first = session.newest_jpeg(0, Duration::from_secs(5)).expect("a frame").expect("in time");
    let second =
        session.newest_jpeg(first.number, Duration::from_secs(5)).expect("a frame").expect("in time");
    assert!(second.number > first.number && second.at_ms > first.at_ms);
    let image = image::load_from_memory(&second.jpeg).expect("it decodes");
    assert_eq!((image.width(), image.height()), (64, 48));
    assert_eq!(session.newest_jpeg(u64::MAX, Duration::from_millis(20)).expect("no failure"), None);
}

#[tokio::test(flavor = "current_thread")]
async fn events_can_be_awaited() {
    let _watchdog = Watchdog::new("await", 60);
    let (session, mut events) = start(Told::frames(20), Fake::default(), hasty());
    let mut all = Vec::new();
    while let Some(event) = events.recv().await {
        all.push(event);
    }
    assert!(matches!(all[0], LiveEvent::Started { .. }));
    assert_eq!(ending(&all).0, EndReason::EndOfSource);
    assert!(events.recv().await.is_none() && events.next(Duration::ZERO).is_none());
    drop(session);
}
