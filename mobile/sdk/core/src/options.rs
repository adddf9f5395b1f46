//! What calls are asked for.

use std::sync::Arc;

use glimpse_engine::languages::charset;
use glimpse_engine::read::ReadLimits;
use glimpse_engine::{self as engine, Engine, see};

use crate::CancelToken;
use crate::error::Result;
use crate::numbers::{long, natural};

/// Number format of the weights and activations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Enum)]
pub enum Precision {
    /// 8-bit weights and activations where calibration allows, 32-bit elsewhere.
    #[default]
    Int8,
    /// 32-bit floating point throughout. Its packs are not among the default ones.
    F32,
}

impl From<Precision> for engine::Precision {
    fn from(precision: Precision) -> Self {
        match precision {
            Precision::Int8 => Self::Int8,
            Precision::F32 => Self::F32,
        }
    }
}

impl From<engine::Precision> for Precision {
    fn from(precision: engine::Precision) -> Self {
        match precision {
            engine::Precision::Int8 => Self::Int8,
            engine::Precision::F32 => Self::F32,
        }
    }
}

/// What an engine can do, by the packs that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Part {
    /// Reading text.
    Read,
    /// Tags and embeddings.
    See,
    /// Describing.
    Describe,
    /// Finding objects.
    Find,
}

impl From<Part> for engine::Part {
    fn from(part: Part) -> Self {
        match part {
            Part::Read => Self::Read,
            Part::See => Self::See,
            Part::Describe => Self::Describe,
            Part::Find => Self::Find,
        }
    }
}

/// Bounds on what is decoded.
#[derive(Debug, Clone, Copy, uniffi::Record)]
pub struct Limits {
    /// Most pixels of a picture.
    #[uniffi(default = 100000000)]
    pub max_pixels: i64,
    /// Most bytes of an encoded picture.
    #[uniffi(default = 134217728)]
    pub max_bytes: i64,
}

impl From<Limits> for ReadLimits {
    fn from(Limits { max_pixels, max_bytes }: Limits) -> Self {
        // Below 0, nothing is within the limits.
        let limit = |value: i64| u64::try_from(value).unwrap_or(0);
        Self { max_pixels: limit(max_pixels), max_bytes: limit(max_bytes) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let ReadLimits { max_pixels, max_bytes } = ReadLimits::default();
        Self { max_pixels: long(max_pixels), max_bytes: long(max_bytes) }
    }
}

/// How text is read.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct ReadOptions {
    /// Only characters of these languages (BCP 47). Empty: all that the recognizer knows.
    #[uniffi(default = [])]
    pub languages: Vec<String>,
    /// Lines below this confidence are dropped, 0 to 1. Unset: 0.5.
    #[uniffi(default = None)]
    pub min_confidence: Option<f32>,
}

impl ReadOptions {
    pub(crate) fn of(self, engine: &Engine, cancel: Option<&CancelToken>) -> Result<engine::ReadOptions> {
        let charset = match self.languages.is_empty() {
            true => None,
            false => Some(Arc::new(charset(&self.languages, &engine.characters()?)?)),
        };
        Ok(engine::ReadOptions {
            charset,
            min_confidence: self.min_confidence,
            cancel: flag(cancel),
            ..engine::ReadOptions::default()
        })
    }
}

/// How objects are looked for.
#[derive(Debug, Clone, Copy, Default, uniffi::Record)]
pub struct FindOptions {
    /// Objects below this score are dropped, 0 to 1. Unset: 0.3.
    #[uniffi(default = None)]
    pub min_score: Option<f32>,
    /// Sides at which the network looks, as a share of the usual ones; above 0, at most 1. Less is faster
    /// and misses small objects. Unset: 1.
    #[uniffi(default = None)]
    pub scale: Option<f32>,
}

impl FindOptions {
    pub(crate) fn of(self, cancel: Option<&CancelToken>) -> engine::FindOptions {
        engine::FindOptions {
            min_score: self.min_score,
            scale: self.scale,
            cancel: flag(cancel),
            ..engine::FindOptions::default()
        }
    }
}

/// The part of a picture that the encoder sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Enum)]
pub enum View {
    /// The square in the middle whose side is 7/8 of the shorter side.
    #[default]
    Centre,
    /// The whole picture, squashed to a square.
    Whole,
}

/// How a picture is looked at for its tags and its embedding.
#[derive(Debug, Clone, Copy, Default, uniffi::Record)]
pub struct TagOptions {
    /// Most tags of the result. Unset: 5.
    #[uniffi(default = None)]
    pub top: Option<i32>,
    /// What the encoder sees. Unset: the middle.
    #[uniffi(default = None)]
    pub view: Option<View>,
}

impl TagOptions {
    pub(crate) fn of(self, cancel: Option<&CancelToken>) -> Result<engine::TagOptions> {
        let view = match self.view.unwrap_or_default() {
            View::Centre => see::View::Centre,
            View::Whole => see::View::Whole,
        };
        let top = self.top.map(|top| natural("top", top)).transpose()?;
        Ok(engine::TagOptions { top, view, cancel: flag(cancel), ..engine::TagOptions::default() })
    }
}

/// How a picture is described.
#[derive(Debug, Clone, Copy, Default, uniffi::Record)]
pub struct DescribeOptions {
    /// Hypotheses of the caption search: 1 is greedy and fastest. Unset: the pack's choice.
    #[uniffi(default = None)]
    pub beam: Option<i32>,
    /// Also read the text on the picture. It takes longer than all the rest.
    #[uniffi(default = false)]
    pub text: bool,
    /// Keep where each token of the learned caption looked.
    #[uniffi(default = false)]
    pub attention: bool,
}

impl DescribeOptions {
    pub(crate) fn of(self, cancel: Option<&CancelToken>) -> Result<engine::DescribeOptions> {
        Ok(engine::DescribeOptions {
            beam: self.beam.map(|beam| natural("beam", beam)).transpose()?,
            text: self.text,
            attention: self.attention,
            cancel: flag(cancel),
            ..engine::DescribeOptions::default()
        })
    }
}

/// The flag of `cancel`, or one that nobody sets.
pub(crate) fn flag(cancel: Option<&CancelToken>) -> engine::read::CancelToken {
    cancel.map(|token| token.0.clone()).unwrap_or_default()
}
