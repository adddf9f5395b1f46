//! The rolling summary: what happened, in a few lines with their times.

mod captions;
mod objects;
mod texts;
mod words;

use std::ops::RangeInclusive;

use crate::types::{Moment, MomentKind, Observation};
use captions::Captions;
use objects::Objects;
use texts::Texts;

pub use words::{line, lines};

/// Moments that are kept; the oldest go first.
const MOST_MOMENTS: usize = 1000;
/// Times that are taken for ones, in milliseconds: to a hundred years.
const TIMES: RangeInclusive<f64> = 0.0..=3.2e12;

/// What happened so far.
///
/// A scene begins; an object enters once it has stayed for 0.7 s and leaves once it has been gone for
/// 1.5 s; a text is told once it has settled; a sentence when it says something else than the one before.
/// A thing whose id is lost and which comes back at once as another of its kind has not left.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    moments: Vec<Moment>,
    objects: Objects,
    texts: Texts,
    captions: Captions,
    scene: Option<u32>,
    last_ms: f64,
}

impl Summary {
    /// Nothing happened yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what is known at the next frame; the moments that became certain by it. Their times may lie
    /// somewhat before the frame's.
    pub fn add(&mut self, observation: &Observation) -> Vec<Moment> {
        if !TIMES.contains(&observation.at_ms) {
            return Vec::new();
        }
        let mut new = Vec::new();
        if observation.at_ms < self.last_ms {
            self.objects.forget();
            self.texts.forget();
        }
        self.last_ms = observation.at_ms;
        if observation.cut || self.scene != Some(observation.scene) {
            if self.scene != Some(observation.scene) {
                new.push(Moment {
                    at_ms: observation.at_ms,
                    kind: MomentKind::Scene,
                    what: observation.scene.to_string(),
                    id: None,
                });
            }
            self.scene = Some(observation.scene);
            self.objects.cut(observation, &mut new);
            self.texts.forget();
        }
        self.objects.add(observation, &mut new);
        self.texts.add(observation, &mut new);
        self.captions.add(observation, &mut new);
        for moment in &new {
            let at = self.moments.partition_point(|m| m.at_ms <= moment.at_ms);
            self.moments.insert(at, moment.clone());
        }
        let too_many = self.moments.len().saturating_sub(MOST_MOMENTS);
        self.moments.drain(..too_many);
        new
    }

    /// The moments in the order of their times; at most 1,000, the latest.
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// A moment in English: `"0:03 a dog enters"`.
    pub fn line(moment: &Moment) -> String {
        line(moment)
    }
}

#[cfg(test)]
mod tests;
