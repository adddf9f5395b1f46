//! What a person chose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LiveSettings;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a person chose. It survives a restart.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Settings {
    /// Keep what is looked at in the library.
    pub keep: bool,
    /// Language of the UI (BCP 47); `None` as the system has it.
    pub language: Option<String>,
    /// Light or dark.
    pub theme: Theme,
    /// Threads of the engine; 0 means one a core. Takes effect with the next start.
    pub threads: usize,
    /// Whether the panel of measures is open on results.
    pub hud_open: bool,
    /// Read: least confidence of a line, 0 to 1.
    pub min_confidence: f32,
    /// Find: least score of an object, 0 to 1.
    pub min_score: f32,
    /// How live video begins.
    pub live: LiveSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keep: true,
            language: None,
            theme: Theme::System,
            threads: 0,
            hud_open: false,
            min_confidence: 0.5,
            min_score: 0.3,
            live: LiveSettings::default(),
        }
    }
}
