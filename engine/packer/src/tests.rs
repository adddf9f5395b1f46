//! Tests over the whole packer: against recorded outputs of ONNX Runtime, PyTorch and TensorFlow.js, and of
//! what is committed.
//! Those that need the original models fetch them where they are missing.

use std::path::{Path, PathBuf};

use glimpse_engine::Precision;
use glimpse_engine::graph::{Graph, Op};
use glimpse_engine::pack::{Manifest, Pack, TensorData};
use glimpse_engine::reference::{Reference, ReferenceInput, ReferenceOptions};
use sha2::{Digest, Sha256};

use crate::calibrate::Calibration;
use crate::convert::{pack_id, write_pack};
use crate::error::{Error, Result};
use crate::models::{ModelId, hex};
use crate::quantize::{equalize, quantize, takes_picture};
use crate::verify::verify;

/// Models whose int8 packs are committed.
const QUANTIZED: [ModelId; 5] =
    [ModelId::Detector, ModelId::Recognizer, ModelId::Encoder, ModelId::Objects, ModelId::Captioner];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of the original models, fetched once.
fn sources() -> PathBuf {
    use std::sync::OnceLock;
    static FETCHED: OnceLock<PathBuf> = OnceLock::new();
    let folder = || {
        let folder = root().join(".cache/models");
        crate::fetch::fetch(&folder).expect("the original models can be fetched");
        folder
    };
    FETCHED.get_or_init(folder).clone()
}

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("glimpse-packer-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn committed(model: ModelId) -> Pack {
    let assets = root().join("assets");
    let list = Manifest::read(&assets).expect("assets/packs.toml");
    list.open(&assets, &pack_id(model, Precision::Int8)).expect("a committed pack")
}

#[test]
fn f32_packs_agree_with_other_runtimes() -> Result<()> {
    let scratch = Scratch::new("f32");
    for model in ModelId::ALL {
        let imported = model.import(&sources())?;
        let pack = write_pack(&scratch.0, model, Precision::F32, &imported, String::new())?;
        let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(model.name());
        let cases: Vec<PathBuf> = std::fs::read_dir(&recorded)
            .map_err(|e| Error::io(&recorded, e))?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<Result<_, _>>()
            .map_err(|e| Error::io(&recorded, e))?;
        assert!(!cases.is_empty());
        verify(&pack, &cases, 1e-3)?;
    }
    Ok(())
}

#[test]
fn converting_again_gives_the_committed_bytes() -> Result<()> {
    let scratch = Scratch::new("again");
    let list = Manifest::read(&root().join("assets"))?;
    for model in QUANTIZED {
        let calibration = Calibration::of(model)?;
        let int8 = quantize(&model.import(&sources())?, &calibration)?;
        let path = write_pack(&scratch.0, model, Precision::Int8, &int8, calibration.data)?;
        let bytes = std::fs::read(&path).map_err(|e| Error::io(path, e))?;
        let entry = list.packs.iter().find(|p| p.id == pack_id(model, Precision::Int8));
        let entry = entry.expect("an entry of packs.toml");
        assert_eq!(bytes.len() as u64, entry.bytes, "{}", entry.id);
        assert_eq!(hex(&Sha256::digest(&bytes)), entry.sha256, "{}", entry.id);
    }
    Ok(())
}

#[test]
fn committed_packs_are_what_the_list_says() -> Result<()> {
    let assets = root().join("assets");
    for entry in Manifest::read(&assets)?.packs.iter().filter(|p| !p.file.starts_with("f32/")) {
        let path = assets.join(&entry.file);
        let bytes = std::fs::read(&path).map_err(|e| Error::io(&path, e))?;
        assert_eq!(bytes.len() as u64, entry.bytes, "{}", entry.id);
        assert_eq!(hex(&Sha256::digest(&bytes)), entry.sha256, "{}", entry.id);
        assert_eq!(Pack::open(&path)?.header().id, entry.id);
    }
    Ok(())
}

