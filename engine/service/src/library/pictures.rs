//! The pictures' files: `pictures/ab/abcd…`, named by the SHA-256 of their bytes.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::failure::Place;
use super::keep::Hash;
use crate::api::Failure;

/// What an unfinished file's name begins with.
const UNFINISHED: &str = ".new-";

/// Makes the library's folder, for its owner only.
pub(super) fn make_folder(place: &Place) -> Result<(), Failure> {
    make(&place.pictures()).map_err(|e| place.io("opened", &place.pictures(), &e))
}

fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

pub(super) fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Writes a picture, unless it is there already: to another name, to the disk, then renamed.
pub(super) fn write(place: &Place, hash: &Hash, bytes: &[u8]) -> Result<(), Failure> {
    let path = path_of(place, hash);
    if path.metadata().is_ok_and(|m| m.is_file() && m.len() == bytes.len() as u64) {
        return Ok(());
    }
    write_new(&path, bytes).map_err(|e| place.io("kept in", &path, &e))
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(ErrorKind::InvalidInput.into());
    };
    make(folder)?;
    let unfinished = folder.join(format!("{UNFINISHED}{}", name.to_string_lossy()));
    let written = File::create(&unfinished).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&unfinished, path)) {
        // What is left of it is swept at the next opening.
        let _ = fs::remove_file(&unfinished);
        return Err(error);
    }
    sync_folder(folder)
}

/// Makes names in `folder` survive a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// The bytes of a picture, checked against its hash.
pub(super) fn read(place: &Place, hash: &Hash) -> Result<Vec<u8>, Failure> {
    let path = path_of(place, hash);
    let bytes = fs::read(&path).map_err(|e| place.io("read", &path, &e))?;
    if self::hash(&bytes) == *hash {
        Ok(bytes)
    } else {
        Err(place.storage("read", &format!("{} is damaged: its SHA-256 has changed", path.display())))
    }
}

/// Removes a picture's file. One that is not there is removed already.
pub(super) fn remove(place: &Place, hash: &Hash) -> Result<(), Failure> {
    let path = path_of(place, hash);
    match fs::remove_file(&path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(place.io("deleted from", &path, &e)),
        _ => Ok(()),
    }
}

/// Removes files that are not the picture of one of `known`. Only what has the name of a picture or
/// of an unfinished one is touched. The caller holds the database's write lock.
pub(super) fn sweep(place: &Place, known: &HashSet<Hash>) -> Result<(), Failure> {
    let root = place.pictures();
    sweep_folder(&root, known).map_err(|e| place.io("tidied in", &root, &e))
}

fn sweep_folder(root: &Path, known: &HashSet<Hash>) -> std::io::Result<()> {
    for shelf in fs::read_dir(root)? {
        let shelf = shelf?;
        if !shelf.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(shelf.path())? {
            let file = file?;
            let name = file.file_name();
            let name = name.to_string_lossy();
            let stale = name.starts_with(UNFINISHED) || parse(&name).is_some_and(|h| !known.contains(&h));
            if stale {
                fs::remove_file(file.path())?;
            }
        }
    }
    Ok(())
}

fn path_of(place: &Place, hash: &Hash) -> PathBuf {
    let name = name_of(hash);
    place.pictures().join(&name[..2]).join(name)
}

fn name_of(hash: &Hash) -> String {
    hash.iter().map(|b| format!("{b:02x}")).collect()
}

fn parse(name: &str) -> Option<Hash> {
    if name.len() != 64 || !name.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (i, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&name[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(hash)
}
