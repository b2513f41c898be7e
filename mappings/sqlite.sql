-- The archive of the embedded engine. Run as a whole when a data directory is made; see src/engine/sqlite/.

-- Small facts about the index itself: incarnation, change (the last change number), foldVersion, schemaVersion.
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

-- Every distinct string (kind 0) and set of strings (kind 1, a JSON list) that facts refer to by number.
CREATE TABLE dictionary (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (kind, value)
) STRICT;

-- What people read: the message with its raw records (engine/document-codec.ts), found by id.
CREATE TABLE message (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  change INTEGER NOT NULL,
  document BLOB NOT NULL
) STRICT;

-- What searches scan: the filter fields, packed (facts.ts), and the folded text. Rows are dense, in order of arrival, and never given
-- twice: the row of a message that was destroyed stays, empty, so that search processes learn of it.
CREATE TABLE search_row (
  row INTEGER PRIMARY KEY,
  change INTEGER NOT NULL,
  facts BLOB NOT NULL,
  folded TEXT NOT NULL
) STRICT;
CREATE INDEX search_row_change ON search_row (change);

-- The grams. clean, raw, masked: the body (see engine/index-writer.ts). tokens: the fixed filter fields and the month.
CREATE VIRTUAL TABLE grams USING fts5(
  clean, raw, masked, names, attachments, digits, words, tokens,
  content = '', contentless_delete = 1, tokenize = 'ascii', detail = full
);
INSERT INTO grams (grams, rank) VALUES ('hashsize', 67108864);
