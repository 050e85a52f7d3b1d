package e2e

import (
	"testing"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A phone is copied whole, identity and all, and both copies go on working without a network: the same numbers
// then name different writes.
func TestSyncTwoLivesOfOneDatabaseLoseNothing(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, other := w.phone("ma"), w.phone("li")
	visit := a.visit(300)
	a.round()
	a.close()
	dir := t.TempDir()
	syncCopy(t, a.dir, dir, syncFolder...)
	a, clone := newSyncPhone(t, a.dir), newSyncPhone(t, dir)
	line := field.LineField(syncProduct)
	work := func(p *syncPhone, cartons int, note string) uuid.UUID {
		p.t.Helper()
		p.try(p.SetCount(t.Context(), visit, syncProduct, field.CountLine{Cartons: cartons}, syncSeen(t, p, field.CountID(visit), line)))
		p.try(p.SetStoreText(t.Context(), syncCorner, "note", note, syncSeen(t, p, syncCorner, "note")))
		return p.visit(400)
	}
	first := work(a, 21, "from the one")
	second := work(clone, 22, "from the other")
	a.round()
	clone.round()
	for range 2 {
		for _, p := range []*syncPhone{a, clone, other} {
			p.round()
		}
	}
	w.settled(a, clone, other)
	if x, y := syncReplica(t, a.dir), syncReplica(t, clone.dir); x == y {
		t.Error("two lives still share a replica id")
	}
	for _, p := range []*syncPhone{a, clone, other} {
		for _, id := range []uuid.UUID{visit, first, second} {
			if _, err := p.VisitPage(t.Context(), id); err != nil {
				t.Error("a visit is missing", err)
			}
		}
		if got := syncSiblings(t, p.dir, syncCorner, "note"); len(got) != 2 {
			t.Error("a note of one life is gone", got)
		}
		if got := syncSiblings(t, p.dir, field.CountID(visit), line); len(got) != 2 {
			t.Error("a count of one life is gone", got)
		}
	}
	if n := syncCount(t, w.dir, `SELECT count(*) FROM alarm WHERE code = 'alarm.clone'`); n != 1 {
		t.Errorf("%d alarms", n)
	}
}
