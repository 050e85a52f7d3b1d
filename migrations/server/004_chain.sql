-- The last exchange of each replica: its token, what it pushed, and the receipts it was given, for the same
-- request coming once more. A request that follows neither this one nor repeats it comes from another life of
-- the phone's database.
CREATE TABLE chain (
  rid TEXT PRIMARY KEY, device TEXT NOT NULL, token TEXT NOT NULL, pushed TEXT NOT NULL, receipts TEXT NOT NULL);

-- What a person should look at: code is alarm.fork, alarm.clone or alarm.digest.
CREATE TABLE alarm (
  id TEXT PRIMARY KEY, device TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, at_ms BIGINT NOT NULL);
CREATE INDEX alarm_at ON alarm (at_ms);
