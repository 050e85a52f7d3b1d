-- Records that no longer lie in a territory of this phone. They stay until what was entered on them is sent and
-- no visit to them is in progress; then only a husk remains, which remembers the place.
CREATE TABLE leaving (
  record TEXT PRIMARY KEY, territory TEXT NOT NULL, place_epoch INTEGER NOT NULL, place_n INTEGER NOT NULL) STRICT;
