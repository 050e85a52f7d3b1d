-- The tokens that came before a replica's last one, with spaces between, the latest last: a request with one of them was
-- under way for long.
ALTER TABLE chain ADD COLUMN passed TEXT NOT NULL DEFAULT '';
