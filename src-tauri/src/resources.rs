//! Packs and samples as files, on platforms that keep them inside of the app's package: copied once an
//! update, whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use glimpse_engine::pack::Manifest;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What is copied, by its folders in the package.
const FOLDERS: [&str; 2] = ["packs", "samples"];

/// Lists what was copied; it is written last.
const CONTENTS: &str = "contents.json";

/// Ends the name of a folder that is not whole yet.
const PART: &str = ".part";

/// The app's package, which holds files under paths like `packs/packs.toml`.
pub(crate) trait Package {
    /// Names this build of the app: another after each installation and update.
    fn build(&self) -> io::Result<String>;

    /// The files below `folder`, at any depth, by their paths in the package.
    fn files(&self, folder: &str) -> io::Result<Vec<String>>;

    /// Writes the file `name` of the package to `to`, which does not exist yet.
    fn copy(&self, name: &str, to: &Path) -> io::Result<()>;
}

/// Why the files are not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResourceError {
    /// A file cannot be read or written.
    #[error("{what}: {source}")]
    Io {
        /// Which.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// The package names a file that would lie elsewhere.
    #[error("{0:?} is no path within the package")]
    BadName(String),
    /// A pack is not the one that the list names.
    #[error("{0} was not copied whole")]
    Damaged(String),
}

fn io_at(what: impl Into<String>) -> impl FnOnce(io::Error) -> ResourceError {
    let what = what.into();
    move |source| ResourceError::Io { what, source }
}

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
struct Contents {
    files: Vec<Copied>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Copied {
    name: String,
    bytes: u64,
}

/// The folder below `into` that holds the package's files for this build. It is made where it does not
/// exist or is not whole; those of other builds are deleted.
///
/// # Errors
/// Where the package or the disk fails, which leaves nothing that counts as whole.
pub(crate) fn install(package: &dyn Package, into: &Path) -> Result<PathBuf, ResourceError> {
    let build = package.build().map_err(io_at("the package"))?;
    let name: String =
        build.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    let whole = into.join(&name);
    if is_whole(&whole) {
        return Ok(whole);
    }
    fs::create_dir_all(into).map_err(io_at(into.display().to_string()))?;
    // What another build left is of no use to this one, and the room is.
    clear(into)?;
    let part = into.join(format!("{name}{PART}"));
    let contents = copy_all(package, &part)?;
    let list = serde_json::to_vec(&contents).map_err(|error| io_at(CONTENTS)(error.into()))?;
    write(&part.join(CONTENTS), &list)?;
    sync_folder(&part)?;
    fs::rename(&part, &whole).map_err(io_at(whole.display().to_string()))?;
    sync_folder(into)?;
    tracing::info!(files = contents.files.len(), folder = %whole.display(), "copied packs and samples");
    Ok(whole)
}

/// Whether all that was copied into `folder` is still there, by the lengths of the files: who could change
/// them otherwise could change the app.
fn is_whole(folder: &Path) -> bool {
    let Ok(list) = fs::read(folder.join(CONTENTS)) else { return false };
    let Ok(contents) = serde_json::from_slice::<Contents>(&list) else { return false };
    !contents.files.is_empty()
        && contents.files.iter().all(|file| {
            fs::metadata(folder.join(&file.name))
                .is_ok_and(|state| state.is_file() && state.len() == file.bytes)
        })
}

fn clear(folder: &Path) -> Result<(), ResourceError> {
    for entry in fs::read_dir(folder).map_err(io_at(folder.display().to_string()))? {
        let path = entry.map_err(io_at(folder.display().to_string()))?.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(io_at(path.display().to_string()))?;
    }
    Ok(())
}

fn copy_all(package: &dyn Package, part: &Path) -> Result<Contents, ResourceError> {
    let mut contents = Contents::default();
    for folder in FOLDERS {
        for name in package.files(folder).map_err(io_at(folder))? {
            let relative = Path::new(&name);
            if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
                return Err(ResourceError::BadName(name));
            }
            let to = part.join(relative);
            fs::create_dir_all(to.parent().unwrap_or(part)).map_err(io_at(&*name))?;
            package.copy(&name, &to).map_err(io_at(&*name))?;
            let file = File::open(&to).map_err(io_at(&*name))?;
            file.sync_all().map_err(io_at(&*name))?;
            let bytes = file.metadata().map_err(io_at(&*name))?.len();
            contents.files.push(Copied { name, bytes });
        }
    }
    check_packs(&part.join("packs"))?;
    Ok(contents)
}

