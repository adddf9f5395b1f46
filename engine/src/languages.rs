//! Languages: their alphabets, which of them a dictionary covers, and filters made of them.
//!
//! An alphabet is the main exemplar set that the Unicode CLDR gives for a language
//! (UTS #35, part 2, "Exemplars"), with the capitals of its letters.

use std::collections::{BTreeSet, HashSet};

use icu_locale::exemplar_chars::{ExemplarCharacters, ExemplarCharactersBorrowed};
use icu_locale::locale;
use icu_locale::{DataLocale, Locale};
use serde::Serialize;
use unicode_script::{Script, UnicodeScript};

use crate::{Error, Result};

/// A language that texts are written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    code: &'static str,
    name: &'static str,
    locale: Locale,
}

/// How much of a language's alphabet a dictionary holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// BCP 47 code, for example `"de"` or `"zh-Hant"`.
    pub code: &'static str,
    /// English name.
    pub name: &'static str,
    /// Whether the dictionary holds the whole alphabet.
    pub supported: bool,
    /// Characters of the alphabet.
    pub letters: usize,
    /// Characters of the alphabet that the dictionary lacks, in code point order.
    pub missing: Vec<char>,
}

/// Scripts of which a text may use any character, not only those that an alphabet lists: CLDR lists
/// the frequent ones.
const OPEN_SCRIPTS: [Script; 5] =
    [Script::Han, Script::Hiragana, Script::Katakana, Script::Hangul, Script::Bopomofo];

impl Language {
    /// BCP 47 code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// English name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The languages that Glimpse knows of, by name. Not all are covered by every dictionary.
    pub fn all() -> &'static [Language] {
        ALL
    }

    /// The language of a BCP 47 code; a region is ignored (`de-AT` is `de`), as is case.
    pub fn find(code: &str) -> Option<&'static Language> {
        let code = code.trim().replace('_', "-").to_ascii_lowercase();
        let mut code = match code.as_str() {
            "zh" | "zh-cn" | "zh-sg" => "zh-Hans",
            "zh-tw" | "zh-hk" | "zh-mo" => "zh-Hant",
            other => other,
        };
        loop {
            if let Some(found) = ALL.iter().find(|language| language.code.eq_ignore_ascii_case(code)) {
                return Some(found);
            }
            code = match code.rsplit_once('-') {
                Some((shorter, _)) => shorter,
                None => return None,
            };
        }
    }

    /// The characters that ordinary text in this language is written with: CLDR's main exemplars and
    /// their capitals.
    pub fn alphabet(&self) -> BTreeSet<char> {
        with_capitals(exemplars(ExemplarCharacters::try_new_main(&self.data_locale())))
    }

    /// Letters that appear in names and foreign words: CLDR's auxiliary exemplars and their capitals.
    fn auxiliary(&self) -> BTreeSet<char> {
        with_capitals(exemplars(ExemplarCharacters::try_new_auxiliary(&self.data_locale())))
    }

    fn data_locale(&self) -> DataLocale {
        DataLocale::from(&self.locale)
    }
}

/// How much of each language's alphabet `dictionary` holds.
pub fn coverage(dictionary: &HashSet<char>) -> Vec<Coverage> {
    ALL.iter()
        .map(|language| {
            let alphabet = language.alphabet();
            let missing: Vec<char> = alphabet.iter().copied().filter(|c| !dictionary.contains(c)).collect();
            Coverage {
                code: language.code,
                name: language.name,
                supported: missing.is_empty(),
                letters: alphabet.len(),
                missing,
            }
        })
        .collect()
}

/// The characters of `dictionary` that texts in `languages` use: their letters, those of names and
/// foreign words in them, the ASCII letters, and everything that is no letter. Full-width forms and
/// CJK punctuation come with the languages that use them.
///
/// # Errors
/// [`Error::InvalidOption`] for a code that [`Language::find`] does not know, and for no code at all.
pub fn charset<S: AsRef<str>>(languages: &[S], dictionary: &HashSet<char>) -> Result<HashSet<char>> {
    let refused = |reason: String| Error::InvalidOption { option: "languages", reason };
    if languages.is_empty() {
        return Err(refused("no language is named".into()));
    }
    let mut letters = BTreeSet::new();
    for code in languages {
        let code = code.as_ref();
        let language =
            Language::find(code).ok_or_else(|| refused(format!("{code:?} is not a known language")))?;
        letters.extend(language.alphabet());
        letters.extend(language.auxiliary());
    }
    let open: HashSet<Script> =
        letters.iter().map(|c| c.script()).filter(|script| OPEN_SCRIPTS.contains(script)).collect();
    let allowed = |c: char| {
        letters.contains(&c)
            || c.is_ascii()
            || open.contains(&c.script())
            || (!c.is_alphabetic() && (!open.is_empty() || !is_east_asian_form(c)))
    };
    Ok(dictionary.iter().copied().filter(|&c| allowed(c)).collect())
}

