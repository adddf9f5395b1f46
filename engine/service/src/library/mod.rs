//! The library: pictures and what was seen on them, kept on this device only.
//!
//! A folder holds `library.db`, an SQLite database with results, thumbnails and embeddings, and
//! `pictures/`, the pictures themselves as they were opened, named by the SHA-256 of their bytes.
//! `docs/decisions/0009-library.md` says why.

mod damage;
mod failure;
mod keep;
mod likeness;
mod pictures;
mod schema;
mod search;
#[cfg(test)]
mod tests;
mod thumbnail;
mod words;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::api::{Failure, ItemId, LibraryEntry, LibraryPage, LibraryQuery};
use failure::Place;
use keep::Hash;
pub use keep::Kept;
use likeness::Vectors;

/// Numbers of an embedding.
pub const EMBEDDING: usize = 1280;

/// An open library. It may be used from several threads; several processes may have the same one
/// open at once.
#[derive(Debug)]
pub struct Library {
    place: Place,
    /// Writes, one at a time.
    writer: Mutex<Connection>,
    /// Reads, which do not wait for writes.
    reader: Mutex<Reader>,
    set_aside: Option<PathBuf>,
}

/// The connection that reads, and the embeddings it has read.
#[derive(Debug)]
struct Reader {
    connection: Connection,
    vectors: Vectors,
}

