//! What this build and this machine are: packs, processor, kernels.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use glimpse_kernels::Kernels;
use serde::Serialize;

use crate::Result;
use crate::ocr::dictionary_of;
use crate::pack::{Manifest, ManifestEntry, find_packs};

/// What [`info`] found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Info {
    /// Version of the engine.
    pub engine: &'static str,
    /// The processor.
    pub cpu: Cpu,
    /// The kernel that was chosen for each kind of work.
    pub kernels: Vec<KernelChoice>,
    /// Folder of the packs.
    pub folder: PathBuf,
    /// The packs that its `packs.toml` lists.
    pub packs: Vec<PackInfo>,
}

/// The processor, as far as it matters to the kernels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cpu {
    /// Architecture, for example `"x86_64"`.
    pub arch: &'static str,
    /// Operating system, for example `"linux"`.
    pub os: &'static str,
    /// Threads that the machine runs at once and this process may use.
    pub threads: usize,
    /// Features that kernels ask for and the processor has.
    pub features: Vec<&'static str>,
    /// Instruction sets that there are kernels for and that it runs, slowest first.
    pub instruction_sets: Vec<&'static str>,
}

/// One kind of work and the kernel that does it here.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KernelChoice {
    /// Kind of work, for example `"integer matrix"`.
    pub work: &'static str,
    /// Name of the kernel: instruction set, types, tile.
    pub kernel: &'static str,
}

/// One pack.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackInfo {
    /// Id, for example `"ocr-det-int8"`.
    pub id: String,
    /// The file.
    pub path: PathBuf,
    /// Bytes that the file should have.
    pub bytes: u64,
    /// SHA-256 that the file should have, hexadecimal.
    pub sha256: String,
    /// SPDX expression of the licence.
    pub licence: String,
    /// Where the weights come from.
    pub provenance: String,
    /// Whether the file is there, with that size.
    pub state: PackState,
}

/// Whether a pack can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PackState {
    /// The file is there and has its size. Its checksum is compared when it is opened.
    Present,
    /// The file is not there.
    Missing,
    /// The file has another size.
    WrongSize,
}

/// Describes this build, this machine and the packs in `folder` (found as
/// [`find_packs`] does when `None`). Nothing is loaded.
///
/// # Errors
/// [`PackMissing`](crate::Error::PackMissing) where there is no `packs.toml`,
/// [`PackDamaged`](crate::Error::PackDamaged) where it does not parse, [`Io`](crate::Error::Io).
pub fn info(folder: Option<&Path>) -> Result<Info> {
    let folder = find_packs(folder)?;
    let packs = Manifest::read(&folder)?.packs.into_iter().map(|entry| pack(&folder, entry)).collect();
    Ok(Info { engine: env!("CARGO_PKG_VERSION"), cpu: cpu(), kernels: kernels(), folder, packs })
}

/// The characters that the recognizer in `folder` knows, of whichever precision is there.
///
/// # Errors
/// Those of [`info`] and of opening a pack.
pub fn characters(folder: Option<&Path>) -> Result<HashSet<char>> {
    let folder = find_packs(folder)?;
    let list = Manifest::read(&folder)?;
    let there = list.packs.iter().find(|p| p.id.starts_with("ocr-rec-") && folder.join(&p.file).is_file());
    let pack = list.open(&folder, there.map_or("ocr-rec-int8", |p| &p.id))?;
    Ok(dictionary_of(&pack)?.iter().flat_map(|text| text.chars()).collect())
}

fn pack(folder: &Path, entry: ManifestEntry) -> PackInfo {
    let path = folder.join(&entry.file);
    let state = match std::fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() && metadata.len() == entry.bytes => PackState::Present,
        Ok(metadata) if metadata.is_file() => PackState::WrongSize,
        _ => PackState::Missing,
    };
    PackInfo {
        id: entry.id,
        path,
        bytes: entry.bytes,
        sha256: entry.sha256,
        licence: entry.licence,
        provenance: entry.provenance,
        state,
    }
}

fn cpu() -> Cpu {
    Cpu {
        arch: std::env::consts::ARCH,
        os: std::env::consts::OS,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        features: features(),
        instruction_sets: Kernels::available().iter().map(|kernels| kernels.isa().name()).collect(),
    }
}

/// Features that decide which kernels run, where the processor has them.
fn features() -> Vec<&'static str> {
    #[allow(unused_mut)]
    let mut found = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        macro_rules! ask {
            ($($feature:tt)*) => { $(if std::arch::is_x86_feature_detected!($feature) { found.push($feature); })* };
        }
        ask!("sse4.1" "avx" "avx2" "fma" "avxvnni" "avx512f" "avx512bw" "avx512vl" "avx512dq" "avx512vnni");
    }
    #[cfg(target_arch = "aarch64")]
    {
        macro_rules! ask {
            ($($feature:tt)*) => { $(if std::arch::is_aarch64_feature_detected!($feature) { found.push($feature); })* };
        }
        ask!("neon" "fp16" "dotprod" "i8mm" "bf16" "sve" "sve2");
    }
    found
}

fn kernels() -> Vec<KernelChoice> {
    let best = Kernels::best();
    vec![
        KernelChoice { work: "integer matrix", kernel: best.qgemm().name },
        KernelChoice { work: "integer depthwise", kernel: best.qdepthwise().name },
        KernelChoice { work: "f32 matrix", kernel: best.fgemm().name },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    /// A folder of this test's own that is removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("glimpse-info-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn packs_are_told_as_present_missing_or_of_wrong_size() {
        let folder = Folder::new("states");
        let entry = |id: &str, bytes: u64| {
            format!(
                "[[pack]]\nid = \"{id}\"\nfile = \"{id}.safetensors\"\nbytes = {bytes}\nsha256 = \"00\"\n\
                 licence = \"MIT\"\nprovenance = \"a test\"\n"
            )
        };
        let list = entry("a", 3) + &entry("b", 3) + &entry("c", 3);
        std::fs::write(folder.0.join("packs.toml"), list).unwrap();
        std::fs::write(folder.0.join("a.safetensors"), b"123").unwrap();
        std::fs::write(folder.0.join("b.safetensors"), b"12").unwrap();
        let info = info(Some(&folder.0)).unwrap();
        let states: Vec<PackState> = info.packs.iter().map(|pack| pack.state).collect();
        assert_eq!(states, [PackState::Present, PackState::WrongSize, PackState::Missing]);
    }

    #[test]
    fn no_list_of_packs_is_an_error() {
        let folder = Folder::new("none");
        assert_eq!(info(Some(&folder.0)).unwrap_err().code(), ErrorCode::PackMissing);
    }

    #[test]
    fn the_machine_is_described() {
        let cpu = cpu();
        assert!(cpu.threads >= 1);
        assert_eq!(cpu.instruction_sets[0], "scalar");
        let best = cpu.instruction_sets.last().unwrap();
        if std::env::var_os("GLIMPSE_ISA").is_none() {
            assert!(kernels()[0].kernel.starts_with(best), "{:?} are not of {best}", kernels());
        }
    }
}
