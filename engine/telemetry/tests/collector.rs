//! Spans, counts and snapshots, with and without the layer.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use glimpse_telemetry::{Collector, Fate, Frames, ProbeOptions, StageSummary, TARGET, Telemetry, layer};
use tracing::Level;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer, registry};

fn collector() -> (tempfile::TempDir, Collector) {
    let root = tempfile::tempdir().unwrap();
    let options =
        ProbeOptions { sysfs: Some(root.path().into()), procfs: Some(root.path().into()), phone: None };
    (root, Collector::new(options))
}

fn stage<'a>(telemetry: &'a Telemetry, name: &str) -> Option<&'a StageSummary> {
    telemetry.stages.iter().find(|summary| summary.stage == name)
}

const PAUSE: Duration = Duration::from_millis(5);

fn run_find(collector: &Collector) {
    let guard = collector.span("find").entered();
    thread::sleep(PAUSE);
    assert!(guard.finish() >= PAUSE);
}

fn assert_once(collector: &Collector, name: &str) {
    let telemetry = collector.snapshot();
    let summary = stage(&telemetry, name).unwrap_or_else(|| panic!("{name} was not timed"));
    assert_eq!(summary.count, 1, "{summary:?}");
    assert!(summary.last_ms >= 5.0 && summary.last_ms < 2000.0, "{summary:?}");
}

#[test]
fn a_span_is_timed_once_whatever_the_program_installed() {
    let (_root, bare) = collector();
    run_find(&bare);
    assert_once(&bare, "find");

    let (_root, seen) = collector();
    tracing::subscriber::with_default(registry().with(layer()), || run_find(&seen));
    assert_once(&seen, "find");

    let (_root, twice) = collector();
    tracing::subscriber::with_default(registry().with(layer()).with(layer()), || run_find(&twice));
    assert_once(&twice, "find");

    let (_root, filtered) = collector();
    let subscriber = registry().with(layer()).with(EnvFilter::new("warn"));
    tracing::subscriber::with_default(subscriber, || run_find(&filtered));
    assert_once(&filtered, "find");

    let (_root, own) = collector();
    let subscriber = registry().with(layer().with_filter(LevelFilter::INFO)).with(EnvFilter::new("trace"));
    tracing::subscriber::with_default(subscriber, || run_find(&own));
    assert_once(&own, "find");
}

#[test]
fn spans_of_other_crates_reach_the_session_through_the_layer() {
    let (_root, session) = collector();
    let id = session.id();
    tracing::subscriber::with_default(registry().with(layer()), || {
        for swapped in [false, true] {
            let span = if swapped {
                tracing::span!(target: "glimpse::stage", Level::INFO, "x", stage = "find.post", session = id)
            } else {
                tracing::span!(target: "glimpse::stage", Level::INFO, "x", session = id, stage = "find.pre")
            };
            span.in_scope(|| thread::sleep(PAUSE));
        }
        // Not of a stage, of no session, of another session, without a name, never entered: none counts.
        tracing::info_span!("x", session = id, stage = "no.1").in_scope(|| ());
        tracing::span!(target: "glimpse::stage", Level::INFO, "x", stage = "no.2").in_scope(|| ());
        tracing::span!(target: "glimpse::stage", Level::INFO, "x", session = u64::MAX, stage = "no.3")
            .in_scope(|| ());
        tracing::span!(target: "glimpse::stage", Level::INFO, "x", session = -1, stage = "no.4")
            .in_scope(|| ());
        tracing::span!(target: "glimpse::stage", Level::INFO, "x", session = id).in_scope(|| ());
        drop(tracing::span!(target: "glimpse::stage", Level::INFO, "x", session = id, stage = "no.5"));
    });
    assert_eq!(TARGET, "glimpse::stage");
    let names: Vec<String> = session.snapshot().stages.into_iter().map(|summary| summary.stage).collect();
    assert_eq!(names, ["find.pre", "find.post"]);
    assert_once(&session, "find.pre");
    assert_once(&session, "find.post");
}

