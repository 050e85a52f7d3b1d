-- Drafts that the person threw away: what was typed stays, and can be taken back.
CREATE TABLE dropped (
  id INTEGER PRIMARY KEY, record TEXT NOT NULL, field TEXT NOT NULL, text TEXT NOT NULL, code TEXT NOT NULL, visit TEXT NOT NULL,
  at_ms INTEGER NOT NULL) STRICT;
CREATE INDEX dropped_visit ON dropped (visit);
