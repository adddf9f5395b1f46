//! Writing packs and the list of them.

use std::path::{Path, PathBuf};

use glimpse_engine::Precision;
use glimpse_engine::pack::{Manifest, ManifestEntry, PackHeader, pack_bytes, write_atomically};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::import::Imported;
use crate::models::{ModelId, hex};

/// The id of a model's pack.
pub(crate) fn pack_id(model: ModelId, precision: Precision) -> String {
    match precision {
        Precision::Int8 => format!("{}-int8", model.name()),
        Precision::F32 => format!("{}-f32", model.name()),
    }
}

/// A pack's file, relative to the folder of packs.
pub(crate) fn pack_file(model: ModelId, precision: Precision) -> String {
    let id = pack_id(model, precision);
    match precision {
        Precision::Int8 => format!("{id}.safetensors"),
        Precision::F32 => format!("f32/{id}.safetensors"),
    }
}

/// Writes the pack of `imported` under `folder` and its entry into `folder/packs.toml`.
pub(crate) fn write_pack(
    folder: &Path,
    model: ModelId,
    precision: Precision,
    imported: &Imported,
    calibration: String,
) -> Result<PathBuf> {
    let header = PackHeader {
        id: pack_id(model, precision),
        precision,
        licence: model.licence().into(),
        provenance: model.provenance(),
        calibration,
    };
    let bytes = pack_bytes(&header, &imported.graph, &imported.tensors);
    let file = pack_file(model, precision);
    let path = folder.join(&file);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|e| Error::io(parent, e))?;
    }
    write_atomically(&path, &bytes)?;
    let entry = ManifestEntry {
        id: header.id,
        file,
        bytes: bytes.len() as u64,
        sha256: hex(&Sha256::digest(&bytes)),
        licence: header.licence,
        provenance: header.provenance,
    };
    update_list(folder, entry)?;
    Ok(path)
}

fn update_list(folder: &Path, entry: ManifestEntry) -> Result<()> {
    let path = folder.join("packs.toml");
    let mut list = if path.is_file() { Manifest::read(folder)? } else { Manifest::default() };
    list.packs.retain(|p| p.id != entry.id);
    list.packs.push(entry);
    list.packs.sort_by(|a, b| a.id.cmp(&b.id));
    let body = toml::to_string(&list)
        .map_err(|e| Error::Source { file: path.display().to_string(), reason: e.to_string() })?;
    let head = "# The packs of this folder; `glimpse-packer convert` writes this file. Those under f32/ are made\n\
                # from the original weights by `make packs-f32`.\n\n";
    write_atomically(&path, format!("{head}{body}").as_bytes())?;
    Ok(())
}
