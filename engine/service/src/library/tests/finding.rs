//! Searching by words and by likeness.

use super::super::{keep, pictures};
use super::*;
use crate::api::PictureId;

fn query(words: &str) -> LibraryQuery {
    LibraryQuery { words: Some(words.into()), ..LibraryQuery::default() }
}

#[test]
fn words_are_all_there_and_the_last_may_be_a_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let texts = [
        "Milk 1,29 Bread 2,49",
        "The café at Größe Straße",
        "東京タワーに行きました",
        "서울에서 만나요",
        "مَرْحَبًا بالعالم",
        "नमस्ते दुनिया",
        "ＦＵＬＬ ＷＩＤＴＨ ｶﾀｶﾅ",
        "สวัสดีชาวโลก",
        "Москва́ Ёлка",
        "don't e-mail foo.bar@example.com",
    ];
    for (seed, text) in texts.iter().enumerate() {
        assert_eq!(keep_text(&library, seed as u64, text).0, seed as i64 + 1);
    }
    for (words, expected) in [
        ("milk", 1),
        ("BREAD milk", 1),
        ("bre", 1),
        ("2,4", 1),
        ("cafe", 2),
        ("grosse", 2),
        ("STRASSE cafe", 2),
        ("straße", 2),
        ("東京", 3),
        ("京", 3),
        ("タワーに", 3),
        ("行き 東京", 3),
        ("서울", 4),
        ("울에", 4),
        ("만나 서울", 4),
        ("مرحبا", 5),
        ("بالعا", 5),
        ("नमस्ते", 6),
        ("दुनि", 6),
        ("full width", 7),
        ("カタカナ", 7),
        ("ชาว", 8),
        ("โลก", 8),
        ("москва ёл", 9),
        ("don't", 10),
        ("e-mail", 10),
        ("foo.bar@exa", 10),
    ] {
        assert_eq!(ids(&library, words), [expected], "{words}");
    }
    for words in ["mil bread", "milk cafe", "京東", "タワ東", "ilk", "울서"] {
        assert_eq!(ids(&library, words), [0i64; 0], "{words}");
    }
    let all: Vec<i64> = (1..=10).rev().collect();
    for words in ["", "   ", "***", "\"", "\0"] {
        assert_eq!(ids(&library, words), all, "{words:?}");
    }
}

#[test]
fn hostile_words_are_data() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    keep_text(&library, 1, "plain text");
    for words in [
        "plain OR nothing",
        "plain AND",
        "NOT plain",
        "text:plain",
        "{text caption}: plain",
        "NEAR(plain text, 2)",
        "plain\" OR \"x",
        "-plain text:",
        "^plain + text NOT x",
        "'; DROP TABLE words; --",
        "((((((((",
        "plain \u{0} nul \u{0}",
        "\u{fffd}\u{10ffff}x",
        "%' OR 1=1 --",
    ] {
        let page = library.search(&query(words), None).unwrap();
        assert_eq!(page.total as usize, page.items.len(), "{words:?}");
    }
    assert_eq!(ids(&library, "plain\0text"), [1]);
    assert_eq!(ids(&library, "plain OR nothing"), [0i64; 0]);
    assert_eq!(ids(&library, &"a ".repeat(500)), [0i64; 0]);
    assert_eq!(ids(&library, &"plain ".repeat(160)), [1]);
    assert_eq!(library.search(&query(&"(\"".repeat(500_000)), None).unwrap_err().code, "bad_request");
    let mut random = Random(5);
    for _ in 0..500 {
        let words: String =
            (0..random.next() % 40).filter_map(|_| char::from_u32(random.next() % 0x3000)).collect();
        library.search(&query(&words), None).unwrap();
    }
}

#[test]
fn pages_follow_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    for seed in 0..25 {
        keep_text(&library, seed, if seed % 2 == 0 { "even number" } else { "odd number" });
    }
    let page = |words: &str, limit, offset| {
        let query = LibraryQuery { limit: Some(limit), offset, ..query(words) };
        let page = library.search(&query, None).unwrap();
        (page.total, page.items.iter().map(|i| i.id.0).collect::<Vec<_>>())
    };
    assert_eq!(page("number", 3, 0), (25, vec![25, 24, 23]));
    assert_eq!(page("number", 3, 24), (25, vec![1]));
    assert_eq!(page("even", 2, 2), (13, vec![21, 19]));
    assert_eq!(page("even", 2, 500), (13, vec![]));
    for limit in [0, 201, u32::MAX] {
        let query = LibraryQuery { limit: Some(limit), ..Default::default() };
        assert_eq!(library.search(&query, None).unwrap_err().code, "bad_request");
    }
}

#[test]
fn the_most_alike_come_first() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let pixels = pixels();
    let vectors: Vec<Vec<f32>> = (0..30).map(embedding).collect();
    for (n, vector) in vectors.iter().enumerate() {
        let (bytes, text) = (encoded(n as u64, 50), reading(if n % 3 == 0 { "third" } else { "other" }));
        let kept = Kept { embedding: Some(vector), reading: Some(&text), ..kept(&bytes, &pixels) };
        library.keep(&kept).unwrap();
    }
    let without = keep_text(&library, 1000, "third without");
    let exact = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let asked = embedding(500);
    let picture = LibraryQuery { like_picture: Some(PictureId("x".into())), ..Default::default() };
    let page = library.search(&picture, Some(&asked)).unwrap();
    assert_eq!((page.total, page.items.len()), (31, 31));
    for pair in page.items[..30].windows(2) {
        assert!(pair[0].likeness >= pair[1].likeness);
    }
    for item in &page.items[..30] {
        let expected = exact(&asked, &vectors[item.id.0 as usize - 1]);
        assert!((item.likeness.unwrap() - expected).abs() < 0.002);
    }
    assert_eq!((page.items[30].id, page.items[30].likeness), (without, None));
    let query = LibraryQuery { like_item: Some(ItemId(7)), limit: Some(3), ..query("third") };
    let page = library.search(&query, None).unwrap();
    assert_eq!((page.total, page.items[0].id, page.items[0].likeness), (11, ItemId(7), Some(1.0)));
    assert!(page.items.iter().all(|i| (i.id.0 - 1) % 3 == 0));
}

