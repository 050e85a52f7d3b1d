-- The floor's only table, on the phone and on the server.
CREATE TABLE rec (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, territory TEXT NOT NULL, seq INTEGER NOT NULL, dirty INTEGER NOT NULL,
  body BLOB NOT NULL) STRICT;
CREATE INDEX rec_seq ON rec (territory, seq);
CREATE INDEX rec_dirty ON rec (seq) WHERE dirty;
