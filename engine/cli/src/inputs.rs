//! From the arguments to the pictures: files, standard input, folders.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use glimpse_engine::{Error, ErrorCode};

/// File name extensions of the formats that the engine decodes.
const EXTENSIONS: [&str; 9] = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "jfif"];

/// One picture to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// The name as it stands in the output.
    pub(crate) fn name(&self) -> String {
        match self {
            Input::Stdin => "-".into(),
            Input::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// The file name without its extension; `"stdin"` for standard input.
    pub(crate) fn stem(&self) -> String {
        match self {
            Input::Stdin => "stdin".into(),
            Input::File(path) => {
                path.file_stem().unwrap_or(OsStr::new("picture")).to_string_lossy().into_owned()
            }
        }
    }
}

/// What a picture failed with: a stable code and a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The stable name.
    pub(crate) code: ErrorCode,
    /// The sentence.
    pub(crate) message: String,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Failure { code: error.code(), message: error.to_string() }
    }
}

/// An argument turned into a picture, or the reason why it is none.
pub(crate) type Expanded = Result<Input, (String, Failure)>;

/// The pictures that `arguments` name, folders replaced by the pictures in them in name order.
pub(crate) fn expand(arguments: &[PathBuf], recursive: bool) -> Vec<Expanded> {
    let mut out = Vec::new();
    for argument in arguments {
        if argument.as_os_str() == "-" {
            out.push(Ok(Input::Stdin));
        } else if argument.is_dir() {
            expand_folder(argument, recursive, &mut out);
        } else {
            out.push(Ok(Input::File(argument.clone())));
        }
    }
    out
}

/// Adds the pictures of one folder, or one failure if it cannot be listed or holds none.
fn expand_folder(folder: &Path, recursive: bool, out: &mut Vec<Expanded>) {
    let name = || folder.to_string_lossy().into_owned();
    let mut pictures = Vec::new();
    match list(folder, recursive, &mut pictures) {
        Err(error) => out.push(Err((name(), Failure::from(&error)))),
        Ok(()) if pictures.is_empty() => out.push(Err((
            name(),
            Failure {
                code: ErrorCode::IsADirectory,
                message: format!("{}: a folder that holds no pictures", folder.display()),
            },
        ))),
        Ok(()) => out.extend(pictures.into_iter().map(|path| Ok(Input::File(path)))),
    }
}

/// Lists the pictures of `folder`: its own sorted by name, then those of its folders. Symbolic links
/// to folders are not followed, so a circle of links ends.
fn list(folder: &Path, recursive: bool, pictures: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source: io::Error| Error::io(folder, source);
    let mut entries =
        std::fs::read_dir(folder).map_err(failed)?.collect::<io::Result<Vec<_>>>().map_err(failed)?;
    entries.sort_by_key(|entry| entry.file_name());
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            folders.push(path);
        } else if is_picture_name(&path) && path.is_file() {
            pictures.push(path);
        }
    }
    if recursive {
        for inner in folders {
            list(&inner, true, pictures)?;
        }
    }
    Ok(())
}

/// Whether a file's extension is that of a format the engine decodes.
fn is_picture_name(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, b"x").unwrap();
    }

    #[test]
    fn a_folder_gives_its_pictures_in_name_order() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.PNG", "a.jpg", "notes.txt", "inner/c.webp", "Makefile"] {
            touch(&dir.path().join(name));
        }
        let names = |recursive| -> Vec<String> {
            expand(&[dir.path().to_path_buf()], recursive)
                .into_iter()
                .map(|input| input.unwrap().stem())
                .collect()
        };
        assert_eq!(names(false), ["a", "b"]);
        assert_eq!(names(true), ["a", "b", "c"]);
    }

    #[test]
    fn an_empty_folder_is_a_failure_and_the_rest_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let expanded = expand(&[dir.path().to_path_buf(), "-".into(), "x.png".into()], false);
        assert_eq!(expanded.len(), 3);
        assert_eq!(expanded[0].as_ref().unwrap_err().1.code, ErrorCode::IsADirectory);
        assert_eq!(expanded[1], Ok(Input::Stdin));
        assert_eq!(expanded[2], Ok(Input::File("x.png".into())));
    }

    #[cfg(unix)]
    #[test]
    fn a_circle_of_links_ends() {
        let dir = tempfile::tempdir().unwrap();
        touch(&dir.path().join("inner/a.png"));
        std::os::unix::fs::symlink(dir.path(), dir.path().join("inner/back")).unwrap();
        assert_eq!(expand(&[dir.path().to_path_buf()], true).len(), 1);
    }
}
