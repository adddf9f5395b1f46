//! Reading text: from a picture to lines, words and paragraphs. One file a stage.

mod columns;
mod components;
mod crop;
mod ctc;
mod decode;
mod detect;
mod direction;
mod geometry;
mod locate;
pub(crate) mod models;
mod order;
mod page;
pub(crate) mod pipeline;
#[cfg(test)]
mod pipeline_tests;
mod recognize;
mod resample;
mod scale;
mod split;
mod text_map;
mod trace;
mod types;
mod words;

pub use decode::Picture;
pub use detect::BoxRules;
pub use text_map::{TextMap, TextRegion};
pub use trace::{LineTrace, TraceChar, TraceStep};
pub use types::{CancelToken, Line, Paragraph, Quad, ReadLimits, ReadOptions, Reading, Word};
