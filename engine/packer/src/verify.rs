//! Comparing the reference with outputs recorded from another runtime.

use std::path::{Path, PathBuf};

use glimpse_engine::pack::Pack;
use glimpse_engine::reference::{Reference, ReferenceInput, ReferenceOptions};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::quantize::takes_picture;

/// `input.json` of a case.
#[derive(Debug, Deserialize)]
struct Case {
    height: usize,
    width: usize,
}

/// Little-endian floats.
fn reals(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
}

/// Runs the pack on every case and compares its outputs, one after another, with the recorded ones; of
/// several, the last may be left out.
pub(crate) fn verify(path: &Path, cases: &[PathBuf], tolerance: f32) -> Result<()> {
    let reference = Reference::open(&Pack::open(path)?)?;
    let outputs = &reference.graph().outputs;
    let options = ReferenceOptions { fake_quant: true };
    for case in cases {
        let read = |name: &str| {
            let file = case.join(name);
            std::fs::read(&file).map_err(|e| Error::io(file, e))
        };
        let info: Case = serde_json::from_slice(&read("input.json")?)
            .map_err(|e| Error::Verify(format!("{}: {e}", case.display())))?;
        let picture = takes_picture(reference.graph());
        let given = read(if picture { "input.rgb" } else { "input.f32" })?;
        let given_reals = reals(&given);
        let input = if picture { ReferenceInput::Rgb(&given) } else { ReferenceInput::Real(&given_reals) };
        let expected = reals(&read("output.f32")?);
        let started = std::time::Instant::now();
        let mut each = vec![Vec::new(); outputs.len()];
        reference.visit(input, info.height, info.width, options, |id, value| {
            if let Some(at) = outputs.iter().position(|o| *o == id) {
                each[at] = value.read()?.data;
            }
            Ok(())
        })?;
        let mut found = Vec::new();
        for output in each {
            if found.len() < expected.len() {
                found.extend(output);
            }
        }
        let elapsed = started.elapsed();
        if found.len() != expected.len() {
            let reason = format!("{} outputs, recorded are {}", found.len(), expected.len());
            return Err(Error::Verify(format!("{}: {reason}", case.display())));
        }
        let largest = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        eprintln!("{}: largest difference {largest:.2e}, {elapsed:.1?}", case.display());
        if largest.is_nan() || largest > tolerance {
            return Err(Error::Verify(format!("{}: {largest:.2e} exceeds {tolerance:.0e}", case.display())));
        }
    }
    Ok(())
}
