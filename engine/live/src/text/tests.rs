use std::sync::Arc;
use std::time::Duration;

use glimpse_engine::{Line, Quad, Reading, Receipt, Timings, Word};

use super::*;

const SIZE: (usize, usize) = (160, 120);

fn at(frame: u64) -> Duration {
    Duration::from_millis(frame * 33)
}

fn level(x: f32, y: f32, w: f32, h: f32) -> Quad {
    [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
}

fn line(text: &str, confidence: f32, quad: Quad) -> Line {
    let char_confidences = vec![confidence; text.chars().count()];
    let count = text.chars().count().max(1) as f32;
    let step = (quad[1][0] - quad[0][0]) / count;
    let mut from = 0;
    let words = text
        .split(' ')
        .map(|word| {
            let long = word.chars().count();
            let quad = level(
                quad[0][0] + from as f32 * step,
                quad[0][1],
                long as f32 * step,
                quad[3][1] - quad[0][1],
            );
            from += long + 1;
            Word { text: word.into(), confidence, quad }
        })
        .collect();
    Line { text: text.into(), confidence, quad, words, char_confidences }
}

fn reading(lines: Vec<Line>) -> Reading {
    Reading {
        width: 640,
        height: 480,
        lines,
        paragraphs: Vec::new(),
        timings: Timings::default(),
        receipt: Receipt::default(),
    }
}

/// A picture with texture that tells one place from another, moved by (x, y) small pixels.
fn textured(x: i32, y: i32) -> Small {
    let luma = (0..SIZE.0 * SIZE.1)
        .map(|i| {
            let (u, v) = ((i % SIZE.0) as i32 - x, (i / SIZE.0) as i32 - y);
            let mixed = (u.wrapping_mul(374_761_393) ^ v.wrapping_mul(668_265_263)) as u32;
            ((mixed ^ (mixed >> 13)).wrapping_mul(1_274_126_177) >> 24) as u8
        })
        .collect();
    Small { width: SIZE.0, height: SIZE.1, factor: 4.0, luma }
}

fn look(small: &Small) -> Look {
    Look { cut: false, still: false, change: 0.0, shift: None, luma: Arc::new(small.clone()) }
}

/// Frames of a standing picture with readings of each third of them.
fn stand(tracks: &mut TextTracks, from: u64, readings: &[Vec<Line>]) -> Vec<LiveText> {
    let small = textured(0, 0);
    let mut shown = Vec::new();
    for (i, lines) in readings.iter().enumerate() {
        for k in 0..3 {
            shown = tracks.carry(at(from + 3 * i as u64 + k), &small, &look(&small));
        }
        tracks.read(at(from + 3 * i as u64), &small, &reading(lines.clone()));
    }
    let end = at(from + 3 * readings.len() as u64);
    if readings.is_empty() { shown } else { tracks.carry(end, &small, &look(&small)) }
}

fn texts(shown: &[LiveText]) -> Vec<&str> {
    shown.iter().map(|s| s.text.as_str()).collect()
}

const A: Quad = [[40.0, 40.0], [240.0, 40.0], [240.0, 72.0], [40.0, 72.0]];
const B: Quad = [[40.0, 100.0], [240.0, 100.0], [240.0, 132.0], [40.0, 132.0]];

#[test]
fn readings_of_a_line_become_one_text_with_one_id() {
    let mut tracks = TextTracks::new();
    let shown = stand(
        &mut tracks,
        0,
        &[
            vec![line("HELL0 W0RLD", 0.78, A)],
            vec![line("HELLO WORLD", 0.97, A)],
            vec![line("HELLO WRLD", 0.8, A)],
            vec![line("HELLO WORLD", 0.97, A)],
        ],
    );
    assert_eq!(texts(&shown), ["HELLO WORLD"]);
    assert_eq!((shown[0].id, shown[0].readings), (1, 4));
    assert!(shown[0].unread_ms > 90.0 && shown[0].confidence > 0.6);
}

#[test]
fn a_late_reading_is_moved_to_now() {
    let mut tracks = TextTracks::new();
    for frame in 0..10 {
        let small = textured(frame as i32, 0);
        tracks.carry(at(frame), &small, &look(&small));
    }
    tracks.read(at(2), &textured(2, 0), &reading(vec![line("MOVING", 0.95, A)]));
    let small = textured(10, 0);
    let shown = tracks.carry(at(10), &small, &look(&small));
    assert_eq!(texts(&shown), ["MOVING"]);
    assert!((shown[0].quad[0][0] - (A[0][0] + 8.0 * 4.0)).abs() < 2.0, "{:?}", shown[0].quad);
    tracks.read(
        at(6),
        &textured(6, 0),
        &reading(vec![line("MOVING", 0.95, geometry::moved(&A, [16.0, 0.0]))]),
    );
    let small = textured(11, 0);
    let shown = tracks.carry(at(11), &small, &look(&small));
    assert_eq!((shown.len(), shown[0].id, shown[0].readings), (1, 1, 2));
    assert!((shown[0].quad[0][0] - (A[0][0] + 9.0 * 4.0)).abs() < 2.0, "{:?}", shown[0].quad);
}

#[test]
fn lines_that_swap_places_keep_their_ids() {
    let mut tracks = TextTracks::new();
    let first = vec![line("ARRIVALS", 0.95, A), line("DEPARTURES", 0.95, B)];
    stand(&mut tracks, 0, &[first.clone(), first.clone(), first]);
    let swapped = vec![line("DEPARTURES", 0.95, A), line("ARRIVALS", 0.95, B)];
    let shown = stand(&mut tracks, 9, &[swapped]);
    let of = |text: &str| shown.iter().find(|s| s.text == text).map(|s| (s.id, s.quad[0][1] > 80.0));
    assert_eq!(of("ARRIVALS"), Some((1, true)));
    assert_eq!(of("DEPARTURES"), Some((2, false)));
}

#[test]
fn a_line_cut_in_two_and_two_taken_for_one_stay_as_they_were() {
    let mut tracks = TextTracks::new();
    let whole = vec![line("MIND THE GAP", 0.95, A)];
    let cut = vec![
        line("MIND", 0.95, level(40.0, 40.0, 67.0, 32.0)),
        line("THE GAP", 0.95, level(123.0, 40.0, 117.0, 32.0)),
    ];
    let shown =
        stand(&mut tracks, 0, &[whole.clone(), whole.clone(), cut.clone(), cut.clone(), whole.clone()]);
    assert_eq!(texts(&shown), ["MIND THE GAP"]);
    let shown = stand(&mut tracks, 20, &vec![cut.clone(); 8]);
    assert_eq!(texts(&shown), ["MIND", "THE GAP"], "what lasts is believed");
    let shown = stand(&mut tracks, 50, &[whole.clone(), cut]);
    assert_eq!(texts(&shown), ["MIND", "THE GAP"]);
    let shown = stand(&mut tracks, 60, &vec![whole; 8]);
    assert_eq!(texts(&shown), ["MIND THE GAP"]);
}

#[test]
fn the_order_is_that_of_reading_and_stands() {
    let c = level(40.0, 160.0, 200.0, 32.0);
    let mut tracks = TextTracks::new();
    let (one, two, three) = (line("one", 0.9, A), line("two", 0.9, B), line("three", 0.9, c));
    stand(&mut tracks, 0, &[vec![one.clone(), three.clone()]]);
    let shown = stand(&mut tracks, 3, &[vec![one.clone(), two.clone(), three.clone()]]);
    assert_eq!(texts(&shown), ["one", "two", "three"]);
    let other = vec![two.clone(), one.clone(), three.clone()];
    let shown = stand(&mut tracks, 6, std::slice::from_ref(&other));
    assert_eq!(texts(&shown), ["one", "two", "three"], "one reading does not reorder them");
    let shown = stand(&mut tracks, 9, &vec![other; 3]);
    assert_eq!(texts(&shown), ["two", "one", "three"]);
}

#[test]
fn a_page_that_is_turned_has_other_lines() {
    let mut tracks = TextTracks::new();
    let first = vec![line("the first page", 0.95, A)];
    stand(&mut tracks, 0, &vec![first; 4]);
    let next = vec![line("quite other words", 0.95, A)];
    let shown = stand(&mut tracks, 12, &vec![next; 2]);
    assert_eq!(texts(&shown), ["quite other words"]);
    assert_eq!(shown[0].id, 2);
}

#[test]
fn a_line_that_is_not_found_any_more_ends_and_may_come_back() {
    let mut tracks = TextTracks::new();
    stand(&mut tracks, 0, &vec![vec![line("EXIT", 0.95, A)]; 3]);
    let shown = stand(&mut tracks, 9, &vec![Vec::new(); 3]);
    assert!(shown.is_empty());
    let shown = stand(&mut tracks, 18, &[vec![line("EXIT", 0.95, A)]]);
    assert_eq!((shown.len(), shown[0].id), (1, 1));
    let shown = stand(&mut tracks, 200, &[vec![line("EXIT", 0.95, A)]]);
    assert_eq!((shown.len(), shown[0].id), (1, 2), "after a gap it is another");
}

#[test]
fn a_cut_ends_all_and_an_old_reading_is_ignored() {
    let mut tracks = TextTracks::new();
    stand(&mut tracks, 0, &vec![vec![line("EXIT", 0.95, A)]; 3]);
    let small = textured(7, 7);
    let shown = tracks.carry(at(10), &small, &Look { cut: true, ..look(&small) });
    assert!(shown.is_empty());
    tracks.read(at(9), &textured(0, 0), &reading(vec![line("EXIT", 0.95, A)]));
    assert!(tracks.carry(at(11), &small, &look(&small)).is_empty());
    tracks.read(at(11), &small, &reading(vec![line("EXIT", 0.95, A)]));
    let shown = tracks.carry(at(12), &small, &look(&small));
    assert_eq!((shown.len(), shown[0].id), (1, 2), "ids are not used again");
    tracks.reset();
    assert!(tracks.carry(at(13), &small, &look(&small)).is_empty());
}

#[test]
fn other_scripts_and_marks_pass_whole() {
    let mut tracks = TextTracks::new();
    let lines = vec![line("東京駅 のりば", 0.9, A), line("cafe\u{301} ouvert", 0.9, B)];
    let shown = stand(&mut tracks, 0, &vec![lines; 3]);
    assert_eq!(texts(&shown), ["東京駅 のりば", "cafe\u{301} ouvert"]);
}

#[test]
fn one_reading_is_asked_for_at_a_time_and_none_of_what_is_known() {
    let (mut tracks, small) = (TextTracks::new(), textured(0, 0));
    let look = look(&small);
    assert_eq!(tracks.wants_reading(&small, &look, at(0)), Some(ReadReason::Start));
    tracks.carry(at(0), &small, &look);
    assert_eq!(tracks.wants_reading(&small, &look, at(1)), None);
    let lines = vec![line("EXIT", 0.95, A)];
    let mut reasons = Vec::new();
    let mut under_way = Some(0);
    for frame in 1..60 {
        if let Some(of) = under_way.take_if(|of| *of + 3 <= frame) {
            tracks.read(at(of), &small, &reading(lines.clone()));
        }
        tracks.carry(at(frame), &small, &look);
        if let Some(reason) = tracks.wants_reading(&small, &look, at(frame)) {
            assert!(under_way.is_none());
            under_way = Some(frame);
            reasons.push(reason);
        }
    }
    assert_eq!(reasons, [ReadReason::Unstable, ReadReason::Unstable], "three readings in two seconds");
}

#[test]
fn nothing_hostile_gets_through() {
    let (mut tracks, small) = (TextTracks::new(), textured(0, 0));
    let nan = [[f32::NAN; 2]; 4];
    let huge = level(-1e30, 0.0, 2e30, 1e30);
    let flat = level(10.0, 10.0, 0.0, 0.0);
    let odd = Line { char_confidences: vec![f32::NAN; 3], confidence: f32::NAN, ..line("odd", 0.9, A) };
    let bad =
        vec![line("nan", 0.9, nan), line("huge", 0.9, huge), line("flat", 0.9, flat), line(" ", 0.9, A), odd];
    for round in 0..3 {
        tracks.carry(at(round), &small, &look(&small));
        tracks.read(at(round), &small, &reading(bad.clone()));
    }
    let shown = tracks.carry(at(3), &small, &look(&small));
    assert!(shown.iter().all(|s| s.confidence.is_finite() && s.quad.iter().flatten().all(|v| v.is_finite())));
    let nothing = Small { width: 0, height: 0, factor: 0.0, luma: Vec::new() };
    let shaken = Look { shift: Some([f32::NAN, f32::INFINITY]), ..look(&small) };
    assert_eq!(tracks.wants_reading(&nothing, &look(&nothing), at(4)), None);
    tracks.carry(at(4), &nothing, &look(&nothing));
    tracks.read(at(4), &nothing, &reading(vec![line("blind", 0.9, B)]));
    tracks.carry(at(5), &small, &shaken);
    let far = Look { shift: Some([1e20, -1e20]), ..look(&small) };
    tracks.carry(at(6), &small, &far);
    assert!(tracks.carry(at(1), &small, &look(&small)).is_empty(), "the clock went back");
}

#[test]
fn ten_thousand_lines_are_bounded() {
    let (mut tracks, small) = (TextTracks::new(), textured(0, 0));
    let many = |round: usize| -> Vec<Line> {
        let text = |i: usize| format!("line {} of {}", i * 7919 % 9973, round);
        (0..10_000)
            .map(|i| {
                line(
                    &text(i),
                    0.8 + 0.1 * (i % 2) as f32,
                    level((i % 40) as f32 * 16.0, (i / 40) as f32 * 2.0, 60.0, 12.0),
                )
            })
            .collect()
    };
    for round in 0..3 {
        tracks.carry(at(round), &small, &look(&small));
        tracks.read(at(round), &small, &reading(many(round as usize)));
    }
    assert!(tracks.tracks.len() <= MOST_TRACKS && tracks.frames.len() <= MOST_FRAMES);
}
