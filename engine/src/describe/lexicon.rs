//! Which of COCO's classes a sentence names.
//!
//! Words are matched in lower case, longest phrase first, in singular or plural. `orange` counts as
//! the fruit only where it can be no colour: "an orange on a plate", "three oranges".

use std::collections::HashMap;
use std::sync::LazyLock;

/// COCO's classes.
pub(crate) const CLASSES: usize = 80;

/// Position of a class in COCO's list of 80.
pub(crate) type Class = usize;

/// A phrase of a sentence that names a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The class.
    pub(crate) class: Class,
    /// Index of its first word.
    pub(crate) start: usize,
    /// Number of its words.
    pub(crate) words: usize,
}

/// The classes' names and the phrases that name them.
#[derive(Debug)]
pub(crate) struct Lexicon {
    names: Vec<Names>,
    /// Phrase to class; `None` where a phrase contains a class's word but names no class.
    phrases: HashMap<String, Option<Class>>,
    longest: usize,
}

/// How a class is called.
#[derive(Debug, Clone, Copy)]
struct Names {
    coco: &'static str,
    one: &'static str,
    several: &'static str,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("lexicon.tsv")));

/// The lexicon of this build.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// The words of a sentence: runs of letters, digits and apostrophes, in lower case.
pub(crate) fn words(sentence: &str) -> Vec<String> {
    sentence
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '\''))
        .filter(|w| !w.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

impl Lexicon {
    fn parse(table: &'static str) -> Self {
        let mut lexicon = Lexicon { names: Vec::new(), phrases: HashMap::new(), longest: 1 };
        for line in table.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let mut fields = line.split('\t');
            let [coco, one, several] = std::array::from_fn(|_| fields.next().unwrap_or_default());
            let class = (coco != "-").then_some(lexicon.names.len());
            if class.is_some() {
                lexicon.names.push(Names { coco, one, several });
                lexicon.add(coco, class);
                lexicon.add_form(several.to_owned(), class);
            }
            for word in fields.next().unwrap_or_default().split(',').filter(|w| !w.is_empty()) {
                lexicon.add(word, class);
            }
        }
        lexicon
    }

    fn add(&mut self, singular: &str, class: Option<Class>) {
        self.add_form(singular.to_owned(), class);
        self.add_form(plural(singular), class);
    }

    fn add_form(&mut self, phrase: String, class: Option<Class>) {
        self.longest = self.longest.max(phrase.split(' ').count());
        self.phrases.entry(phrase).or_insert(class);
    }

    /// The class called `name` in COCO.
    pub(crate) fn class(&self, name: &str) -> Option<Class> {
        self.names.iter().position(|n| n.coco == name)
    }

    /// A class's name.
    #[cfg(test)]
    pub(crate) fn name(&self, class: Class) -> &'static str {
        self.names[class].coco
    }

    /// Whether `class` is that of people.
    pub(crate) fn is_person(&self, class: Class) -> bool {
        self.names[class].coco == "person"
    }

    /// One of it in a sentence, with the article: `"an umbrella"`.
    pub(crate) fn one(&self, class: Class) -> &'static str {
        self.names[class].one
    }

    /// Several of it in a sentence, without a number: `"umbrellas"`.
    pub(crate) fn several(&self, class: Class) -> &'static str {
        self.names[class].several
    }

    /// The class that `word`, in lower case, names by itself.
    pub(crate) fn class_of_word(&self, word: &str) -> Option<Class> {
        if word == "orange" { None } else { self.phrases.get(word).copied().flatten() }
    }

    /// The phrases of a sentence's `words` that name a class, in order, without overlap.
    pub(crate) fn mentions(&self, words: &[String]) -> Vec<Mention> {
        let mut mentions = Vec::new();
        let mut start = 0;
        while start < words.len() {
            let longest = self.longest.min(words.len() - start);
            let found = (1..=longest)
                .rev()
                .find_map(|n| self.phrases.get(&words[start..start + n].join(" ")).map(|class| (n, *class)));
            let Some((n, class)) = found else {
                start += 1;
                continue;
            };
            if let Some(class) = class
                && !(words[start] == "orange" && is_colour(words, start))
            {
                mentions.push(Mention { class, start, words: n });
            }
            start += n;
        }
        mentions
    }
}

