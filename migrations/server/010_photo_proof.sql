-- What was found of a photo's proof when its record came. sig is "good", "bad", or "unknown" when the key of the device is
-- not here; a photo without a proof has no row. Whether the chain is whole is found when it is asked for: a link that is
-- missing may still come. claimed_ms is when the phone's clock says that it was made, imported and mocked are 0 or 1.
CREATE TABLE photo_proof (
  photo TEXT PRIMARY KEY, device TEXT NOT NULL, link TEXT NOT NULL, prev TEXT NOT NULL, day TEXT NOT NULL, n BIGINT NOT NULL,
  boot TEXT NOT NULL, boot_ms BIGINT NOT NULL, server_ms BIGINT NOT NULL, heard_ms BIGINT NOT NULL,
  claimed_ms BIGINT NOT NULL, arrived_ms BIGINT NOT NULL, imported BIGINT NOT NULL, mocked BIGINT NOT NULL, sig TEXT NOT NULL);
CREATE INDEX photo_proof_link ON photo_proof (device, link);
CREATE INDEX photo_proof_prev ON photo_proof (device, prev);
CREATE INDEX photo_proof_boot ON photo_proof (device, boot, boot_ms);
