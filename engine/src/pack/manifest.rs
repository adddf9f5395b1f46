//! `packs.toml`: which packs there are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Pack, PackFiles};
use crate::{Error, Result, find_beside_program};

/// The list of packs in a folder.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// One entry a pack.
    #[serde(rename = "pack", default)]
    pub packs: Vec<ManifestEntry>,
}

/// One pack of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// Id, for example `"ocr-det-int8"`.
    pub id: String,
    /// File, relative to the list.
    pub file: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// SPDX expression of the licence.
    pub licence: String,
    /// Where the weights come from.
    pub provenance: String,
}

impl Manifest {
    /// Reads `folder/packs.toml`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::PackDamaged`] if it does not parse.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("packs.toml");
        let text = std::fs::read_to_string(&path).map_err(|e| Error::io(&path, e))?;
        parse(&text, path)
    }

    /// Opens the pack `id` of this list in `folder`.
    ///
    /// # Errors
    /// [`Error::PackMissing`] and those of [`Pack::open`].
    pub fn open(&self, folder: &Path, id: &str) -> Result<Pack> {
        let missing = |path: PathBuf| Error::PackMissing {
            id: id.to_owned(),
            path,
            hint: if id.ends_with("-f32") {
                "f32 packs are made from the original weights by `make packs-f32`".into()
            } else {
                "reinstall, or name the folder of the packs with --packs or GLIMPSE_PACKS".into()
            },
        };
        let Some(entry) = self.packs.iter().find(|p| p.id == id) else {
            return Err(missing(folder.join("packs.toml")));
        };
        let path = folder.join(&entry.file);
        if !path.is_file() {
            return Err(missing(path));
        }
        named(Pack::open(&path)?, id)
    }
}

/// The list that `text` is, from `path`.
pub(super) fn parse(text: &str, path: PathBuf) -> Result<Manifest> {
    toml::from_str(text).map_err(|e| Error::PackDamaged { path, reason: e.message().to_owned() })
}

/// `pack`, if it says that it is `id`.
fn named(pack: Pack, id: &str) -> Result<Pack> {
    if pack.header().id == id {
        return Ok(pack);
    }
    let reason = format!("it is {}, not {id}", pack.header().id);
    Err(Error::PackDamaged { path: pack.path().to_owned(), reason })
}

/// Where packs lie.
#[derive(Debug)]
pub(crate) enum PackSource {
    /// In a folder with this list.
    Folder(PathBuf, Manifest),
    /// In opened files.
    Files(Arc<PackFiles>),
}

impl PackSource {
    /// Opens the pack `id`.
    ///
    /// # Errors
    /// Those of [`Manifest::open`].
    pub(crate) fn open(&self, id: &str) -> Result<Pack> {
        match self {
            Self::Folder(folder, manifest) => manifest.open(folder, id),
            Self::Files(files) => {
                let entry = files.manifest().packs.iter().find(|pack| pack.id == id);
                let missing = || Error::PackMissing {
                    id: id.to_owned(),
                    path: PathBuf::from("packs.toml"),
                    hint: "the list does not name it".into(),
                };
                named(files.open(entry.ok_or_else(missing)?)?, id)
            }
        }
    }
}

/// The folder of `packs.toml`: `given`, else `GLIMPSE_PACKS`, else `assets` or `share/glimpse`
/// beside the program or above it, else `assets` in the current folder.
///
/// # Errors
/// [`Error::PackMissing`] if there is none.
pub fn find_packs(given: Option<&Path>) -> Result<PathBuf> {
    let has = |folder: &Path| folder.join("packs.toml").is_file();
    let named = given.map(Path::to_owned).or_else(|| std::env::var_os("GLIMPSE_PACKS").map(PathBuf::from));
    if let Some(folder) = named {
        if has(&folder) {
            return Ok(folder);
        }
        return Err(missing_list(folder));
    }
    if let Some(folder) = find_beside_program(&["assets", "share/glimpse"], has) {
        return Ok(folder);
    }
    let here = PathBuf::from("assets");
    if has(&here) { Ok(here) } else { Err(missing_list(here)) }
}

fn missing_list(folder: PathBuf) -> Error {
    Error::PackMissing {
        id: "packs.toml".into(),
        path: folder,
        hint: "name the folder of the packs with --packs or GLIMPSE_PACKS".into(),
    }
}
