//! Checks and embeds what `tauri.conf.json`, the permissions and the capabilities say.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use tauri_build::{AppManifest, Attributes};

/// Shown instead of the UI by builds for development that were made before it.
const NO_UI: &str = "<!doctype html><meta charset=utf-8><title>Glimpse</title>\
    <p>The user interface was not built when this program was. Run <code>make ui</code>, then build again.";

fn main() -> Result<(), Box<dyn Error>> {
    for path in ["src-tauri/capabilities", "src-tauri/permissions", "ui/dist"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let manifest = AppManifest::new().permissions_path_pattern("src-tauri/permissions/*.toml");
    let attributes =
        Attributes::new().capabilities_path_pattern("src-tauri/capabilities/*.json").app_manifest(manifest);
    tauri_build::try_build(attributes)?;
    if !Path::new("ui/dist/index.html").is_file() {
        without_ui()?;
    }
    if env::var("CARGO_CFG_TARGET_OS")? == "android" {
        // New devices have memory pages of 16 KB, and load no library that is aligned to less.
        println!("cargo:rustc-link-arg-cdylib=-Wl,-z,max-page-size=16384");
    }
    Ok(())
}

/// Lets checks and tests of the Rust half build where the UI was not built; a release does not.
fn without_ui() -> Result<(), Box<dyn Error>> {
    if env::var("PROFILE")? == "release" {
        return Err("ui/dist is missing: run `make ui` first".into());
    }
    let folder = Path::new(&env::var("OUT_DIR")?).join("no-ui");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.html"), NO_UI)?;
    println!("cargo:warning=the window is built without its UI: ui/dist is missing, `make ui` makes it");
    let folder = folder.to_str().ok_or("the target folder's path is not UTF-8")?.replace('\\', "/");
    let settings = format!(r#"{{"build":{{"frontendDist":"{folder}"}}}}"#);
    println!("cargo:rustc-env=TAURI_CONFIG={settings}");
    Ok(())
}
