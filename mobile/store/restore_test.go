package store

import (
	"path/filepath"
	"slices"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
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

func TestAPhotoWhoseRecordHadGoneIsSentAgainWhenItComesBackFromARestoredServer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	common := func(epoch record.Replica) wire.SyncResponse {
		return wire.SyncResponse{Feeds: []wire.Feed{{Territory: field.Common, Epoch: epoch, Seq: 1}}}
	}
	must(t, s.Apply(t.Context(), nil, common(o.epoch)))
	visit := checkIn(t, s, shop)
	_, ref, err := addPhoto(t.Context(), s, visit, "on the lost disk")
	must(t, err)
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	o.exchange(t, s)
	must(t, s.Apply(t.Context(), nil, wire.SyncResponse{Blobs: []wire.BlobHeld{{Ref: ref, Offset: 16}}}))
	must(t, s.Apply(t.Context(), nil, wire.SyncResponse{Revoked: []uuid.UUID{town}}))
	_, err = s.VisitPage(t.Context(), visit)
	wantFault(t, err, "visit.not_found")

	o.epoch = ledger.NewReplica()
	must(t, s.Apply(t.Context(), nil, common(o.epoch)))
	waiting, err := s.Waiting(t.Context())
	must(t, err)
	equal(t, waiting.Photos, 0) // without its record nobody can send it
	equal(t, syncPage(t, s).Confirmed.Photos, 0)
	must(t, s.Apply(t.Context(), nil, givenBack(t, o)))
	waits(t, s, 0, 1)
	uploads, err := s.NextUploads(t.Context(), 9)
	must(t, err)
	equal(t, uploads, []Upload{{Ref: ref, Size: 16}})
}

// givenBack is the whole feed of a territory that a phone reads anew.
func givenBack(t testing.TB, o *office) wire.SyncResponse {
	t.Helper()
	f := wire.Feed{Territory: town, Epoch: o.epoch, Seq: int64(len(o.log))}
	for _, id := range o.log {
		f.Puts = append(f.Puts, o.load(t, id).Encode())
	}
	return wire.SyncResponse{Feeds: []wire.Feed{f}}
}
