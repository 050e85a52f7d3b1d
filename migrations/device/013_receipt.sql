-- The server's receipts, the latest for each day that one tells of. signed is what the server signed.
CREATE TABLE receipt (
  person TEXT NOT NULL, day TEXT NOT NULL, at_ms INTEGER NOT NULL, signed BLOB NOT NULL,
  PRIMARY KEY (person, day)) STRICT;
