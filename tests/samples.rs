//! Golden texts: each picture of assets/samples beside what is read on it.
//!
//! `GLIMPSE_UPDATE=1 cargo test -p glimpse-cli --test samples` writes what is read now; look at the
//! difference before committing it. What was drawn is in assets/samples/drawn.json.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use support::{read_json, sample, text_of};

/// The sample pictures.
fn pictures() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(sample(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "png" || e == "jpg"))
        .collect();
    found.sort();
    found
}

#[test]
fn the_samples_read_as_they_did() {
    let pictures = pictures();
    assert!(pictures.len() >= 9, "{pictures:?}");
    let run = read_json(&pictures);
    assert_eq!(run.code, Some(0), "{run:?}");
    let update = std::env::var_os("GLIMPSE_UPDATE").is_some();
    let mut wrong = String::new();
    for (picture, record) in pictures.iter().zip(run.records()) {
        let expected_path = picture.with_extension("expected.txt");
        let actual = text_of(&record);
        if update {
            fs::write(&expected_path, &actual).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&expected_path).unwrap();
        if actual != expected {
            wrong += &format!("--- {}\n{expected}+++ read\n{actual}\n", picture.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Share of the drawn characters that may be read wrongly, over all samples; lines in another order
/// than drawn count as wrong.
const MAX_ERRORS: f64 = 0.015;

#[test]
fn the_samples_read_as_they_were_drawn() {
    let drawn: BTreeMap<String, Vec<String>> =
        serde_json::from_str(&fs::read_to_string(sample("drawn.json")).unwrap()).unwrap();
    let pictures = pictures();
    let records = read_json(&pictures).records();
    let (mut errors, mut characters) = (0, 0);
    for (picture, record) in pictures.iter().zip(&records) {
        let name = picture.file_name().unwrap().to_str().unwrap();
        let truth = letters(&drawn[name].concat());
        let read = letters(&text_of(record));
        let wrong = strsim::generic_levenshtein(&truth, &read);
        println!("{name}: {wrong} of {} characters wrong", truth.len());
        errors += wrong;
        characters += truth.len();
    }
    let rate = errors as f64 / characters as f64;
    assert!(rate <= MAX_ERRORS, "{errors} of {characters} characters are wrong");
}

/// The characters that leave ink.
fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
