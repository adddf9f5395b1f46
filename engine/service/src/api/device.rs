//! What this device and this build are.

use glimpse_engine::{Info, Note};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Memory, Probe};

/// What this device and this build are.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Device {
    /// Version of the app.
    pub app: String,
    /// Whether this build is optimized.
    pub optimized: bool,
    /// The processor's name, where it is known.
    pub cpu_name: Option<String>,
    /// Engine, processor features, kernels, packs.
    pub info: Info,
    /// Memory of the device in bytes, where it is known.
    pub memory_total: Option<u64>,
    /// Memory that programs can still have, where it is known.
    pub memory_available: Option<u64>,
    /// Memory of this process.
    pub memory: Memory,
    /// Each way to run networks, and whether it is there.
    pub backends: Vec<BackendState>,
    /// Temperature.
    pub thermal: Probe,
    /// Power that the device draws.
    pub power: Probe,
    /// Where library and settings lie; `None` where nothing is kept.
    pub data_folder: Option<String>,
    /// Languages whose whole alphabet the recognizer knows, as BCP 47 codes.
    pub languages: Vec<String>,
}

/// A way to run networks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BackendState {
    /// `"cpu"`, `"gpu"`, `"npu"`.
    pub name: String,
    /// Whether it can be used.
    pub available: bool,
    /// What it is, or why it is not there.
    pub reason: Note,
}

/// Whether a pack's file is what the list of packs says.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PackCheck {
    /// Id of the pack.
    pub id: String,
    /// Whether its checksum is right.
    pub intact: bool,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Wall time of the check in milliseconds.
    pub ms: f64,
}
