//! Texts that have settled.

use crate::types::{LiveText, Moment, MomentKind, Observation};

/// So long a text must have said the same, in milliseconds.
const SETTLES_MS: f64 = 500.0;
/// Readings that must stand behind it.
const LEAST_READINGS: u32 = 2;
/// Confidence that it must have.
const LEAST_CONFIDENCE: f32 = 0.6;
/// The same words are told again only after so long.
const AGAIN_MS: f64 = 30_000.0;
/// Likeness from which words are the same.
const SAME: f64 = 0.8;
/// Lines that are followed, and words that are remembered.
const MOST: usize = 256;
/// What is out of sight for so long is forgotten.
const FORGOTTEN_MS: f64 = 5_000.0;

#[derive(Debug, Clone)]
struct Present {
    id: u64,
    text: String,
    told: bool,
    since_ms: f64,
    first_ms: f64,
    last_ms: f64,
}

/// The lines of the scene, and what was told.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    present: Vec<Present>,
    /// What was told, and when it was last seen.
    told: Vec<(String, f64)>,
}

impl Texts {
    /// Forgets all, telling nothing.
    pub(super) fn forget(&mut self) {
        self.present.clear();
        self.told.clear();
    }

    pub(super) fn add(&mut self, observation: &Observation, moments: &mut Vec<Moment>) {
        let now = observation.at_ms;
        for text in &observation.texts {
            self.see(text, now);
        }
        let in_sight = self.present.iter().filter(|p| p.told && p.last_ms >= now);
        let keys: Vec<String> = in_sight.map(|p| key(&p.text)).collect();
        for key in keys {
            if let Some(at) = self.known(&key) {
                self.told[at].1 = now;
            }
        }
        for text in &observation.texts {
            if let Some(moment) = self.tell(text, now) {
                moments.push(moment);
            }
        }
        self.present.retain(|p| now - p.last_ms < FORGOTTEN_MS);
        self.told.retain(|(_, seen)| now - seen < AGAIN_MS);
    }

    fn see(&mut self, text: &LiveText, now: f64) {
        if let Some(own) = self.present.iter_mut().find(|p| p.id == text.id) {
            if own.text != text.text {
                own.text.clone_from(&text.text);
                own.since_ms = now;
            }
            own.last_ms = now;
        } else if self.present.len() < MOST {
            let text_now = text.text.clone();
            let (since_ms, first_ms, last_ms) = (now, now, now);
            self.present.push(Present {
                id: text.id,
                text: text_now,
                told: false,
                since_ms,
                first_ms,
                last_ms,
            });
        }
    }

    /// The moment of a text that has settled and says something new.
    fn tell(&mut self, text: &LiveText, now: f64) -> Option<Moment> {
        let own = self.present.iter_mut().find(|p| p.id == text.id && !p.told)?;
        let sure = text.readings >= LEAST_READINGS && text.confidence >= LEAST_CONFIDENCE;
        if !sure || now - own.since_ms < SETTLES_MS {
            return None;
        }
        own.told = true;
        let at_ms = own.first_ms;
        let key = key(&text.text);
        if !says_something(&key) {
            return None;
        }
        if let Some(at) = self.known(&key) {
            self.told[at].1 = now;
            return None;
        }
        if self.told.len() >= MOST {
            self.told.remove(0);
        }
        self.told.push((key, now));
        Some(Moment { at_ms, kind: MomentKind::Text, what: text.text.clone(), id: Some(text.id) })
    }

    fn known(&self, key: &str) -> Option<usize> {
        self.told.iter().position(|(told, _)| {
            told == key || told.contains(key) || strsim::normalized_levenshtein(told, key) >= SAME
        })
    }
}

/// A text without what makes no difference to its meaning: case, signs and spaces.
fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(200).collect()
}

/// Whether it is more than a stray letter: one that is not of an alphabet may well be a word.
fn says_something(key: &str) -> bool {
    key.chars().count() >= 2 || key.chars().any(|c| c as u32 >= 0x2E80)
}
