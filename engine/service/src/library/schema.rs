//! The database: how it is opened, and the migrations from each format to the next.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::failure::{Place, is_damage};
use crate::api::Failure;

/// How long a statement waits for another process.
const WAIT: Duration = Duration::from_secs(5);

/// Entry `n` brings a database of format `n` to format `n + 1`. Entries are never changed.
const MIGRATIONS: [&str; 1] = [concat!(include_str!("format1.sql"), include_str!("words.sql"))];

/// Empties the index of words: dropping it is far faster than deleting all that is in it.
pub(super) const EMPTY_WORDS: &str = concat!("DROP TABLE words;\n", include_str!("words.sql"));

/// Why a database was not opened.
#[derive(Debug)]
pub(super) enum OpenError {
    /// It is no sound database.
    Damaged,
    /// It has a format that this build does not know.
    Newer(i64),
    /// Anything else.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) { OpenError::Damaged } else { OpenError::Database(error) }
    }
}

impl OpenError {
    pub(super) fn into_failure(self, place: &Place) -> Failure {
        match self {
            OpenError::Damaged => place.storage("opened", "the database is damaged"),
            OpenError::Newer(found) => place.storage(
                "opened",
                &format!(
                    "a newer version of Glimpse wrote it (format {found}; this version knows formats up to {}). \
                     It was left as it is",
                    MIGRATIONS.len()
                ),
            ),
            OpenError::Database(error) => place.failure("opened", &error),
        }
    }
}

/// Opens the database for writing, makes it if it is missing, and brings it to the newest format.
pub(super) fn open_writer(place: &Place) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(place.database(), flags() | OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.busy_timeout(WAIT)?;
    // Only a database without tables takes this; it must come before the first write.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    enter_wal(&connection)?;
    // FULL: a committed deletion must not come back after a power cut, because the picture's file
    // is removed on the strength of it. Keeping writes once a look, where one fsync is nothing.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    migrate(&connection)?;
    Ok(connection)
}

/// Opens the database for reading. It must exist.
pub(super) fn open_reader(place: &Place) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(place.database(), flags())?;
    connection.busy_timeout(WAIT)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// The library's mutexes stand for SQLite's own; a path is never a URI.
fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE
}

/// Switches to the write-ahead log. While another process switches too, SQLite answers "busy"
/// without waiting.
fn enter_wal(connection: &Connection) -> Result<(), OpenError> {
    let start = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && start.elapsed() < WAIT => {
                std::thread::sleep(Duration::from_millis(5));
            }
            other => return other.map_err(OpenError::from),
        }
    }
}

fn migrate(connection: &Connection) -> Result<(), OpenError> {
    let newest = MIGRATIONS.len() as i64;
    loop {
        let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        let format: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if format > newest {
            return Err(OpenError::Newer(format));
        }
        let Some(migration) = usize::try_from(format).ok().and_then(|f| MIGRATIONS.get(f)) else {
            return Ok(());
        };
        tx.execute_batch(migration)?;
        tx.pragma_update(None, "user_version", format + 1)?;
        tx.commit()?;
    }
}

/// Bytes of the database and its log on disk.
pub(super) fn database_bytes(place: &Place) -> u64 {
    [place.database(), place.log()].iter().filter_map(|path| path.metadata().ok()).map(|m| m.len()).sum()
}
