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

// A phone has given away a store on which it wrote. A restored server brings it back without that write, and the next one knows
// the write again, from another phone: the phone is behind what is known of it, and is no double for it.
func TestSyncAPhoneThatGotBackAnOlderStoreThanItGaveAwayIsNoDouble(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, other := w.phone("ma"), w.phone("li")
	before, after := t.TempDir(), t.TempDir()
	w.backup(before)
	a.try(a.SetStoreText(t.Context(), syncCorner, "note", "written once", syncSeen(t, a, syncCorner, "note")))
	a.round()
	other.round()
	a.try(w.store.MoveStore(t.Context(), syncCorner, syncEast))
	a.round()
	if a.shown() {
		t.Fatal("the store has not left")
	}
	w.lose()
	w.restore(before)
	a.round()
	if got := syncSiblings(t, a.dir, syncCorner, "note"); !a.shown() || len(got) != 0 {
		t.Fatal("the store has not come back as it was", got)
	}
	other.round()
	w.backup(after)
	w.lose()
	w.restore(after)
	name := syncReplica(t, a.dir)
	a.round()
	other.round()
	w.settled(a, other)
	if n := syncCount(t, w.dir, `SELECT count(*) FROM alarm`); n != 0 || syncReplica(t, a.dir) != name {
		t.Errorf("%d alarms, and the phone took another name: %t", n, syncReplica(t, a.dir) != name)
	}
	if got := syncSiblings(t, a.dir, syncCorner, "note"); len(got) != 1 || got[0] != `"written once"` {
		t.Error("what the phone wrote is not on it again", got)
	}
}

// Two older copies of one database come back one after the other, both with writes that were never sent. What was written in between
// under the numbers of the second was sent: so both name writes of the same store by the same numbers, and each would take the
// other's for one that was replaced.
func TestSyncTwoCopiesOfADatabaseThatComeBackOneAfterTheOtherLoseNothing(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	a.round()
	b.round()
	write := func(field, text string) {
		t.Helper()
		a.try(a.SetStoreText(t.Context(), syncCorner, field, text, syncSeen(t, a, syncCorner, field)))
	}
	copied := func() (dir string) { // while the app runs, between two of its writes
		dir = t.TempDir()
		syncCopy(t, a.dir, dir, syncDatabase...)
		return dir
	}
	back := func(from string) {
		a.close()
		syncCopy(t, from, a.dir, syncDatabase...)
		a = newSyncPhone(t, a.dir)
	}
	write("phone", "111")
	first := copied()
	write("note", "only in the second copy")
	second := copied()
	name := syncReplica(t, a.dir)
	back(first)
	if syncReplica(t, a.dir) == name {
		t.Error("a copy that lacks a write goes on under the name of those that have it")
	}
	write("backup_phone", "222")
	a.round()
	a.close()
	a = newSyncPhone(t, a.dir)
	back(second)
	for _, p := range []*syncPhone{a, b, a} {
		p.round()
	}
	w.settled(a, b)
	for field, text := range map[string]string{"phone": "111", "note": "only in the second copy", "backup_phone": "222"} {
		for _, dir := range []string{w.dir, a.dir, b.dir} {
			if got := syncSiblings(t, dir, syncCorner, field); len(got) != 1 || got[0] != `"`+text+`"` {
				t.Errorf("%s is %v", field, got)
			}
		}
	}
	if n := syncCount(t, w.dir, `SELECT count(*) FROM alarm WHERE code <> 'alarm.clone'`); n != 0 {
		t.Errorf("%d alarms", n)
	}
}
