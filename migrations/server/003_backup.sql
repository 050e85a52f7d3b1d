-- Which history this database tells. generation counts the histories this server began; opens counts openings
-- of the file and is checked against the epoch file beside it; copied is 1 in the copy that a backup holds, so
-- that it begins a new history however it comes back.
ALTER TABLE replica ADD COLUMN generation BIGINT NOT NULL DEFAULT 1;
ALTER TABLE replica ADD COLUMN opens BIGINT NOT NULL DEFAULT 0;
ALTER TABLE replica ADD COLUMN copied BIGINT NOT NULL DEFAULT 0;

-- The histories before this one, the name under which this server wrote in each, and how many of those writes
-- are here: what a phone brings back beyond that, the server itself wrote and lost.
CREATE TABLE former (epoch TEXT PRIMARY KEY, rid TEXT NOT NULL, counter BIGINT NOT NULL);
CREATE INDEX former_rid ON former (rid);

-- What the good backups hold: each feed up to seq, and the bytes of these photos.
CREATE TABLE backup_head (territory TEXT PRIMARY KEY, seq BIGINT NOT NULL);
CREATE TABLE backup_photo (sha256 TEXT PRIMARY KEY, size BIGINT NOT NULL);
