//! A damaged database: found, and put out of the way whole.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags};

use super::failure::{Place, is_damage};
use crate::api::Failure;

/// Whether the database should be checked before it is used: SQLite found damage, or the last
/// process did not close it.
pub(super) fn is_suspect(place: &Place) -> bool {
    place.database().exists()
        && (place.suspicion().exists() || place.log().metadata().is_ok_and(|m| m.len() > 0))
}

/// Checks the whole database.
pub(super) fn is_damaged(place: &Place) -> Result<bool, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let verdict = Connection::open_with_flags(place.database(), flags).and_then(|connection| {
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
    });
    let damaged = match verdict {
        Ok(verdict) => verdict != "ok",
        Err(error) if is_damage(&error) => true,
        Err(error) => return Err(place.failure("checked", &error)),
    };
    if !damaged {
        remove_mark(place)?;
    }
    Ok(damaged)
}

fn remove_mark(place: &Place) -> Result<(), Failure> {
    match fs::remove_file(place.suspicion()) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(place.io("checked", &place.suspicion(), &e)),
        _ => Ok(()),
    }
}

/// Moves database and pictures to a new folder beside them, and says which.
pub(super) fn set_aside(place: &Place) -> Result<PathBuf, Failure> {
    let aside = (1u32..)
        .map(|n| place.folder().join(format!("damaged-{n}")))
        .find_map(|folder| match fs::create_dir(&folder) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => None,
            made => Some(made.map(|()| folder.clone()).map_err(|e| place.io("set aside", &folder, &e))),
        })
        .unwrap_or_else(|| Err(place.storage("set aside", "too many damaged ones lie there already")))?;
    for name in ["library.db", "library.db-wal", "library.db-shm", "pictures"] {
        let from = place.folder().join(name);
        match fs::rename(&from, aside.join(name)) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(place.io("set aside", &from, &e)),
            _ => {}
        }
    }
    remove_mark(place)?;
    super::pictures::make_folder(place)?;
    Ok(aside)
}
