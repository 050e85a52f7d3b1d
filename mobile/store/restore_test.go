package store

import (
	"path/filepath"
	"slices"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func TestAServerRestoredFromABackupGetsBackAllThatAnyPhoneHolds(t *testing.T) {
	t.Parallel()
	for name, epoch := range map[string]func(*office){
		"its feed has gone back": func(*office) {},
		"its feed is another":    func(o *office) { o.epoch = ledger.NewReplica() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			a, b := newPhone(t, o, li), newPhone(t, o, wang)
			kept := checkIn(t, a, shop)
			o.settled(t, a, b)
			backup, log := filepath.Join(t.TempDir(), "backup.db"), slices.Clone(o.log)
			must(t, o.db.Close())
			copyFile(t, o.path, backup)
			o.open(t)

			must(t, a.SetCount(t.Context(), kept, furong, field.CountLine{Cartons: 6}, nil))
			must(t, a.CheckOut(t.Context(), kept, nowhere))
			_, ref, err := addPhoto(t.Context(), a, kept, "on the lost disk")
			must(t, err)
			lost := checkIn(t, b, grocer)
			must(t, b.SetNote(t.Context(), lost, uuid.Nil, "只在王的手机上", nil))
			must(t, b.SetStoreText(t.Context(), grocer, "phone", "13955550000", page(t, b, grocer).Phone.Seen))
			o.settled(t, a, b)
			must(t, a.Apply(t.Context(), nil, wire.SyncResponse{Blobs: []wire.BlobHeld{{Ref: ref, Offset: 16}}}))
			waits(t, a, 0, 0)
			waits(t, b, 0, 0)
			want := map[uuid.UUID]string{}
			for _, id := range []uuid.UUID{kept, field.CountID(kept), lost, noteID(lost, wang), grocer, shop} {
				want[id] = string(o.load(t, id).Encode())
			}

			must(t, o.db.Close())
			copyFile(t, backup, o.path)
			o.open(t)
			o.log = log
			epoch(o)
			o.exchange(t, a)
			w, err := a.Waiting(t.Context())
			must(t, err)
			if w.Records == 0 || w.Photos != 1 {
				t.Fatalf("the phone believes that the server still has everything: %+v", w)
			}
			o.settled(t, a, b)
			for id, body := range want {
				equal(t, string(o.load(t, id).Encode()), body)
				equal(t, string(loadRecord(t, a.db, id).Encode()), body)
			}
			waits(t, a, 0, 1)
			waits(t, b, 0, 0)
			uploads, err := a.NextUploads(t.Context(), 9)
			must(t, err)
			equal(t, uploads, []Upload{{Ref: ref, Size: 16}})
			equal(t, len(syncPage(t, a).Refused), 0)
		})
	}
}
