//! Where the library lies, and what goes wrong there in words.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::api::{Failure, ItemId, ServiceCode};

/// The folder of a library and the files in it.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
}

impl Place {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("library.db")
    }

    /// The log of writes that are not in the database's file yet.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("library.db-wal")
    }

    pub(super) fn pictures(&self) -> PathBuf {
        self.folder.join("pictures")
    }

    /// Its presence says that SQLite found the database damaged.
    pub(super) fn suspicion(&self) -> PathBuf {
        self.folder.join("library.suspect")
    }

    /// A failure of the database while the library was `doing` something ("read", "kept in").
    pub(super) fn failure(&self, doing: &str, error: &rusqlite::Error) -> Failure {
        if is_damage(error) {
            // The next opening then checks the whole database. Without the mark it would not, so a
            // failure to make it has no better place to go than this sentence.
            let marked = std::fs::write(self.suspicion(), b"").is_ok();
            let next = if marked {
                "it is checked at the next start, and set aside if it is"
            } else {
                "its folder cannot be written either"
            };
            return self.storage(doing, &format!("the database seems damaged ({error}); {next}"));
        }
        self.storage(doing, &reason(error))
    }

    /// A failure of a file of the library.
    pub(super) fn io(&self, doing: &str, path: &Path, error: &std::io::Error) -> Failure {
        self.storage(doing, &format!("{}: {error}", path.display()))
    }

    pub(super) fn storage(&self, doing: &str, reason: &str) -> Failure {
        let folder = self.folder.display();
        Failure::new(ServiceCode::Storage, format!("the library in {folder} could not be {doing}: {reason}"))
    }
}

pub(super) fn unknown(id: ItemId) -> Failure {
    Failure::new(ServiceCode::UnknownItem, format!("the library has no picture {}", id.0))
}

/// Whether `error` says that the file is no sound database.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

fn reason(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full".into(),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "there is no permission to write there".into()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program uses it for too long".into()
        }
        Some(ErrorCode::CannotOpen) => format!("the database cannot be opened ({error})"),
        Some(ErrorCode::SystemIoFailure) => format!("the disk failed ({error})"),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    fn sqlite(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn causes_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path());
        for (code, words) in [
            (ffi::SQLITE_FULL, "the disk is full"),
            (ffi::SQLITE_READONLY, "no permission"),
            (ffi::SQLITE_BUSY, "another program"),
            (ffi::SQLITE_IOERR, "the disk failed"),
            (ffi::SQLITE_CANTOPEN, "cannot be opened"),
        ] {
            let failure = place.failure("read", &sqlite(code));
            assert_eq!(failure.code, "storage");
            assert!(failure.message.contains(words), "{}", failure.message);
            assert!(failure.message.contains(&*folder.path().to_string_lossy()));
        }
        assert!(!place.suspicion().exists());
    }

    #[test]
    fn damage_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path());
        let failure = place.failure("read", &sqlite(ffi::SQLITE_CORRUPT));
        assert!(failure.message.contains("damaged"), "{}", failure.message);
        assert!(place.suspicion().exists());
    }
}
