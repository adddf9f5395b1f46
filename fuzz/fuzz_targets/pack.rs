//! Loading arbitrary bytes as a pack: it opens, or it fails with a typed error. A pack whose checksum
//! holds goes on to be compiled as the text detector.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use glimpse_engine::pack::{Manifest, Pack};
use glimpse_engine::{Engine, EngineOptions, Error, Part};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const FILE: &str = "pack.safetensors";
const KEY: &[u8] = br#""glimpse.sha256":""#;

/// A folder of packs in which the text detector is the pack under test and the recognizer is the
/// repository's.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").canonicalize().expect("assets");
    let list = Manifest::read(&assets).expect("packs.toml");
    let mut text = String::new();
    for pack in &list.packs {
        let file = match pack.id.as_str() {
            "ocr-det-int8" => FILE.to_owned(),
            _ => assets.join(&pack.file).to_string_lossy().into_owned(),
        };
        text += &format!(
            "[[pack]]\nid = {:?}\nfile = {file:?}\nbytes = 0\nsha256 = \"\"\nlicence = \"\"\nprovenance = \"\"\n",
            pack.id
        );
    }
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("packs.toml"), text).expect("packs.toml is written");
    folder
});

fuzz_target!(|data: &[u8]| {
    let path = FOLDER.path().join(FILE);
    let open = |bytes: &[u8]| {
        // A new file each time: the last one may still be mapped.
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, bytes).expect("the pack is written");
        Pack::open(&path)
    };
    if let Err(error) = open(data) {
        assert!(matches!(error, Error::PackDamaged { .. } | Error::PackVersion { .. } | Error::Io { .. }), "{error}");
    }
    let Some(signed) = sign(data) else { return };
    let Ok(pack) = open(&signed) else { return };
    for value in &pack.graph().values {
        let _ = pack.tensor(&value.name);
    }
    for node in &pack.graph().nodes {
        for part in ["weight", "bias", "scale", "reduce.weight"] {
            let _ = pack.tensor(&format!("{}.{part}", node.name));
        }
    }
    drop(pack);
    let options = EngineOptions { threads: 1, packs: Some(FOLDER.path().to_owned()), ..EngineOptions::default() };
    if let Err(error) = Engine::open(options).and_then(|engine| engine.load(Part::Read)) {
        assert!(!error.to_string().is_empty());
    }
});

/// `data` with the checksum that its bytes have; `None` where it states none.
fn sign(data: &[u8]) -> Option<Vec<u8>> {
    let length = u64::from_le_bytes(data.get(..8)?.try_into().ok()?);
    let header = data.get(8..8usize.checked_add(usize::try_from(length).ok()?)?)?;
    let at = 8 + header.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let mut bytes = data.to_vec();
    bytes.get_mut(at..at + 64)?.fill(b'0');
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    bytes[at..at + 64].copy_from_slice(digest.as_bytes());
    Some(bytes)
}
