//! The Glimpse engine: text reading, captioning and video understanding on the device.
//!
//! [`Engine::open`] maps model packs into memory; [`Engine::read`] turns a picture into text,
//! [`Engine::describe`] into a sentence, [`Engine::tags`] says what it shows. A [`Picture`] is decoded
//! once and looked at as often as one likes.

mod article;
mod bench;
mod beside;
pub mod caption;
mod clock;
pub mod describe;
mod engine;
mod error;
mod exec;
pub mod find;
pub mod graph;
mod info;
#[cfg(test)]
mod instruction_sets;
pub mod languages;
mod network;
mod note;
mod ocr;
pub mod pack;
pub mod read;
mod receipt;
#[cfg(feature = "reference")]
pub mod reference;
pub mod see;

pub use bench::{ModelTiming, StepTiming};
pub use beside::find_beside_program;
pub use describe::{CaptionSource, Colour, DescribeOptions, Description};
pub use engine::{Engine, EngineOptions, Part, Precision};
pub use error::{Error, ErrorCode, Result};
pub use find::{FindOptions, Found, Object};
pub use glimpse_kernels::Isa;
pub use info::{Cpu, Info, KernelChoice, PackInfo, PackState, characters, info};
pub use note::{Note, NoteCode, NoteValue};
pub use read::{
    BoxRules, Line, LineTrace, Paragraph, Picture, Quad, ReadOptions, Reading, TextMap, TextRegion, Word,
};
pub use receipt::{Receipt, StageReceipt, Timings};
pub use see::{Tag, TagOptions, Tags};

/// The example of the project's front page compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct FrontPage;
