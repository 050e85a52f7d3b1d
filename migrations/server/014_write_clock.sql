-- How far ahead the clock of the sending device was when a write came: a record may have been written on with several clocks.
-- Of what came before there is only that of the record's first arrival.
ALTER TABLE arrival ADD COLUMN offset_ms BIGINT NOT NULL DEFAULT 0;
UPDATE arrival SET offset_ms = (SELECT r.offset_ms FROM record r WHERE r.no = arrival.record)
  WHERE part = 0 AND record IN (SELECT no FROM record WHERE offset_ms <> 0);
DROP VIEW write_log;
CREATE VIEW write_log AS
  SELECT r.id AS record, a.rid AS rid, e.value ->> 0 AS field, e.value ->> 1 AS n, e.value ->> 2 AS lam, e.value ->> 3 AS author,
    e.value ->> 4 AS wall_ms, a.received_ms AS received_ms, a.offset_ms AS offset_ms, e.value -> 5 AS value
  FROM record r JOIN arrival a ON a.record = r.no, json_each(a.entries) e;
