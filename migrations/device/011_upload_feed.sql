-- upload.feed_seq is a number of this territory's feed: the photo's record may have moved since. What is in a backup is
-- counted from the index alone.
ALTER TABLE upload ADD COLUMN territory TEXT NOT NULL DEFAULT '';
UPDATE upload SET feed_seq = 0;
CREATE INDEX upload_done ON upload (territory, feed_seq) WHERE done_ms > 0;
