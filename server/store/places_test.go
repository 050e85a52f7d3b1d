package store

import (
	"database/sql"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// A store with a long history leaves a territory: what the phones there hear of it is shared out over answers
// like records are, and a phone that is new there hears nothing of it.
func TestRecordsThatHaveLeftKeepToTheBudgetToo(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	for _, slug := range []string{"north", "south"} {
		if err := s.EnsureTerritory(t.Context(), slug, slug, ""); err != nil {
			t.Fatal(err)
		}
	}
	_, _, _, err := s.ImportStores(t.Context(), north, []field.Store{{LicenceNo: "640402100001", Name: "街角店"}})
	if err != nil {
		t.Fatal(err)
	}
	shop := field.StoreID("640402100001")
	var raws [][]byte
	for range 60 {
		r := record.Record{ID: uuid.New(), Type: field.TypeNote, Territory: north, Place: record.Place{N: 1}}
		raws = append(raws, ma.set(t, ma.set(t, r, "store", shop), "text", "x").Encode())
	}
	ma.push(t, s, raws...)
	if err := s.MoveStore(t.Context(), shop, south); err != nil {
		t.Fatal(err)
	}
	outs, answers := 0, 0
	for more := true; more; answers++ {
		req := wire.SyncRequest{Proto: wire.Proto, Replica: ma.rid, Cur: ma.link, Next: uuid.NewString(), Cursors: ma.cursors, Budget: wire.MinBudget}
		ma.link = req.Next
		resp, err := s.Sync(t.Context(), ma.Principal, req)
		if err != nil || answers > 60 {
			t.Fatal(answers, err)
		}
		more, ma.cursors = false, nil
		for _, f := range resp.Feeds {
			outs, more = outs+len(f.Outs), more || f.More
			ma.cursors = append(ma.cursors, wire.Cursor{Territory: f.Territory, Epoch: f.Epoch, Seq: f.Seq})
			if len(f.Outs) > 1+wire.MinBudget/outBytes {
				t.Error(len(f.Outs), "in one answer")
			}
		}
	}
	if outs != 61 || answers < 3 {
		t.Errorf("%d records left, in %d answers", outs, answers)
	}
	for _, f := range newCaller(t, s, "li").push(t, s).Feeds {
		if len(f.Outs) != 0 {
			t.Error("a phone that holds nothing is told what it no longer holds")
		}
	}
}

// A phone knows from one feed where a record lies now and writes on, and the answer has no room left for the other feed's
// saying that it left.
func TestAPushedRecordThatHasLeftWaitsForTheNextAnswer(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	for _, slug := range []string{"north", "south"} {
		if err := s.EnsureTerritory(t.Context(), slug, slug, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, _, err := s.ImportStores(t.Context(), north, []field.Store{{LicenceNo: "640402100001", Name: "街角店"}}); err != nil {
		t.Fatal(err)
	}
	shop := field.StoreID("640402100001")
	note := ma.set(t, ma.note(t, "x"), "store", shop)
	ma.push(t, s, note.Encode())
	if err := s.MoveStore(t.Context(), shop, south); err != nil {
		t.Fatal(err)
	}
	f, left := wire.Feed{Territory: north}, 0
	sent := map[uuid.UUID]record.Version{shop: loadRecord(t, s, shop).Version(), note.ID: loadRecord(t, s, note.ID).Version()}
	err := s.db.View(t.Context(), func(tx *sql.Tx) error {
		_, err := readFeed(t.Context(), tx, &f, &left, sent, false)
		return err
	})
	if err != nil || !f.More || f.Seq != 0 {
		t.Errorf("%+v %v", f, err)
	}
}
