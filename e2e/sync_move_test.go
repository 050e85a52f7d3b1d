package e2e

import (
	"maps"
	"slices"
	"testing"

	phonestore "storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// shown reports whether a phone shows the store of all these tests.
func (p *syncPhone) shown() bool {
	p.t.Helper()
	rows, err := p.Stores(p.t.Context(), "640402100001")
	p.try(err)
	return len(rows) == 1
}

func TestSyncAStoreThatMovesIsOnThePhonesOfItsTerritoryAndNoOther(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	west, east := w.phone("ma"), w.phone("wang")
	visit := west.visit(300)
	west.round()
	for range 2 { // there, back and there again
		for _, to := range []struct {
			territory uuid.UUID
			has, not  *syncPhone
		}{{syncEast, east, west}, {syncWest, west, east}} {
			west.try(w.store.MoveStore(t.Context(), syncCorner, to.territory))
			west.round()
			east.round()
			if !to.has.shown() || to.not.shown() {
				t.Fatal("a store is where it should not be, or not where it should")
			}
			if page, err := to.has.VisitPage(t.Context(), visit); err != nil || page.Counted != 2 || len(page.Photos) != 1 {
				t.Fatal("the visits did not come with the store", err)
			}
			if _, err := to.not.VisitPage(t.Context(), visit); !fault.Is(err, "visit.not_found") {
				t.Fatal("a visit stayed behind", err)
			}
			to.not.waits(0, 0)
		}
	}
	west.visit(400) // a phone that gave it away and got it back writes on
	west.round()
	w.settled(west)
}

func TestSyncWhatWasEnteredOnAStoreThatHasMovedIsTakenAndThenLetGo(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	west, east := w.phone("ma"), w.phone("wang")
	visit, err := west.CheckIn(t.Context(), syncCorner, field.Moment{}, phonestore.Purpose{})
	west.try(err)
	west.round() // the check-in is sent, the visit goes on without a network
	west.try(w.store.MoveStore(t.Context(), syncCorner, syncEast))
	east.round()
	west.try(west.SetStoreText(t.Context(), syncCorner, "note", "entered in the west", syncSeen(t, west, syncCorner, "note")))
	west.try(west.SetCount(t.Context(), visit, syncProduct, field.CountLine{Cartons: 9}, nil))
	west.round()
	if page, err := west.VisitPage(t.Context(), visit); err != nil || page.Counted != 1 || !west.shown() {
		t.Fatal("a visit was taken away from under the person", err)
	}
	west.try(west.SetNote(t.Context(), visit, uuid.Nil, "done all the same", nil))
	west.photo(visit, 300)
	west.try(west.CheckOut(t.Context(), visit, field.Moment{}))
	west.round()
	west.round()
	west.waits(0, 0)
	if west.shown() {
		t.Error("the store is still here")
	}
	east.round()
	page, err := east.VisitPage(t.Context(), visit)
	if err != nil || page.Counted != 1 || len(page.Photos) != 1 || len(page.Notes) != 1 || page.Row.CheckOutMS == 0 {
		t.Errorf("the visit is not whole in the east: %+v %v", page.Row, err)
	}
	if got := syncSiblings(t, east.dir, syncCorner, "note"); len(got) != 1 || got[0] != `"entered in the west"` {
		t.Error(got)
	}
}

// What both begin has one id: the walk of the store, and the count of a visit that both are in.
func TestSyncWhatIsBegunOnBothSidesOfAMoveBecomesOne(t *testing.T) {
	t.Parallel()
	for name, tell := range map[string]struct {
		from, to  uuid.UUID
		here, new string      // who are there
		holds     []uuid.UUID // what the one who has not heard of it holds
	}{
		"to the east":                                {syncWest, syncEast, "ma", "wang", []uuid.UUID{syncWest}},
		"to the west":                                {syncEast, syncWest, "wang", "ma", []uuid.UUID{syncEast}},
		"to the east, and the other holds both":      {syncWest, syncEast, "ma", "wang", []uuid.UUID{syncWest, syncEast}},
		"to the west, and the other holds both":      {syncEast, syncWest, "wang", "ma", []uuid.UUID{syncEast, syncWest}},
		"to the east, and the other has lost theirs": {syncWest, syncEast, "ma", "wang", []uuid.UUID{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			unaware, aware := w.phone(tell.here), w.phone(tell.new)
			unaware.try(w.store.MoveStore(t.Context(), syncCorner, tell.from))
			unaware.try(w.store.SetTerritories(t.Context(), w.users[tell.here], append(slices.Clip(tell.holds), tell.from)))
			unaware.round()
			shared, err := unaware.CheckIn(t.Context(), syncCorner, field.Moment{}, phonestore.Purpose{})
			unaware.try(err)
			unaware.round()
			unaware.try(w.store.MoveStore(t.Context(), syncCorner, tell.to))
			unaware.try(w.store.SetTerritories(t.Context(), w.users[tell.here], tell.holds))
			aware.round()
			for i, p := range []*syncPhone{unaware, aware} {
				product := field.ProductID([]string{"6901028000001", "6901028000002"}[i])
				p.try(p.SetCount(t.Context(), shared, product, field.CountLine{Cartons: 1 + i}, nil))
			}
			unaware.try(unaware.CheckOut(t.Context(), shared, field.Moment{}))
			for range 2 {
				aware.round()
				unaware.round()
			}
			aware.round()
			for _, p := range []*syncPhone{unaware, aware} {
				p.waits(0, 0)
				for _, territory := range []uuid.UUID{syncWest, syncEast} {
					if got := syncVersions(t, p.dir, territory); len(got) > 0 && !maps.Equal(got, syncVersions(t, w.dir, territory)) {
						t.Error("a phone holds other copies than the server")
					}
				}
			}
			if n := syncCount(t, w.dir, `SELECT count(*) FROM quarantine`); n != 0 {
				t.Errorf("%d records were put aside", n)
			}
			if orders := syncSiblings(t, aware.dir, field.WalkID(syncCorner), "order"); len(orders) != 2 {
				t.Error("the walk has not both orders:", orders)
			}
			for _, p := range []*syncPhone{unaware, aware} {
				page, err := p.VisitPage(t.Context(), shared)
				if p == unaware && len(tell.holds) < 2 {
					if !fault.Is(err, "visit.not_found") {
						t.Error("the visit is still there:", err)
					}
				} else if err != nil || page.Counted != 2 {
					t.Error(page.Counted, "lines", err)
				}
			}
		})
	}
}

func TestSyncATerritoryThatIsTakenAwayGoesAndComesBackWhole(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p, other := w.phone("ma"), w.phone("li")
	p.visit(300)
	p.round()
	p.try(p.SetStoreText(t.Context(), syncCorner, "note", "not yet sent", syncSeen(t, p, syncCorner, "note")))
	p.try(w.store.SetTerritories(t.Context(), w.users["ma"], []uuid.UUID{syncEast}))
	p.round()
	if p.shown() {
		t.Error("a territory that was taken away is still on the phone")
	}
	p.waits(0, 0)
	other.round()
	if got := syncSiblings(t, other.dir, syncCorner, "note"); len(got) != 1 || got[0] != `"not yet sent"` {
		t.Error("what was entered before the phone heard of it is lost", got)
	}
	if rows, err := p.Stores(t.Context(), ""); err != nil || len(rows) != 3 {
		t.Error("the new territory is not here", len(rows), err)
	}
	p.try(w.store.SetTerritories(t.Context(), w.users["ma"], []uuid.UUID{syncWest}))
	p.round()
	p.visit(500)
	p.round()
	other.round()
	if !p.shown() {
		t.Error("a territory that was given back is not here")
	}
	w.settled(p, other)
}
