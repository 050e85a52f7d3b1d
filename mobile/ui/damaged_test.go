package ui_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"storewalk/migrations"
	"storewalk/mobile/store"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
	"storewalk/shared/sqldb"
)

// damage does something to the phone's records that no disk should, and lets the phone find out.
func (w *world) damage(statement string) {
	w.t.Helper()
	db, err := sqldb.Open(w.t.Context(), filepath.Join(w.dir, "storewalk.db"), migrations.Device())
	must(w.t, err)
	must(w.t, db.Tx(w.t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(w.t.Context(), statement)
		return err
	}))
	must(w.t, db.Close())
	w.sent() // what is damaged goes nowhere
}

// damagedDay is a day of which a count sheet and a note were damaged before they were sent; all else is on the server.
func damagedDay(t *testing.T, w *world, p *uitest.Phone) {
	t.Helper()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	must(t, w.store.SetCount(t.Context(), w.newest(), id("product", 0), field.CountLine{Cartons: 3, Packs: 2, Facings: 4}, nil))
	p.Tap("visit.note")
	p.Type("note.text", "店主想多要两条")
	p.Back()
	w.damage(`UPDATE record SET body = CASE type WHEN 'count' THEN replace(body, '"packs":2', '"packs":7') ELSE replace(body, '"f":{', '"f":') END WHERE type IN ('count', 'note') AND acked IS NULL`)
	must(t, w.store.NoteExchange(t.Context(), store.Exchange{OKMS: now.UnixMilli(), TriedMS: now.UnixMilli()}))
	for !p.Has("tab.sync") {
		p.Back()
	}
	p.Tap("tab.sync")
}

func TestWhatWasDamagedFitsThePhoneAndIsLookedAt(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		p := w.phone()
		damagedDay(t, w, p)
		p.Tap("sync.damaged.0")
		snap(p, "damaged")
		p.Tap("damaged.see.0")
		p.Tap("damaged.see.0")
		p.ScrollBy(-1e6)
		snap(p, "damaged-seen")
		p.Back()
		p.ScrollBy(-1e6)
		snap(p, "sync-all-but")
	})
}

// The closing page says what is not there, and why; what is left can be read and written again; and that it was looked at
// can be taken back.
func TestADamagedRecordIsSaidUntilItWasLookedAtAndIsNeverCalledSent(t *testing.T) {
	w := filled(t)
	p := w.phone()
	damagedDay(t, w, p)
	if p.Text("sync.state") != p.App.T("sync.aside") || !p.Shows(p.App.FaultCode("record.damaged")) {
		t.Fatal(p.Texts())
	}
	p.Tap("sync.damaged.0")
	if p.Text("damaged.raw.1") != "店主想多要两条" || !p.Shows("3 条 7 包") {
		t.Fatal("what is left is not shown:", p.Texts())
	}
	p.Tap("damaged.open.0")
	if !p.Has("visit.count") {
		t.Fatal("no way to write it again:", p.Texts())
	}
	p.Back()
	p.Tap("damaged.see.0") // those that nobody has looked at stand first
	p.Tap("damaged.see.0")
	p.Tap("damaged.undo.0")
	if !p.Has("damaged.see.0") || !p.Has("damaged.undo.1") {
		t.Fatal("it can not be taken back:", p.IDs())
	}
	p.Tap("damaged.see.0")
	p.Back()
	if p.Text("sync.state") != "其余都在服务器上" || p.Text("sync.lost_text") != "2 条损坏的记录，看还剩什么" {
		t.Error(p.Texts())
	}
	p.Tap("sync.lost")
	if !p.Shows("店主想多要两条") {
		t.Error("what is left is gone:", p.Texts())
	}
}
