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

// A walk has one id on every phone: ma begins it in the territory that the store has left, li where it lies.
func TestARecordBegunOnBothSidesOfAMoveGetsTheNextPlaceOnce(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li, he := newCaller(t, s, "ma"), newCaller(t, s, "li"), newCaller(t, s, "he")
	for _, slug := range []string{"north", "south", "third"} {
		if err := s.EnsureTerritory(t.Context(), slug, slug, ""); err != nil {
			t.Fatal(err)
		}
	}
	third := field.TerritoryID("third")
	for c, holds := range map[*caller]uuid.UUID{ma: north, li: south, he: third} {
		if err := s.SetTerritories(t.Context(), c.Account, []uuid.UUID{holds}); err != nil {
			t.Fatal(err)
		}
	}
	forgetGrants(t, s)
	if _, _, _, err := s.ImportStores(t.Context(), north, []field.Store{{LicenceNo: "640402100001", Name: "街角店"}}); err != nil {
		t.Fatal(err)
	}
	shop := field.StoreID("640402100001")
	if err := s.MoveStore(t.Context(), shop, south); err != nil {
		t.Fatal(err)
	}
	begin := func(c *caller, territory uuid.UUID) record.Record {
		r := record.Record{ID: field.WalkID(shop), Type: field.TypeWalk, Territory: territory, Place: record.Place{N: 1}}
		return c.set(t, c.set(t, r, "store", shop), "order", []uuid.UUID{field.ProductID("6901028000001")})
	}
	lies := func(at record.Place, orders int) {
		t.Helper()
		r := loadRecord(t, s, field.WalkID(shop))
		if r.Territory != south || r.Place != at || len(r.Entries("order")) != orders {
			t.Errorf("%s %v with %d orders", r.Territory, r.Place, len(r.Entries("order")))
		}
	}
	li.push(t, s, begin(li, south).Encode())
	if got := he.push(t, s, begin(he, third).Encode()).Receipts[0]; got != (wire.Receipt{Status: wire.Quarantined, Code: "record.out_of_scope"}) {
		t.Errorf("the store never lay there: %+v", got)
	}
	lies(record.Place{N: 1}, 1)
	began := begin(ma, north)
	for range 2 {
		resp := ma.push(t, s, began.Encode())
		if got := resp.Receipts[0]; got != (wire.Receipt{Status: wire.Elsewhere, Place: wire.Place{0, 2}}) {
			t.Errorf("%+v", got)
		}
		lies(record.Place{N: 2}, 2)
	}
	if n := count(t, s, `SELECT count(*) FROM feed_out WHERE territory = $1 AND record = $2 AND place_n = 2`, north.String(), began.ID.String()); n != 1 {
		t.Error("the feed of the territory that it left does not tell where it went")
	}
	stray := begin(li, third) // where li never was, so that no phone of li's can believe it to lie there
	stray.Place = record.Place{N: 2}
	li.push(t, s, stray.Encode())
	lies(record.Place{N: 2}, 2)
}