impl Library {
    /// Opens the library in `folder`, which is made if it is missing.
    ///
    /// A damaged database is never deleted: it is moved, with its pictures, to a folder beside it
    /// ([`set_aside`](Self::set_aside) says where), and an empty library is begun.
    ///
    /// # Errors
    /// `storage` where the folder cannot be written, the disk is full, another process holds the
    /// database for longer than five seconds, or a newer version of Glimpse wrote it.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let place = Place::new(folder);
        pictures::make_folder(&place)?;
        let set_aside = if damage::is_suspect(&place) && damage::is_damaged(&place)? {
            Some(damage::set_aside(&place)?)
        } else {
            None
        };
        let (writer, set_aside) = match schema::open_writer(&place) {
            Ok(writer) => (writer, set_aside),
            Err(schema::OpenError::Damaged) => {
                let aside = damage::set_aside(&place)?;
                (schema::open_writer(&place).map_err(|e| e.into_failure(&place))?, Some(aside))
            }
            Err(error) => return Err(error.into_failure(&place)),
        };
        let reader = schema::open_reader(&place).map_err(|e| e.into_failure(&place))?;
        let reader = Mutex::new(Reader { connection: reader, vectors: Vectors::default() });
        let library = Self { place, writer: Mutex::new(writer), reader, set_aside };
        library.sweep()?;
        Ok(library)
    }

    /// Where a damaged former library lies, if opening found one.
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Keeps a picture and what is known of it. The same picture (the same bytes) is one item: what
    /// is given here replaces what was known, what is not given stays.
    ///
    /// # Errors
    /// `storage` where it cannot be written; then nothing is changed. `internal` where the
    /// embedding does not have [`EMBEDDING`] finite numbers.
    pub fn keep(&self, kept: &Kept<'_>) -> Result<ItemId, Failure> {
        self.write("kept in", |tx| keep::keep(&self.place, tx, kept))
    }

    /// Pictures that match `query`, in its order: the most alike first where it asks for likeness,
    /// else the newest first. `like` is the embedding of the opened picture that the query names.
    /// Pictures without an embedding come last. Likeness is the scalar product of embeddings, to
    /// about 0.002.
    ///
    /// # Errors
    /// `bad_request` where a value is out of its range, `unknown_item` where the query's item does
    /// not exist, `storage` where the library cannot be read.
    pub fn search(&self, query: &LibraryQuery, like: Option<&[f32]>) -> Result<LibraryPage, Failure> {
        let bytes = schema::database_bytes(&self.place);
        self.read_with(|tx, vectors| search::search(&self.place, tx, query, like, vectors, bytes))
    }

    /// All that is known of a picture.
    ///
    /// # Errors
    /// `unknown_item`, `storage`.
    pub fn entry(&self, id: ItemId) -> Result<LibraryEntry, Failure> {
        self.read(|tx| search::entry(&self.place, tx, id))
    }

    /// A JPEG of the picture whose longest side is at most 320 pixels.
    ///
    /// # Errors
    /// `unknown_item`, `storage`.
    pub fn thumbnail(&self, id: ItemId) -> Result<Vec<u8>, Failure> {
        self.read(|tx| {
            tx.prepare_cached("SELECT jpeg FROM thumbnails WHERE item = ?1")
                .and_then(|mut s| s.query_row([id.0], |row| row.get(0)).optional())
                .map_err(|e| self.place.failure("read", &e))?
                .ok_or_else(|| failure::unknown(id))
        })
    }

    /// The picture as it was opened: its encoded bytes.
    ///
    /// # Errors
    /// `unknown_item`; `storage` also where the file is gone or its bytes are not those that were kept.
    pub fn image(&self, id: ItemId) -> Result<Vec<u8>, Failure> {
        let hash = self.read(|tx| search::hash_of(&self.place, tx, id))?;
        pictures::read(&self.place, &hash)
    }

    /// Deletes a picture and all that is known of it, from the disk too.
    ///
    /// # Errors
    /// `unknown_item`, `storage`.
    pub fn delete(&self, id: ItemId) -> Result<(), Failure> {
        let hash = self.write("deleted from", |tx| {
            let hash = search::hash_of(&self.place, tx, id)?;
            keep::forget(&self.place, tx, id)?;
            Ok(hash)
        })?;
        self.write("deleted from", |tx| self.remove_if_unused(tx, &hash))?;
        self.shrink("PRAGMA incremental_vacuum")
    }

    /// Deletes everything, from the disk too. A library that was set aside stays.
    ///
    /// # Errors
    /// `storage`.
    pub fn clear(&self) -> Result<(), Failure> {
        self.write("emptied in", |tx| {
            keep::forget_all(&self.place, tx)?;
            Ok(())
        })?;
        self.sweep()?;
        self.shrink("VACUUM")
    }

    /// Bytes of the whole library on disk: pictures and database.
    ///
    /// # Errors
    /// `storage`.
    pub fn bytes(&self) -> Result<u64, Failure> {
        let database = schema::database_bytes(&self.place);
        Ok(database + self.read(|tx| search::picture_bytes(&self.place, tx))?)
    }

    /// Removes files of pictures that no item has: what a crash between file and row leaves.
    fn sweep(&self) -> Result<(), Failure> {
        self.write("tidied in", |tx| {
            let hashes: Vec<Hash> = tx
                .prepare("SELECT sha256 FROM items")
                .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
                .map_err(|e| self.place.failure("read", &e))?;
            pictures::sweep(&self.place, &hashes.into_iter().collect())
        })
    }

    fn remove_if_unused(&self, tx: &Transaction<'_>, hash: &Hash) -> Result<(), Failure> {
        let used = tx
            .query_row("SELECT 1 FROM items WHERE sha256 = ?1", [hash], |_| Ok(()))
            .optional()
            .map_err(|e| self.place.failure("read", &e))?
            .is_some();
        if used { Ok(()) } else { pictures::remove(&self.place, hash) }
    }

    /// Gives freed pages back to the file system, and leaves nothing of them in the log.
    fn shrink(&self, how: &str) -> Result<(), Failure> {
        let writer = lock(&self.writer);
        let run = |sql: &str| -> rusqlite::Result<()> {
            let mut statement = writer.prepare(sql)?;
            let mut rows = statement.query([])?;
            while rows.next()?.is_some() {}
            Ok(())
        };
        run(how)
            .and_then(|()| run("PRAGMA wal_checkpoint(TRUNCATE)"))
            .map_err(|e| self.place.failure("shrunk", &e))
    }

    /// Runs `work` in a transaction that holds the write lock from its beginning, so that files and
    /// rows change together under it; a failure changes no row.
    fn write<T>(
        &self,
        doing: &str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let writer = lock(&self.writer);
        let tx = Transaction::new_unchecked(&writer, TransactionBehavior::Immediate)
            .map_err(|e| self.place.failure(doing, &e))?;
        let value = work(&tx)?;
        tx.commit().map_err(|e| self.place.failure(doing, &e))?;
        Ok(value)
    }

    /// Runs `work` on one consistent view.
    fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        self.read_with(|tx, _| work(tx))
    }

    fn read_with<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &mut Vectors) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut reader = lock(&self.reader);
        let Reader { connection, vectors } = &mut *reader;
        let tx = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)
            .map_err(|e| self.place.failure("read", &e))?;
        work(&tx, vectors)
    }
}

/// A connection whose user panicked is as good as any: its transaction was rolled back.
fn lock<T>(connection: &Mutex<T>) -> MutexGuard<'_, T> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
