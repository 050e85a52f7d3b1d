-- What is in a good backup of the server. cursor.backed_up is the number up to which the feed is, whole says that
-- the feed was read to its end. record.feed_seq is a number by which the feed had the confirmed version, 0 while
-- that is not known, -1 when it is in another feed; upload.feed_seq is where the feed stood after the server had
-- all bytes.
ALTER TABLE cursor ADD COLUMN backed_up INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cursor ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN feed_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE upload ADD COLUMN feed_seq INTEGER NOT NULL DEFAULT 0;
CREATE INDEX record_unplaced ON record (territory) WHERE feed_seq = 0 AND acked IS NOT NULL;
CREATE INDEX upload_unplaced ON upload (sha256) WHERE feed_seq = 0 AND done_ms > 0;
DROP INDEX record_confirmed;
CREATE INDEX record_confirmed ON record (type, refused, territory, feed_seq) WHERE own_n > 0 AND version IS acked;
