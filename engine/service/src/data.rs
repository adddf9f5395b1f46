//! The folder in which settings and library lie, one for the window and the server.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::api::{Failure, ServiceCode};

/// Names the folder, before all else.
const VARIABLE: &str = "GLIMPSE_DATA";
/// Its name in the user's folder for data of programs.
const FOLDER: &str = "glimpse";
/// Where the window kept them before it shared a folder with the server.
const FORMER: &str = "app.glimpse.vision";
/// What was kept there and moves; logs and the webview's own files stay.
const MOVED: [&str; 2] = ["library", "settings.json"];
/// Holds what is on its way.
const ON_THE_WAY: &str = "glimpse.moving";

/// The folder of settings and library: `GLIMPSE_DATA`, else `glimpse` in the user's folder for data of
/// programs (`$XDG_DATA_HOME` or `~/.local/share`, `~/Library/Application Support`, `%APPDATA%`).
///
/// Where it does not exist yet, what the window kept in a folder of its own is moved there first: all of
/// it or, after a failure, the rest with the next call. `None` where the user has no folder for data, as
/// a service without a home.
///
/// # Errors
/// `storage` where what is there cannot be moved.
pub fn data_folder() -> Result<Option<PathBuf>, Failure> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|name| !name.is_empty()) {
        return Ok(Some(named.into()));
    }
    match etcetera::base_strategy::choose_native_strategy() {
        Ok(folders) => in_folder(&folders.data_dir()).map(Some),
        Err(error) => {
            tracing::warn!(%error, "settings and library last as long as this run: name a folder in {VARIABLE}");
            Ok(None)
        }
    }
}

fn in_folder(base: &Path) -> Result<PathBuf, Failure> {
    let folder = base.join(FOLDER);
    if !folder.exists() {
        adopt(base, &folder).map_err(|error| {
            let (from, to) = (base.join(FORMER), folder.display());
            let message = format!("what lies in {} cannot be moved to {to}: {error}", from.display());
            Failure::new(ServiceCode::Storage, message)
        })?;
    }
    Ok(folder)
}

/// Moves what the window kept to `folder`, which appears when it is complete. Each step is a renaming,
/// and whoever comes after a crash, or at the same time, goes on where the other is.
fn adopt(base: &Path, folder: &Path) -> std::io::Result<()> {
    let (former, moving) = (base.join(FORMER), base.join(ON_THE_WAY));
    if !moving.exists() && !MOVED.iter().any(|name| former.join(name).exists()) {
        return Ok(());
    }
    make_private(&moving)?;
    for name in MOVED {
        match std::fs::rename(former.join(name), moving.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    match std::fs::rename(&moving, folder) {
        Ok(()) => {
            tracing::info!("settings and library moved from {} to {}", former.display(), folder.display())
        }
        // Another process was faster; what this one made of the folder on the way is empty.
        Err(_) if folder.exists() => {
            let _ = std::fs::remove_dir(&moving);
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Makes `folder`, which only its owner may enter, unless it is there.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: PathBuf, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// What a window of before left behind.
    fn former() -> tempfile::TempDir {
        let base = tempfile::tempdir().unwrap();
        let at = |name: &str| base.path().join(FORMER).join(name);
        write(at("library/library.db"), "rows");
        write(at("library/pictures/ab"), "pixels");
        write(at("settings.json"), "{}");
        write(at("logs/glimpse.log"), "log");
        base
    }

    fn is_complete(folder: &Path) -> bool {
        ["library/library.db", "library/pictures/ab", "settings.json"]
            .iter()
            .all(|f| folder.join(f).is_file())
    }

    #[test]
    fn what_the_window_kept_moves_once_and_its_logs_stay() {
        let base = former();
        let folder = in_folder(base.path()).unwrap();
        assert_eq!(folder, base.path().join("glimpse"));
        assert!(is_complete(&folder) && !base.path().join(ON_THE_WAY).exists());
        assert!(base.path().join(FORMER).join("logs/glimpse.log").is_file());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
        write(base.path().join(FORMER).join("settings.json"), "later");
        in_folder(base.path()).unwrap();
        assert_eq!(std::fs::read_to_string(folder.join("settings.json")).unwrap(), "{}");
    }

    #[test]
    fn a_folder_that_is_there_stays_as_it_is() {
        let base = former();
        write(base.path().join("glimpse/settings.json"), "mine");
        let folder = in_folder(base.path()).unwrap();
        assert_eq!(std::fs::read_to_string(folder.join("settings.json")).unwrap(), "mine");
        assert!(!folder.join("library").exists());
        assert!(base.path().join(FORMER).join("library/library.db").is_file());
    }

    #[test]
    fn without_a_former_folder_none_is_made() {
        let base = tempfile::tempdir().unwrap();
        assert!(!in_folder(base.path()).unwrap().exists());
        write(base.path().join(FORMER).join("logs/glimpse.log"), "log");
        assert!(!in_folder(base.path()).unwrap().exists());
    }

    #[test]
    fn a_move_that_was_cut_short_is_finished() {
        for moved in [&["library"][..], &["library", "settings.json"], &[]] {
            let base = former();
            let moving = base.path().join(ON_THE_WAY);
            std::fs::create_dir(&moving).unwrap();
            for name in moved {
                std::fs::rename(base.path().join(FORMER).join(name), moving.join(name)).unwrap();
            }
            assert!(is_complete(&in_folder(base.path()).unwrap()), "after {moved:?}");
        }
    }

    #[test]
    fn several_at_once_lose_nothing() {
        for _ in 0..50 {
            let base = former();
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| in_folder(base.path()).unwrap());
                }
            });
            assert!(is_complete(&base.path().join("glimpse")));
            assert!(!base.path().join(ON_THE_WAY).exists());
        }
    }
}
