package ui_test

import (
	"bytes"
	"testing"

	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// While a person is at work their territory goes to somebody else. The day does not look lost: its total stays while anything
// is on the phone, and tells of the visits when they have gone.
func TestADayWhoseStoresLeftFitsThePhoneAndLosesNoVisit(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		v.fill(w)
		w.signIn()
		morning, err := w.store.DayEnd(t.Context()) // as much of it as is over
		must(t, err)
		var made []uuid.UUID
		for i := range 3 {
			visit, err := w.store.CheckIn(t.Context(), id("store", i), field.Moment{}, store.Purpose{})
			must(t, err)
			must(t, w.store.SetCount(t.Context(), visit, id("product", 0), field.CountLine{Packs: 3}, nil))
			made = append(made, visit)
		}
		_, err = w.deps().TakePhoto(t.Context(), made[0], ui.Shot{Kind: "shelf"}, bytes.NewReader(picture(t, 1)))
		must(t, err)
		must(t, w.store.Apply(t.Context(), nil, wire.SyncResponse{Revoked: []uuid.UUID{territory}}))
		p := w.phone()
		p.Tap("tab.sync")
		a := p.App
		shows := func(screen, visits string, left int, name, key, what string) {
			t.Helper()
			must(t, w.store.NoteExchange(t.Context(), store.Exchange{OKMS: now.UnixMilli(), TriedMS: now.UnixMilli()}))
			p.App.Changed()
			p.Settle()
			snap(p, screen)
			if want := a.T(key, "Visits", a.N("unit.visits", left), "What", what); p.Text("sync.total.visits") != visits || p.Text(name) != want {
				t.Error(want, p.Texts())
			}
		}
		shows("sync-left-waiting", "3", 3, "sync.left", "sync.left_waiting",
			a.T("sync.kept_both", "Records", a.N("unit.records", 6), "Photos", a.N("unit.photos", 1)))
		w.elsewhere()
		w.uploaded(-1)
		shows("sync-left", "3", 3, "sync.left", "sync.left_sent", "")
		for _, visit := range made {
			must(t, w.store.CheckOut(t.Context(), visit, field.Moment{}))
		}
		w.elsewhere()
		shows("sync-gone", "0", morning.Visits+len(made), "sync.gone", "sync.gone_sent", "")
	})
}

// elsewhere confirms everything the phone has written, as the server does of what lies in no territory of this phone.
func (w *world) elsewhere() {
	w.t.Helper()
	out, err := w.store.NextPush(w.t.Context(), 1<<20)
	must(w.t, err)
	receipts := make([]wire.Receipt, len(out))
	for i := range receipts {
		receipts[i] = wire.Receipt{Status: wire.Elsewhere, Place: wire.Place{0, 2}}
	}
	must(w.t, w.store.Apply(w.t.Context(), out, wire.SyncResponse{Receipts: receipts}))
}