#[test]
fn a_span_that_outlives_its_session_harms_nothing() {
    tracing::subscriber::with_default(registry().with(layer()), || {
        let (_root, session) = collector();
        let span = session.span("read");
        let id = session.id();
        drop(session);
        span.in_scope(|| thread::sleep(PAUSE));
        tracing::span!(target: "glimpse::stage", Level::INFO, "x", session = id, stage = "read")
            .in_scope(|| ());
    });
}

#[test]
fn threads_time_their_stages_side_by_side() {
    const EACH: u64 = 500;
    let subscriber = Arc::new(registry().with(layer()));
    for with_layer in [false, true] {
        let (_root, session) = collector();
        thread::scope(|scope| {
            for name in ["find", "tags", "read", "caption", "find"] {
                let (session, subscriber) = (session.clone(), Arc::clone(&subscriber));
                scope.spawn(move || {
                    let work = || (0..EACH).for_each(|_| session.span(name).in_scope(|| ()));
                    if with_layer { tracing::subscriber::with_default(subscriber, work) } else { work() }
                });
            }
        });
        let telemetry = session.snapshot();
        let counts: Vec<(&str, u64)> =
            telemetry.stages.iter().map(|summary| (summary.stage.as_str(), summary.count)).collect();
        assert_eq!(counts, [("find", 2 * EACH), ("tags", EACH), ("read", EACH), ("caption", EACH)]);
    }
}

#[test]
fn a_panic_inside_of_a_stage_still_ends_it() {
    let (_root, session) = collector();
    let work = std::panic::AssertUnwindSafe(|| session.span("tags").in_scope(|| panic!("on purpose")));
    assert!(std::panic::catch_unwind(work).is_err());
    assert_eq!(stage(&session.snapshot(), "tags").unwrap().count, 1);
}

#[test]
fn no_frame_is_lost_without_being_counted() {
    let (_root, session) = collector();
    let fates = [Fate::Analysed, Fate::Reused, Fate::Dropped, Fate::Skipped, Fate::Damaged];
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..10_000 {
                session.count(|frames| {
                    frames.arrive();
                    if number % 10 == 0 {
                        frames.lose(2);
                    }
                });
                session.count(|frames| frames.settle(fates[number % fates.len()]));
            }
        });
        for _ in 0..200 {
            assert!(session.snapshot().frames.balanced());
        }
    });
    let frames = session.frames();
    let expected = Frames {
        captured: 12_000,
        analysed: 4000,
        dropped: 4000,
        skipped: 2000,
        damaged: 2000,
        waiting: 0,
        reused: 2000,
        delivered: 0,
        undelivered: 0,
    };
    assert_eq!(frames, expected);
    session.count(|frames| frames.settle(Fate::Dropped));
    assert_eq!(session.frames(), expected);
    assert!(!Frames { captured: 1, ..Frames::default() }.balanced());
}

#[test]
fn a_session_of_a_system_that_tells_nothing_says_so() {
    let (_root, session) = collector();
    session.record("capture", Duration::from_millis(2));
    assert_eq!(session.recent("capture", 0.9, Duration::from_secs(5)), Some(Duration::from_millis(2)));
    assert_eq!(session.recent("find", 0.9, Duration::from_secs(5)), None);
    thread::sleep(PAUSE);
    let telemetry = session.snapshot();
    assert!(telemetry.at_ms >= 5.0);
    for probe in [
        &telemetry.memory,
        &telemetry.memory_peak,
        &telemetry.cpu,
        &telemetry.temperature,
        &telemetry.power,
        &telemetry.battery,
    ] {
        assert_eq!(probe.value, None);
        assert!(!probe.unit.is_empty() && !probe.source.is_empty(), "{probe:?}");
        assert!(probe.age_ms >= 5.0 && probe.age_ms < 2000.0, "{probe:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn sessions_leave_no_thread_behind() {
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    // Other tests of this program begin and end threads meanwhile.
    let settle = |most: usize| {
        (0..200).any(|_| {
            threads() <= most || {
                thread::sleep(PAUSE);
                false
            }
        })
    };
    let before = threads();
    for _ in 0..50 {
        let session = Collector::new(ProbeOptions::default());
        let other = session.clone();
        drop(session);
        assert!(other.snapshot().memory.value.unwrap() > 1e6);
    }
    assert!(settle(before + 12), "{} threads, {before} before", threads());
}
