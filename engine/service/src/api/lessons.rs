//! Looking inside: what the lessons of the playground show.

use glimpse_engine::read::{BoxRules, Quad};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::InlineImage;

/// Knobs of the step from the text detector's map to boxes. The defaults are those of reading.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BoxKnobs {
    /// Least probability of a pixel that counts as text, 0 to 1.
    pub pixel_threshold: f32,
    /// Least mean probability inside of a box, 0 to 1.
    pub box_threshold: f32,
    /// A core grows by its area times this, over its perimeter; 0 to 4.
    pub unclip: f32,
    /// Least side of a core in pixels of the map, 0 to 100.
    pub min_side: f32,
}

impl Default for BoxKnobs {
    fn default() -> Self {
        let BoxRules { pixel_threshold, box_threshold, unclip, min_side } = BoxRules::default();
        Self { pixel_threshold, box_threshold, unclip, min_side }
    }
}

/// The text detector's view of a picture, and the boxes that follow from it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct PageTrace {
    /// The size in pixels at which the detector looked at the picture.
    pub seen: [u32; 2],
    /// Boxes, in pixels of the picture as displayed.
    pub boxes: Vec<TracedBox>,
    /// Wall time of scaling and the network, in milliseconds; `None` where the map was still known.
    pub detect_ms: Option<f64>,
    /// Wall time from map to boxes, in milliseconds.
    pub boxes_ms: f64,
}

/// The text detector's map of a picture: how likely each place is text.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct HeatMap {
    /// Grey: 0 is no text, 255 is certain. It covers the whole picture.
    pub map: InlineImage,
    /// Wall time of scaling and the network, in milliseconds; `None` where the map was still known.
    pub detect_ms: Option<f64>,
}

/// A box of a [`PageTrace`].
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct TracedBox {
    /// Corners in pixels of the picture: top-left, top-right, bottom-right, bottom-left.
    pub quad: Quad,
    /// Mean probability inside of its core, 0 to 1.
    pub score: f32,
}

/// Which line to follow through the recognizer.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineRequest {
    /// Its corners in pixels of the picture.
    pub quad: Quad,
}

/// One line on its way through the recognizer.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct LineTrace {
    /// The strip that the recognizer sees.
    pub crop: InlineImage,
    /// Pixels of the strip a step.
    pub step_width: u32,
    /// The most probable class of each step, left to right.
    pub steps: Vec<CtcTraceStep>,
    /// Characters after joining repetitions and dropping blanks.
    pub chars: Vec<CtcTraceChar>,
    /// The text.
    pub text: String,
    /// Wall time of cutting, in milliseconds.
    pub crop_ms: f64,
    /// Wall time of the network, in milliseconds.
    pub recognize_ms: f64,
    /// Wall time of decoding, in milliseconds.
    pub decode_ms: f64,
}

/// One step of the recognizer.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct CtcTraceStep {
    /// What it reads here; `None` is the blank.
    pub text: Option<String>,
    /// How sure it is, 0 to 1.
    pub probability: f32,
}

/// One character and the steps it was made of.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct CtcTraceChar {
    /// The character (some entries of the dictionary have several).
    pub text: String,
    /// Highest probability over its steps, 0 to 1.
    pub confidence: f32,
    /// Its first step.
    pub first: usize,
    /// Number of its steps.
    pub count: usize,
}
