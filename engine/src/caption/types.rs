//! What a caption is asked for and what it says.

use serde::{Deserialize, Serialize};

/// How a picture is captioned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaptionOptions {
    /// Hypotheses kept while searching: 1 for greedy search, up to [`MAX_BEAM`](super::MAX_BEAM);
    /// `None` for the pack's choice.
    pub beam: Option<usize>,
    /// Most tokens, the end included; `None`, and what exceeds it, for the pack's limit.
    pub max_tokens: Option<usize>,
    /// Keep where each token looked.
    pub attention: bool,
    /// Tokens, by their ids, that the caption may not have.
    pub forbidden: Vec<u32>,
}

/// A piece of a caption.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaptionToken {
    /// What it adds to the text: a word after a space, the rest of a word, or the first word. "a" and
    /// "an" are put right to fit the word after them, whichever of them the decoder wrote.
    pub text: String,
    /// Its id in the vocabulary: what the decoder wrote.
    pub id: u32,
    /// Its probability, given the picture and the tokens before it: 0 to 1.
    pub confidence: f32,
    /// Where it looked, if it was asked for: the last layer's cross-attention to the places of the
    /// memory (7 × 7 in row-major order), mean over heads; adds up to 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attention: Vec<f32>,
}

/// A sentence about a picture.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Caption {
    /// The sentence: a capital first, a full stop last. Empty if the model has nothing to say.
    pub text: String,
    /// Its pieces in order; their texts and a full stop are [`text`](Self::text).
    pub tokens: Vec<CaptionToken>,
    /// Geometric mean of the tokens' probabilities, that of the end included: 0 to 1.
    pub confidence: f32,
    /// Whether it ended by itself, and not at the limit of tokens.
    pub complete: bool,
    /// Steps of the decoder.
    pub steps: usize,
}
