//! Articles of a caption that fit the words after them.

use super::CaptionToken;
use crate::article::article;

/// Puts "a" and "an" right in the tokens of a caption while they pass, one after another. An article
/// waits until the word after it is whole.
#[derive(Debug, Default)]
pub(super) struct Articles {
    /// An article and the pieces of the word after it.
    held: Vec<CaptionToken>,
    begun: bool,
}

impl Articles {
    /// Takes the next token, and gives the tokens that are now certain.
    pub(super) fn take(&mut self, token: CaptionToken, give: &mut dyn FnMut(CaptionToken)) {
        let begins = token.text.starts_with(' ') || !self.begun;
        self.begun = true;
        if !begins && self.held.len() == 1 {
            // The rest of a word such as "a" "board".
            self.held.drain(..).for_each(&mut *give);
        }
        if begins && self.held.len() > 1 {
            self.settle(give);
        }
        if !self.held.is_empty() || (begins && is_article(&token.text)) {
            self.held.push(token);
        } else {
            give(token);
        }
    }

    /// Gives what still waits: the caption is at its end.
    pub(super) fn end(mut self, give: &mut dyn FnMut(CaptionToken)) {
        while self.held.len() > 1 {
            self.settle(give);
        }
        self.held.drain(..).for_each(give);
    }

    /// The word after the article is whole. An article in its place waits for the next.
    fn settle(&mut self, give: &mut dyn FnMut(CaptionToken)) {
        let word: String = self.held[1..].iter().map(|piece| piece.text.as_str()).collect();
        let mut first = self.held.remove(0);
        first.text = fitting(&first.text, word.trim_start());
        give(first);
        if self.held.len() != 1 || !is_article(&self.held[0].text) {
            self.held.drain(..).for_each(give);
        }
    }
}

/// `tokens` with the articles that fit.
pub(super) fn fitted(tokens: impl Iterator<Item = CaptionToken>) -> Vec<CaptionToken> {
    let (mut articles, mut out) = (Articles::default(), Vec::new());
    tokens.for_each(|token| articles.take(token, &mut |token| out.push(token)));
    articles.end(&mut |token| out.push(token));
    out
}

fn is_article(text: &str) -> bool {
    let word = text.trim_start();
    word.eq_ignore_ascii_case("a") || word.eq_ignore_ascii_case("an")
}

/// The article `text` as it must be before `word`, with its space and its capital.
fn fitting(text: &str, word: &str) -> String {
    let space = if text.starts_with(' ') { " " } else { "" };
    let capital = text.trim_start().starts_with('A');
    match (capital, article(word)) {
        (true, "an") => format!("{space}An"),
        (true, _) => format!("{space}A"),
        (false, right) => format!("{space}{right}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens' texts after they passed; each word piece is one token.
    fn passed(pieces: &[&str]) -> Vec<String> {
        let token =
            |text: &str| CaptionToken { text: text.into(), id: 7, confidence: 0.5, attention: vec![] };
        fitted(pieces.iter().copied().map(token)).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn articles_fit_the_word_after_them() {
        for (said, right) in [
            (&["A", " orange", " shirt"][..], "An orange shirt"),
            (&["An", " man", " in", " an", " uniform"], "A man in a uniform"),
            (&["A", " dog", " and", " a", " u", "nicycle"], "A dog and a unicycle"),
            (&["A", " dog", " on", " a", " un", "even", " road"], "A dog on an uneven road"),
            (&["A", " man", " on", " a", " one", " wheel"], "A man on a one wheel"),
            (&["A", "board", " a", " ship"], "Aboard a ship"),
            (&["Men", " a", " an", " apple"], "Men an an apple"),
            (&["Dogs", " with", " a"], "Dogs with a"),
            (&["A"], "A"),
            (&["An"], "An"),
            (&[], ""),
        ] {
            let passed = passed(said);
            assert_eq!(passed.len(), said.len());
            assert_eq!(passed.concat(), right);
        }
    }

    #[test]
    fn only_articles_wait() {
        let token =
            |text: &str| CaptionToken { text: text.into(), id: 7, confidence: 0.5, attention: vec![] };
        let mut articles = Articles::default();
        let mut given = Vec::new();
        let mut counts = Vec::new();
        for piece in ["Dogs", " chase", " a", " o", "strich", " today"] {
            articles.take(token(piece), &mut |t| given.push(t.text));
            counts.push(given.len());
        }
        assert_eq!(counts, [1, 2, 2, 2, 2, 6]);
        assert_eq!(given.concat(), "Dogs chase an ostrich today");
    }
}
