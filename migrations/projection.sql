-- Typed tables derived from the records, for indexed reading. The truth is the record; each row here is
-- written in the transaction that writes its record, and ledger.Rebuild makes all of them again.
-- Ids are UUIDs as text; *_ms are Unix milliseconds by the clock of whoever wrote them. What a phone wrote itself by
-- a clock that was set since is there by the clock as it is now, see ledger.Times.

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
DROP TABLE IF EXISTS task;
DROP TABLE IF EXISTS task_store;
DROP TABLE IF EXISTS announcement;
DROP TABLE IF EXISTS request;
DROP TABLE IF EXISTS application;
DROP TABLE IF EXISTS told;
DROP TABLE IF EXISTS attendance;
DROP TABLE IF EXISTS about;
DROP TABLE IF EXISTS removal;

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
  note TEXT NOT NULL, opened TEXT NOT NULL, search TEXT NOT NULL);
CREATE INDEX store_territory ON store (territory, township);
-- The list of all stores is read from this index alone.
CREATE INDEX store_order ON store (township, name, id, owner, licence_no, address);
CREATE INDEX store_opened ON store (opened);
CREATE INDEX store_place ON store (lat, lon, township, name, id);

-- lam is the Lamport time of the check-in: it orders the visits of a store when a clock is wrong. clock_ms is what the clock showed
-- at the check-in.
CREATE TABLE visit (
  id TEXT PRIMARY KEY, territory TEXT NOT NULL, store TEXT NOT NULL, manager TEXT NOT NULL,
  check_in_ms BIGINT NOT NULL, clock_ms BIGINT NOT NULL, check_out_ms BIGINT NOT NULL, lam BIGINT NOT NULL,
  task TEXT NOT NULL, template TEXT NOT NULL);
CREATE INDEX visit_store ON visit (store, lam, check_in_ms);
CREATE INDEX visit_manager ON visit (manager, check_in_ms);
CREATE INDEX visit_clock ON visit (manager, clock_ms);
CREATE INDEX visit_latest ON visit (manager, lam);
CREATE INDEX visit_territory ON visit (territory, check_in_ms);
CREATE INDEX visit_open ON visit (store, manager) WHERE check_out_ms = 0;
CREATE INDEX visit_template ON visit (template, check_in_ms, store);

-- skipped is 1 when the line only says why the product could not be counted: its zeros are no count.
CREATE TABLE count_line (
  visit TEXT NOT NULL, product TEXT NOT NULL, record TEXT NOT NULL, store TEXT NOT NULL,
  cartons BIGINT NOT NULL, packs BIGINT NOT NULL, on_display BIGINT NOT NULL, out_of_stock BIGINT NOT NULL,
  author TEXT NOT NULL, counted_ms BIGINT NOT NULL, facings BIGINT NOT NULL, price_fen BIGINT NOT NULL,
  delivered BIGINT NOT NULL, why TEXT NOT NULL, skipped BIGINT NOT NULL,
  PRIMARY KEY (visit, product)) WITHOUT ROWID;
CREATE INDEX count_line_store ON count_line (store, product);
CREATE INDEX count_line_out ON count_line (record) WHERE out_of_stock = 1;

-- lam is the Lamport time of the text: it orders the notes of a visit when a clock is wrong. gone is 1 when the note is
-- deleted with all that it holds: lists and sums leave it out. kind is '' for the note of a visit; others are news of the
-- market, whose brand is that of a competitor. blank is 1 when nobody wrote anything into it.
CREATE TABLE note (
  id TEXT PRIMARY KEY, visit TEXT NOT NULL, store TEXT NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL,
  written_ms BIGINT NOT NULL, corrects TEXT NOT NULL, lam BIGINT NOT NULL,
  gone BIGINT NOT NULL, kind TEXT NOT NULL, brand TEXT NOT NULL, blank BIGINT NOT NULL);
CREATE INDEX note_visit ON note (visit);
CREATE INDEX note_kind ON note (kind, brand) WHERE kind <> '';

