//! Packs that lie in opened files, such as the assets inside of an Android package.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use super::manifest::{ManifestEntry, parse};
use super::{Manifest, Pack};
use crate::{Error, Result};

/// A part of an opened file.
#[derive(Debug)]
pub struct FilePart {
    /// The file, opened for reading.
    pub file: File,
    /// Where the part begins, in bytes; a multiple of 4.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
}

/// The text of a `packs.toml`, and the packs that it lists as parts of opened files. Parts that the list does
/// not name are not looked at.
#[derive(Debug)]
pub struct PackFiles {
    manifest: Manifest,
    parts: BTreeMap<String, FilePart>,
}

impl PackFiles {
    /// `list` is the text of `packs.toml`; `parts` are by the file names that it has.
    ///
    /// # Errors
    /// [`Error::PackDamaged`] where `list` does not parse.
    pub fn new(list: &str, parts: BTreeMap<String, FilePart>) -> Result<Self> {
        Ok(Self { manifest: parse(list, PathBuf::from("packs.toml"))?, parts })
    }

    pub(crate) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Maps the pack of `entry`.
    pub(super) fn open(&self, entry: &ManifestEntry) -> Result<Pack> {
        let path = PathBuf::from(&entry.file);
        let Some(FilePart { file, offset, length }) = self.parts.get(&entry.file) else {
            let hint = "no opened file was given for it".into();
            return Err(Error::PackMissing { id: entry.id.clone(), path, hint });
        };
        let end = offset.checked_add(*length);
        let whole = file.metadata().map_err(|e| Error::io(&path, e))?.len();
        if end.is_none_or(|end| end > whole) {
            let reason = format!("{length} bytes from {offset} on are not in a file of {whole}");
            return Err(Error::PackDamaged { path, reason });
        }
        Pack::map(&path, file, *offset, *length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use super::*;

    const LIST: &str = "[[pack]]\nid = 'see-int8'\nfile = 'see-int8.safetensors'\nbytes = 1\nsha256 = ''\n\
        licence = ''\nprovenance = ''\n";

    /// The pack of `assets`, with `before` bytes before and some behind it, as a part of a file.
    fn inside(before: usize) -> FilePart {
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
        let pack = std::fs::read(assets.join("see-int8.safetensors")).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![7; before]).unwrap();
        file.write_all(&pack).unwrap();
        file.write_all(&[7; 100]).unwrap();
        FilePart { file, offset: before as u64, length: pack.len() as u64 }
    }

    fn open(part: FilePart) -> Result<Pack> {
        let files = PackFiles::new(LIST, [("see-int8.safetensors".to_owned(), part)].into()).unwrap();
        files.open(&files.manifest().packs[0])
    }

    #[test]
    fn packs_are_mapped_where_they_lie() {
        let pack = open(inside(4096 * 3 + 20)).unwrap();
        assert_eq!(pack.header().id, "see-int8");
        pack.release();
        assert!(pack.bytes() > 0 && !pack.graph().nodes.is_empty());
    }

    #[test]
    fn parts_that_are_not_there_are_refused() {
        let damaged = |part| matches!(open(part), Err(Error::PackDamaged { .. }));
        let part = inside(8);
        assert!(damaged(FilePart { length: part.length + 101, ..part }));
        let part = inside(8);
        assert!(damaged(FilePart { offset: u64::MAX, ..part }));
        let part = inside(8);
        assert!(damaged(FilePart { length: 0, ..part }));
        let part = inside(8);
        assert!(damaged(FilePart { offset: 9, ..part }));
        let files = PackFiles::new(LIST, BTreeMap::new()).unwrap();
        let missing = files.open(&files.manifest().packs[0]);
        assert!(matches!(missing, Err(Error::PackMissing { .. })));
        assert!(matches!(PackFiles::new("pack = 3", BTreeMap::new()), Err(Error::PackDamaged { .. })));
    }
}
