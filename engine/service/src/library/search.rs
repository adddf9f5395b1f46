//! Finding pictures, and what is known of one.

use std::borrow::Cow;

use glimpse_engine::{Description, Found, Reading};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::de::DeserializeOwned;

use super::failure::{Place, unknown};
use super::keep::Hash;
use super::likeness::{self, Vectors};
use super::words;
use crate::api::{Failure, ItemId, LibraryEntry, LibraryItem, LibraryPage, LibraryQuery, ServiceCode};
use crate::seen;

/// Results of a page where the query says nothing, and most that it may ask for.
const PAGE: u32 = 60;
const LONGEST_PAGE: u32 = 200;

/// All that was seen on a picture.
#[derive(Debug, Default)]
pub(super) struct Results<'a> {
    pub(super) reading: Option<Cow<'a, Reading>>,
    pub(super) description: Option<Cow<'a, Description>>,
    pub(super) found: Option<Cow<'a, Found>>,
}

impl Results<'_> {
    /// Reads those of item `id`; none where it has none yet.
    pub(super) fn load(place: &Place, tx: &Transaction<'_>, id: ItemId) -> Result<Self, Failure> {
        let columns = tx
            .prepare_cached("SELECT reading, description, found FROM results WHERE item = ?1")
            .and_then(|mut s| {
                s.query_row([id.0], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?])).optional()
            })
            .map_err(|e| place.failure("read", &e))?;
        let Some([reading, description, found]) = columns else { return Ok(Self::default()) };
        Ok(Self {
            reading: parse(place, id, "reading", reading)?.map(Cow::Owned),
            description: parse(place, id, "description", description)?.map(Cow::Owned),
            found: parse(place, id, "objects", found)?.map(Cow::Owned),
        })
    }

    /// The text read, by reading or by describing.
    pub(super) fn text(&self) -> Option<String> {
        seen::text(self.reading.as_deref(), self.description.as_deref())
    }

    pub(super) fn caption(&self) -> Option<&str> {
        self.description.as_ref().map(|d| d.caption.as_str())
    }

    /// Names of objects and tags, each once, in the order of their results.
    pub(super) fn labels(&self) -> Vec<&str> {
        seen::labels(self.found.as_deref(), self.description.as_deref())
    }
}

fn parse<T: DeserializeOwned>(
    place: &Place,
    id: ItemId,
    what: &str,
    json: Option<String>,
) -> Result<Option<T>, Failure> {
    json.map(|json| serde_json::from_str(&json)).transpose().map_err(|e| {
        place.storage("read", &format!("the {what} of picture {} cannot be understood ({e})", id.0))
    })
}

pub(super) fn search(
    place: &Place,
    tx: &Transaction<'_>,
    query: &LibraryQuery,
    like: Option<&[f32]>,
    vectors: &mut Vectors,
    database_bytes: u64,
) -> Result<LibraryPage, Failure> {
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=LONGEST_PAGE).contains(&limit) {
        return Err(bad(format!("limit is {limit}; it may be 1 to {LONGEST_PAGE}")));
    }
    let like = anchor(place, tx, query, like)?;
    let words = query.words.as_deref().map(words::query).transpose()?.flatten();
    let failed = |e: rusqlite::Error| place.failure("read", &e);
    let (page, total) = match like {
        Some(like) => {
            let ranked = ranked(tx, words.as_deref(), &like, vectors).map_err(failed)?;
            let total = ranked.len();
            let page = ranked.into_iter().skip(query.offset as usize).take(limit as usize).collect();
            (page, u32::try_from(total).unwrap_or(u32::MAX))
        }
        None => newest(tx, words.as_deref(), limit, query.offset).map_err(failed)?,
    };
    let mut items = Vec::with_capacity(page.len());
    for (id, likeness) in page {
        items.push(item(place, tx, ItemId(id), likeness)?);
    }
    Ok(LibraryPage { items, total, bytes: database_bytes + picture_bytes(place, tx)? })
}

/// The packed embedding that orders the results.
fn anchor(
    place: &Place,
    tx: &Transaction<'_>,
    query: &LibraryQuery,
    like: Option<&[f32]>,
) -> Result<Option<Vec<u8>>, Failure> {
    match (query.like_item, &query.like_picture, like) {
        (Some(_), Some(_), _) => Err(bad("like_item and like_picture exclude each other".into())),
        (Some(id), None, _) => {
            hash_of(place, tx, id)?;
            let vector = tx
                .query_row("SELECT vector FROM embeddings WHERE item = ?1", [id.0], |row| row.get(0))
                .optional()
                .map_err(|e| place.failure("read", &e))?;
            let none = || bad(format!("picture {} was kept without what likeness is measured by", id.0));
            vector.map(Some).ok_or_else(none)
        }
        (None, Some(_), None) => Err(bad("likeness to this picture is not known".into())),
        (None, _, like) => like.map(likeness::pack).transpose(),
    }
}

