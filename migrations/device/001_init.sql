-- The phone's database.

-- Small facts about this file: account, last exchange, projection version.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- Who writes here: one life of this file. counter numbers all writes of the replica, lam is the highest
-- Lamport time seen, opens counts openings of the file and is checked against the identity file.
CREATE TABLE replica (
  one INTEGER PRIMARY KEY CHECK (one = 1), rid TEXT NOT NULL, counter INTEGER NOT NULL, lam INTEGER NOT NULL,
  opens INTEGER NOT NULL) STRICT;

-- The records: the truth. body is the canonical encoding, version its fingerprint, own_n the number of this
-- replica's last write to it. A record is waiting to be sent when version differs from acked, the version the
-- server last confirmed; nothing else says so. refused holds the code when the server put that version aside.
CREATE TABLE record (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, territory TEXT NOT NULL, version BLOB NOT NULL,
  own_n INTEGER NOT NULL, body TEXT NOT NULL,
  acked BLOB, acked_ms INTEGER NOT NULL DEFAULT 0, refused TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX record_type ON record (type);
CREATE INDEX record_waiting ON record (type) WHERE version IS NOT acked;

-- The bytes of photos taken on this phone and how much of them the server holds on its disk.
CREATE TABLE upload (
  sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0,
  done_ms INTEGER NOT NULL DEFAULT 0, refused TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX upload_waiting ON upload (done_ms) WHERE done_ms = 0;

-- How far this phone has read each territory's feed.
CREATE TABLE cursor (territory TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;

-- What a person typed that can not be a value yet (a note that is too long): it stays here until it can.
CREATE TABLE draft (record TEXT NOT NULL, field TEXT NOT NULL, text TEXT NOT NULL, code TEXT NOT NULL,
  PRIMARY KEY (record, field)) STRICT;

-- Records from the server that this version can not read. They are read again at each start.
CREATE TABLE unread (raw TEXT NOT NULL) STRICT;
