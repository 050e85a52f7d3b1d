-- Typed tables derived from the records, for indexed reading. The truth is the record; each row here is
-- written in the transaction that writes its record, and ledger.Rebuild makes all of them again.
-- Ids are UUIDs as text; *_ms are Unix milliseconds by the clock of whoever wrote them.

DROP TABLE IF EXISTS territory;
DROP TABLE IF EXISTS person;
DROP TABLE IF EXISTS product;
DROP TABLE IF EXISTS store;
DROP TABLE IF EXISTS visit;
DROP TABLE IF EXISTS count_line;
DROP TABLE IF EXISTS note;
DROP TABLE IF EXISTS photo;
DROP TABLE IF EXISTS thumbnail;
DROP TABLE IF EXISTS conflict;

CREATE TABLE territory (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, county TEXT NOT NULL);

CREATE TABLE person (
  id TEXT PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL);

-- search holds what a person may type to find the row: name, code, pinyin and its initials, in lower case.
CREATE TABLE product (
  id TEXT PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, price_class BIGINT NOT NULL,
  guide_price_fen BIGINT NOT NULL, status TEXT NOT NULL, search TEXT NOT NULL);

CREATE TABLE store (
  id TEXT PRIMARY KEY, territory TEXT NOT NULL, licence_no TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL,
  phone TEXT NOT NULL, backup_phone TEXT NOT NULL, business_type TEXT NOT NULL, market_type TEXT NOT NULL,
  grade BIGINT NOT NULL, terminal_level TEXT NOT NULL, integrity_grade TEXT NOT NULL, district_type TEXT NOT NULL,
  township TEXT NOT NULL, address TEXT NOT NULL, lat DOUBLE PRECISION NOT NULL, lon DOUBLE PRECISION NOT NULL,
  note TEXT NOT NULL, search TEXT NOT NULL);
CREATE INDEX store_territory ON store (territory, township);
CREATE INDEX store_order ON store (township, name);

-- lam is the Lamport time of the check-in: it orders the visits of a store when a clock is wrong.
CREATE TABLE visit (
  id TEXT PRIMARY KEY, territory TEXT NOT NULL, store TEXT NOT NULL, manager TEXT NOT NULL,
  check_in_ms BIGINT NOT NULL, check_out_ms BIGINT NOT NULL, lam BIGINT NOT NULL);
CREATE INDEX visit_store ON visit (store, lam, check_in_ms);
CREATE INDEX visit_manager ON visit (manager, check_in_ms);
CREATE INDEX visit_latest ON visit (manager, lam);
CREATE INDEX visit_open ON visit (store, manager) WHERE check_out_ms = 0;

CREATE TABLE count_line (
  visit TEXT NOT NULL, product TEXT NOT NULL, record TEXT NOT NULL, store TEXT NOT NULL,
  cartons BIGINT NOT NULL, packs BIGINT NOT NULL, on_display BIGINT NOT NULL, out_of_stock BIGINT NOT NULL,
  author TEXT NOT NULL, counted_ms BIGINT NOT NULL,
  PRIMARY KEY (visit, product));
CREATE INDEX count_line_store ON count_line (store, product);
CREATE INDEX count_line_record ON count_line (record);

-- lam is the Lamport time of the text: it orders the notes of a visit when a clock is wrong.
CREATE TABLE note (
  id TEXT PRIMARY KEY, visit TEXT NOT NULL, store TEXT NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL,
  written_ms BIGINT NOT NULL, corrects TEXT NOT NULL, lam BIGINT NOT NULL);
CREATE INDEX note_visit ON note (visit);

CREATE TABLE photo (
  id TEXT PRIMARY KEY, visit TEXT NOT NULL, store TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL,
  size BIGINT NOT NULL, width BIGINT NOT NULL, height BIGINT NOT NULL, taken_ms BIGINT NOT NULL,
  lat DOUBLE PRECISION NOT NULL, lon DOUBLE PRECISION NOT NULL);
CREATE INDEX photo_visit ON photo (visit);
CREATE INDEX photo_sha256 ON photo (sha256);

-- record is the thumbnail's own id.
CREATE TABLE thumbnail (
  photo TEXT PRIMARY KEY, record TEXT NOT NULL, jpeg BLOB NOT NULL);
CREATE INDEX thumbnail_record ON thumbnail (record);

-- One row for each field that holds two or more different values.
CREATE TABLE conflict (
  record TEXT NOT NULL, field TEXT NOT NULL, type TEXT NOT NULL, store TEXT NOT NULL, visit TEXT NOT NULL,
  values_n BIGINT NOT NULL,
  PRIMARY KEY (record, field));
CREATE INDEX conflict_store ON conflict (store);
CREATE INDEX conflict_visit ON conflict (visit);
