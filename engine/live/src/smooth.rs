//! Tags over frames, so that they do not flicker.

use glimpse_engine::Tag;

/// Share of the newest frame.
const NEWEST: f32 = 0.4;
/// Tags of a smaller score are not told.
const LEAST: f32 = 0.1;
/// Most tags of an observation.
const TOP: usize = 5;
/// Most that are remembered.
const MOST: usize = 64;

/// Exponential means of the tags' scores.
#[derive(Debug, Default)]
pub(crate) struct Smooth {
    tags: Vec<Tag>,
    started: bool,
}

impl Smooth {
    /// Takes in the tags of a frame, best first.
    pub(crate) fn add(&mut self, newest: &[Tag]) {
        let share = if self.started { NEWEST } else { 1.0 };
        self.started = true;
        for tag in &mut self.tags {
            let score = newest.iter().find(|new| new.label == tag.label).map_or(0.0, |new| new.score);
            tag.score += (score - tag.score) * share;
        }
        for new in newest {
            if !self.tags.iter().any(|tag| tag.label == new.label) {
                self.tags.push(Tag { score: new.score * share, ..new.clone() });
            }
        }
        self.tags.sort_by(|a, b| b.score.total_cmp(&a.score));
        self.tags.retain(|tag| tag.score > LEAST / 10.0);
        self.tags.truncate(MOST);
    }

    /// The likeliest.
    pub(crate) fn tags(&self) -> Vec<Tag> {
        self.tags.iter().take(TOP).filter(|tag| tag.score >= LEAST).cloned().collect()
    }

    /// Another scene begins.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}
