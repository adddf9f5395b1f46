//! Paths that a person chose outside of the page: arguments, a second start, the file manager, a
//! drop. The page may open these and no others.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use glimpse_engine::Error;
use glimpse_service::api::{Failure, ServiceCode};

/// Most paths that are remembered; the oldest go first.
const MAX_PATHS: usize = 1024;

/// What was chosen, and what of it the page has not been told of yet.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(Mutex<Lists>);

#[derive(Debug, Default)]
struct Lists {
    allowed: VecDeque<PathBuf>,
    waiting: VecDeque<PathBuf>,
}

impl Arrivals {
    /// Lets the page open `paths`.
    pub(crate) fn allow(&self, paths: impl IntoIterator<Item = PathBuf>) {
        let mut lists = self.lists();
        for path in paths {
            push(&mut lists.allowed, path);
        }
    }

    /// Lets the page open `paths`, and hands them to it when it next asks.
    pub(crate) fn hand_over(&self, paths: impl IntoIterator<Item = PathBuf>) {
        let mut lists = self.lists();
        for path in paths {
            push(&mut lists.allowed, path.clone());
            push(&mut lists.waiting, path);
        }
    }

    /// The paths that wait to be opened, as the page names them; afterwards none wait.
    pub(crate) fn take(&self) -> Vec<String> {
        self.lists().waiting.drain(..).map(|path| path.to_string_lossy().into_owned()).collect()
    }

    /// The file that the page calls `path`.
    ///
    /// # Errors
    /// `bad_request` for a path that nobody chose and for what is no file; `not_found` and the like
    /// where it cannot be looked at.
    pub(crate) fn file(&self, path: &str) -> Result<PathBuf, Failure> {
        let chosen = self.lists().allowed.iter().find(|known| known.to_string_lossy() == path).cloned();
        let Some(chosen) = chosen else {
            let message = format!("{path} was neither dropped on the window nor opened with it");
            return Err(Failure::new(ServiceCode::BadRequest, message));
        };
        let state = chosen.metadata().map_err(|source| Error::Io { path: chosen.clone(), source })?;
        // To open a pipe waits for who writes to it. Folders are told by who opens them.
        if !state.is_file() && !state.is_dir() {
            let message = format!("{path} is neither a file nor a folder");
            return Err(Failure::new(ServiceCode::BadRequest, message));
        }
        Ok(chosen)
    }

    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn push(list: &mut VecDeque<PathBuf>, path: PathBuf) {
    list.retain(|known| *known != path);
    if list.len() == MAX_PATHS {
        list.pop_front();
    }
    list.push_back(path);
}

/// The paths among a program's arguments (without its name), made absolute from `folder`. What
/// begins with `-` is an option, unless it stands after `--`.
#[cfg_attr(mobile, expect(dead_code, reason = "phones hand over no arguments"))]
pub(crate) fn paths_of(arguments: impl IntoIterator<Item = OsString>, folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut options = true;
    for argument in arguments {
        if options && argument == "--" {
            options = false;
        } else if argument.is_empty() || options && argument.as_encoded_bytes().starts_with(b"-") {
            continue;
        } else {
            paths.push(folder.join(argument));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_paths_from_where_the_program_was_started() {
        let folder = Path::new("/pictures");
        let arguments = ["--flag", "a.jpg", "", "/tmp/b.png", "--", "-c.png"].map(OsString::from);
        let expected = ["/pictures/a.jpg", "/tmp/b.png", "/pictures/-c.png"].map(PathBuf::from);
        assert_eq!(paths_of(arguments, folder), expected);
    }

    #[test]
    fn only_what_was_chosen_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let [dropped, other] = ["dropped.png", "other.png"].map(|name| folder.path().join(name));
        std::fs::write(&dropped, b"one").unwrap();
        std::fs::write(&other, b"two").unwrap();
        let arrivals = Arrivals::default();
        arrivals.allow([dropped.clone()]);

        assert_eq!(arrivals.file(dropped.to_str().unwrap()).unwrap(), dropped);
        assert_eq!(arrivals.file(other.to_str().unwrap()).unwrap_err().code, "bad_request");
        assert!(arrivals.take().is_empty(), "a drop is told to the page by the webview");
    }

    #[test]
    fn what_is_handed_over_waits_until_it_is_asked_for() {
        let arrivals = Arrivals::default();
        arrivals.hand_over(["/a.png", "/b.png", "/a.png"].map(PathBuf::from));
        assert_eq!(arrivals.take(), ["/b.png", "/a.png"]);
        assert!(arrivals.take().is_empty());
        let failure = arrivals.file("/a.png").unwrap_err();
        assert_ne!(failure.code, "bad_request", "it was chosen, but is not there");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused() {
        let arrivals = Arrivals::default();
        arrivals.allow([PathBuf::from("/dev/null")]);
        assert_eq!(arrivals.file("/dev/null").unwrap_err().code, "bad_request");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_unicode_is_known_by_what_the_page_was_told() {
        use std::os::unix::ffi::OsStringExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(OsString::from_vec(b"caf\xe9.png".to_vec()));
        std::fs::write(&path, b"bytes").unwrap();
        let arrivals = Arrivals::default();
        arrivals.hand_over([path.clone()]);
        assert_eq!(arrivals.file(&arrivals.take()[0]).unwrap(), path);
    }

    #[test]
    fn the_oldest_paths_are_forgotten() {
        let arrivals = Arrivals::default();
        arrivals.hand_over((0..MAX_PATHS + 2).map(|n| PathBuf::from(format!("/{n}.png"))));
        assert_eq!(arrivals.file("/1.png").unwrap_err().code, "bad_request");
        let told = arrivals.take();
        assert_eq!((told.len(), told[0].as_str()), (MAX_PATHS, "/2.png"));
    }
}
