//! Captions: a sentence about what an encoder saw.
//!
//! The encoder's features go through a tail of the captioner's own (the pack's graph) to a memory of
//! 49 places, which a transformer decoder attends to while it writes one word piece after another.

mod articles;
mod bench;
mod captioner;
mod decoder;
mod linear;
#[cfg(feature = "reference")]
mod reference;
mod search;
#[cfg(test)]
mod search_tests;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod types;
mod vocabulary;

pub(crate) use captioner::Captioner;
#[cfg(feature = "reference")]
pub use reference::DecoderReference;
pub use settings::{CaptionSettings, DECODER_VERSION, MAX_BEAM};
pub use types::{Caption, CaptionOptions, CaptionToken};
