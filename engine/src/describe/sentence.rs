//! A plain sentence made of what is certain.

use super::colours::Colour;
use super::lexicon::{Class, lexicon, words};
use crate::article::article;

/// Kinds of things named in one sentence.
const MOST_KINDS: usize = 3;
/// Larger counts are not told exactly.
const MOST_COUNTED: usize = 10;
/// Least score of a tag that is said before things; of those from 0.5 to this, half were wrong.
const CERTAIN: f32 = 0.9;
/// Characters of text quoted.
const MOST_QUOTED: usize = 60;

/// A thing in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thing {
    /// What it is.
    pub(crate) class: Class,
    /// How sure, 0 to 1.
    pub(crate) score: f32,
    /// Middle of its box, as part of the width, 0 to 1.
    pub(crate) centre: f32,
    /// Area of its box as part of the picture, 0 to 1.
    pub(crate) area: f32,
}

/// What the whole picture shows, by its tag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shown<'a> {
    /// Its name, a noun.
    pub(crate) name: &'a str,
    /// How sure, 0 to 1.
    pub(crate) score: f32,
    /// The class that it is one of.
    pub(crate) class: Option<Class>,
}

/// What a sentence can be made of, all of it certain enough to be said.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Facts<'a> {
    /// Things.
    pub(crate) things: &'a [Thing],
    /// What the whole picture shows.
    pub(crate) tag: Option<Shown<'a>>,
    /// Text on it, in reading order.
    pub(crate) text: Option<&'a str>,
    /// Its colours.
    pub(crate) colours: &'a [Colour],
}

/// The sentence, with a capital and a full stop.
pub(crate) fn grounded(facts: &Facts<'_>) -> String {
    let tag = facts.tag.filter(|tag| facts.things.is_empty() || adds(tag, facts.things));
    let mut sentence = match (things(facts.things, tag.is_none()), tag) {
        (Some(things), Some(tag)) => format!("{}, with {things}", with_article(tag.name)),
        (Some(things), None) => things,
        (None, Some(tag)) => format!("probably {}", with_article(tag.name)),
        (None, None) if facts.text.is_some() => "a picture".into(),
        (None, None) => nothing(facts.colours),
    };
    if let Some(text) = facts.text.map(quoted).filter(|t| !t.is_empty()) {
        sentence.push_str(&format!(" with the text “{text}”"));
    }
    capitalised(&sentence)
}

/// Whether `tag` may be said before `things`: it is surer than each, and none of the classes that the
/// detector would have found.
fn adds(tag: &Shown<'_>, things: &[Thing]) -> bool {
    let surest = things.iter().map(|thing| thing.score).fold(CERTAIN, f32::max);
    tag.score >= surest && tag.class.is_none() && lexicon().mentions(&words(tag.name)).is_empty()
}

/// `"two people, a dog and a ball"`, with the place of a thing that is alone and aside where `placed`.
fn things(things: &[Thing], placed: bool) -> Option<String> {
    let mut kinds: Vec<(Class, usize, f32)> = Vec::new();
    for thing in things {
        let weight = thing.score * thing.area.max(0.0).sqrt();
        match kinds.iter_mut().find(|(class, ..)| *class == thing.class) {
            Some((_, count, sum)) => {
                *count += 1;
                *sum += weight;
            }
            None => kinds.push((thing.class, 1, weight)),
        }
    }
    kinds.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    kinds.truncate(MOST_KINDS);
    let phrases: Vec<String> = kinds.iter().map(|(class, count, _)| counted(*class, *count)).collect();
    let place = match things {
        [only] if placed => place(only),
        _ => "",
    };
    let (last, front) = phrases.split_last()?;
    Some(if front.is_empty() { format!("{last}{place}") } else { format!("{} and {last}", front.join(", ")) })
}

fn counted(class: Class, count: usize) -> String {
    const NUMBERS: [&str; MOST_COUNTED - 1] =
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let lexicon = lexicon();
    match count {
        0 | 1 => lexicon.one(class).into(),
        2..=MOST_COUNTED => format!("{} {}", NUMBERS[count - 2], lexicon.several(class)),
        _ => format!("many {}", lexicon.several(class)),
    }
}

fn place(thing: &Thing) -> &'static str {
    if thing.area > 0.4 {
        ""
    } else if thing.centre < 1.0 / 3.0 {
        " on the left"
    } else if thing.centre > 2.0 / 3.0 {
        " on the right"
    } else {
        " in the middle"
    }
}

fn nothing(colours: &[Colour]) -> String {
    match colours {
        [] => "a picture in which nothing is certain".into(),
        [one] => format!("a {} picture in which nothing is certain", one.name),
        [one, two, ..] => format!("a picture in {} and {} in which nothing is certain", one.name, two.name),
    }
}

