//! What this device and this build are, and whether its packs are what they should be.

use std::collections::HashSet;
use std::io::Read;
use std::time::Instant;

use glimpse_engine::languages::{charset, coverage};
use glimpse_engine::{Info, Note, NoteCode, info};
use sha2::{Digest, Sha256};

use crate::api::{BackendState, Device, Failure, PackCheck, ServiceCode};
use crate::look::milliseconds;
use crate::{Service, memory};

impl Service {
    /// What this device and this build are.
    ///
    /// # Errors
    /// Those of the engine where the packs' list or the recognizer's pack cannot be read.
    pub fn device(&self) -> Result<Device, Failure> {
        let info = info(Some(&self.packs))?;
        let all = glimpse_telemetry::memory::device();
        let languages = coverage(self.characters()?).into_iter().filter(|language| language.supported);
        Ok(Device {
            app: env!("CARGO_PKG_VERSION").into(),
            optimized: cfg!(not(debug_assertions)),
            cpu_name: cpu_name(),
            backends: backends(&info),
            info,
            memory_total: all.total,
            memory_available: all.available,
            memory: memory::process(),
            thermal: self.probes.temperature(),
            power: self.probes.power(),
            data_folder: self.data.as_ref().map(|folder| folder.display().to_string()),
            languages: languages.map(|language| language.code.to_owned()).collect(),
        })
    }

    /// Compares the file of the pack `id` with the checksum in the list of packs.
    ///
    /// # Errors
    /// `unknown_pack`; `not_found` or `io` where its file cannot be read.
    pub fn check_pack(&self, id: &str) -> Result<PackCheck, Failure> {
        let began = Instant::now();
        let info = info(Some(&self.packs))?;
        let Some(pack) = info.packs.into_iter().find(|pack| pack.id == id) else {
            return Err(Failure::new(ServiceCode::UnknownPack, "the list of packs has none of this id"));
        };
        let read = || -> std::io::Result<String> {
            let mut file = std::fs::File::open(&pack.path)?;
            let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
            loop {
                match file.read(&mut buffer)? {
                    0 => break,
                    n => hash.update(&buffer[..n]),
                }
            }
            Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
        };
        let sha256 = read().map_err(|error| glimpse_engine::Error::io(&pack.path, error))?;
        Ok(PackCheck {
            intact: sha256.eq_ignore_ascii_case(&pack.sha256),
            id: pack.id,
            sha256,
            ms: milliseconds(began.elapsed()),
        })
    }

    /// The characters that the recognizer knows.
    pub(crate) fn characters(&self) -> Result<&HashSet<char>, Failure> {
        if let Some(known) = self.characters.get() {
            return Ok(known);
        }
        let known = glimpse_engine::characters(Some(&self.packs))?;
        Ok(self.characters.get_or_init(|| known))
    }

    /// The characters that texts in `languages` use.
    pub(crate) fn charset(&self, languages: &[String]) -> Result<HashSet<char>, Failure> {
        Ok(charset(languages, self.characters()?)?)
    }
}

fn backends(info: &Info) -> Vec<BackendState> {
    let missing = |name: &str, code, message: &str| BackendState {
        name: name.into(),
        available: false,
        reason: Note::new(code, [], message),
    };
    let (best, threads) = (info.cpu.instruction_sets.last().copied().unwrap_or("scalar"), info.cpu.threads);
    let kernels = Note::new(
        NoteCode::CpuKernels,
        [("isa", best.into()), ("threads", threads.into())],
        format!("{best} kernels on {threads} threads"),
    );
    vec![
        BackendState { name: "cpu".into(), available: true, reason: kernels },
        missing("gpu", NoteCode::NoGpuBackend, "this build has no GPU backend"),
        missing("npu", NoteCode::NoNpuBackend, "this build has no NPU backend"),
    ]
}

/// The processor's name, where Linux tells it.
pub(crate) fn cpu_name() -> Option<String> {
    cpu_name_in(&std::fs::read_to_string("/proc/cpuinfo").ok()?)
}

fn cpu_name_in(cpuinfo: &str) -> Option<String> {
    ["model name", "Hardware", "Processor"].iter().find_map(|key| {
        let value = cpuinfo.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            (name.trim() == *key).then(|| value.split_whitespace().collect::<Vec<_>>().join(" "))
        })?;
        (!value.is_empty() && value != "unknown").then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_named_where_the_system_does() {
        let intel = "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Some  CPU @ 2 GHz\n";
        assert_eq!(cpu_name_in(intel).unwrap(), "Some CPU @ 2 GHz");
        assert_eq!(cpu_name_in("processor : 0\nHardware : Qualcomm X\n").unwrap(), "Qualcomm X");
        assert_eq!(cpu_name_in("model name : unknown\n"), None);
        assert_eq!(cpu_name_in(""), None);
    }
}
