-- How far the sending phone's clock was ahead when the server put something aside, for when it is taken in later.
ALTER TABLE quarantine ADD COLUMN offset_ms BIGINT NOT NULL DEFAULT 0;
