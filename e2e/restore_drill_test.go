package e2e

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	serverstore "storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// backup makes a backup of the running server.
func (w *syncWorld) backup(dir string) {
	w.t.Helper()
	if _, err := w.store.Backup(w.t.Context(), dir, false); err != nil {
		w.t.Fatal(err)
	}
}

// lose destroys the server with all it has, and restore brings back what a backup holds.
func (w *syncWorld) lose() {
	w.t.Helper()
	w.stop()
	if err := os.RemoveAll(w.dir); err != nil {
		w.t.Fatal(err)
	}
}

func (w *syncWorld) restore(dir string) {
	w.t.Helper()
	if _, err := serverstore.Restore(w.t.Context(), dir, w.dir, false); err != nil {
		w.t.Fatal(err)
	}
	w.start()
}

// restoreContents reads the content of every record, whatever place a server gave it.
func restoreContents(t testing.TB, dir string) map[uuid.UUID]record.Record {
	t.Helper()
	db := syncOpen(t, dir)
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	rows, err := tx.QueryContext(t.Context(), `SELECT id FROM record`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[uuid.UUID]record.Record{}
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		r, _, err := ledger.Load(t.Context(), tx, id)
		if err != nil {
			t.Fatal(err)
		}
		r.Place = record.Place{}
		out[id] = r
	}
	return out
}

// restoreUnion is what the phones hold together.
func restoreUnion(t testing.TB, phones ...*syncPhone) map[uuid.UUID]record.Record {
	t.Helper()
	union := map[uuid.UUID]record.Record{}
	for _, p := range phones {
		for id, r := range restoreContents(t, p.dir) {
			union[id] = record.Join(union[id], r)
		}
	}
	return union
}

// everythingBack fails unless the server holds all that the phones held, and nothing else under those ids.
func (w *syncWorld) everythingBack(held map[uuid.UUID]record.Record) {
	w.t.Helper()
	here := restoreContents(w.t, w.dir)
	for id, want := range held {
		if got, ok := here[id]; !ok || got.Version() != want.Version() {
			w.t.Errorf("a %s is not what the phones held (here: %v)\n%s\n%s", want.Type, ok, got.Encode(), want.Encode())
		}
	}
}

