-- By the hash of a photo's bytes all that waits is found with its part: SQLite does not see that a part of 3 is greater
-- than 0, and read all that waits for each photo that was taken or sent.
DROP INDEX waits_key;
CREATE INDEX waits_key ON waits (key, part);
