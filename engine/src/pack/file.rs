//! A pack file, mapped and verified.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use memmap2::{Mmap, MmapOptions};
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{FORMAT_VERSION, KEY_FORMAT, KEY_GRAPH, KEY_HEADER, KEY_SHA256};
use crate::graph::Graph;
use crate::{Error, Precision, Result};

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackHeader {
    /// Id, for example `"ocr-det-int8"`.
    pub id: String,
    /// Number format of the weights.
    pub precision: Precision,
    /// SPDX expression of the weights' licence.
    pub licence: String,
    /// Where the weights come from: package, version, file, sha256.
    pub provenance: String,
    /// What was calibrated on, empty for `f32`.
    #[serde(default)]
    pub calibration: String,
}

/// A verified pack whose tensors lie in mapped memory.
pub struct Pack {
    path: PathBuf,
    map: Mmap,
    header: PackHeader,
    graph: Graph,
    tensors: HashMap<String, Entry>,
}

struct Entry {
    dtype: Dtype,
    shape: Vec<usize>,
    start: usize,
    end: usize,
}

/// A tensor of a pack.
#[derive(Debug, Clone, Copy)]
pub struct Tensor<'a> {
    /// Sizes of its dimensions.
    pub shape: &'a [usize],
    /// Its elements in row-major order.
    pub data: TensorData<'a>,
}

/// Elements of a tensor.
#[derive(Debug, Clone, Copy)]
pub enum TensorData<'a> {
    /// Little-endian `f32`, 4-byte aligned.
    F32(&'a [f32]),
    /// Signed bytes.
    I8(&'a [i8]),
    /// Bytes.
    U8(&'a [u8]),
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").field("path", &self.path).field("header", &self.header).finish_non_exhaustive()
    }
}

impl Pack {
    /// Maps the pack at `path`, checks its version, its SHA-256 and its structure.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::PackDamaged`], [`Error::PackVersion`].
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io(path, e))?;
        let length = file.metadata().map_err(|e| Error::io(path, e))?.len();
        Self::map(path, &file, 0, length)
    }

    /// Maps the pack in `length` bytes of `file` from `offset` on, which must be there. `path` is for
    /// messages.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub(super) fn map(path: &Path, file: &File, offset: u64, length: u64) -> Result<Self> {
        let length = usize::try_from(length).map_err(|_| Error::PackDamaged {
            path: path.to_owned(),
            reason: format!("{length} bytes cannot be mapped"),
        })?;
        // SAFETY: the map is read-only and private to this process's view; a pack is replaced by
        // renaming a new file over it, never rewritten in place, so the mapped bytes do not change.
        let map = unsafe { MmapOptions::new().offset(offset).len(length).map(file) }
            .map_err(|e| Error::io(path, e))?;
        let damaged = |reason: String| Error::PackDamaged { path: path.to_owned(), reason };
        let (header_len, metadata) =
            SafeTensors::read_metadata(&map).map_err(|e| damaged(format!("safetensors header: {e}")))?;
        let info = metadata.metadata().as_ref().ok_or_else(|| damaged("no metadata".into()))?;
        let field = |key: &str| info.get(key).ok_or_else(|| damaged(format!("no {key} in its metadata")));
        let version = field(KEY_FORMAT)?;
        if version.parse() != Ok(FORMAT_VERSION) {
            return Err(Error::PackVersion {
                path: path.to_owned(),
                found: version.chars().take(32).collect(),
                supported: FORMAT_VERSION,
            });
        }
        let stated = field(KEY_SHA256)?;
        let actual =
            digest(&map, header_len).ok_or_else(|| damaged(format!("no {KEY_SHA256} in its header")))?;
        if *stated != actual {
            return Err(damaged(format!("its SHA-256 is {actual}, it states {stated}")));
        }
        let header = serde_json::from_str(field(KEY_HEADER)?).map_err(|e| damaged(format!("header: {e}")))?;
        let graph = serde_json::from_str(field(KEY_GRAPH)?).map_err(|e| damaged(format!("graph: {e}")))?;
        let base = 8 + header_len;
        let tensors = metadata
            .tensors()
            .into_iter()
            .map(|(name, t)| {
                let (start, end) = (base + t.data_offsets.0, base + t.data_offsets.1);
                (name, Entry { dtype: t.dtype, shape: t.shape.clone(), start, end })
            })
            .collect();
        Ok(Self { path: path.to_owned(), map, header, graph, tensors })
    }

    /// Gives the pages that were read back to the system; they are read again from the file when
    /// they are needed. For after the weights were laid out elsewhere.
    pub(crate) fn release(&self) {
        #[cfg(unix)]
        {
            // SAFETY: the map is of a file and is never written, so dropping its pages loses
            // nothing: the next access reads the same bytes again.
            let released = unsafe { self.map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
            if let Err(error) = released {
                tracing::debug!(%error, path = %self.path.display(), "cannot release pages");
            }
        }
    }

    /// Where the pack lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the pack says of itself.
    pub fn header(&self) -> &PackHeader {
        &self.header
    }

    /// The model.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> u64 {
        self.map.len() as u64
    }

    /// The tensor called `name`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] if it is missing, has an element type outside of [`TensorData`], or
    /// is not aligned.
    pub fn tensor(&self, name: &str) -> Result<Tensor<'_>> {
        let damaged = |reason: String| Error::PackDamaged { path: self.path.clone(), reason };
        let entry = self.tensors.get(name).ok_or_else(|| damaged(format!("no tensor {name}")))?;
        let bytes =
            self.map.get(entry.start..entry.end).ok_or_else(|| damaged(format!("{name} is cut short")))?;
        let data = match entry.dtype {
            Dtype::F32 => {
                // SAFETY: every bit pattern is a valid f32.
                let (head, floats, tail) = unsafe { bytes.align_to::<f32>() };
                if !head.is_empty() || !tail.is_empty() || cfg!(target_endian = "big") {
                    return Err(damaged(format!("{name} is not aligned")));
                }
                TensorData::F32(floats)
            }
            Dtype::I8 => {
                // SAFETY: u8 and i8 have the same size and alignment, and no invalid values.
                TensorData::I8(unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) })
            }
            Dtype::U8 => TensorData::U8(bytes),
            other => return Err(damaged(format!("{name} has element type {other:?}"))),
        };
        Ok(Tensor { shape: &entry.shape, data })
    }

    /// The tensor called `name`, if there is one.
    pub fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The elements of the `f32` tensor `name`, which must have `len` of them.
    ///
    /// # Errors
    /// [`Error::PackDamaged`].
    pub fn floats(&self, name: &str, len: usize) -> Result<&[f32]> {
        match self.tensor(name)?.data {
            TensorData::F32(v) if v.len() == len => Ok(v),
            _ => Err(Error::PackDamaged {
                path: self.path.clone(),
                reason: format!("{name} is not f32 of {len}"),
            }),
        }
    }
}

/// SHA-256 (hexadecimal) over `file` with the stated digest's digits set to `0`; [`None`] where
/// the header states none.
pub(super) fn digest(file: &[u8], header_len: usize) -> Option<String> {
    let key = format!("\"{KEY_SHA256}\":\"");
    let header = file.get(8..8 + header_len)?;
    let at = 8 + header.windows(key.len()).position(|w| w == key.as_bytes())? + key.len();
    let mut sha = Sha256::new();
    sha.update(&file[..at]);
    sha.update([b'0'; 64]);
    sha.update(file.get(at + 64..)?);
    Some(hex(&sha.finalize()))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}
