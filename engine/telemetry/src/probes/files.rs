//! Small files of one value each.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// No file of sysfs or procfs that is read here is longer.
const LONGEST: u64 = 64 << 10;

/// The entries of `folder` whose names begin with `prefix`, by name; none where it cannot be read.
pub(super) fn entries(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| name(path).starts_with(prefix))
        .collect();
    found.sort();
    found
}

/// The last part of a path.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What the file says, without white space around it.
pub(super) fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

pub(super) fn text(path: &Path) -> Option<String> {
    read(path).ok()
}

pub(super) fn number(path: &Path) -> Option<f64> {
    text(path)?.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Why nothing was found in `folder`.
pub(super) fn why(folder: &Path, otherwise: &str) -> String {
    if folder.is_dir() { otherwise.into() } else { "this system does not tell it".into() }
}
