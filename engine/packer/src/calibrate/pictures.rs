//! Pictures to measure on.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A decoded picture.
pub(crate) struct Picture {
    pub(crate) name: String,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) rgb: Vec<u8>,
}

/// PNG and JPEG files in `folder`, by name.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let io = |e| Error::io(folder, e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let kind = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if matches!(kind, "png" | "jpg" | "jpeg") {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(Error::Calibration(format!("no pictures in {}", folder.display())));
    }
    Ok(found)
}

/// Decodes the picture at `path`; its sides must fit the model's multiples.
pub(crate) fn open(path: &Path, multiple_of: [usize; 2]) -> Result<Picture> {
    let bad = |reason: String| Error::Calibration(format!("{}: {reason}", path.display()));
    let picture = image::open(path).map_err(|e| bad(e.to_string()))?.to_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let [v, h] = multiple_of;
    if height % v.max(1) != 0 || width % h.max(1) != 0 {
        return Err(bad(format!("{height} x {width} is no multiple of {v} x {h}")));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Picture { name, height, width, rgb: picture.into_raw() })
}
