-- The receipts that were signed for phones, by the short code that people read to each other. The key that signs is in
-- meta, so that a backup has it. body says what was signed without the time: the same is not signed twice.
CREATE TABLE receipt (
  short TEXT PRIMARY KEY, device TEXT NOT NULL, body TEXT NOT NULL, at_ms BIGINT NOT NULL, signed BLOB NOT NULL);
CREATE INDEX receipt_device ON receipt (device, at_ms);
