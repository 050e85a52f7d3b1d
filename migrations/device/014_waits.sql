-- What is not on the server, in a form that is counted without reading what waits: after a restore that is everything on
-- the phone. These tables only repeat what record and upload say; triggers keep them, so nothing in the app has to think
-- of it (a column that is dropped takes them with it and makes them anew), and each start compares their sums with the truth
-- and fills them anew when they differ. What a trigger finds already there, or can not read, it passes over: a sum that is
-- wrong until the next start is better than a photo that is not kept.
--
-- waits has one row for each record that waits (part 0; of a photo 1, of a thumbnail 2; id is the record's), and one for
-- the bytes of a photo and each store it was taken at (part 3; id is hash and store). key is the hash of the photo's
-- bytes, by which photos count: whatever of it waits, it is one photo. It is the photo's id while its record is not here.
CREATE TABLE waits (
  id TEXT PRIMARY KEY, part INTEGER NOT NULL, key TEXT NOT NULL, store TEXT NOT NULL, type TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX waits_key ON waits (key, part) WHERE part > 0;

-- How much that is: of photos by hash and store, n parts and of these the bytes or not; of each store; of each type of
-- record but photos.
CREATE TABLE photo_waits (
  key TEXT NOT NULL, store TEXT NOT NULL, n INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (key, store)) STRICT, WITHOUT ROWID;
CREATE INDEX photo_waits_records ON photo_waits (key) WHERE bytes = 0;
CREATE TABLE store_waits (store TEXT PRIMARY KEY, records INTEGER NOT NULL, photos INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE type_waits (type TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- What a record has in waits when it waits. The store is in the body, where all who wrote it put the same.
CREATE VIEW waiting_record AS
  SELECT id, CASE type WHEN 'thumbnail' THEN 2 WHEN 'photo' THEN 1 ELSE 0 END AS part,
    coalesce(CASE type
      WHEN 'photo' THEN json_extract(sound, '$.f.photo[0][5].sha256')
      WHEN 'thumbnail' THEN coalesce((SELECT json_extract(p.body, '$.f.photo[0][5].sha256') FROM record p
        WHERE p.id = json_extract(sound, '$.f.thumbnail[0][5].photo') AND json_valid(p.body)), json_extract(sound, '$.f.thumbnail[0][5].photo'))
      ELSE '' END, id) AS key,
    coalesce(CASE type
      WHEN 'store' THEN id
      WHEN 'photo' THEN json_extract(sound, '$.f.photo[0][5].store')
      WHEN 'thumbnail' THEN (SELECT json_extract(p.body, '$.f.photo[0][5].store') FROM record p
        WHERE p.id = json_extract(sound, '$.f.thumbnail[0][5].photo') AND json_valid(p.body))
      ELSE json_extract(sound, '$.f.store[0][5]') END, '') AS store, type
  FROM (SELECT id, type, CASE WHEN json_valid(body) THEN body ELSE '{}' END AS sound FROM record);

CREATE TRIGGER record_waits_new AFTER INSERT ON record WHEN new.version IS NOT new.acked BEGIN
  INSERT INTO waits SELECT id, part, key, store, type FROM waiting_record WHERE id = new.id ON CONFLICT (id) DO NOTHING;
END;
CREATE TRIGGER record_waits AFTER UPDATE OF version, acked ON record WHEN new.version IS NOT new.acked AND old.version IS old.acked BEGIN
  INSERT INTO waits SELECT id, part, key, store, type FROM waiting_record WHERE id = new.id ON CONFLICT (id) DO NOTHING;
END;
CREATE TRIGGER record_sent AFTER UPDATE OF version, acked ON record WHEN new.version IS new.acked AND old.version IS NOT old.acked BEGIN
  DELETE FROM waits WHERE id = old.id;
END;
CREATE TRIGGER record_left AFTER DELETE ON record WHEN old.version IS NOT old.acked BEGIN
  DELETE FROM waits WHERE id = old.id;
END;

-- A photo comes after its bytes, and may come after its thumbnail.
CREATE TRIGGER photo_known AFTER INSERT ON record WHEN new.type = 'photo' AND json_valid(new.body) BEGIN
  UPDATE waits SET key = json_extract(new.body, '$.f.photo[0][5].sha256'), store = coalesce(json_extract(new.body, '$.f.photo[0][5].store'), '')
    WHERE key = new.id AND part = 2 AND json_extract(new.body, '$.f.photo[0][5].sha256') IS NOT NULL;
  INSERT INTO waits SELECT DISTINCT w.key || ' ' || json_extract(new.body, '$.f.photo[0][5].store'), 3, w.key, json_extract(new.body, '$.f.photo[0][5].store'), 'photo'
    FROM waits w WHERE w.key = json_extract(new.body, '$.f.photo[0][5].sha256') AND w.part = 3
    AND json_extract(new.body, '$.f.photo[0][5].store') IS NOT NULL ON CONFLICT (id) DO NOTHING;
  DELETE FROM waits WHERE id = json_extract(new.body, '$.f.photo[0][5].sha256') || ' ' AND json_extract(new.body, '$.f.photo[0][5].store') IS NOT NULL;
END;

CREATE TRIGGER bytes_wait_new AFTER INSERT ON upload WHEN new.done_ms = 0 AND new.kept = 0 BEGIN
  INSERT INTO waits SELECT DISTINCT new.sha256 || ' ' || p.store, 3, new.sha256, p.store, 'photo' FROM photo p WHERE p.sha256 = new.sha256
    ON CONFLICT (id) DO NOTHING;
  INSERT INTO waits SELECT new.sha256 || ' ', 3, new.sha256, '', 'photo' WHERE NOT EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = new.sha256)
    ON CONFLICT (id) DO NOTHING;
END;
CREATE TRIGGER bytes_wait AFTER UPDATE OF done_ms, kept ON upload
WHEN new.done_ms = 0 AND new.kept = 0 AND (old.done_ms <> 0 OR old.kept <> 0) BEGIN
  INSERT INTO waits SELECT DISTINCT new.sha256 || ' ' || p.store, 3, new.sha256, p.store, 'photo' FROM photo p WHERE p.sha256 = new.sha256
    ON CONFLICT (id) DO NOTHING;
  INSERT INTO waits SELECT new.sha256 || ' ', 3, new.sha256, '', 'photo' WHERE NOT EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = new.sha256)
    ON CONFLICT (id) DO NOTHING;
END;
CREATE TRIGGER bytes_sent AFTER UPDATE OF done_ms, kept ON upload
WHEN (new.done_ms <> 0 OR new.kept <> 0) AND old.done_ms = 0 AND old.kept = 0 BEGIN
  DELETE FROM waits WHERE key = new.sha256 AND part = 3;
END;
CREATE TRIGGER bytes_left AFTER DELETE ON upload BEGIN
  DELETE FROM waits WHERE key = old.sha256 AND part = 3;
END;

CREATE TRIGGER waits_new AFTER INSERT ON waits BEGIN
  INSERT INTO store_waits (store, records, photos) SELECT new.store, 1, 0 WHERE new.part = 0
    ON CONFLICT (store) DO UPDATE SET records = records + 1;
  INSERT INTO type_waits (type, n) SELECT new.type, 1 WHERE new.part = 0 ON CONFLICT (type) DO UPDATE SET n = n + 1;
  INSERT INTO photo_waits (key, store, n, bytes) SELECT new.key, new.store, 1, new.part = 3 WHERE new.part > 0
    ON CONFLICT (key, store) DO UPDATE SET n = n + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER waits_less AFTER DELETE ON waits BEGIN
  UPDATE store_waits SET records = records - 1 WHERE store = old.store AND old.part = 0;
  UPDATE type_waits SET n = n - 1 WHERE type = old.type AND old.part = 0;
  UPDATE photo_waits SET n = n - 1, bytes = bytes - (old.part = 3) WHERE key = old.key AND store = old.store AND old.part > 0;
  DELETE FROM photo_waits WHERE key = old.key AND store = old.store AND n = 0 AND old.part > 0;
END;
CREATE TRIGGER waits_moved AFTER UPDATE OF key, store ON waits WHEN new.part = 2 BEGIN
  UPDATE photo_waits SET n = n - 1 WHERE key = old.key AND store = old.store;
  DELETE FROM photo_waits WHERE key = old.key AND store = old.store AND n = 0;
  INSERT INTO photo_waits (key, store, n, bytes) VALUES (new.key, new.store, 1, 0) ON CONFLICT (key, store) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER photo_waits_new AFTER INSERT ON photo_waits BEGIN
  INSERT INTO store_waits (store, records, photos) VALUES (new.store, 0, 1) ON CONFLICT (store) DO UPDATE SET photos = photos + 1;
END;
CREATE TRIGGER photo_waits_less AFTER DELETE ON photo_waits BEGIN
  UPDATE store_waits SET photos = photos - 1 WHERE store = old.store;
END;

-- The photos in the order in which their bytes are sent.
CREATE INDEX upload_order ON upload (sent = 0) WHERE done_ms = 0;
-- How many bytes are left is summed from the index alone.
CREATE INDEX upload_left ON upload (size, sent) WHERE done_ms = 0 AND kept = 0;
