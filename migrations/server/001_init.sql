-- The server's database.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

-- Who writes here, as on a phone. epoch names one history of this server.
CREATE TABLE replica (
  one BIGINT PRIMARY KEY CHECK (one = 1), rid TEXT NOT NULL, counter BIGINT NOT NULL, lam BIGINT NOT NULL,
  epoch TEXT NOT NULL);

-- The records: the truth. received_ms is the server's clock when the record first came, changed_ms when it
-- last changed; offset_ms is how far the sending device's clock was ahead then.
CREATE TABLE record (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, territory TEXT NOT NULL, version BLOB NOT NULL,
  own_n BIGINT NOT NULL, body TEXT NOT NULL,
  received_ms BIGINT NOT NULL DEFAULT 0, changed_ms BIGINT NOT NULL DEFAULT 0, offset_ms BIGINT NOT NULL DEFAULT 0);
CREATE INDEX record_type ON record (type, received_ms);

-- The feed: the last operation on each record of a territory, in the order of commits. seq comes from
-- head.seq of the territory, taken in the change's own transaction, so a reader that has seen N misses
-- nothing at or below N. A database sequence or a clock would lose rows.
CREATE TABLE head (territory TEXT PRIMARY KEY, seq BIGINT NOT NULL);
CREATE TABLE feed (
  territory TEXT NOT NULL, record TEXT NOT NULL, seq BIGINT NOT NULL,
  PRIMARY KEY (territory, record));
CREATE UNIQUE INDEX feed_seq ON feed (territory, seq);

-- Every write that ever arrived, also those replaced since: who changed what, when. hash tells apart two
-- contents under one dot, which only a cloned phone can make.
CREATE TABLE write_log (
  rid TEXT NOT NULL, n BIGINT NOT NULL, hash TEXT NOT NULL, record TEXT NOT NULL, field TEXT NOT NULL,
  lam BIGINT NOT NULL, author TEXT NOT NULL, wall_ms BIGINT NOT NULL, received_ms BIGINT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (rid, n, hash));
CREATE INDEX write_log_record ON write_log (record, lam);

-- What a phone sent that can not be a record here: kept whole, shown to a person, never dropped.
CREATE TABLE quarantine (
  id TEXT PRIMARY KEY, device TEXT NOT NULL, received_ms BIGINT NOT NULL, code TEXT NOT NULL, raw BLOB NOT NULL);

-- Who may sign in. The id is that of the user record. password is an argon2id string.
CREATE TABLE account (
  id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, password TEXT NOT NULL, role TEXT NOT NULL,
  disabled_ms BIGINT NOT NULL DEFAULT 0);
CREATE TABLE territory_grant (
  account TEXT NOT NULL, territory TEXT NOT NULL, PRIMARY KEY (account, territory));

-- Phones. Only the SHA-256 of the token is kept.
CREATE TABLE device (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, public_key TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, enrolled_ms BIGINT NOT NULL, revoked_ms BIGINT NOT NULL DEFAULT 0,
  seen_ms BIGINT NOT NULL DEFAULT 0, app TEXT NOT NULL DEFAULT '', offset_ms BIGINT NOT NULL DEFAULT 0,
  waiting_records BIGINT NOT NULL DEFAULT 0, waiting_photos BIGINT NOT NULL DEFAULT 0);

-- Browsers that are signed in.
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY, account TEXT NOT NULL, expires_ms BIGINT NOT NULL);
