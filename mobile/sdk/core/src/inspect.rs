//! Looking inside of reading.

use glimpse_engine::{self as engine, read};

use crate::error::Result;
use crate::numbers::int;
use crate::results::Quad;

/// How likely each place of a picture is text, as the text detector sees it.
#[derive(Debug, uniffi::Object)]
pub struct TextMap(pub(crate) engine::TextMap);

#[uniffi::export]
impl TextMap {
    /// Width of the map in its pixels. It covers the picture as displayed.
    pub fn width(&self) -> i32 {
        int(self.0.size()[0])
    }

    /// Height of the map in its pixels.
    pub fn height(&self) -> i32 {
        int(self.0.size()[1])
    }

    /// The map, a byte a pixel, row by row: 0 is no text, 255 is certain.
    pub fn pixels(&self) -> Vec<u8> {
        self.0.image().into_raw()
    }

    /// The boxes that `rules` make of the map. With the default rules they are those that are read.
    ///
    /// Fails with `invalid_option` where a knob is out of its range.
    #[uniffi::method(default(rules = None))]
    pub fn boxes(&self, rules: Option<BoxRules>) -> Result<Vec<TextRegion>> {
        let rules = rules.unwrap_or_default().into();
        let boxes = self.0.boxes(&rules)?;
        Ok(boxes.into_iter().map(|b| TextRegion { quad: b.quad.into(), score: b.score }).collect())
    }
}

/// A box that is made of a text map.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct TextRegion {
    /// Its corners.
    pub quad: Quad,
    /// Mean probability inside of its core, 0 to 1.
    pub score: f32,
}

/// Knobs of the step from the detector's map to boxes.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct BoxRules {
    /// Least probability of a pixel that counts as text, 0 to 1; rounded to whole 255ths.
    #[uniffi(default = 0.302)]
    pub pixel_threshold: f32,
    /// Least mean probability inside of a core, 0 to 1.
    #[uniffi(default = 0.5)]
    pub box_threshold: f32,
    /// A core grows on each side by its area times this, over its perimeter; 0 to 4.
    #[uniffi(default = 1.6)]
    pub unclip: f32,
    /// Least side of a core in pixels of the map, 0 to 100.
    #[uniffi(default = 3.0)]
    pub min_side: f32,
}

impl Default for BoxRules {
    fn default() -> Self {
        let engine::BoxRules { pixel_threshold, box_threshold, unclip, min_side } =
            engine::BoxRules::default();
        Self { pixel_threshold, box_threshold, unclip, min_side }
    }
}

impl From<BoxRules> for engine::BoxRules {
    fn from(rules: BoxRules) -> Self {
        let BoxRules { pixel_threshold, box_threshold, unclip, min_side } = rules;
        Self { pixel_threshold, box_threshold, unclip, min_side }
    }
}

/// One line on its way through the recognizer.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct LineTrace {
    /// The corners in the order in which the text was read.
    pub quad: Quad,
    /// Whether it was read as a column of upright characters, which are laid out side by side.
    pub column: bool,
    /// What the recognizer sees: RGB, row by row, `strip_width` by `strip_height` pixels.
    pub strip: Vec<u8>,
    /// Width of the strip in pixels.
    pub strip_width: i32,
    /// Height of the strip in pixels.
    pub strip_height: i32,
    /// Pixels of the strip a step.
    pub step_width: i32,
    /// Its steps from left to right.
    pub steps: Vec<TraceStep>,
    /// What the steps read: repetitions joined, blanks dropped.
    pub chars: Vec<TraceChar>,
    /// The text.
    pub text: String,
    /// Mean confidence of the text's characters but spaces, 0 to 1; 0 without text.
    pub confidence: f32,
    /// Wall time of cutting the strip, in milliseconds.
    pub crop_ms: f64,
    /// Wall time of the network, in milliseconds.
    pub recognize_ms: f64,
    /// Wall time from the network's steps to the text, in milliseconds.
    pub decode_ms: f64,
}

/// One step of the recognizer.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct TraceStep {
    /// The most probable entry of the dictionary; unset is the blank.
    pub text: Option<String>,
    /// Its probability, 0 to 1.
    pub probability: f32,
}

/// What consecutive steps read.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct TraceChar {
    /// An entry of the dictionary: a character, seldom several.
    pub text: String,
    /// Highest probability over its steps, 0 to 1.
    pub confidence: f32,
    /// Its first step.
    pub first: i32,
    /// Number of its steps; 0 for the space that stands where a long line was cut at one.
    pub count: i32,
}

impl From<read::LineTrace> for LineTrace {
    fn from(trace: read::LineTrace) -> Self {
        let step = |s: read::TraceStep| TraceStep { text: s.text, probability: s.probability };
        let char = |c: read::TraceChar| TraceChar {
            text: c.text,
            confidence: c.confidence,
            first: int(c.first),
            count: int(c.count),
        };
        Self {
            quad: trace.quad.into(),
            column: trace.column,
            strip_width: int(trace.strip.width()),
            strip_height: int(trace.strip.height()),
            strip: trace.strip.into_raw(),
            step_width: int(trace.step_width),
            steps: trace.steps.into_iter().map(step).collect(),
            chars: trace.chars.into_iter().map(char).collect(),
            text: trace.text,
            confidence: trace.confidence,
            crop_ms: trace.crop_ms,
            recognize_ms: trace.recognize_ms,
            decode_ms: trace.decode_ms,
        }
    }
}