// TestRestoreDrill: phones sync, a backup is made, a day goes on, the server is destroyed and restored. When all
// phones have synced again, all that any phone held is back and everybody holds the same.
func TestRestoreDrill(t *testing.T) {
	t.Parallel()
	w, dir := newSyncWorld(t), t.TempDir()
	ctx := t.Context()
	a, b, c := w.phone("ma"), w.phone("li"), w.phone("wang")
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	office, err := w.store.AddAccount(ctx, serverstore.NewAccount{Login: "zhao", Name: "赵", Role: field.RoleSupervisor, Password: syncPassword})
	try(err)
	early := a.visit(40_000)
	b.visit(30_000)
	for i, p := range []*syncPhone{a, b} {
		p.try(p.SetStoreText(ctx, syncCorner, "phone", []string{"13900000001", "13900000002"}[i], syncSeen(t, p, syncCorner, "phone")))
	}
	for _, p := range []*syncPhone{a, b, a, c} {
		p.round()
	}
	w.settled(a, b)
	w.backup(dir)
	was := syncReplica(t, w.dir)

	// The day goes on: visits, counts, photos; the office settles, corrects and imports; a new colleague starts.
	late := a.visit(80_000)
	a.try(a.SetCount(ctx, early, syncProduct, field.CountLine{Cartons: 99}, syncSeen(t, a, field.CountID(early), field.LineField(syncProduct))))
	photo := a.photo(late, 50_000)
	a.round()
	conflicts, err := w.store.Conflicts(ctx)
	if err != nil || len(conflicts) != 1 {
		t.Fatal(conflicts, err)
	}
	try(w.store.Settle(ctx, office, conflicts[0].Record, conflicts[0].Field, conflicts[0].Values[1].Value, conflicts[0].Seen))
	try(w.store.EditStore(ctx, office, syncCorner, serverstore.StoreEdit{Field: "note", Text: "老板换了", Seen: syncDots(t, w.dir, syncCorner, "note")}))
	_, _, _, err = w.store.ImportProducts(ctx, []field.Product{
		{Code: "6901028000001", Name: "烟1", PriceClass: 2, GuidePriceFen: 2600, Status: "normal"},
		{Code: "6901028000009", Name: "新烟", PriceClass: 1, GuidePriceFen: 9900, Status: "normal"}})
	try(err)
	newcomer := serverstore.NewAccount{Login: "hai", Name: "海", Role: field.RoleManager, Password: syncPassword, Territories: []uuid.UUID{syncWest}}
	_, err = w.store.AddAccount(ctx, newcomer)
	try(err)
	d := w.phone("hai")
	d.visit(20_000)
	d.try(d.SetStoreText(ctx, syncCorner, "address", "东关街 1 号", syncSeen(t, d, syncCorner, "address")))
	for _, p := range []*syncPhone{d, a, b, c} {
		p.round()
	}
	// What b replaces here, d does not hear of before the server is gone.
	b.try(b.SetStoreText(ctx, syncCorner, "address", "东关街 2 号", syncSeen(t, b, syncCorner, "address")))
	b.round()
	// And these have never left their phones.
	unsent := b.visit(10_000)
	d.visit(10_000)
	c.try(c.SetStoreText(ctx, field.StoreID("640402200001"), "phone", "13800000000", syncSeen(t, c, field.StoreID("640402200001"), "phone")))
	held := restoreUnion(t, a, b, c, d)

	w.lose()
	if err := a.Round(ctx); err == nil {
		t.Fatal("the server is not gone")
	}
	w.restore(dir)
	if now := syncReplica(t, w.dir); now == was {
		t.Error("the server writes under the name it had")
	}
	if err := d.Round(ctx); !fault.Is(err, "auth.signed_out") {
		t.Fatal("a phone that the backup does not know", err)
	}
	for _, p := range []*syncPhone{a, b, c} {
		p.round()
	}
	_, err = w.store.AddAccount(ctx, newcomer)
	try(err)
	d.try(d.Enrol(ctx, w.line.url(), "hai", syncPassword, "hai's phone"))
	for _, p := range []*syncPhone{d, a, b, c, d} {
		p.round()
	}
	w.everythingBack(held)
	w.settled(a, b, d)
	c.waits(0, 0)
	w.holds(photo)
	if n := syncCount(t, w.dir, `SELECT count(*) FROM conflict`); n != 0 {
		t.Error(n, "conflicts that nobody made, or that were settled")
	}
	if got := syncSiblings(t, a.dir, syncCorner, "address"); len(got) != 1 || got[0] != `"东关街 2 号"` {
		t.Error("a value that was replaced is shown again:", got)
	}
	for _, p := range []*syncPhone{a, b, d} {
		w.photosOf(p)
	}
	if n := syncCount(t, w.dir, `SELECT count(*) FROM visit WHERE id = $1`, unsent.String()); n != 1 {
		t.Error("what had never been sent")
	}
	if n := syncCount(t, w.dir, `SELECT count(*) FROM alarm`); n != 0 {
		t.Error("a phone is taken for a clone because the server is older than it remembers")
	}

	// What the office writes now has names of its own.
	for _, note := range []string{"一", "二"} {
		try(w.store.EditStore(ctx, office, syncCorner, serverstore.StoreEdit{Field: "note", Text: note, Seen: syncDots(t, w.dir, syncCorner, "note")}))
	}
	for _, p := range []*syncPhone{a, b, d} {
		p.round()
	}
	w.settled(a, b, d)
	if got := syncSiblings(t, d.dir, syncCorner, "note"); len(got) != 1 || got[0] != `"二"` {
		t.Error(got)
	}
}

// TestRestoreOfARestore loses a server twice with the same backup.
func TestRestoreOfARestore(t *testing.T) {
	t.Parallel()
	w, dir := newSyncWorld(t), t.TempDir()
	a, b := w.phone("ma"), w.phone("li")
	a.visit(5_000)
	a.round()
	w.backup(dir)
	for range 2 {
		a.visit(5_000)
		b.visit(5_000)
		a.round()
		b.round()
		held := restoreUnion(t, a, b)
		w.lose()
		w.restore(dir)
		a.visit(5_000)
		for _, p := range []*syncPhone{b, a, b} {
			p.round()
		}
		w.everythingBack(held)
		w.settled(a, b)
		w.photosOf(a)
		w.photosOf(b)
	}
	w.backup(dir) // the same folder goes on
}

