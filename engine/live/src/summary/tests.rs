use super::*;
use crate::types::{LiveCaption, LiveObject, LiveText};
use glimpse_engine::CaptionSource;

fn frame(at_ms: f64) -> Observation {
    Observation {
        frame: (at_ms / 33.0) as u64 + 1,
        at_ms,
        width: 640,
        height: 480,
        scene: 1,
        cut: false,
        still: false,
        objects: Vec::new(),
        texts: Vec::new(),
        tags: Vec::new(),
        caption: None,
        stages: Vec::new(),
    }
}

fn object(id: u64, label: &str, age_ms: f64) -> LiveObject {
    LiveObject {
        id,
        label: label.into(),
        score: 0.8,
        bounds: [0.0, 0.0, 10.0, 10.0],
        velocity: [0.0, 0.0],
        age_ms,
        unseen_ms: 0.0,
    }
}

fn text(id: u64, text: &str) -> LiveText {
    let quad = [[0.0; 2]; 4];
    LiveText { id, text: text.into(), confidence: 0.9, quad, readings: 3, unread_ms: 0.0 }
}

fn caption(text: &str, at_ms: f64) -> Option<LiveCaption> {
    Some(LiveCaption { text: text.into(), source: CaptionSource::Learned, at_ms })
}

/// Plays ten frames a second; `draw` makes each of them.
fn play(from_ms: f64, to_ms: f64, summary: &mut Summary, draw: impl Fn(f64, &mut Observation)) {
    let mut at = from_ms;
    while at < to_ms {
        let mut observation = frame(at);
        draw(at, &mut observation);
        summary.add(&observation);
        at += 100.0;
    }
}

fn told(summary: &Summary) -> Vec<String> {
    summary.moments().iter().map(Summary::line).collect()
}

#[test]
fn a_clip_is_told() {
    let mut summary = Summary::new();
    play(0.0, 12_000.0, &mut summary, |at, o| {
        if (3000.0..=7000.0).contains(&at) {
            o.objects.push(object(1, "dog", at - 3000.0));
        }
        if (5000.0..5500.0).contains(&at) {
            o.objects.push(object(2, "bird", at - 5000.0));
        }
        if at >= 3100.0 {
            o.texts.push(text(9, "EXIT"));
        }
        if at >= 9000.0 {
            (o.scene, o.cut) = (2, at == 9000.0);
            o.objects.push(object(3, "umbrella", at - 9000.0));
        }
    });
    assert_eq!(
        told(&summary),
        [
            "0:00 the first scene begins",
            "0:03 a dog enters",
            "0:03 sign: EXIT",
            "0:07 a dog leaves",
            "0:09 a new scene begins",
            "0:09 sign: EXIT",
            "0:09 an umbrella enters",
        ]
    );
    assert_eq!(lines(summary.moments())[1], "0:03 a dog enters; sign: EXIT");
}

#[test]
fn an_object_that_changes_its_id_has_not_left() {
    let mut summary = Summary::new();
    play(0.0, 10_000.0, &mut summary, |at, o| {
        match at {
            0.0..3000.0 => o.objects.push(object(1, "car", at)),
            3300.0..=10_000.0 => o.objects.push(object(2, "car", at - 3300.0)),
            _ => {}
        };
    });
    assert_eq!(told(&summary), ["0:00 the first scene begins", "0:00 a car enters"]);
}

#[test]
fn a_second_object_of_a_kind_is_told_too() {
    let mut summary = Summary::new();
    play(0.0, 5_000.0, &mut summary, |at, o| {
        o.objects.push(object(1, "person", at));
        if at >= 2000.0 {
            o.objects.push(object(2, "person", at - 2000.0));
        }
    });
    assert_eq!(
        told(&summary),
        ["0:00 the first scene begins", "0:00 a person enters", "0:02 a person enters"]
    );
}

#[test]
fn a_text_is_told_when_it_settled_and_once() {
    let mut summary = Summary::new();
    play(0.0, 20_000.0, &mut summary, |at, o| {
        o.texts.push(match at {
            0.0..400.0 => text(1, "PLATFQRM"),
            0.0..9000.0 => text(1, "Platform 4"),
            _ => text(7, "PLATFORM 4"),
        });
        o.texts.push(text(2, &format!("12:00:{:02}", (at / 1000.0) as u32)));
        o.texts.push(LiveText { readings: 1, ..text(3, "once only") });
        o.texts.push(LiveText { confidence: 0.3, ..text(4, "doubtful") });
        o.texts.push(text(5, "|"));
        o.texts.push(text(6, "出"));
    });
    assert_eq!(
        told(&summary),
        ["0:00 the first scene begins", "0:00 sign: 12:00:00", "0:00 sign: 出", "0:00 sign: Platform 4",]
    );
}

#[test]
fn a_sentence_is_told_when_it_says_something_else() {
    let mut summary = Summary::new();
    play(0.0, 9_000.0, &mut summary, |at, o| {
        o.caption = match at {
            0.0..3000.0 => caption("a brown dog runs on the grass", 0.0),
            3000.0..6000.0 => caption("the brown dog runs over grass", 3000.0),
            _ => caption("two people sit at a table", 6000.0),
        };
    });
    assert_eq!(told(&summary)[1..], ["0:00 a brown dog runs on the grass", "0:06 two people sit at a table"]);
}

#[test]
fn words_are_right() {
    let moment = |kind, what: &str, at_ms| Moment { at_ms, kind, what: what.into(), id: None };
    let line = |kind, what, at| Summary::line(&moment(kind, what, at));
    assert_eq!(line(MomentKind::Enters, "umbrella", 3_999.0), "0:03 an umbrella enters");
    assert_eq!(line(MomentKind::Leaves, "skis", 61_000.0), "1:01 a pair of skis leaves");
    assert_eq!(line(MomentKind::Enters, "unicorn", 3_661_000.0), "1:01:01 a unicorn enters");
    assert_eq!(
        line(MomentKind::Text, "a line of more than five words", 0.0),
        "0:00 text: a line of more than five words"
    );
    assert_eq!(line(MomentKind::Scene, "3", f64::NAN), "0:00 a new scene begins");
    assert!(line(MomentKind::Text, &"x".repeat(500), 0.0).chars().count() < 100);
}

#[test]
fn it_is_bounded_and_bears_anything() {
    let mut summary = Summary::new();
    for i in 0..1_500u32 {
        let mut o = frame(f64::from(i) * 1000.0);
        o.scene = i;
        summary.add(&o);
    }
    assert_eq!(summary.moments().len(), 1_000);
    assert_eq!(summary.moments()[0].what, "500");
    let mut o = frame(f64::NAN);
    assert!(summary.add(&o).is_empty());
    o.at_ms = f64::INFINITY;
    assert!(summary.add(&o).is_empty());
    o.at_ms = 10.0;
    o.objects = (0..5_000).map(|id| object(id, "", f64::NAN)).collect();
    o.texts = (0..5_000).map(|id| text(id, "")).collect();
    o.caption = caption("", f64::NAN);
    summary.add(&o);
    o.at_ms = 5_000.0;
    summary.add(&o);
    assert!(summary.moments().len() <= 1_000);
}