/// Whether the word at `at` may be a colour: it has no article before it, or a noun may follow.
fn is_colour(words: &[String], at: usize) -> bool {
    const BEFORE: [&str; 7] = ["a", "an", "the", "one", "fresh", "peeled", "sliced"];
    const AFTER: [&str; 8] = ["on", "in", "at", "with", "is", "near", "next", "sits"];
    let before = at.checked_sub(1).map(|i| words[i].as_str());
    let after = words.get(at + 1).map(String::as_str);
    !(before.is_some_and(|w| BEFORE.contains(&w)) && after.is_none_or(|w| AFTER.contains(&w)))
}

/// The regular plural of the last word of a phrase, and the irregular ones that the lexicon needs.
fn plural(phrase: &str) -> String {
    let (front, last) = phrase.rsplit_once(' ').map_or((None, phrase), |(f, l)| (Some(f), l));
    let irregular = [
        ("child", "children"),
        ("calf", "calves"),
        ("foot", "feet"),
        ("goose", "geese"),
        ("knife", "knives"),
        ("mouse", "mice"),
    ];
    let last = if let Some((_, many)) = irregular.iter().find(|(one, _)| *one == last) {
        (*many).to_owned()
    } else if let Some(stem) = last.strip_suffix("man").filter(|_| last != "german") {
        format!("{stem}men")
    } else if let Some(stem) = last.strip_suffix('y').filter(|s| !s.ends_with(['a', 'e', 'o', 'u'])) {
        format!("{stem}ies")
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|end| last.ends_with(end)) {
        format!("{last}es")
    } else {
        format!("{last}s")
    };
    front.map_or_else(|| last.clone(), |f| format!("{f} {last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(sentence: &str) -> Vec<&'static str> {
        let lexicon = lexicon();
        lexicon.mentions(&words(sentence)).iter().map(|m| lexicon.name(m.class)).collect()
    }

    #[test]
    fn it_holds_all_classes_once() {
        let lexicon = lexicon();
        assert_eq!(lexicon.names.len(), CLASSES);
        for (at, names) in lexicon.names.iter().enumerate() {
            assert_eq!(lexicon.class(names.coco), Some(at));
            for sentence in [names.one, names.several] {
                let found = lexicon.mentions(&words(sentence));
                assert_eq!(found.iter().map(|m| m.class).collect::<Vec<_>>(), [at], "{sentence}");
            }
        }
    }

    #[test]
    fn synonyms_and_plurals_are_found() {
        assert_eq!(named("Two women and three puppies in a canoe."), ["person", "dog", "boat"]);
        assert_eq!(named("Policemen ride ponies past taxis"), ["person", "horse", "car"]);
        assert_eq!(named("a boy's kite"), ["kite"]);
        assert_eq!(named("two knives, a cell phone and wine glasses"), ["knife", "cell phone", "wine glass"]);
    }

    #[test]
    fn the_longest_phrase_counts() {
        assert_eq!(named("a hot dog beside a teddy bear"), ["hot dog", "teddy bear"]);
        assert_eq!(named("a man walks along train tracks"), ["person"]);
        assert_eq!(named("a fire truck passes a truck"), ["truck", "truck"]);
    }

    #[test]
    fn a_colour_is_no_fruit() {
        assert_eq!(named("a dog in an orange vest"), ["dog"]);
        assert_eq!(named("an orange and white cat"), ["cat"]);
        assert_eq!(named("a man in orange"), ["person"]);
        assert_eq!(named("an orange on a plate"), ["orange"]);
        assert_eq!(named("two oranges"), ["orange"]);
    }

    #[test]
    fn an_empty_sentence_names_nothing() {
        assert!(named("").is_empty());
        assert!(named("...").is_empty());
    }
}
