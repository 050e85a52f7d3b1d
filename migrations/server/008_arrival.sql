-- A push of thousands of records writes few rows for each. A record has its number of the feed of its territory
-- beside it, and the writes that came together are one row.

-- The records: the truth. no is the record's number here, which no phone learns. received_ms is the server's clock
-- when the record first came, changed_ms when it last changed; offset_ms is how far the sending device's clock was
-- ahead then. seq is the number of the last operation on it in the feed of its territory: it comes from head.seq, taken
-- in the change's own transaction, so a reader that has seen N misses nothing at or below N. A database sequence or
-- a clock would lose rows.
CREATE TABLE record_numbered (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, territory TEXT NOT NULL, version BLOB NOT NULL,
  own_n BIGINT NOT NULL, body TEXT NOT NULL,
  received_ms BIGINT NOT NULL DEFAULT 0, changed_ms BIGINT NOT NULL DEFAULT 0, offset_ms BIGINT NOT NULL DEFAULT 0,
  seq BIGINT NOT NULL DEFAULT 0);
INSERT INTO record_numbered (id, type, territory, version, own_n, body, received_ms, changed_ms, offset_ms, seq)
  SELECT r.id, r.type, r.territory, r.version, r.own_n, r.body, r.received_ms, r.changed_ms, r.offset_ms, COALESCE(f.seq, 0)
  FROM record r LEFT JOIN feed f ON f.record = r.id AND f.territory = r.territory AND f.out = 0 ORDER BY r.rowid;
DROP TABLE record;
ALTER TABLE record_numbered RENAME TO record;
CREATE INDEX record_type ON record (type, received_ms);
CREATE INDEX record_feed ON record (territory, seq);

-- Records that have left a territory, each with its number of that territory's feed; place_* is where it lies since.
CREATE TABLE feed_out (
  territory TEXT NOT NULL, record TEXT NOT NULL, seq BIGINT NOT NULL, place_epoch BIGINT NOT NULL, place_n BIGINT NOT NULL,
  PRIMARY KEY (territory, record));
CREATE UNIQUE INDEX feed_out_seq ON feed_out (territory, seq);
INSERT INTO feed_out SELECT territory, record, seq, place_epoch, place_n FROM feed WHERE out = 1;
DROP TABLE feed;

-- The feed: the last operation on each record of a territory, in the order of commits.
CREATE VIEW feed AS
  SELECT territory, id AS record, seq, 0 AS out FROM record WHERE seq > 0
  UNION ALL SELECT territory, record, seq, 1 FROM feed_out;

-- Every write that ever arrived, also those replaced since: who changed what, when. One row for what came to a record
-- at once from one replica: entries is a JSON list of [field, n, lam, author, wall_ms, value], last the highest n in
-- it. record is the record's no; part counts its rows.
CREATE TABLE arrival (
  record BIGINT NOT NULL, part BIGINT NOT NULL, rid TEXT NOT NULL, last BIGINT NOT NULL, received_ms BIGINT NOT NULL,
  entries TEXT NOT NULL, PRIMARY KEY (record, part)) WITHOUT ROWID;
INSERT INTO arrival (record, part, rid, last, received_ms, entries)
  SELECT r.no, row_number() OVER (PARTITION BY r.no ORDER BY w.received_ms, w.rid) - 1, w.rid, max(w.n), w.received_ms,
    json_group_array(json_array(w.field, w.n, w.lam, w.author, w.wall_ms, json(w.value)))
  FROM write_log w JOIN record r ON r.id = w.record GROUP BY r.no, w.rid, w.received_ms;
CREATE INDEX arrival_rid ON arrival (rid, last);
DROP TABLE write_log;

-- The same, one row for each write.
CREATE VIEW write_log AS
  SELECT r.id AS record, a.rid AS rid, e.value ->> 0 AS field, e.value ->> 1 AS n, e.value ->> 2 AS lam, e.value ->> 3 AS author,
    e.value ->> 4 AS wall_ms, a.received_ms AS received_ms, e.value -> 5 AS value
  FROM record r JOIN arrival a ON a.record = r.no, json_each(a.entries) e;
