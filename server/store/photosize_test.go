package store

import (
	"database/sql"
	"testing"

	"storewalk/shared/blob"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

// A phone reads silence about a photo as "its record is not there".
func TestAServerThatCanNotReadItsPhotosSaysSoInsteadOfKnowingNone(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	err := s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`ALTER TABLE photo RENAME TO photo_away`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	req := wire.SyncRequest{Proto: wire.Proto, Replica: record.Replica{1}, Next: "1", Blobs: []wire.BlobAsk{{Ref: blob.Ref{1}, Size: 1}}}
	if resp, err := s.Sync(t.Context(), ma.Principal, req); err == nil {
		t.Fatalf("answered with %+v", resp.Blobs)
	}
	req.Blobs = nil
	if _, err := s.Sync(t.Context(), ma.Principal, req); err != nil {
		t.Fatal("what asks about no photo:", err)
	}
}
