use super::*;

fn read(text: &str, confidence: f32) -> Vec<Symbol> {
    symbols(text, &[], confidence)
}

fn merged(readings: &[(&str, f32)]) -> Consensus {
    let mut consensus = Consensus::new(&read(readings[0].0, readings[0].1));
    for (text, confidence) in &readings[1..] {
        consensus.add(&read(text, *confidence), Extent::default());
    }
    consensus
}

#[test]
fn the_surer_reading_wins_at_once_and_then_stays() {
    let mut c = merged(&[("HEIIO W0RLD", 0.45), ("HELLO WORLD", 0.97)]);
    assert_eq!(c.text(), "HELLO WORLD");
    let before = c.confidence();
    c.add(&read("HELL0 WORLD", 0.6), Extent::default());
    c.add(&read("HELLO WORID", 0.9), Extent::default());
    assert_eq!(c.text(), "HELLO WORLD");
    assert!((0.5..=1.0).contains(&before) && c.confidence() < 1.0);
}

#[test]
fn confidences_of_characters_decide() {
    let mut first = read("C4T", 0.95);
    first[1].confidence = 0.3;
    let mut c = Consensus::new(&first);
    c.add(&read("CAT", 0.8), Extent::default());
    assert_eq!(c.text(), "CAT");
}

#[test]
fn dropped_and_added_characters_are_voted_out() {
    let c =
        merged(&[("GATE 42", 0.9), ("GAE 42", 0.85), ("GATE 42", 0.9), ("GATEE 42", 0.8), ("GATE 4 2", 0.8)]);
    assert_eq!(c.text(), "GATE 42");
    let c = merged(&[("GAE 42", 0.8), ("GATE 42", 0.95), ("GATE 42", 0.95), ("GATE 42", 0.95)]);
    assert_eq!(c.text(), "GATE 42", "a character that the first reading dropped comes in");
}

#[test]
fn equally_good_readings_do_not_take_turns() {
    let mut c = Consensus::new(&read("O0O0", 0.9));
    let mut changes = 0;
    let mut shown = c.text();
    for i in 0..60 {
        c.add(&read(if i % 2 == 0 { "0O0O" } else { "O0O0" }, 0.9), Extent::default());
        changes += usize::from(c.text() != shown);
        shown = c.text();
    }
    assert!(changes <= 1, "{changes} changes");
}

#[test]
fn a_lasting_change_gets_through() {
    let mut c = Consensus::new(&read("12:59", 0.98));
    for _ in 0..20 {
        c.add(&read("12:59", 0.98), Extent::default());
    }
    let needed = (1..=10).find(|_| {
        c.add(&read("13:00", 0.98), Extent::default());
        c.text() == "13:00"
    });
    assert!(needed.is_some_and(|n| n <= 5), "{needed:?}");
}

#[test]
fn what_a_reading_could_not_see_it_does_not_vote_on() {
    let mut c = merged(&[("ARRIVALS", 0.95), ("ARRIVALS", 0.95)]);
    for _ in 0..12 {
        c.add(&read("RIVALS", 0.95), Extent { misses_start: true, ..Extent::default() });
    }
    assert_eq!(c.text(), "ARRIVALS");
    for _ in 0..12 {
        c.add(&read("RIVALS", 0.95), Extent::default());
    }
    assert_eq!(c.text(), "RIVALS");
    let mut c = merged(&[("RIVALS", 0.95), ("RIVALS", 0.95), ("RIVALS", 0.95)]);
    c.add(&read("ARRIVALS", 0.95), Extent { more_at_start: true, ..Extent::default() });
    assert_eq!(c.text(), "ARRIVALS");
}

#[test]
fn marks_stay_with_their_letters_and_other_scripts_are_voted_on() {
    let c = merged(&[("cafe\u{301}", 0.9), ("cafe", 0.5), ("cafe\u{301}", 0.9)]);
    assert_eq!(c.text(), "cafe\u{301}");
    assert_eq!(c.shown().len(), 4);
    assert_eq!(merged(&[("東亰駅", 0.5), ("東京駅", 0.95), ("東京駅", 0.9)]).text(), "東京駅");
    assert_eq!(merged(&[("สวัสดี", 0.9), ("สวสดี", 0.7), ("สวัสดี", 0.9)]).text(), "สวัสดี");
    assert_eq!(merged(&[("👩\u{200d}🚀 go", 0.9), ("👩\u{200d}🚀 g0", 0.6)]).text(), "👩\u{200d}🚀 go");
}

#[test]
fn nothing_and_no_numbers_are_borne() {
    let mut c = Consensus::new(&[]);
    assert_eq!((c.text().as_str(), c.confidence()), ("", 0.0));
    c.add(&[], Extent::default());
    for _ in 0..3 {
        c.add(&symbols("ab", &[f32::NAN, f32::INFINITY], f32::NAN), Extent::default());
        c.add(&symbols("ab", &[0.5], 7.0), Extent::default());
    }
    assert_eq!(c.text(), "ab");
    assert!(c.confidence().is_finite());
    assert_eq!(likeness::<u8>(&[], &[]), 1.0);
}

#[test]
fn long_lines_are_kept_whole() {
    let long = "lorem ipsum ".repeat(60);
    let mut c = Consensus::new(&read(&long, 0.8));
    c.add(&read("short", 0.2), Extent::default());
    assert_eq!(c.text(), long);
    let other = long.replace('m', "n");
    c.add(&read(&other, 0.95), Extent::default());
    assert_eq!(c.text(), other);
}

#[test]
fn the_work_of_voting_is_bounded() {
    let mut c = Consensus::new(&read(&"ab".repeat(100), 0.9));
    for i in 0..40u32 {
        let text: String = (0..200u32).map(|j| char::from(b'a' + ((i * 7 + j * 13) % 26) as u8)).collect();
        c.add(&read(&text, 0.9), Extent::default());
    }
    assert!(c.slots.len() <= 2 * MOST_SLOTS);
    assert!(c.slots.iter().all(|s| s.candidates.len() <= MOST_CANDIDATES && s.total() <= MOST_WEIGHT + 1e-3));
}

#[test]
fn a_part_is_what_remains_when_characters_are_taken_out() {
    assert!(is_part(&["A", "C"], &["A", "B", "C"]));
    assert!(!is_part(&["A", "B", "C"], &["A", "B", "C"]));
    assert!(!is_part(&["C", "A"], &["A", "B", "C"]));
}
