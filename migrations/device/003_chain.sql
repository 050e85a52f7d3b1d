-- The exchanges of one replica are a chain: each request names the last one that was answered (cur) and itself
-- (next). The server that sees another life of this database break the chain says so. confirmed is the number
-- of this replica's writes up to which the server has confirmed all.
CREATE TABLE chain (
  rid TEXT PRIMARY KEY, cur TEXT NOT NULL, next TEXT NOT NULL, confirmed INTEGER NOT NULL) STRICT;
