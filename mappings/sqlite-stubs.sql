-- What stands in the place of a message that was destroyed (engine/index-writer.ts): no content. Not while the message stands.
-- disposals: a JSON list of the batches that destroyed it.
CREATE TABLE stub (
  id BLOB PRIMARY KEY,
  change INTEGER NOT NULL,
  disposals TEXT NOT NULL
) STRICT, WITHOUT ROWID;
