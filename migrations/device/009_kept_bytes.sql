-- kept is 1 for the bytes of a photo that was removed before they were sent and whose record has left this phone since:
-- they stay here, and there is nothing to do with them until the record comes back.
ALTER TABLE upload ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
