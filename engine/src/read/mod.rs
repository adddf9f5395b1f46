//! Reading text: from a picture to lines, words and paragraphs. One file a stage.

mod columns;
mod components;
mod crop;
mod ctc;
pub(crate) mod decode;
mod detect;
mod direction;
mod geometry;
pub(crate) mod models;
mod order;
pub(crate) mod pipeline;
#[cfg(test)]
mod pipeline_tests;
mod recognize;
mod resample;
mod scale;
mod split;
mod types;
mod words;

pub use types::{CancelToken, Line, Paragraph, Quad, ReadLimits, ReadOptions, Reading, Word};
