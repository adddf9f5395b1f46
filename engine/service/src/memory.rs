//! Memory of this process.

use crate::api::Memory;

/// As far as the system tells it.
pub(crate) fn process() -> Memory {
    let memory = glimpse_telemetry::memory::process();
    Memory { resident: memory.resident, peak: memory.peak }
}