-- gone is as in note. The row stays: the bytes of a photo that somebody takes back are wanted again.
CREATE TABLE photo (
  id TEXT PRIMARY KEY, visit TEXT NOT NULL, store TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL,
  size BIGINT NOT NULL, width BIGINT NOT NULL, height BIGINT NOT NULL, taken_ms BIGINT NOT NULL,
  lat DOUBLE PRECISION NOT NULL, lon DOUBLE PRECISION NOT NULL, gone BIGINT NOT NULL, item TEXT NOT NULL);
CREATE INDEX photo_visit ON photo (visit);
CREATE INDEX photo_sha256 ON photo (sha256);
CREATE INDEX photo_gone ON photo (sha256) WHERE gone = 1;

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

-- day is that of a route, as 2026-11-22; closed tasks have rows too.
CREATE TABLE task (
  id TEXT PRIMARY KEY, territory TEXT NOT NULL, kind TEXT NOT NULL, manager TEXT NOT NULL, day TEXT NOT NULL,
  due_ms BIGINT NOT NULL, closed BIGINT NOT NULL);
CREATE INDEX task_manager ON task (manager, day);
CREATE TABLE task_store (
  task TEXT NOT NULL, store TEXT NOT NULL, position BIGINT NOT NULL,
  PRIMARY KEY (task, store));
CREATE INDEX task_store_store ON task_store (store);

CREATE TABLE announcement (
  id TEXT PRIMARY KEY, territory TEXT NOT NULL, from_ms BIGINT NOT NULL, until_ms BIGINT NOT NULL, closed BIGINT NOT NULL);

-- Which announcement was told in which visit.
CREATE TABLE told (
  visit TEXT NOT NULL, announcement TEXT NOT NULL, store TEXT NOT NULL, record TEXT NOT NULL, told_ms BIGINT NOT NULL,
  PRIMARY KEY (visit, announcement));
CREATE INDEX told_store ON told (store, announcement);
CREATE INDEX told_record ON told (record);

-- Which store is on the list of a group visit, whether it came or not. record is the visit's checklist.
CREATE TABLE attendance (
  store TEXT NOT NULL, visit TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (store, visit)) WITHOUT ROWID;
CREATE INDEX attendance_record ON attendance (record);

-- state, due_ms and ended_ms follow from the events, see field.Request. One in which nothing is written, or that was removed,
-- has no row.
CREATE TABLE request (
  id TEXT PRIMARY KEY, territory TEXT NOT NULL, store TEXT NOT NULL, visit TEXT NOT NULL, kind TEXT NOT NULL,
  urgent BIGINT NOT NULL, text TEXT NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL, spoke_ms BIGINT NOT NULL,
  due_ms BIGINT NOT NULL, rating BIGINT NOT NULL, ended_ms BIGINT NOT NULL);
CREATE INDEX request_store ON request (store);
CREATE INDEX request_visit ON request (visit);
CREATE INDEX request_due ON request (state, due_ms);

CREATE TABLE application (
  id TEXT PRIMARY KEY, territory TEXT NOT NULL, store TEXT NOT NULL, visit TEXT NOT NULL, kind TEXT NOT NULL,
  state TEXT NOT NULL, author TEXT NOT NULL, made_ms BIGINT NOT NULL);
CREATE INDEX application_store ON application (store);
CREATE INDEX application_visit ON application (visit);
CREATE INDEX application_state ON application (state, made_ms);

-- What belongs to a visit or a store and has no table above that says so: checklists, requests, applications,
-- walks, and count sheets without a line. visit is the nil id for what belongs to the store alone.
CREATE TABLE about (record TEXT PRIMARY KEY, store TEXT NOT NULL, visit TEXT NOT NULL);
CREATE INDEX about_visit ON about (visit);
CREATE INDEX about_store ON about (store);

-- One row for each record that somebody deleted. gone is 0 when it is shown all the same, because other wrote something
-- that the one who deleted it had not seen; kept says that this was the word to keep it.
CREATE TABLE removal (
  record TEXT PRIMARY KEY, type TEXT NOT NULL, store TEXT NOT NULL, visit TEXT NOT NULL, gone BIGINT NOT NULL,
  author TEXT NOT NULL, removed_ms BIGINT NOT NULL, other TEXT NOT NULL, other_ms BIGINT NOT NULL, kept BIGINT NOT NULL);
CREATE INDEX removal_visit ON removal (visit);
