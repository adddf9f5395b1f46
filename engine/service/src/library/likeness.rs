//! Embeddings in eight bits a number, and how alike two of them are.
//!
//! A vector is scaled so that its largest number is 127. Of unit vectors of 1280 numbers the scalar
//! product changes by less than 0.002, and ten thousand of them are 13 MB to look through, not 51.

use rusqlite::Transaction;

use super::EMBEDDING;
use crate::api::{Failure, ServiceCode};

/// Bytes of the squared length that stands before the numbers.
const HEAD: usize = 4;

/// `embedding` as it is kept: its squared length after rounding (i32, little endian), then its
/// numbers.
///
/// # Errors
/// `internal` where it does not have [`EMBEDDING`] finite numbers, or only zeros.
pub(super) fn pack(embedding: &[f32]) -> Result<Vec<u8>, Failure> {
    let largest = embedding.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    let sound = embedding.len() == EMBEDDING && embedding.iter().all(|v| v.is_finite()) && largest > 0.0;
    if !sound {
        let message = format!("an embedding has {EMBEDDING} finite numbers and a length of 1");
        return Err(Failure::new(ServiceCode::Internal, message));
    }
    let numbers: Vec<i8> = embedding.iter().map(|v| (v / largest * 127.0).round() as i8).collect();
    let squared = dot(numbers.iter().copied(), numbers.iter().copied());
    let mut out = squared.to_le_bytes().to_vec();
    out.extend(numbers.iter().map(|&v| v as u8));
    Ok(out)
}

/// How alike two packed embeddings are, 0 to 1; [`None`] where one is none.
pub(super) fn likeness(a: &[u8], b: &[u8]) -> Option<f32> {
    let ((la, a), (lb, b)) = (split(a)?, split(b)?);
    let product = f64::from(dot(a.iter().map(|&v| v as i8), b.iter().map(|&v| v as i8)));
    Some((product / (f64::from(la) * f64::from(lb)).sqrt()).clamp(0.0, 1.0) as f32)
}

/// All packed embeddings, read again when somebody changed the database.
#[derive(Debug, Default)]
pub(super) struct Vectors {
    /// SQLite's number of the state they were read in.
    version: Option<i64>,
    items: Vec<i64>,
    packed: Vec<u8>,
}

impl Vectors {
    /// Reads them, unless they are those of `tx` already.
    pub(super) fn refresh(&mut self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        // The transaction's view begins with its first read of a table, the version is that of the view.
        tx.query_row("SELECT EXISTS (SELECT 1 FROM embeddings)", [], |_| Ok(()))?;
        let version: i64 = tx.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if self.version == Some(version) {
            return Ok(());
        }
        *self = Self::default();
        let mut statement = tx.prepare_cached("SELECT item, vector FROM embeddings ORDER BY item")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let vector = row.get_ref(1)?.as_blob()?;
            if split(vector).is_some() {
                self.items.push(row.get(0)?);
                self.packed.extend_from_slice(vector);
            }
        }
        self.version = Some(version);
        Ok(())
    }

    /// Items in the order of their ids, each with how alike it is to `like`.
    pub(super) fn likeness<'a>(&'a self, like: &'a [u8]) -> impl Iterator<Item = (i64, Option<f32>)> + 'a {
        let vectors = self.packed.chunks_exact(HEAD + EMBEDDING);
        self.items.iter().zip(vectors).map(|(item, vector)| (*item, likeness(like, vector)))
    }
}

fn split(packed: &[u8]) -> Option<(i32, &[u8])> {
    let (head, numbers) = packed.split_first_chunk::<HEAD>()?;
    let squared = i32::from_le_bytes(*head);
    (numbers.len() == EMBEDDING && squared > 0).then_some((squared, numbers))
}

fn dot(a: impl Iterator<Item = i8>, b: impl Iterator<Item = i8>) -> i32 {
    // 1280 products of at most 127² do not wrap; checking that they do not would cost most of the time.
    a.zip(b).fold(0i32, |sum, (a, b)| sum.wrapping_add(i32::from(a).wrapping_mul(i32::from(b))))
}

#[cfg(test)]
mod tests {
    use super::super::tests::embedding;
    use super::*;

    #[test]
    fn likeness_is_the_scalar_product() {
        for seed in 0..50 {
            let (a, b) = (embedding(seed), embedding(seed + 1000));
            let exact: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            let found = likeness(&pack(&a).unwrap(), &pack(&b).unwrap()).unwrap();
            assert!((exact - found).abs() < 0.002, "{exact} {found}");
            assert_eq!(likeness(&pack(&a).unwrap(), &pack(&a).unwrap()), Some(1.0));
        }
    }

    #[test]
    fn what_is_no_embedding_is_refused() {
        let mut bad = embedding(1);
        bad[7] = f32::NAN;
        for bad in [vec![], vec![0.0; EMBEDDING], embedding(1)[1..].to_vec(), bad] {
            assert_eq!(pack(&bad).unwrap_err().code, "internal");
        }
        let good = pack(&embedding(1)).unwrap();
        for bad in [&[][..], &good[1..], &[0; HEAD + EMBEDDING]] {
            assert_eq!(likeness(&good, bad), None);
        }
    }
}
