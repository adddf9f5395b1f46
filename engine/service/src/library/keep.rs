//! Keeping a picture, and forgetting it.

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use glimpse_engine::{Description, Found, Reading};
use image::RgbImage;
use rusqlite::{OptionalExtension, Transaction, params};

use super::failure::Place;
use super::search::Results;
use super::{likeness, pictures, schema, thumbnail, words};
use crate::api::{Failure, ItemId, ServiceCode};

/// SHA-256 of a picture's encoded bytes.
pub(super) type Hash = [u8; 32];

/// Characters of a name; longer ones are cut.
const LONGEST_NAME: usize = 255;

/// A picture to keep and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// The item that it is, where that is known: then it need not be hashed again. One that is
    /// gone is as good as none.
    pub item: Option<ItemId>,
    /// File name; [`None`] leaves it as it is.
    pub name: Option<&'a str>,
    /// The picture as it was opened: a file in a format that the engine decodes.
    pub encoded: &'a [u8],
    /// Its pixels, upright; possibly fewer than the file has.
    pub pixels: &'a RgbImage,
    /// Width as displayed, in pixels.
    pub width: u32,
    /// Height as displayed, in pixels.
    pub height: u32,
    /// Its embedding: [`EMBEDDING`](super::EMBEDDING) numbers, a vector of length 1.
    pub embedding: Option<&'a [f32]>,
    /// The text read.
    pub reading: Option<&'a Reading>,
    /// The description.
    pub description: Option<&'a Description>,
    /// The objects found.
    pub found: Option<&'a Found>,
}

/// Which item a picture is.
#[derive(Debug)]
pub(super) enum Identity {
    /// This one.
    Item(ItemId),
    /// The one of these bytes, if there is one.
    Bytes(Hash),
}

/// Keeps `kept` under the write lock: its file first, so that no row is without one.
pub(super) fn keep(place: &Place, tx: &Transaction<'_>, kept: &Kept<'_>) -> Result<ItemId, Failure> {
    let identity = match known(tx, kept).map_err(|e| place.failure("kept in", &e))? {
        Some(id) => Identity::Item(id),
        None => {
            let hash = pictures::hash(kept.encoded);
            // Also where the item is known: its file may have been lost.
            pictures::write(place, &hash, kept.encoded)?;
            Identity::Bytes(hash)
        }
    };
    keep_rows(place, tx, kept, &identity)
}

/// The rows of `kept`, merged with what is known.
pub(super) fn keep_rows(
    place: &Place,
    tx: &Transaction<'_>,
    kept: &Kept<'_>,
    identity: &Identity,
) -> Result<ItemId, Failure> {
    let id = match identity {
        Identity::Item(id) => *id,
        Identity::Bytes(hash) => find_or_add(place, tx, kept, hash)?,
    };
    let known = Results::load(place, tx, id)?;
    let results = Results {
        reading: kept.reading.map(Cow::Borrowed).or(known.reading),
        description: kept.description.map(Cow::Borrowed).or(known.description),
        found: kept.found.map(Cow::Borrowed).or(known.found),
    };
    let vector = kept.embedding.map(likeness::pack).transpose()?;
    save(tx, id, kept.name, vector, &results).map_err(|e| match e {
        SaveError::Database(e) => place.failure("kept in", &e),
        SaveError::Json(e) => {
            Failure::new(ServiceCode::Internal, format!("a result is not writable as JSON: {e}"))
        }
    })?;
    Ok(id)
}

/// The item that the caller says it is, if there is one and it has as many bytes.
fn known(tx: &Transaction<'_>, kept: &Kept<'_>) -> rusqlite::Result<Option<ItemId>> {
    let Some(id) = kept.item else { return Ok(None) };
    tx.prepare_cached("SELECT id FROM items WHERE id = ?1 AND bytes = ?2")?
        .query_row(params![id.0, length(kept.encoded)], |row| row.get(0))
        .optional()
        .map(|id| id.map(ItemId))
}

