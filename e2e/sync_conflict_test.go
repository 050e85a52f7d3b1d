package e2e

import (
	"fmt"
	"testing"

	phonestore "storewalk/mobile/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// syncSiblings are the values of a field that each copy holds, the shown one first.
func syncSiblings(t testing.TB, dir string, id uuid.UUID, name string) (out []string) {
	t.Helper()
	for _, e := range syncRecord(t, dir, id).Siblings(name) {
		out = append(out, string(e.Value))
	}
	return out
}

// conflict lets ma and li change the same two things offline, and brings both online in the order given.
func syncConflict(t *testing.T, order func(a, b *syncPhone) []*syncPhone) (w *syncWorld, a, b *syncPhone, visit uuid.UUID) {
	t.Helper()
	w = newSyncWorld(t)
	a, b = w.phone("ma"), w.phone("li")
	visit = a.visit(1000)
	a.round()
	b.round()
	line := field.LineField(syncProduct)
	for i, p := range []*syncPhone{a, b} {
		p.try(p.SetStoreText(t.Context(), syncCorner, "phone", fmt.Sprint("0954-10", i), syncSeen(t, p, syncCorner, "phone")))
		p.try(p.SetCount(t.Context(), visit, syncProduct, field.CountLine{Cartons: 12 + 2*i}, syncSeen(t, p, field.CountID(visit), line)))
	}
	for _, p := range order(a, b) {
		p.round()
	}
	return w, a, b, visit
}

var syncOrders = map[string]func(a, b *syncPhone) []*syncPhone{
	"ma first": func(a, b *syncPhone) []*syncPhone { return []*syncPhone{a, b, a} },
	"li first": func(a, b *syncPhone) []*syncPhone { return []*syncPhone{b, a, b} },
}

func TestSyncTwoEditsOfOneFieldAreBothKeptEverywhereUntilSomeoneSettlesThem(t *testing.T) {
	t.Parallel()
	for name, order := range syncOrders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, a, b, visit := syncConflict(t, order)
			w.settled(a, b)
			line := field.LineField(syncProduct)
			for id, name := range map[uuid.UUID]string{syncCorner: "phone", field.CountID(visit): line} {
				want := syncSiblings(t, w.dir, id, name)
				if len(want) != 2 {
					t.Fatal(want)
				}
				for _, p := range []*syncPhone{a, b} {
					if got := syncSiblings(t, p.dir, id, name); fmt.Sprint(got) != fmt.Sprint(want) {
						t.Fatal(got, want)
					}
				}
			}
			for _, p := range []*syncPhone{a, b} {
				if all, err := p.Conflicts(t.Context()); err != nil || len(all) != 2 || len(all[0].Values) != 2 {
					t.Fatal(all, err)
				}
			}
			for _, c := range syncAll(t, a) {
				a.try(a.Settle(t.Context(), c.Record, c.Field, c.Values[1].Value, c.Seen))
			}
			a.round()
			b.round()
			w.settled(a, b)
			for _, dir := range []string{w.dir, a.dir, b.dir} {
				if n := syncCount(t, dir, `SELECT count(*) FROM conflict`); n != 0 {
					t.Error(n, "conflicts left")
				}
			}
			// Settled, not dropped: the log knows all three.
			if n := syncCount(t, w.dir, `SELECT count(*) FROM write_log WHERE record = $1 AND field = 'phone'`, syncCorner.String()); n != 4 {
				t.Error(n, "writes of the phone number in the log")
			}
		})
	}
}

func syncAll(t testing.TB, p *syncPhone) []phonestore.Conflict {
	t.Helper()
	all, err := p.Conflicts(t.Context())
	p.try(err)
	return all
}

func TestSyncAnEditMadeWhileAnotherSettlesSurvives(t *testing.T) {
	t.Parallel()
	for name, order := range syncOrders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, a, b, _ := syncConflict(t, order)
			for _, c := range syncAll(t, a) {
				a.try(a.Settle(t.Context(), c.Record, c.Field, c.Values[0].Value, c.Seen))
			}
			b.try(b.SetStoreText(t.Context(), syncCorner, "phone", "0954-999", syncSeen(t, b, syncCorner, "phone")))
			for _, p := range order(a, b) {
				p.round()
			}
			w.settled(a, b)
			got := syncSiblings(t, w.dir, syncCorner, "phone")
			if len(got) != 2 || got[0] != `"0954-999"` && got[1] != `"0954-999"` {
				t.Fatal("the edit is gone: ", got)
			}
		})
	}
}

func TestSyncManyPhonesAndTheOfficeEditingAtOnceEndEqual(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	var phones []*syncPhone
	for _, login := range []string{"ma", "li", "ma"} {
		phones = append(phones, w.phone(login))
	}
	for step := range 12 {
		p := phones[step%3]
		text := fmt.Sprint("0954-", step)
		p.try(p.SetStoreText(t.Context(), syncCorner, "phone", text, syncSeen(t, p, syncCorner, "phone")))
		if step%4 == 3 {
			phones[(step+1)%3].round()
		}
		if step == 6 { // the office corrects the same field
			_, _, _, err := w.store.ImportStores(t.Context(), syncWest, []field.Store{{LicenceNo: "640402100001", Name: "x", Phone: "0954-77"}})
			p.try(err)
		}
	}
	for range 2 {
		for _, p := range phones {
			p.round()
		}
	}
	w.settled(phones...)
	// Of each phone the last text is either live, or was seen by who replaced it: every live value is one
	// that somebody wrote, and what replaced the others covers them.
	r := syncRecord(t, w.dir, syncCorner)
	for _, e := range r.Entries("phone") {
		if !r.Context().Has(e.Dot) {
			t.Error("not covered", e)
		}
	}
	for _, p := range phones {
		if got := syncRecord(t, p.dir, syncCorner); got.Version() != r.Version() {
			t.Error("differs")
		}
	}
}