/// CJK punctuation and forms that stand in the cell of an ideograph.
fn is_east_asian_form(c: char) -> bool {
    matches!(u32::from(c), 0x3000..=0x303f | 0x3200..=0x33ff | 0xfe30..=0xfe4f | 0xff00..=0xffef)
}

/// The characters of an exemplar set, those of its sequences included.
fn exemplars<E>(set: std::result::Result<ExemplarCharactersBorrowed<'static>, E>) -> BTreeSet<char> {
    let Ok(set) = set else { return BTreeSet::new() };
    let mut out: BTreeSet<char> = set.code_points().iter_chars().collect();
    out.extend(set.strings().iter().flat_map(str::chars));
    out.retain(|c| !c.is_whitespace() && !is_invisible(*c));
    out
}

/// Joiners and direction marks, which leave no ink.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Adds the capital of every letter that has one of its own.
fn with_capitals(mut letters: BTreeSet<char>) -> BTreeSet<char> {
    let capitals: Vec<char> = letters
        .iter()
        .filter_map(|c| {
            let mut upper = c.to_uppercase();
            upper.next().filter(|_| upper.next().is_none())
        })
        .collect();
    letters.extend(capitals);
    letters
}

/// `ALL` from lines of code and name.
macro_rules! languages {
    ($($code:literal $name:literal)*) => {
        static ALL: &[Language] = &[$(Language { code: $code, name: $name, locale: locale!($code) }),*];
    };
}

