//! Reading text: from a picture to lines, words and paragraphs. One file a stage.

mod types;

pub use types::{CancelToken, Line, Paragraph, Quad, ReadLimits, ReadOptions, Reading, Word};
