-- Records whose bytes are not those that were written: what was found in their place is kept here, byte for byte, and
-- never read as a record again. version is what the bytes should have hashed to, hash what they hash to. unsent says
-- that the person's edits in them were not on the server: these only they can tell again.
CREATE TABLE damaged (
  record TEXT NOT NULL, type TEXT NOT NULL, version BLOB NOT NULL, hash BLOB NOT NULL, own_n INTEGER NOT NULL,
  raw BLOB NOT NULL, unsent INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (record, hash)) STRICT;
CREATE TRIGGER damaged_unsent AFTER INSERT ON damaged BEGIN
  UPDATE damaged SET unsent = 1 WHERE record = new.record AND hash = new.hash
    AND EXISTS (SELECT 1 FROM record r WHERE r.id = new.record AND r.own_n > 0 AND r.version IS NOT r.acked);
END;
