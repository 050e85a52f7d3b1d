-- How many exchanges moved a chain on. An older copy of the database that comes back lacks some of them even where no
-- record changed since: its chains are behind the phones', which would be taken for doubles.
ALTER TABLE replica ADD COLUMN exchanges BIGINT NOT NULL DEFAULT 0;