/// Ids and likeness of one page, and how many there are in all.
type Hits = (Vec<(i64, Option<f32>)>, u32);

fn newest(tx: &Transaction<'_>, words: Option<&str>, limit: u32, offset: u32) -> rusqlite::Result<Hits> {
    let id = |row: &Row<'_>| Ok((row.get(0)?, None));
    let (ids, total) = match words {
        None => (
            tx.prepare_cached("SELECT id FROM items ORDER BY id DESC LIMIT ?1 OFFSET ?2")?
                .query_map(params![limit, offset], id)?
                .collect::<Result<_, _>>()?,
            tx.prepare_cached("SELECT count(*) FROM items")?.query_row([], |row| row.get(0))?,
        ),
        Some(words) => (
            tx.prepare_cached(
                "SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC LIMIT ?2 OFFSET ?3",
            )?
            .query_map(params![words, limit, offset], id)?
            .collect::<Result<_, _>>()?,
            tx.prepare_cached("SELECT count(*) FROM words WHERE words MATCH ?1")?
                .query_row([words], |row| row.get(0))?,
        ),
    };
    Ok((ids, total))
}

/// All matching pictures, the most alike first, of equals the newest.
fn ranked(
    tx: &Transaction<'_>,
    words: Option<&str>,
    like: &[u8],
    vectors: &mut Vectors,
) -> rusqlite::Result<Vec<(i64, Option<f32>)>> {
    let candidates: Vec<i64> = match words {
        None => tx
            .prepare_cached("SELECT id FROM items ORDER BY id")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?,
        Some(words) => tx
            .prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid")?
            .query_map([words], |row| row.get(0))?
            .collect::<Result<_, _>>()?,
    };
    let mut hits: Vec<(i64, Option<f32>)> = candidates.into_iter().map(|id| (id, None)).collect();
    vectors.refresh(tx)?;
    let mut left = hits.as_mut_slice();
    for (id, likeness) in vectors.likeness(like) {
        let before = left.iter().take_while(|hit| hit.0 < id).count();
        left = &mut left[before..];
        if let Some(hit) = left.first_mut().filter(|hit| hit.0 == id) {
            hit.1 = likeness;
        }
    }
    let key = |hit: &(i64, Option<f32>)| hit.1.unwrap_or(-1.0);
    hits.sort_unstable_by(|a, b| key(b).total_cmp(&key(a)).then(b.0.cmp(&a.0)));
    Ok(hits)
}

fn item(
    place: &Place,
    tx: &Transaction<'_>,
    id: ItemId,
    likeness: Option<f32>,
) -> Result<LibraryItem, Failure> {
    let read = |row: &Row<'_>| {
        let labels: String = row.get(6)?;
        let item = LibraryItem {
            id,
            kept_ms: row.get(0)?,
            name: row.get(1)?,
            width: row.get(2)?,
            height: row.get(3)?,
            text: row.get(4)?,
            caption: row.get(5)?,
            labels: Vec::new(),
            likeness,
        };
        Ok((item, labels))
    };
    let (mut item, labels) = tx
        .prepare_cached(
            "SELECT kept_ms, name, width, height, excerpt, caption, labels
             FROM items JOIN results ON item = id WHERE id = ?1",
        )
        .and_then(|mut s| s.query_row([id.0], read).optional())
        .map_err(|e| place.failure("read", &e))?
        .ok_or_else(|| unknown(id))?;
    item.labels = parse(place, id, "labels", Some(labels))?.unwrap_or_default();
    Ok(item)
}

pub(super) fn entry(place: &Place, tx: &Transaction<'_>, id: ItemId) -> Result<LibraryEntry, Failure> {
    let item = item(place, tx, id, None)?;
    let results = Results::load(place, tx, id)?;
    Ok(LibraryEntry {
        item,
        reading: results.reading.map(Cow::into_owned),
        description: results.description.map(Cow::into_owned),
        found: results.found.map(Cow::into_owned),
    })
}

/// The hash that names the picture's file.
pub(super) fn hash_of(place: &Place, tx: &Transaction<'_>, id: ItemId) -> Result<Hash, Failure> {
    tx.prepare_cached("SELECT sha256 FROM items WHERE id = ?1")
        .and_then(|mut s| s.query_row([id.0], |row| row.get(0)).optional())
        .map_err(|e| place.failure("read", &e))?
        .ok_or_else(|| unknown(id))
}

/// Bytes of all pictures' files.
pub(super) fn picture_bytes(place: &Place, tx: &Transaction<'_>) -> Result<u64, Failure> {
    let sum: i64 = tx
        .prepare_cached("SELECT coalesce(sum(bytes), 0) FROM items")
        .and_then(|mut s| s.query_row([], |row| row.get(0)))
        .map_err(|e| place.failure("read", &e))?;
    Ok(u64::try_from(sum).unwrap_or(0))
}

fn bad(message: String) -> Failure {
    Failure::new(ServiceCode::BadRequest, message)
}
