//! Writes the bindings of `glimpse-sdk`; `scripts/check-bindings.sh` runs it.
//!
//! - `glimpse-bindgen c CRATE OUT` writes the C header of the crate in the folder `CRATE` to the file `OUT`.
//! - Anything else is for UniFFI's generator, in the version of `glimpse-sdk`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["c", folder, out] => match header(Path::new(folder), Path::new(out)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("glimpse-bindgen: {error}");
                ExitCode::FAILURE
            }
        },
        _ => {
            uniffi::uniffi_bindgen_main();
            ExitCode::SUCCESS
        }
    }
}

/// Writes the header of what `src/c.rs` in `folder` exports.
fn header(folder: &Path, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml"))?;
    let source = folder.join("src/c.rs");
    let bindings = cbindgen::Builder::new().with_config(config).with_src(source).generate()?;
    bindings.write_to_file(out);
    Ok(())
}
