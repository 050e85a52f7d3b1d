-- Photos that were asked of a camera which is another app. A row is there before that app opens, because this one may be
-- ended under it, and goes when nothing of the picture is left in the camera's place. id is also that of the photo to be.
-- visit or application is whose photo it is; a picture of neither is only looked at, as that of a bar code. place is where
-- the camera was told to put it, shot is what it is a picture of as JSON. kept is 1 from the transaction on that writes the
-- photo: then only the camera's copy is to be deleted. quiet is 1 when the person seems to have closed the camera without
-- taking it, code says why it could not be kept when it was last tried.
CREATE TABLE awaited (
  id TEXT PRIMARY KEY, visit TEXT NOT NULL, application TEXT NOT NULL, place TEXT NOT NULL, shot TEXT NOT NULL,
  asked_ms INTEGER NOT NULL, kept INTEGER NOT NULL DEFAULT 0, quiet INTEGER NOT NULL DEFAULT 0,
  code TEXT NOT NULL DEFAULT '') STRICT;