#[test]
fn likeness_knows_what_was_kept_and_deleted_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let (library, other) = (Library::open(folder.path()).unwrap(), Library::open(folder.path()).unwrap());
    let (pixels, like) = (pixels(), embedding(1));
    let keep = |library: &Library, seed: u64| {
        let (bytes, vector) = (encoded(seed, 50), embedding(seed));
        library.keep(&Kept { embedding: Some(&vector), ..kept(&bytes, &pixels) }).unwrap()
    };
    let alike = || -> Vec<i64> {
        let page = library.search(&LibraryQuery::default(), Some(&like)).unwrap();
        assert!(page.items.iter().all(|i| i.likeness.is_some()));
        page.items.iter().map(|i| i.id.0).collect()
    };
    assert_eq!(alike(), [0i64; 0]);
    let same = keep(&library, 1);
    assert_eq!(alike(), [same.0]);
    let far = keep(&other, 2);
    assert_eq!(alike(), [same.0, far.0]);
    other.delete(same).unwrap();
    assert_eq!(alike(), [far.0]);
    let (bytes, vector) = (encoded(2, 50), embedding(1));
    library.keep(&Kept { embedding: Some(&vector), ..kept(&bytes, &pixels) }).unwrap();
    let page = library.search(&LibraryQuery::default(), Some(&like)).unwrap();
    assert_eq!(page.items[0].likeness, Some(1.0));
}

#[test]
fn likeness_to_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let id = keep_text(&library, 1, "no embedding");
    let item = |id| LibraryQuery { like_item: Some(ItemId(id)), ..Default::default() };
    let picture = LibraryQuery { like_picture: Some(PictureId("x".into())), ..Default::default() };
    assert_eq!(library.search(&item(99), None).unwrap_err().code, "unknown_item");
    assert_eq!(library.search(&item(id.0), None).unwrap_err().code, "bad_request");
    assert_eq!(library.search(&picture, None).unwrap_err().code, "bad_request");
    let both = LibraryQuery { like_item: Some(id), ..picture };
    assert_eq!(library.search(&both, Some(&embedding(1))).unwrap_err().code, "bad_request");
}

/// One of the words of a language that has many.
fn word(n: u32) -> String {
    let mut random = Random(u64::from(n));
    (0..3)
        .map(|_| ["ba", "kli", "ros", "ten", "mau", "fi", "do", "gru"][random.next() as usize % 8])
        .chain([" "])
        .collect()
}

/// Prints what ten thousand pictures cost: `cargo test -p glimpse-service ten_thousand -- --nocapture`.
#[test]
fn ten_thousand_pictures_are_searched() {
    use std::time::Instant;
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let pixels = pixels();
    let mut random = Random(9);
    let start = Instant::now();
    // One transaction and no picture files: only searching is measured here.
    library
        .write("kept in", |tx| {
            for n in 0..10_000u64 {
                let text: String = (0..60).map(|_| word(random.next() % 20_000)).collect();
                let (bytes, vector) = (n.to_le_bytes(), embedding(n));
                let (reading, described) = (reading(&text), description("A dog on the grass."));
                let kept = Kept {
                    embedding: Some(&vector),
                    reading: Some(&reading),
                    description: Some(&described),
                    ..kept(&bytes, &pixels)
                };
                let identity = keep::Identity::Bytes(pictures::hash(&bytes));
                keep::keep_rows(&library.place, tx, &kept, &identity)?;
            }
            Ok(())
        })
        .unwrap();
    println!("kept in {:?}", start.elapsed());
    let median = |query: &LibraryQuery, like: Option<&[f32]>| {
        let mut times: Vec<_> = (0..15)
            .map(|_| {
                let start = Instant::now();
                assert!(library.search(query, like).unwrap().total > 0);
                start.elapsed()
            })
            .collect();
        times.sort();
        (times[0], times[7])
    };
    println!("all: {:?}", median(&LibraryQuery::default(), None));
    for words in ["b", "bak", "klirosba", "dog kli", "grass beagle"] {
        println!("{words:?}: {:?}", median(&query(words), None));
    }
    let vector = embedding(4);
    println!("likeness: {:?}", median(&LibraryQuery::default(), Some(&vector)));
    println!("likeness and words: {:?}", median(&query("klir"), Some(&vector)));
    println!("bytes: {}", library.bytes().unwrap());
    drop(library);
    let start = Instant::now();
    let library = Library::open(folder.path()).unwrap();
    println!("opened in {:?}", start.elapsed());
    let start = Instant::now();
    library.delete(ItemId(5000)).unwrap();
    println!("one deleted in {:?}", start.elapsed());
    assert_eq!(library.search(&query("grass"), None).unwrap().total, 9_999);
    let start = Instant::now();
    library.clear().unwrap();
    println!("cleared in {:?}", start.elapsed());
    assert_eq!(library.search(&query("grass"), None).unwrap().total, 0);
}