// TestRestoreOfAnOldDatabaseByHand: somebody copies the file of the morning over that of the evening.
func TestRestoreOfAnOldDatabaseByHand(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	a.visit(5_000)
	a.round()
	w.stop()
	morning, err := os.ReadFile(filepath.Join(w.dir, "storewalk.db"))
	if err != nil {
		t.Fatal(err)
	}
	w.start()
	a.visit(5_000)
	a.round()
	b.visit(5_000)
	b.round()
	held := restoreUnion(t, a, b)
	w.stop()
	if err := os.WriteFile(filepath.Join(w.dir, "storewalk.db"), morning, 0o600); err != nil {
		t.Fatal(err)
	}
	w.start()
	// Others write so much that every feed is longer than before, before the phones of the lost writes come.
	var stores []field.Store
	for i := range 60 {
		stores = append(stores, field.Store{LicenceNo: fmt.Sprint(640402300000 + i), Name: "新店", Phone: "0954-2"})
	}
	if _, _, _, err := w.store.ImportStores(t.Context(), syncWest, stores); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*syncPhone{a, b, a} {
		p.round()
	}
	w.everythingBack(held)
	w.settled(a, b)
	w.photosOf(a)
}

// photosOf fails unless the server has the bytes of all photos taken on a phone.
func (w *syncWorld) photosOf(p *syncPhone) {
	w.t.Helper()
	for id, r := range restoreContents(w.t, p.dir) {
		if r.Type != field.TypePhoto {
			continue
		}
		f := field.PhotoOf(r)
		if _, mine := p.Blobs.Has(f.Ref); mine {
			w.holds(f)
		} else if _, there := w.store.Blobs.Has(f.Ref); !there {
			w.t.Error("bytes of photo", id)
		}
	}
}

// syncDots are the writes that a field shows on the server.
func syncDots(t testing.TB, dir string, id uuid.UUID, name string) []record.Dot {
	t.Helper()
	return syncRecord(t, dir, id).Seen(name)
}

// TestRestoreOfGrantsAndPlaces: the backup knows neither that a phone was given a territory since nor that a store
// has moved. No phone lets go of what only it has, and all of it comes back.
func TestRestoreOfGrantsAndPlaces(t *testing.T) {
	t.Parallel()
	w, dir := newSyncWorld(t), t.TempDir()
	west, east := w.phone("ma"), w.phone("wang")
	west.visit(3_000)
	west.round()
	west.try(w.store.SetTerritories(t.Context(), w.users["li"], nil))
	w.backup(dir)
	both := []uuid.UUID{syncEast, syncWest}
	west.try(w.store.SetTerritories(t.Context(), w.users["wang"], both))
	east.round()
	visit := east.visit(4_000) // in the west, which the backup does not know to be this phone's
	west.try(w.store.MoveStore(t.Context(), field.StoreID("640402100002"), syncEast))
	for _, p := range []*syncPhone{east, west} {
		p.round()
	}
	west.try(w.store.SetTerritories(t.Context(), w.users["wang"], []uuid.UUID{syncEast}))
	east.try(east.SetStoreText(t.Context(), field.StoreID("640402100002"), "note", "in the east", nil))
	east.round() // sent, and gone from this phone but for the store that moved
	west.try(w.store.SetTerritories(t.Context(), w.users["wang"], both))
	east.round()
	moved := field.StoreID("640402100002")
	east.try(east.SetStoreText(t.Context(), moved, "phone", "13900000077", syncSeen(t, east, moved, "phone")))
	east.round()
	held := restoreUnion(t, east)
	for id, r := range held {
		if r.Context().Len() == 0 {
			delete(held, id) // what is left of a record that has gone
		}
	}

	w.lose()
	w.restore(dir)
	for _, p := range []*syncPhone{east, west, east} {
		p.round()
	}
	if n := syncCount(t, east.dir, `SELECT count(*) FROM visit WHERE id = $1`, visit.String()); n != 1 {
		t.Fatal("a phone let go of what no server has")
	}
	if got := syncSiblings(t, w.dir, moved, "phone"); len(got) != 1 || got[0] != `"13900000077"` {
		t.Error("entered where the store had moved to:", got)
	}
	east.try(w.store.SetTerritories(t.Context(), w.users["wang"], both))
	east.try(w.store.MoveStore(t.Context(), moved, syncEast))
	for _, p := range []*syncPhone{east, west, east} {
		p.round()
	}
	east.waits(0, 0)
	here := restoreContents(t, w.dir)
	for id, want := range held {
		want.Territory = here[id].Territory
		if got := here[id]; got.Version() != want.Version() {
			t.Errorf("a %s is not back\n%s\n%s", want.Type, got.Encode(), want.Encode())
		}
	}
	w.photosOf(east)
}