languages! {
    "af" "Afrikaans"
    "sq" "Albanian"
    "am" "Amharic"
    "ar" "Arabic"
    "hy" "Armenian"
    "az" "Azerbaijani"
    "eu" "Basque"
    "be" "Belarusian"
    "bn" "Bangla"
    "bs" "Bosnian"
    "br" "Breton"
    "bg" "Bulgarian"
    "my" "Burmese"
    "ca" "Catalan"
    "zh-Hans" "Chinese (simplified)"
    "zh-Hant" "Chinese (traditional)"
    "hr" "Croatian"
    "cs" "Czech"
    "da" "Danish"
    "nl" "Dutch"
    "en" "English"
    "eo" "Esperanto"
    "et" "Estonian"
    "fo" "Faroese"
    "fil" "Filipino"
    "fi" "Finnish"
    "fr" "French"
    "gl" "Galician"
    "ka" "Georgian"
    "de" "German"
    "el" "Greek"
    "gu" "Gujarati"
    "ha" "Hausa"
    "he" "Hebrew"
    "hi" "Hindi"
    "hu" "Hungarian"
    "is" "Icelandic"
    "ig" "Igbo"
    "id" "Indonesian"
    "ga" "Irish"
    "it" "Italian"
    "ja" "Japanese"
    "jv" "Javanese"
    "kn" "Kannada"
    "kk" "Kazakh"
    "km" "Khmer"
    "rw" "Kinyarwanda"
    "ko" "Korean"
    "ku" "Kurdish"
    "ky" "Kyrgyz"
    "lo" "Lao"
    "lv" "Latvian"
    "lt" "Lithuanian"
    "lb" "Luxembourgish"
    "mk" "Macedonian"
    "ms" "Malay"
    "ml" "Malayalam"
    "mt" "Maltese"
    "mi" "Māori"
    "mr" "Marathi"
    "mn" "Mongolian"
    "ne" "Nepali"
    "no" "Norwegian"
    "oc" "Occitan"
    "or" "Odia"
    "om" "Oromo"
    "ps" "Pashto"
    "fa" "Persian"
    "pl" "Polish"
    "pt" "Portuguese"
    "pa" "Punjabi"
    "qu" "Quechua"
    "ro" "Romanian"
    "rm" "Romansh"
    "ru" "Russian"
    "gd" "Scottish Gaelic"
    "sr" "Serbian (Cyrillic)"
    "sr-Latn" "Serbian (Latin)"
    "sd" "Sindhi"
    "si" "Sinhala"
    "sk" "Slovak"
    "sl" "Slovenian"
    "so" "Somali"
    "es" "Spanish"
    "sw" "Swahili"
    "sv" "Swedish"
    "ta" "Tamil"
    "te" "Telugu"
    "th" "Thai"
    "ti" "Tigrinya"
    "tr" "Turkish"
    "tk" "Turkmen"
    "uk" "Ukrainian"
    "hsb" "Upper Sorbian"
    "ur" "Urdu"
    "uz" "Uzbek"
    "vi" "Vietnamese"
    "cy" "Welsh"
    "fy" "Western Frisian"
    "xh" "Xhosa"
    "yo" "Yoruba"
    "zu" "Zulu"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(code: &str) -> String {
        Language::find(code).unwrap().alphabet().into_iter().collect()
    }

    #[test]
    fn alphabets_are_those_of_the_languages() {
        assert_eq!(letters("en"), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        for (code, some) in [
            ("de", "äöüßÄÖÜ"),
            ("pl", "ąćęłńóśźżŁŻ"),
            ("tr", "ğıİşçöü"),
            ("fr", "éèêëçœÉŒ"),
            ("vi", "ếợởữổẩựửừờệảậđ"),
            ("zh-Hans", "的国"),
            ("zh-Hant", "國灣"),
            ("ja", "のカ駅"),
            ("ko", "한국"),
            ("ru", "ёЁя"),
            ("sr", "ђЋ"),
            ("sr-Latn", "đć"),
        ] {
            let alphabet = letters(code);
            assert!(some.chars().all(|c| alphabet.contains(c)), "{code} lacks one of {some}: {alphabet}");
        }
        assert!(!letters("sr-Latn").contains('ђ'));
        assert!(!letters("de").contains('ł'));
    }

    #[test]
    fn every_language_has_an_alphabet_of_its_own_and_one_entry() {
        let root = exemplars(ExemplarCharacters::try_new_main(&DataLocale::default()));
        let mut codes = HashSet::new();
        for language in Language::all() {
            let alphabet = exemplars(ExemplarCharacters::try_new_main(&language.data_locale()));
            assert!(alphabet.len() > 15, "{} has {} letters", language.code, alphabet.len());
            assert_ne!(alphabet, root, "{} has no data", language.code);
            assert!(codes.insert(language.code), "{} stands twice", language.code);
        }
    }

    #[test]
    fn codes_are_found_with_region_and_in_any_case() {
        for (given, code) in [
            ("de", "de"),
            ("de-AT", "de"),
            ("PT_br", "pt"),
            ("zh", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("zh-hant-HK", "zh-Hant"),
        ] {
            assert_eq!(Language::find(given).unwrap().code(), code, "{given}");
        }
        assert!(Language::find("xx").is_none());
        assert!(Language::find("").is_none());
    }

    #[test]
    fn a_language_with_a_letter_missing_is_not_supported() {
        let mut dictionary: HashSet<char> = Language::find("de").unwrap().alphabet().into_iter().collect();
        let of = |dictionary: &HashSet<char>, code: &str| {
            coverage(dictionary).into_iter().find(|c| c.code == code).unwrap()
        };
        assert!(of(&dictionary, "de").supported);
        assert!(of(&dictionary, "en").supported);
        assert!(!of(&dictionary, "pl").supported);
        dictionary.remove(&'ß');
        let german = of(&dictionary, "de");
        assert_eq!((german.supported, german.missing), (false, vec!['ß']));
    }

    #[test]
    fn a_filter_keeps_what_the_languages_use() {
        let dictionary: HashSet<char> = "aZ1äłéжの国，。,.€ßґ".chars().collect();
        let kept = |codes: &[&str]| {
            let mut kept: Vec<char> = charset(codes, &dictionary).unwrap().into_iter().collect();
            kept.sort_unstable();
            kept.into_iter().collect::<String>()
        };
        assert_eq!(kept(&["en"]), ",.1Zaäé€");
        assert_eq!(kept(&["pl"]), ",.1Zaßäéł€");
        assert_eq!(kept(&["ja"]), ",.1Za€。の国，");
        assert_eq!(kept(&["ru"]), ",.1Zaж€");
        assert!(charset(&["xx"], &dictionary).is_err());
        assert!(charset::<&str>(&[], &dictionary).is_err());
    }
}
