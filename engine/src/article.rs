//! The indefinite article, by the sound with which the next word begins.

/// Words that begin with a silent h.
const SILENT_H: [&str; 5] = ["heir", "honest", "honor", "honour", "hour"];
/// Words that begin with the sound of "you" or "one" though they are written with a vowel, by what they
/// begin with.
const CONSONANT: [&str; 12] =
    ["eu", "ewe", "once", "one-", "oneself", "onesie", "ouija", "ubi", "ufo", "uni", "u-", "uv"];
/// Words among those that begin with a vowel all the same.
const VOWEL: [&str; 4] = ["unident", "unill", "unim", "unin"];
/// Words that are spelled out, though they have a vowel, and the first letter's name begins with one.
const SPELLED: [&str; 4] = ["fbi", "mba", "nba", "suv"];

/// `"an"` or `"a"` for what begins with `word`.
pub(crate) fn article(word: &str) -> &'static str {
    if vowel_sound(&word.to_lowercase()) { "an" } else { "a" }
}

/// Whether `word`, in lower case, begins with the sound of a vowel.
fn vowel_sound(word: &str) -> bool {
    let begins = |list: &[&str]| list.iter().any(|start| word.starts_with(start));
    let head = word.split(['-', '\'']).next().unwrap_or(word);
    let mut letters = word.chars();
    let (first, second, third) = (letters.next(), letters.next(), letters.next());
    let vowel = |c: Option<char>| c.is_some_and(|c| "aeiou".contains(c));
    match first {
        None => false,
        Some('8') => true,
        Some('1') => matches!(head, "11" | "18"),
        Some('u') if matches!(second, Some('k' | 'r' | 's' | 't')) && vowel(third) => false,
        _ if matches!(head, "one" | "u") => false,
        _ if begins(&SILENT_H) || begins(&VOWEL) => true,
        _ if begins(&CONSONANT) => false,
        _ if SPELLED.contains(&head) || is_spelled(head) => first.is_some_and(|c| "fhlmnrsx".contains(c)),
        _ => vowel(first),
    }
}

/// Whether a word has no vowel, so that its letters are said one by one.
fn is_spelled(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() && !"aeiouy".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sound_counts_and_not_the_letter() {
        let an = [
            "apple",
            "orange",
            "igloo",
            "umbrella",
            "elderly",
            "Egyptian",
            "hour",
            "honest",
            "honour",
            "heir",
            "hourglass",
            "8",
            "80",
            "11",
            "18",
            "rv",
            "x-ray",
            "x",
            "suv",
            "atv",
            "uncle",
            "uninvited",
            "unidentified",
            "unimpressed",
            "unhappy",
            "urban",
            "usher",
            "utter",
            "older",
            "onion",
            "SUV",
            "only",
        ];
        for word in an {
            assert_eq!(article(word), "an", "{word}");
        }
        let a = [
            "dog",
            "horse",
            "house",
            "hotel",
            "one",
            "one-way",
            "once",
            "oneself",
            "onesie",
            "uniform",
            "unicycle",
            "unique",
            "union",
            "unison",
            "university",
            "unicorn",
            "United",
            "used",
            "user",
            "usual",
            "utensil",
            "utility",
            "ukulele",
            "european",
            "eucalyptus",
            "ewe",
            "ufo",
            "u-turn",
            "u",
            "yellow",
            "woman",
            "tv",
            "dj",
            "1",
            "12",
            "180",
            "7",
            "tripod",
            "T-shirt",
            "",
        ];
        for word in a {
            assert_eq!(article(word), "a", "{word}");
        }
    }
}
