//! Writing packs: the same input gives the same bytes.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::json;

use super::file::{PackHeader, digest};
use super::{FORMAT_VERSION, KEY_FORMAT, KEY_GRAPH, KEY_HEADER, KEY_SHA256};
use crate::graph::Graph;
use crate::{Error, Result};

/// A tensor to be written.
#[derive(Debug, Clone)]
pub struct PackTensor {
    /// Its name.
    pub name: String,
    /// Sizes of its dimensions.
    pub shape: Vec<usize>,
    /// Elements in row-major order.
    pub data: PackTensorData,
}

/// Elements of a [`PackTensor`].
#[derive(Debug, Clone)]
pub enum PackTensorData {
    /// Floats.
    F32(Vec<f32>),
    /// Signed bytes.
    I8(Vec<i8>),
    /// Bytes.
    U8(Vec<u8>),
}

/// The bytes of a pack. Floats come first, so that every tensor is aligned to its element; within
/// a type tensors are ordered by name.
pub fn pack_bytes(header: &PackHeader, graph: &Graph, tensors: &[PackTensor]) -> Vec<u8> {
    let mut order: Vec<&PackTensor> = tensors.iter().collect();
    order.sort_by_key(|t| (!matches!(t.data, PackTensorData::F32(_)), &t.name));
    let mut body = Vec::new();
    let mut entries = BTreeMap::new();
    for t in order {
        let start = body.len();
        let dtype = match &t.data {
            PackTensorData::F32(v) => {
                body.extend(v.iter().flat_map(|x| x.to_le_bytes()));
                "F32"
            }
            PackTensorData::I8(v) => {
                body.extend(v.iter().map(|x| *x as u8));
                "I8"
            }
            PackTensorData::U8(v) => {
                body.extend_from_slice(v);
                "U8"
            }
        };
        entries.insert(
            t.name.clone(),
            json!({"dtype": dtype, "shape": t.shape, "data_offsets": [start, body.len()]}),
        );
    }
    let to_json = |v: serde_json::Result<String>| v.expect("plain data serializes");
    let info: BTreeMap<&str, String> = BTreeMap::from([
        (KEY_FORMAT, FORMAT_VERSION.to_string()),
        (KEY_GRAPH, to_json(serde_json::to_string(graph))),
        (KEY_HEADER, to_json(serde_json::to_string(header))),
        (KEY_SHA256, "0".repeat(64)),
    ]);
    let mut head = format!("{{\"__metadata__\":{}", to_json(serde_json::to_string(&info)));
    for (name, entry) in &entries {
        head.push_str(&format!(",{}:{entry}", to_json(serde_json::to_string(name))));
    }
    head.push('}');
    while (8 + head.len()) % 64 != 0 {
        head.push(' ');
    }
    let mut file = (head.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(head.as_bytes());
    file.extend_from_slice(&body);
    let sum = digest(&file, head.len()).expect("the header states a digest");
    let key = format!("\"{KEY_SHA256}\":\"");
    let at = 8 + head.find(&key).expect("the header states a digest") + key.len();
    file[at..at + 64].copy_from_slice(sum.as_bytes());
    file
}

/// Writes `bytes` to a temporary file beside `path`, syncs it and renames it to `path`.
///
/// # Errors
/// [`Error::Io`]; the file at `path` is then as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let write = || {
        let mut file = std::fs::File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    };
    write().map_err(|e| {
        let _ = std::fs::remove_file(&temporary);
        Error::io(path, e)
    })
}