fn find_or_add(place: &Place, tx: &Transaction<'_>, kept: &Kept<'_>, hash: &Hash) -> Result<ItemId, Failure> {
    let found = tx
        .prepare_cached("SELECT id FROM items WHERE sha256 = ?1")
        .and_then(|mut s| s.query_row([hash], |row| row.get(0)).optional())
        .map_err(|e| place.failure("kept in", &e))?;
    if let Some(id) = found {
        return Ok(ItemId(id));
    }
    let small = thumbnail::thumbnail(kept.pixels)
        .map_err(|e| Failure::new(ServiceCode::Internal, format!("no thumbnail could be made: {e}")))?;
    add(tx, kept, hash, &small).map_err(|e| place.failure("kept in", &e))
}

fn add(tx: &Transaction<'_>, kept: &Kept<'_>, hash: &Hash, small: &[u8]) -> rusqlite::Result<ItemId> {
    tx.prepare_cached(
        "INSERT INTO items (sha256, kept_ms, width, height, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![hash, now_ms(), kept.width, kept.height, length(kept.encoded)])?;
    let id = tx.last_insert_rowid();
    tx.prepare_cached("INSERT INTO thumbnails (item, jpeg) VALUES (?1, ?2)")?.execute(params![id, small])?;
    Ok(ItemId(id))
}

enum SaveError {
    Database(rusqlite::Error),
    Json(serde_json::Error),
}

impl From<rusqlite::Error> for SaveError {
    fn from(error: rusqlite::Error) -> Self {
        SaveError::Database(error)
    }
}

impl From<serde_json::Error> for SaveError {
    fn from(error: serde_json::Error) -> Self {
        SaveError::Json(error)
    }
}

/// Writes all that is known of item `id`, and its words.
fn save(
    tx: &Transaction<'_>,
    id: ItemId,
    name: Option<&str>,
    vector: Option<Vec<u8>>,
    results: &Results<'_>,
) -> Result<(), SaveError> {
    if let Some(name) = name {
        let name: String = name.chars().take(LONGEST_NAME).collect();
        tx.prepare_cached("UPDATE items SET name = ?2 WHERE id = ?1")?.execute(params![id.0, name])?;
    }
    if let Some(vector) = vector {
        tx.prepare_cached("INSERT OR REPLACE INTO embeddings (item, vector) VALUES (?1, ?2)")?
            .execute(params![id.0, vector])?;
    }
    let (text, caption, labels) = (results.text(), results.caption(), results.labels());
    tx.prepare_cached(
        "INSERT OR REPLACE INTO results (item, excerpt, caption, labels, reading, description, found)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        id.0,
        text.as_deref().map(excerpt),
        caption,
        serde_json::to_string(&labels)?,
        results.reading.as_ref().map(serde_json::to_string).transpose()?,
        results.description.as_ref().map(serde_json::to_string).transpose()?,
        results.found.as_ref().map(serde_json::to_string).transpose()?,
    ])?;
    let name: Option<String> =
        tx.prepare_cached("SELECT name FROM items WHERE id = ?1")?.query_row([id.0], |row| row.get(0))?;
    tx.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([id.0])?;
    tx.prepare_cached("INSERT INTO words (rowid, name, text, caption, labels) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            id.0,
            words::fold(&name.unwrap_or_default()),
            words::fold(&text.unwrap_or_default()),
            words::fold(caption.unwrap_or_default()),
            words::fold(&labels.join("\n")),
        ])?;
    Ok(())
}

/// Deletes the rows of item `id`.
pub(super) fn forget(place: &Place, tx: &Transaction<'_>, id: ItemId) -> Result<(), Failure> {
    tx.execute("DELETE FROM words WHERE rowid = ?1", [id.0])
        .and_then(|_| tx.execute("DELETE FROM items WHERE id = ?1", [id.0]))
        .map(drop)
        .map_err(|e| place.failure("deleted from", &e))
}

/// Deletes all rows.
pub(super) fn forget_all(place: &Place, tx: &Transaction<'_>) -> Result<(), Failure> {
    tx.execute_batch(schema::EMPTY_WORDS)
        .and_then(|()| tx.execute_batch("DELETE FROM items"))
        .map_err(|e| place.failure("emptied in", &e))
}

/// Characters of text that lists show.
const EXCERPT: usize = 240;

fn excerpt(text: &str) -> &str {
    text.char_indices().nth(EXCERPT).map_or(text, |(end, _)| &text[..end]).trim_end()
}

fn length(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
