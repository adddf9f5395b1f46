//! Sentences that say something else than the one before.

use std::collections::BTreeSet;

use crate::types::{Moment, MomentKind, Observation};

/// Part of the words that two sentences share from which they say the same.
const SAME: f32 = 0.5;
/// Words that say nothing of what is seen.
const EMPTY: [&str; 34] = [
    "a", "an", "and", "are", "as", "at", "by", "for", "from", "her", "his", "in", "into", "is", "it", "its",
    "near", "next", "of", "off", "on", "onto", "over", "that", "the", "their", "there", "this", "through",
    "to", "up", "while", "who", "with",
];

/// What the last sentence said.
#[derive(Debug, Clone, Default)]
pub(super) struct Captions {
    seen_ms: Option<f64>,
    words: BTreeSet<String>,
}

impl Captions {
    pub(super) fn add(&mut self, observation: &Observation, moments: &mut Vec<Moment>) {
        let Some(caption) = &observation.caption else { return };
        if self.seen_ms == Some(caption.at_ms) || !super::TIMES.contains(&caption.at_ms) {
            return;
        }
        self.seen_ms = Some(caption.at_ms);
        let words = words(&caption.text);
        if words.is_empty() || shared(&words, &self.words) >= SAME {
            return;
        }
        self.words = words;
        moments.push(Moment {
            at_ms: caption.at_ms,
            kind: MomentKind::Caption,
            what: caption.text.clone(),
            id: None,
        });
    }
}

fn words(sentence: &str) -> BTreeSet<String> {
    sentence
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(str::to_lowercase)
        .filter(|w| !w.is_empty() && !EMPTY.contains(&w.as_str()))
        .collect()
}

/// Words in both as part of the words in either (Jaccard 1901).
fn shared(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f32 {
    let either = a.union(b).count();
    if either == 0 { 0.0 } else { a.intersection(b).count() as f32 / either as f32 }
}
