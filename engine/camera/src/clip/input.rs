//! The bytes of clips.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use crate::CameraError;

/// What clips are read from.
pub(crate) trait Input: Read + Seek + Send {}

impl<T: Read + Seek + Send> Input for T {}

pub(crate) type Reader = BufReader<Box<dyn Input>>;

/// Where a clip's bytes are, to be read from the start again and again.
#[derive(Debug)]
pub(crate) enum Origin {
    /// Kept open, so that the clip outlives its name. One reader at a time: they share their place.
    File(File),
    Bytes(Arc<[u8]>),
}

impl Origin {
    pub(crate) fn file(path: &Path) -> Result<Self, CameraError> {
        let failed = |e: io::Error| match e.kind() {
            io::ErrorKind::NotFound => CameraError::NotFound(path.display().to_string()),
            _ => CameraError::Failed(format!("{}: {e}", path.display())),
        };
        let file = File::open(path).map_err(failed)?;
        // Others have no length, or block.
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(CameraError::Unsupported(format!("{} is no file", path.display())));
        }
        Ok(Origin::File(file))
    }

    /// A reader at the start.
    pub(crate) fn open(&self) -> Result<Reader, CameraError> {
        let input: Box<dyn Input> = match self {
            Origin::File(file) => {
                let mut file = file.try_clone().map_err(failed)?;
                file.seek(SeekFrom::Start(0)).map_err(failed)?;
                Box::new(file)
            }
            Origin::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        };
        Ok(BufReader::with_capacity(1 << 16, input))
    }

    /// Bytes in all.
    pub(crate) fn length(&self) -> Result<u64, CameraError> {
        match self {
            Origin::File(file) => Ok(file.metadata().map_err(failed)?.len()),
            Origin::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }
}

/// The system's refusal to read.
pub(crate) fn failed(error: io::Error) -> CameraError {
    CameraError::Failed(error.to_string())
}

/// The next `length` bytes, or as many as there are. Memory is used as bytes come.
pub(crate) fn read_up_to(reader: &mut impl Read, length: usize) -> Result<Vec<u8>, CameraError> {
    let mut out = Vec::with_capacity(length.min(1 << 20));
    reader.by_ref().take(length as u64).read_to_end(&mut out).map_err(failed)?;
    Ok(out)
}

/// The next `N` bytes; [`None`] where there are fewer.
pub(crate) fn read_array<const N: usize>(reader: &mut impl Read) -> Result<Option<[u8; N]>, CameraError> {
    let mut out = [0; N];
    match reader.read_exact(&mut out) {
        Ok(()) => Ok(Some(out)),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(e) => Err(failed(e)),
    }
}
