//! The code that the playground's lessons show does what they say.

#![expect(unreachable_pub, reason = "others copy it into crates of theirs")]

#[path = "../../ui/src/views/playground/snippets/attention.rs"]
mod attention;
#[path = "../../ui/src/views/playground/snippets/budget.rs"]
mod budget;
#[path = "../../ui/src/views/playground/snippets/page.rs"]
mod page;

const RECEIPT: &[u8] = include_bytes!("../../assets/samples/receipt.jpg");
const CAT: &[u8] = include_bytes!("../../assets/samples/photos/cat.jpg");

#[test]
fn a_page_becomes_text() {
    let lines = page::lines(RECEIPT).unwrap();
    assert!(lines.iter().any(|(_, text)| text == "TOTAL EUR"), "{lines:?}");
    assert!(lines.iter().all(|(score, _)| (0.5..=1.0).contains(score)), "{lines:?}");
}

#[test]
fn words_come_with_where_they_looked() {
    let words = attention::words(CAT).unwrap();
    assert!(!words.is_empty());
    for (word, weights) in &words {
        assert_eq!(weights.len(), 49, "{word}");
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-3, "{word}");
    }
}

#[test]
fn the_budget_is_asked_for() {
    // Whether it fits is the machine's affair; that it answers is ours.
    budget::fits(CAT).unwrap();
}

#[test]
fn damaged_pictures_are_refused() {
    assert!(page::lines(&RECEIPT[..2000]).is_err());
    assert!(attention::words(b"").is_err());
    assert!(budget::fits(b"not a picture").is_err());
}