/// One thing called `label` as the subject or object of an English sentence: `"an umbrella"`,
/// `"a pair of skis"`, `"broccoli"`. What is not a class of COCO's gets the article of its first word.
pub fn one_of(label: &str) -> String {
    let lexicon = lexicon();
    match lexicon.class(label) {
        Some(class) => lexicon.one(class).to_owned(),
        None => with_article(label),
    }
}

/// A noun with its indefinite article.
fn with_article(noun: &str) -> String {
    format!("{} {noun}", article(noun.split(' ').next().unwrap_or(noun)))
}

/// The text on one line, cut at a word where it is long.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() && out.chars().count() + 1 + word.chars().count() > MOST_QUOTED {
            out.push('…');
            return out;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().take(MOST_QUOTED));
    }
    out
}

/// With a capital first and a full stop last.
pub(crate) fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.trim().chars();
    let Some(first) = chars.next() else { return String::new() };
    let mut out: String = first.to_uppercase().chain(chars).collect();
    if !out.ends_with('.') {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(name: &str, centre: f32, area: f32) -> Thing {
        Thing { class: lexicon().class(name).unwrap(), score: 0.8, centre, area }
    }

    fn shown(name: &str, score: f32) -> Shown<'_> {
        Shown { name, score, class: None }
    }

    fn of(things: &[Thing]) -> String {
        grounded(&Facts { things, ..Facts::default() })
    }

    #[test]
    fn things_are_counted_the_largest_first() {
        let things = [
            thing("dog", 0.5, 0.02),
            thing("person", 0.2, 0.2),
            thing("person", 0.8, 0.2),
            thing("frisbee", 0.5, 0.01),
        ];
        assert_eq!(of(&things), "Two people, a dog and a frisbee.");
        assert_eq!(of(&[thing("umbrella", 0.5, 0.5)]), "An umbrella.");
        let crowd = [thing("person", 0.5, 0.01); 25];
        assert_eq!(of(&crowd), "Many people.");
    }

    #[test]
    fn a_single_thing_has_a_place() {
        assert_eq!(of(&[thing("dog", 0.1, 0.1)]), "A dog on the left.");
        assert_eq!(of(&[thing("dog", 0.9, 0.1)]), "A dog on the right.");
        assert_eq!(of(&[thing("dog", 0.5, 0.1)]), "A dog in the middle.");
    }

    #[test]
    fn without_things_the_tag_speaks_then_the_colours() {
        let tag = Facts { tag: Some(shown("iguana", 0.6)), ..Facts::default() };
        assert_eq!(grounded(&tag), "Probably an iguana.");
        let black = [Colour { name: "black".into(), hex: "#000000".into(), share: 1.0 }];
        let dark = Facts { colours: &black, ..Facts::default() };
        assert_eq!(grounded(&dark), "A black picture in which nothing is certain.");
        assert_eq!(grounded(&Facts::default()), "A picture in which nothing is certain.");
    }

    #[test]
    fn a_tag_that_is_surer_than_all_things_comes_first() {
        let things = [thing("dining table", 0.1, 0.2)];
        let of = |tag| grounded(&Facts { things: &things, tag: Some(tag), ..Facts::default() });
        assert_eq!(of(shown("espresso", 0.99)), "An espresso, with a table.");
        assert_eq!(of(shown("espresso", 0.85)), "A table on the left.", "it is not certain");
        assert_eq!(of(shown("microwave oven", 0.99)), "A table on the left.", "the detector saw none");
        let table = lexicon().class("dining table");
        assert_eq!(of(Shown { class: table, ..shown("bench top", 0.99) }), "A table on the left.");
        let surer = [Thing { score: 0.995, ..things[0] }];
        let facts = Facts { things: &surer, tag: Some(shown("espresso", 0.99)), ..Facts::default() };
        assert_eq!(grounded(&facts), "A table on the left.");
    }

    #[test]
    fn text_is_quoted_and_cut_at_a_word() {
        let sign = Facts { text: Some("NO\nENTRY"), ..Facts::default() };
        assert_eq!(grounded(&sign), "A picture with the text “NO ENTRY”.");
        let long = "word ".repeat(40);
        let said = grounded(&Facts { text: Some(&long), ..Facts::default() });
        assert!(said.ends_with("word…”.") && said.chars().count() < 100, "{said}");
    }

    #[test]
    fn a_sentence_names_only_its_things() {
        let things = [thing("tv", 0.5, 0.2), thing("sports ball", 0.1, 0.1), thing("skis", 0.1, 0.1)];
        let words = words(&of(&things));
        let mut named: Vec<_> = lexicon().mentions(&words).iter().map(|m| lexicon().name(m.class)).collect();
        named.sort_unstable();
        assert_eq!(named, ["skis", "sports ball", "tv"]);
    }
}
