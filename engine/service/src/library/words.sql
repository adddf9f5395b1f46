-- Folded text, see words.rs; rowid is the item's id. Marks are parts of words: without them,
-- vowel signs would part words of many scripts.
CREATE VIRTUAL TABLE words USING fts5 (
    name, text, caption, labels,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'",
    prefix = '1 2 3'
);
-- Deleted words leave the index at once.
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
