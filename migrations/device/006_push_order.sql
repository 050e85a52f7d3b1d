-- What waits is read in the order in which it is sent: visits, counts and notes, then photo records, then
-- thumbnails, each in the order made.
DROP INDEX record_waiting;
CREATE INDEX record_waiting ON record (CASE type WHEN 'thumbnail' THEN 2 WHEN 'photo' THEN 1 ELSE 0 END) WHERE version IS NOT acked;
