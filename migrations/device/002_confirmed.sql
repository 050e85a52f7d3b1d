-- The sync page counts what the server confirmed and what it put aside without reading the records' bodies.
CREATE INDEX record_confirmed ON record (type, refused) WHERE own_n > 0 AND version IS acked;
CREATE INDEX record_refused ON record (type, refused) WHERE refused <> '';
CREATE INDEX upload_refused ON upload (refused) WHERE refused <> '';
