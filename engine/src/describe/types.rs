//! What a description is asked for and what it says.

use serde::{Deserialize, Serialize};

use super::colours::Colour;
use crate::Receipt;
use crate::caption::CaptionToken;
use crate::clock::Spent;
use crate::find::Object;
use crate::read::{CancelToken, ReadLimits};
use crate::see::Tag;

/// Where a caption comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CaptionSource {
    /// The caption decoder, and what was found supports it.
    Learned,
    /// What was found: objects, tags, text, colours.
    Grounded,
}

/// How a picture is described.
#[derive(Debug, Clone, Default)]
pub struct DescribeOptions {
    /// Bounds on the input.
    pub limits: ReadLimits,
    /// Hypotheses of the caption search: 1 is greedy and fastest; `None` is the pack's choice.
    pub beam: Option<usize>,
    /// Also read the text on the picture. It takes longer than all the rest.
    pub text: bool,
    /// Keep where each token of the learned caption looked.
    pub attention: bool,
    /// Cancels the call from another thread.
    pub cancel: CancelToken,
}

/// Wall time of a description, in milliseconds, cut by what is looked for (`decode`, `see`, `find`,
/// `caption`, `read`) and by the kind of work (`decode`, `pre`, `infer`, `post`). Either adds up to
/// `total`, but for the opening of packs by the first call that needs them, which `total` alone counts.
/// It is time on the thread of the call: what several threads do at once counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DescribeTimings {
    /// Reading and decoding the file; 0 where a decoded picture was given.
    pub decode: f64,
    /// Scaling, encoder and tags, colours.
    pub see: f64,
    /// Scaling, detector and its boxes.
    pub find: f64,
    /// Caption decoder and the choice of the sentence.
    pub caption: f64,
    /// Reading text; 0 where it was not asked for.
    pub read: f64,
    /// Scaling and cutting for the networks.
    pub pre: f64,
    /// The networks, the search of the caption decoder included.
    pub infer: f64,
    /// From the networks' outputs to the description, and the colours.
    pub post: f64,
    /// The whole call, decoding included.
    pub total: f64,
}

impl DescribeTimings {
    pub(crate) fn set(&mut self, spent: Spent) {
        let Spent { decode, pre, infer, post, total } = spent;
        *self = Self { decode, pre, infer, post, total, ..*self };
    }
}

/// What is on a picture.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Description {
    /// Width of the picture as displayed, in pixels.
    pub width: u32,
    /// Height of the picture as displayed, in pixels.
    pub height: u32,
    /// The sentence to show.
    pub caption: String,
    /// Where it comes from.
    pub caption_source: CaptionSource,
    /// What the caption decoder says, supported or not: where [`caption`](Self::caption) is learned, that
    /// sentence.
    pub learned_caption: String,
    /// Geometric mean of the token probabilities of [`learned_caption`](Self::learned_caption), 0 to 1.
    pub caption_confidence: f32,
    /// The tokens of [`learned_caption`](Self::learned_caption).
    pub tokens: Vec<CaptionToken>,
    /// What the decoder wrote first, where that named what is not there and
    /// [`learned_caption`](Self::learned_caption) was written in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_caption: Option<String>,
    /// What the whole picture shows, most probable first; empty where nothing is probable.
    pub tags: Vec<Tag>,
    /// Things with their boxes, most certain first.
    pub objects: Vec<Object>,
    /// Its colours, the largest share first.
    pub colours: Vec<Colour>,
    /// The text on it in reading order, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Wall time of each stage.
    #[serde(rename = "timings_ms")]
    pub timings: DescribeTimings,
    /// What ran where.
    pub receipt: Receipt,
}
