-- How full a phone is, in bytes, and when it last said so; storage_ms = 0: it never did.
ALTER TABLE device ADD COLUMN storage_free BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN storage_used BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN storage_ms BIGINT NOT NULL DEFAULT 0;

-- Who was the first to see an alarm, and when: raised_ms is alarm.at_ms as they saw it. An alarm is open while nobody has
-- seen it since it was last raised; nothing is deleted.
CREATE TABLE alarm_seen (
  alarm TEXT NOT NULL, raised_ms BIGINT NOT NULL, by TEXT NOT NULL, at_ms BIGINT NOT NULL,
  PRIMARY KEY (alarm, raised_ms));
CREATE INDEX alarm_device ON alarm (device);
