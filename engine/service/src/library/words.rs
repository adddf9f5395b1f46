//! Words as they are searched: the same folding for what is kept and for what is asked.
//!
//! FTS5's `unicode61` tokenizer parts words, folds their case and drops diacritics. Before it sees
//! them, compatibility forms become the usual ones (full-width letters, ligatures), and every
//! character of a script that is written without spaces, and of Hangul, whose words end in
//! particles, becomes a word by itself. A run of such characters is then asked for as a phrase, which
//! finds it wherever it stands, whatever its length; a trigram index would not find "東京".

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

use crate::api::{Failure, ServiceCode};

/// Most characters of a query.
pub(super) const LONGEST_QUERY: usize = 1000;

/// `text` as the index holds it.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        match c {
            'ß' => out.push_str("ss"),
            'ς' => out.push('σ'),
            c if c.is_control() => out.push(' '),
            c if is_silent(c) => {}
            c if stands_alone(c) => {
                out.push(' ');
                out.push(c);
            }
            c => {
                if !is_mark(c) {
                    part_from_syllable(&mut out);
                }
                out.push(c);
            }
        }
    }
    out
}

/// Ends the word at the end of `out` if its letter is one that stands alone.
fn part_from_syllable(out: &mut String) {
    let letter = out.chars().rev().find(|&c| !is_mark(c));
    if letter.is_some_and(stands_alone) {
        out.push(' ');
    }
}

/// What FTS5 is asked to find `words`: every one of them, the last as a beginning. [`None`] where there
/// is no letter and no digit in them, and so nothing to look for.
///
/// # Errors
/// `bad_request` where there are more than [`LONGEST_QUERY`] characters.
pub(super) fn query(words: &str) -> Result<Option<String>, Failure> {
    if words.chars().nth(LONGEST_QUERY).is_some() {
        let message = format!("a search has at most {LONGEST_QUERY} characters");
        return Err(Failure::new(ServiceCode::BadRequest, message));
    }
    let mut asked = String::new();
    for word in words.split(|c: char| c.is_whitespace() || c.is_control()) {
        let word = fold(word);
        if !word.chars().any(char::is_alphanumeric) {
            continue;
        }
        // In quotes all is data; a quote itself parts words, as it does in the index.
        asked.extend(["\"", word.replace('"', " ").trim(), "\" "]);
    }
    if asked.is_empty() {
        return Ok(None);
    }
    asked.pop();
    asked.push('*');
    Ok(Some(asked))
}

/// Whether the character is a word by itself.
fn stands_alone(c: char) -> bool {
    if c.is_ascii() || is_mark(c) {
        return false;
    }
    matches!(
        c.script(),
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Bopomofo
            | Script::Hangul
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
            | Script::Tibetan
    ) || c == 'ー'
}

/// Whether the character belongs to the letter before it.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Vowel points of Arabic and Hebrew, which some write and most leave out, and characters without a
/// shape.
fn is_silent(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
        | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_fold_to_one() {
        for (a, b) in [
            ("ＡＢＣ１２", "abc12"),
            ("ﬁne", "fine"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("مَرْحَبًا", "مرحبا"),
            ("ｶﾞｲﾄﾞ", "ガイド"),
            ("e\u{301}t", "ét"),
            ("co\u{ad}op", "coop"),
        ] {
            assert_eq!(fold(a), fold(b));
        }
    }

    #[test]
    fn characters_without_spaces_are_words() {
        assert_eq!(fold("東京Tower 5階"), " 東 京 tower 5 階");
        assert_eq!(fold("ที่นี่"), " ที่ นี่");
        assert_eq!(fold("서울ab"), " 서 울 ab");
        assert_eq!(fold("नमस्ते दुनिया"), "नमस्ते दुनिया");
    }

    #[test]
    fn queries_are_phrases_and_the_last_a_beginning() {
        assert_eq!(query("Milk bre").unwrap().unwrap(), "\"milk\" \"bre\"*");
        assert_eq!(query("東京 タワ").unwrap().unwrap(), "\"東 京\" \"タ ワ\"*");
        assert_eq!(query("a\" OR b*").unwrap().unwrap(), "\"a\" \"or\" \"b*\"*");
        assert_eq!(
            query("text:foo -bar ^x NEAR(a,b)").unwrap().unwrap(),
            "\"text:foo\" \"-bar\" \"^x\" \"near(a,b)\"*"
        );
        assert_eq!(query("nul\0l").unwrap().unwrap(), "\"nul\" \"l\"*");
        for nothing in ["", "  \t\n", "\"", "***", "-- ; ''", "\0"] {
            assert_eq!(query(nothing).unwrap(), None, "{nothing:?}");
        }
    }

    #[test]
    fn long_queries_are_refused() {
        assert!(query(&"é".repeat(LONGEST_QUERY)).is_ok());
        assert_eq!(query(&"é".repeat(LONGEST_QUERY + 1)).unwrap_err().code, "bad_request");
    }
}
