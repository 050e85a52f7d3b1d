-- Records move between territories, and grants are taken away. A feed's row with out = 1 says that the record has
-- left the territory; place_* is where it lies since, as in the record.
ALTER TABLE feed ADD COLUMN out BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN place_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN place_n BIGINT NOT NULL DEFAULT 1;

-- A grant that was taken away: what its phones wrote before they heard of it is still taken.
ALTER TABLE territory_grant ADD COLUMN revoked_ms BIGINT NOT NULL DEFAULT 0;
