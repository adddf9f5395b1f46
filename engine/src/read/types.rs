//! What a read is given and what it returns.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::{Error, Receipt, Result, Timings};

/// Four corners in pixels of the picture as displayed (after EXIF orientation), in the order of
/// the text: top-left, top-right, bottom-right, bottom-left of the upright line.
pub type Quad = [[f32; 2]; 4];

/// One word of a line.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Word {
    /// The word's text.
    pub text: String,
    /// Mean confidence of its characters, 0 to 1.
    pub confidence: f32,
    /// Its box.
    pub quad: Quad,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    /// The line's text, in logical order.
    pub text: String,
    /// Mean confidence of its characters, 0 to 1.
    pub confidence: f32,
    /// Its box.
    pub quad: Quad,
    /// Its words with their boxes, in reading order.
    pub words: Vec<Word>,
    /// Confidence of each character (Unicode scalar value) of `text`; a space carries the mean of
    /// its neighbours where the network gave none.
    #[serde(skip)]
    pub char_confidences: Vec<f32>,
}

/// A block of consecutive lines.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Paragraph {
    /// Indices into [`Reading::lines`].
    pub lines: Vec<usize>,
}

/// The text of a picture.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reading {
    /// Width of the picture as displayed, in pixels.
    pub width: u32,
    /// Height of the picture as displayed, in pixels.
    pub height: u32,
    /// Lines in reading order.
    pub lines: Vec<Line>,
    /// Paragraphs in reading order; every line is in exactly one.
    pub paragraphs: Vec<Paragraph>,
    /// Wall time of each stage.
    pub timings: Timings,
    /// What ran where.
    pub receipt: Receipt,
}

impl Reading {
    /// The whole text: one line a line, an empty line between paragraphs.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (i, p) in self.paragraphs.iter().enumerate() {
            if i > 0 {
                out.push('\n');
            }
            for &l in &p.lines {
                out.push_str(&self.lines[l].text);
                out.push('\n');
            }
        }
        out
    }
}

/// Bounds on what is decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadLimits {
    /// Most pixels of a picture. Default 100 million.
    pub max_pixels: u64,
    /// Most bytes of an encoded picture. Default 128 MiB.
    pub max_bytes: u64,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { max_pixels: 100_000_000, max_bytes: 128 << 20 }
    }
}

/// How a picture is read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Bounds on the input.
    pub limits: ReadLimits,
    /// Characters that may appear in the result; `None` allows all the dictionary.
    pub charset: Option<Arc<std::collections::HashSet<char>>>,
    /// Lines below this confidence are dropped. `None` is the default of 0.5.
    pub min_confidence: Option<f32>,
    /// Cancels the call from another thread.
    pub cancel: CancelToken,
}

/// A flag shared by the caller and a running call.
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the call to stop; it returns [`Error::Cancelled`] soon after.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// [`Error::Cancelled`] if it was.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}
