-- A draft of a note knows its visit: a correction has an id that nothing else would lead to.
ALTER TABLE draft ADD COLUMN visit TEXT NOT NULL DEFAULT '';
CREATE INDEX draft_visit ON draft (visit);
