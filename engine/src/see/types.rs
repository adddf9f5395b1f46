//! What looking at a picture is given and what it returns.

use serde::{Deserialize, Serialize};

use super::Tag;
use crate::Receipt;
use crate::clock::Spent;
use crate::read::{CancelToken, ReadLimits};

/// The part of a picture that the encoder sees, always as 224 × 224 pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The square in the middle whose side is 7/8 of the shorter side: what the encoder was trained
    /// to name.
    #[default]
    Centre,
    /// The whole picture, squashed to a square.
    Whole,
}

/// How a picture is looked at.
#[derive(Debug, Clone, Default)]
pub struct TagOptions {
    /// Bounds on the input.
    pub limits: ReadLimits,
    /// Most tags of the result; [`None`] is the default of 5.
    pub top: Option<usize>,
    /// What the encoder sees.
    pub view: View,
    /// Cancels the call from another thread.
    pub cancel: CancelToken,
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tags {
    /// Width of the picture as displayed, in pixels.
    pub width: u32,
    /// Height of the picture as displayed, in pixels.
    pub height: u32,
    /// The most probable tags, best first, however improbable they are.
    pub tags: Vec<Tag>,
    /// Whether the first tag is more likely right than not: its score is at least 0.5, and the picture
    /// is neither tiny (a side below 32 pixels) nor longer than three times its shorter side.
    pub sure: bool,
    /// Direction of the picture among others: 1280 numbers of length 1. The scalar product of two
    /// is their similarity, 0 to 1.
    #[serde(skip)]
    pub embedding: Vec<f32>,
    /// Wall time of each stage.
    pub timings: TagTimings,
    /// What ran where.
    pub receipt: Receipt,
}

/// Wall time of a call, in milliseconds, cut by what is looked for (`decode`, `tag`) and by the kind of
/// work (`decode`, `pre`, `infer`, `post`). Either adds up to `total`, but for the opening of the pack by
/// the first call, which `total` alone counts. It is time on the thread of the call: what several
/// threads do at once counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TagTimings {
    /// Reading and decoding the file; 0 where a decoded picture was given.
    pub decode: f64,
    /// Scaling, the encoder and the ranking of its classes.
    pub tag: f64,
    /// Scaling.
    pub pre: f64,
    /// The encoder.
    pub infer: f64,
    /// From its outputs to tags and embedding.
    pub post: f64,
    /// The whole call, decoding included.
    pub total: f64,
}

impl TagTimings {
    pub(crate) fn set(&mut self, spent: Spent) {
        let Spent { decode, pre, infer, post, total } = spent;
        *self = Self { decode, pre, infer, post, total, ..*self };
    }
}
