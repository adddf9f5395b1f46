//! The engine: packs, pool and the calls on them.

use std::path::{Path, PathBuf};

use crate::read::{ReadOptions, Reading};
use crate::{Error, Result};

/// Number format of the weights and activations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 8-bit weights and activations where calibration allows, `f32` elsewhere.
    #[default]
    Int8,
    /// 32-bit floating point throughout.
    F32,
}

/// How an [`Engine`] is opened.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// Number format; the packs of that precision must be present.
    pub precision: Precision,
    /// Threads of the pool; 0 means one a core.
    pub threads: usize,
    /// Folder with `packs.toml`; `None` looks beside the program and upwards.
    pub packs: Option<PathBuf>,
}

/// An opened engine. `Send + Sync`: calls from several threads share the mapped weights.
#[derive(Debug)]
pub struct Engine {
    options: EngineOptions,
}

impl Engine {
    /// Opens the packs named by `options`.
    pub fn open(options: EngineOptions) -> Result<Self> {
        Ok(Self { options })
    }

    /// The options in force.
    pub fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// Reads the text on a decoded picture.
    pub fn read(&self, _image: &image::RgbImage, _options: &ReadOptions) -> Result<Reading> {
        Err(Error::Model { model: "ocr".into(), reason: "not opened".into() })
    }

    /// Decodes the file at `path` and reads the text on it.
    pub fn read_file(&self, _path: &Path, _options: &ReadOptions) -> Result<Reading> {
        Err(Error::Model { model: "ocr".into(), reason: "not opened".into() })
    }

    /// Decodes an encoded picture and reads the text on it.
    pub fn read_bytes(&self, _bytes: &[u8], _options: &ReadOptions) -> Result<Reading> {
        Err(Error::Model { model: "ocr".into(), reason: "not opened".into() })
    }
}
