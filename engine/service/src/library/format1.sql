-- Pictures. Rows are slim, so that counting and summing stay fast. Ids are never used again.
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    kept_ms INTEGER NOT NULL,
    name TEXT,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;

-- What is known of them. What lists show comes first: long JSON lies on pages of its own.
CREATE TABLE results (
    item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    excerpt TEXT,
    caption TEXT,
    labels TEXT NOT NULL,
    reading TEXT,
    description TEXT,
    found TEXT
) STRICT;

CREATE TABLE thumbnails (
    item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    jpeg BLOB NOT NULL
) STRICT;

-- Eight bits a number: see likeness.rs.
CREATE TABLE embeddings (
    item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    vector BLOB NOT NULL
) STRICT;
