//! Model packs: safetensors files with a graph, checked and mapped into memory.
//!
//! `docs/packs.md` is the specification of the format.

mod file;
mod files;
mod manifest;
mod write;

pub use file::{Pack, PackHeader, Tensor, TensorData};
pub use files::{FilePart, PackFiles};
pub(crate) use manifest::PackSource;
pub use manifest::{Manifest, ManifestEntry, find_packs};
pub use write::{PackTensor, PackTensorData, pack_bytes, write_atomically};

/// Version of the pack format that this build reads and writes.
pub const FORMAT_VERSION: u32 = 1;

/// Metadata key of the format version.
pub(crate) const KEY_FORMAT: &str = "glimpse.format";
/// Metadata key of the SHA-256 over the file with this value's 64 digits set to `0`.
pub(crate) const KEY_SHA256: &str = "glimpse.sha256";
/// Metadata key of the graph (JSON).
pub(crate) const KEY_GRAPH: &str = "glimpse.graph";
/// Metadata key of the header fields (JSON).
pub(crate) const KEY_HEADER: &str = "glimpse.header";