/// 255 times the weights of one sign of any pair of input channels stays below 2¹⁵.
#[test]
fn no_pair_of_committed_weights_saturates() -> Result<()> {
    for model in QUANTIZED {
        let pack = committed(model);
        let mut checked = 0;
        for node in &pack.graph().nodes {
            let dense =
                matches!(node.op, Op::Conv { depthwise: false, .. } | Op::Deconv { .. } | Op::Top1 { .. });
            let name = format!("{}.weight", node.name);
            if !dense || !pack.has(&name) {
                continue;
            }
            let tensor = pack.tensor(&name)?;
            let TensorData::I8(weights) = tensor.data else { continue };
            let inputs = tensor.shape.last().copied().unwrap_or(1);
            for pair in weights.chunks(inputs).flat_map(|tap| tap.chunks(2)) {
                let sum = |positive: bool| -> i32 {
                    let signed = pair.iter().map(|&w| i32::from(w)).filter(|&w| (w > 0) == positive);
                    signed.map(i32::abs).sum()
                };
                assert!(sum(true) <= 128 && sum(false) <= 128, "{name}: {pair:?}");
                checked += 1;
            }
        }
        assert!(checked > 100_000, "{checked} pairs of {}", model.name());
    }
    Ok(())
}

/// Ranges are sane, and integer weights have integer inputs.
#[test]
fn committed_graphs_are_consistent() -> Result<()> {
    for model in QUANTIZED {
        let pack = committed(model);
        let graph: &Graph = pack.graph();
        for value in &graph.values {
            if let Some(q) = value.quant {
                assert!(q.scale.is_finite() && q.scale > 0.0, "{}", value.name);
            }
        }
        for node in &graph.nodes {
            let name = format!("{}.weight", node.name);
            if pack.has(&name) && matches!(pack.tensor(&name)?.data, TensorData::I8(_)) {
                assert!(graph.values[node.inputs[0]].quant.is_some(), "{name}");
                let bias = pack.floats(&format!("{}.scale", node.name), channels(&pack, &node.name))?;
                assert!(bias.iter().all(|s| s.is_finite() && *s > 0.0), "{name}");
            }
        }
    }
    Ok(())
}

fn channels(pack: &Pack, node: &str) -> usize {
    pack.tensor(&format!("{node}.bias")).map_or(0, |t| t.shape.iter().product())
}

/// Equalization changes the scale of values, not what the model computes.
#[test]
fn equalization_is_exact() -> Result<()> {
    for model in QUANTIZED {
        let plain = model.import(&sources())?;
        let mut scaled = plain.clone();
        equalize(&mut scaled, &Calibration::of(model)?.channel_scales(&plain.graph)?)?;
        let (h, w) = match model {
            ModelId::Encoder => (224, 224),
            ModelId::Captioner => (14, 14),
            ModelId::Recognizer => (48, 128),
            _ => (64, 96),
        };
        let rgb: Vec<u8> = (0..h * w * 3).map(|i| (i * i / 7 % 251) as u8).collect();
        let run = |m: &crate::import::Imported| -> Result<Vec<f32>> {
            let reference = Reference::new(m.graph.clone(), &m.tensors)?;
            let reals: Vec<f32> = (0..h * w * m.graph.values[0].channels)
                .map(|i| (i * i / 7 % 41) as f32 / 4.0 - 5.0)
                .collect();
            let input = match takes_picture(&m.graph) {
                true => ReferenceInput::Rgb(&rgb),
                false => ReferenceInput::Real(&reals),
            };
            let values = reference.run(input, h, w, ReferenceOptions::default())?;
            Ok(values[m.graph.outputs[0]].data.clone())
        };
        let (a, b) = (run(&plain)?, run(&scaled)?);
        let largest = a.iter().zip(&b).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
        assert!(largest < 1e-3, "{}: {largest}", model.name());
    }
    Ok(())
}

/// The captioner takes its features on the grid on which the encoder gives them.
#[test]
fn a_value_handed_on_has_one_grid() -> Result<()> {
    for model in QUANTIZED {
        let Some((from, output)) = model.upstream() else { continue };
        let (from, to) = (committed(from), committed(model));
        let value = &from.graph().values[from.graph().outputs[output]];
        let input = &to.graph().values[0];
        assert_eq!((value.channels, value.quant), (input.channels, input.quant));
    }
    Ok(())
}

#[test]
fn a_source_that_is_missing_or_another_is_refused() {
    let scratch = Scratch::new("sources");
    assert!(matches!(ModelId::Detector.import(&scratch.0), Err(Error::SourceMissing { .. })));
    let file = scratch.0.join(ModelId::Detector.sources()[0].file);
    std::fs::write(&file, b"not a model").expect("a file in the temporary folder");
    assert!(matches!(ModelId::Detector.import(&scratch.0), Err(Error::Pinned { .. })));
}
