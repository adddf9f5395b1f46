//! Word pieces and the sentence that they make.
//!
//! The pieces are those of WordPiece (Wu et al. 2016, arXiv:1609.08144) as BERT marks them: `##`
//! continues the word before.

use crate::pack::{Pack, TensorData};
use crate::{Error, Result};

/// The token before the first one.
pub(super) const BOS: u32 = 1;
/// The token after the last one.
pub(super) const EOS: u32 = 2;
/// Tokens that no caption contains: `<pad>`, `<bos>`, `<unk>`.
pub(super) const NEVER: [u32; 3] = [0, BOS, 3];
/// Ids below this stand for no text.
const SPECIAL: u32 = 4;

/// Most pieces.
const MAX_PIECES: usize = 1 << 16;

/// The text of each token.
#[derive(Debug)]
pub(crate) struct Vocabulary(Vec<String>);

impl Vocabulary {
    /// The tensor `vocabulary` of `pack`: UTF-8, one piece a line, in the order of their ids.
    pub(crate) fn load(pack: &Pack) -> Result<Self> {
        let damaged =
            |reason: &str| Error::PackDamaged { path: pack.path().to_owned(), reason: reason.into() };
        let TensorData::U8(bytes) = pack.tensor("vocabulary")?.data else {
            return Err(damaged("the vocabulary is not bytes"));
        };
        let text = std::str::from_utf8(bytes).map_err(|_| damaged("the vocabulary is not UTF-8"))?;
        if text.split('\n').count() > MAX_PIECES {
            return Err(damaged("the vocabulary has more than 65536 pieces"));
        }
        let vocabulary = Self(text.split('\n').map(str::to_owned).collect());
        if vocabulary.0.len() <= SPECIAL as usize {
            return Err(damaged("the vocabulary has no words"));
        }
        Ok(vocabulary)
    }

    /// Number of pieces, those without text included.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The tokens that begin a word, with the piece that they begin it with.
    pub(crate) fn words(&self) -> impl Iterator<Item = (u32, &str)> {
        let pieces = (0u32..).zip(&self.0).skip(SPECIAL as usize);
        pieces.filter(|(_, piece)| !piece.starts_with("##")).map(|(id, piece)| (id, piece.as_str()))
    }

    /// What `token` adds to a sentence, of which it is the `first` or not: the sentence is what its
    /// tokens add, one after another, and a full stop. Words are parted by spaces, but an apostrophe
    /// stands at the word before; the first letter is a capital.
    pub(crate) fn text(&self, token: u32, first: bool) -> String {
        let piece = if token < SPECIAL { "" } else { self.0.get(token as usize).map_or("", String::as_str) };
        let (piece, apart) = match piece.strip_prefix("##") {
            Some(rest) => (rest, false),
            None => (piece, !piece.starts_with('\'')),
        };
        if first {
            return capitalized(piece);
        }
        if apart && !piece.is_empty() { format!(" {piece}") } else { piece.to_owned() }
    }
}

/// `text` with its first letter a capital.
fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The sentence of what its tokens add: with a full stop, and empty for none.
pub(super) fn sentence<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut text: String = parts.collect();
    if !text.is_empty() {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_a_sentence() {
        let pieces = ["<pad>", "<bos>", "<eos>", "<unk>", "a", "man", "'s", "skate", "##board", "élan"];
        let vocabulary = Vocabulary(pieces.map(str::to_owned).to_vec());
        let say = |tokens: &[u32]| {
            let parts: Vec<String> =
                tokens.iter().enumerate().map(|(i, t)| vocabulary.text(*t, i == 0)).collect();
            sentence(parts.iter().map(String::as_str))
        };
        assert_eq!(say(&[4, 5, 6, 7, 8]), "A man's skateboard.");
        assert_eq!(say(&[8, 7]), "Board skate.");
        assert_eq!(say(&[9]), "Élan.");
        assert_eq!(say(&[4, EOS]), "A.");
        assert_eq!(say(&[4, 77]), "A.");
        assert_eq!(say(&[]), "");
    }
}
