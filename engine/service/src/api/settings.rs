//! What a person chose.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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

/// Which settings to change, and to what: an object with only those. What others changed meanwhile
/// stays changed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub struct SettingsChange(pub Map<String, Value>);

impl JsonSchema for SettingsChange {
    fn schema_name() -> Cow<'static, str> {
        "SettingsChange".into()
    }

    /// That of the settings, all of which may be left out and none of which has a default then.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Settings::json_schema(generator);
        schema.remove("required");
        schema.insert(
            "description".into(),
            "Which settings to change, and to what. What is left out stays as it is.".into(),
        );
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for property in properties.values_mut().filter_map(Value::as_object_mut) {
                property.remove("default");
            }
        }
        schema
    }
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
