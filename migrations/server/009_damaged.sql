-- Records whose bytes are not those that were written: what was found in their place is kept here, byte for byte, and
-- never read as a record again. version is what the bytes should have hashed to, hash what they hash to.
CREATE TABLE damaged (
  record TEXT NOT NULL, type TEXT NOT NULL, version BLOB NOT NULL, hash BLOB NOT NULL, own_n BIGINT NOT NULL,
  raw BLOB NOT NULL, PRIMARY KEY (record, hash));