/// Compares the packs that came along with the list of packs. Packs that did not come are not missed here:
/// an app brings some of the list only.
fn check_packs(packs: &Path) -> Result<(), ResourceError> {
    let list = packs.join("packs.toml");
    let manifest =
        Manifest::read(packs).map_err(|error| io_at(list.display().to_string())(io::Error::other(error)))?;
    for pack in manifest.packs {
        let path = packs.join(&pack.file);
        if path.exists() && sha256(&path).map_err(io_at(&*pack.file))? != pack.sha256 {
            return Err(ResourceError::Damaged(pack.file));
        }
    }
    Ok(())
}

/// SHA-256 of a file in hexadecimal.
fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => hash.update(&buffer[..n]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ResourceError> {
    let written = fs::write(path, bytes).and_then(|()| File::open(path)?.sync_all());
    written.map_err(io_at(path.display().to_string()))
}

/// Makes the names in a folder last, where the platform can.
fn sync_folder(folder: &Path) -> Result<(), ResourceError> {
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(io_at(folder.display().to_string()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    use super::*;

    /// A package of a few files; `fails` is the file at which the disk is full.
    #[derive(Default)]
    struct Fake {
        build: RefCell<String>,
        files: RefCell<BTreeMap<String, Vec<u8>>>,
        fails: RefCell<Option<String>>,
        copies: Cell<usize>,
    }

    impl Fake {
        fn new(build: &str) -> Self {
            let pack = b"weights".to_vec();
            let hash: String = Sha256::digest(&pack).iter().map(|byte| format!("{byte:02x}")).collect();
            let list = format!(
                "[[pack]]\nid = \"a-int8\"\nfile = \"a-int8.safetensors\"\nbytes = 7\nsha256 = \"{hash}\"\n\
                 licence = \"MIT\"\nprovenance = \"here\"\n\n\
                 [[pack]]\nid = \"a-f32\"\nfile = \"f32/a-f32.safetensors\"\nbytes = 9\nsha256 = \"{hash}\"\n\
                 licence = \"MIT\"\nprovenance = \"here\"\n"
            );
            let fake = Self::default();
            fake.build.replace(build.into());
            fake.files.borrow_mut().extend([
                ("packs/packs.toml".to_owned(), list.into_bytes()),
                ("packs/a-int8.safetensors".to_owned(), pack),
                ("samples/sign.jpg".to_owned(), b"sign".to_vec()),
                ("samples/photos/cat.jpg".to_owned(), b"cat".to_vec()),
            ]);
            fake
        }
    }

    impl Package for Fake {
        fn build(&self) -> io::Result<String> {
            Ok(self.build.borrow().clone())
        }

        fn files(&self, folder: &str) -> io::Result<Vec<String>> {
            let below = format!("{folder}/");
            Ok(self.files.borrow().keys().filter(|name| name.starts_with(&below)).cloned().collect())
        }

        fn copy(&self, name: &str, to: &Path) -> io::Result<()> {
            self.copies.set(self.copies.get() + 1);
            let files = self.files.borrow();
            if self.fails.borrow().as_deref() == Some(name) {
                fs::write(to, &files[name][..1])?;
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            fs::write(to, &files[name])
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_copied_once_a_build() {
        let root = tempfile::tempdir().unwrap();
        let into = root.path().join("resources");
        let package = Fake::new("0.1.0 (1700000000)");
        let folder = install(&package, &into).unwrap();
        assert_eq!(folder, into.join("0.1.0--1700000000-"));
        assert_eq!(fs::read(folder.join("packs/a-int8.safetensors")).unwrap(), b"weights");
        assert_eq!(fs::read(folder.join("samples/photos/cat.jpg")).unwrap(), b"cat");
        assert_eq!(package.copies.get(), 4);
        assert_eq!(install(&package, &into).unwrap(), folder);
        assert_eq!(package.copies.get(), 4, "nothing is copied again");

        package.build.replace("0.2.0".into());
        package.files.borrow_mut().remove("samples/sign.jpg");
        let updated = install(&package, &into).unwrap();
        assert_eq!(names(&into), ["0.2.0"], "what the build before had is gone");
        assert_eq!(names(&updated.join("samples")), ["photos"]);
    }

    #[test]
    fn a_copy_that_ends_early_does_not_count() {
        let root = tempfile::tempdir().unwrap();
        let package = Fake::new("1");
        package.fails.replace(Some("samples/photos/cat.jpg".into()));
        let failure = install(&package, root.path()).unwrap_err();
        assert!(failure.to_string().starts_with("samples/photos/cat.jpg"), "{failure}");
        assert_eq!(names(root.path()), ["1.part"]);
        package.fails.replace(None);
        let folder = install(&package, root.path()).unwrap();
        assert_eq!(names(root.path()), ["1"]);
        assert_eq!(fs::read(folder.join("samples/photos/cat.jpg")).unwrap(), b"cat");
    }

    #[test]
    fn what_was_lost_or_cut_is_copied_again() {
        let root = tempfile::tempdir().unwrap();
        let package = Fake::new("1");
        let folder = install(&package, root.path()).unwrap();
        let pack = folder.join("packs/a-int8.safetensors");
        let damages: [&dyn Fn(); 4] = [
            &|| fs::remove_file(&pack).unwrap(),
            &|| fs::write(&pack, b"short").unwrap(),
            &|| fs::write(folder.join(CONTENTS), b"{").unwrap(),
            &|| fs::remove_dir_all(&folder).unwrap(),
        ];
        for damage in damages {
            damage();
            assert_eq!(install(&package, root.path()).unwrap(), folder);
            assert_eq!(fs::read(&pack).unwrap(), b"weights");
        }
    }

    #[test]
    fn a_pack_that_is_not_the_listed_one_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let package = Fake::new("1");
        package.files.borrow_mut().insert("packs/a-int8.safetensors".into(), b"weightz".to_vec());
        let failure = install(&package, root.path()).unwrap_err();
        assert!(matches!(failure, ResourceError::Damaged(file) if file == "a-int8.safetensors"));
        assert_eq!(names(root.path()), ["1.part"]);
        package.files.borrow_mut().insert("packs/packs.toml".into(), b"no list".to_vec());
        assert!(matches!(install(&package, root.path()), Err(ResourceError::Io { .. })));
    }

    #[test]
    fn nothing_is_written_elsewhere() {
        let root = tempfile::tempdir().unwrap();
        for name in ["packs/../../out", "packs/./a"] {
            let package = Fake::new("1");
            package.files.borrow_mut().insert(name.into(), b"x".to_vec());
            // `.` within a path is dropped by `components`; what climbs is refused.
            let refused =
                matches!(install(&package, &root.path().join("in")), Err(ResourceError::BadName(_)));
            assert_eq!(refused, name.contains(".."), "{name}");
        }
        assert_eq!(names(root.path()), ["in"]);
    }

    #[test]
    fn the_packs_of_this_repository_are_taken() {
        struct Assets;
        impl Package for Assets {
            fn build(&self) -> io::Result<String> {
                Ok("assets".into())
            }

            fn files(&self, folder: &str) -> io::Result<Vec<String>> {
                let packs = ["packs/packs.toml", "packs/ocr-det-int8.safetensors"].map(str::to_owned);
                Ok(if folder == "packs" { packs.to_vec() } else { Vec::new() })
            }

            fn copy(&self, name: &str, to: &Path) -> io::Result<()> {
                let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
                fs::copy(assets.join(Path::new(name).file_name().unwrap()), to).map(drop)
            }
        }
        let root = tempfile::tempdir().unwrap();
        let folder = install(&Assets, root.path()).unwrap();
        let manifest = Manifest::read(&folder.join("packs")).unwrap();
        manifest.open(&folder.join("packs"), "ocr-det-int8").unwrap();
    }
}
