package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"storewalk/migrations"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

var (
	li   = uuid.MustParse("00000000-0000-4000-8000-0000000000a1")
	wang = uuid.MustParse("00000000-0000-4000-8000-0000000000a2")
	desk = uuid.MustParse("00000000-0000-4000-8000-0000000000a3") // somebody in the office

	town    = field.TerritoryID("yuanzhou-1")
	shop    = field.StoreID("640402100001")
	grocer  = field.StoreID("640402100002")
	furong  = field.ProductID("6901028000001")
	zhonghu = field.ProductID("6901028000002")

	accounts = map[uuid.UUID]Account{
		li:   {Server: "https://storewalk.example", Login: "li", User: li, Name: "李明", Token: "t1"},
		wang: {Server: "https://storewalk.example", Login: "wang", User: wang, Name: "王芳", Token: "t2"},
	}
	nowhere = field.Moment{}
)

// An office is what the phones exchange records with: a third database, joined as the server joins.
type office struct {
	db    *sqldb.DB
	path  string
	epoch record.Replica
	log   []uuid.UUID // which record changed, oldest first; a cursor is an index
}

// withinADay waits while a day will end in China in less than half a minute: a store goes by the system's clock, and what a test
// did before midnight is not of the day that it asks for afterwards.
func withinADay(t testing.TB) {
	t.Helper()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for now := time.Now(); field.DayOf(now) != field.DayOf(now.Add(30*time.Second)); {
		select {
		case now = <-again.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}

func newOffice(t testing.TB) *office {
	t.Helper()
	withinADay(t)
	o := &office{path: filepath.Join(t.TempDir(), "office.db"), epoch: ledger.NewReplica()}
	o.open(t)
	t.Cleanup(func() { o.db.Close() })
	must(t, o.db.Tx(t.Context(), func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `INSERT INTO replica (one, rid, counter, lam, opens) VALUES (1, $1, 0, 0, 1)`,
			ledger.NewReplica().String()); err != nil {
			return err
		}
		return ledger.Prepare(t.Context(), tx)
	}))
	o.write(t, seed()...)
	return o
}

func (o *office) open(t testing.TB) {
	t.Helper()
	var err error
	o.db, err = sqldb.Open(t.Context(), o.path, migrations.Device())
	must(t, err)
}

// seed is a territory with two stores and two products.
func seed() []ledger.Edit {
	var out []ledger.Edit
	add := func(id uuid.UUID, typ string, territory uuid.UUID, values []field.Value) {
		for _, v := range values {
			out = append(out, ledger.Edit{ID: id, Type: typ, Territory: territory, Field: v.Field, Value: v.Value, SeenAll: true})
		}
	}
	add(town, field.TypeTerritory, field.Common, field.Territory{Name: "原州一片", County: "640402"}.Fields())
	for id, a := range accounts {
		add(id, field.TypeUser, field.Common, field.User{Login: a.Login, Name: a.Name, Role: field.RoleManager}.Fields())
	}
	add(furong, field.TypeProduct, field.Common, field.Product{Code: "6901028000001", Name: "芙蓉王(硬)", PriceClass: 2, Status: "normal"}.Fields())
	add(zhonghu, field.TypeProduct, field.Common, field.Product{Code: "6901028000002", Name: "中华(软)", PriceClass: 1, Status: "scarce"}.Fields())
	add(shop, field.TypeStore, town, field.Store{LicenceNo: "640402100001", Name: "重庆长乐便利店", Owner: "王堃", Phone: "13909540001", Township: "640402100"}.Fields())
	add(grocer, field.TypeStore, town, field.Store{LicenceNo: "640402100002", Name: "100%_真食杂店", Owner: "单秀英", Phone: "13909540002", Township: "640402101"}.Fields())
	return out
}

// write edits records in the office.
func (o *office) write(t testing.TB, edits ...ledger.Edit) (out []record.Record) {
	t.Helper()
	must(t, o.db.Tx(t.Context(), func(tx *sql.Tx) (err error) {
		out, err = ledger.Write(t.Context(), tx, ledger.Writer{Author: desk, WallMS: 1}, edits...)
		return err
	}))
	for _, r := range out {
		o.log = append(o.log, r.ID)
	}
	return out
}

// see brings a record from elsewhere into the office.
func (o *office) see(t testing.TB, in record.Record) (j ledger.Joined) {
	t.Helper()
	must(t, o.db.Tx(t.Context(), func(tx *sql.Tx) (err error) {
		j, err = ledger.Join(t.Context(), tx, in)
		return err
	}))
	if j.Changed {
		o.log = append(o.log, in.ID)
	}
	return j
}

func (o *office) load(t testing.TB, id uuid.UUID) record.Record { return loadRecord(t, o.db, id) }

func loadRecord(t testing.TB, db *sqldb.DB, id uuid.UUID) (r record.Record) {
	t.Helper()
	must(t, db.View(t.Context(), func(tx *sql.Tx) (err error) {
		r, _, err = ledger.Load(t.Context(), tx, id)
		return err
	}))
	return r
}

// answer takes what a phone pushed and says what the phone does not know yet.
func (o *office) answer(t testing.TB, s *Store, sent []Outgoing) wire.SyncResponse {
	t.Helper()
	var resp wire.SyncResponse
	for _, out := range sent {
		in, err := record.Decode(out.Body)
		must(t, err)
		status := wire.Same
		if j := o.see(t, in); j.After.Version() != out.Version {
			status = wire.Merged
		} else if j.Changed {
			status = wire.Applied
		}
		resp.Receipts = append(resp.Receipts, wire.Receipt{Status: status})
	}
	return o.news(t, s, resp)
}

func (o *office) news(t testing.TB, s *Store, resp wire.SyncResponse) wire.SyncResponse {
	t.Helper()
	cursors, err := s.Cursors(t.Context())
	must(t, err)
	var from int64
	for _, c := range cursors {
		from = c.Seq
	}
	if from > int64(len(o.log)) { // the office was restored from a backup
		from = 0
	}
	f := wire.Feed{Territory: town, Epoch: o.epoch, Seq: int64(len(o.log))}
	told := map[uuid.UUID]bool{}
	for _, id := range o.log[from:] {
		if !told[id] {
			f.Puts = append(f.Puts, o.load(t, id).Encode())
		}
		told[id] = true
	}
	resp.Feeds = []wire.Feed{f}
	return resp
}

// exchange is one round of a phone with the office, as the syncer does it.
func (o *office) exchange(t testing.TB, s *Store) {
	t.Helper()
	sent, err := s.NextPush(t.Context(), wire.MaxBudget)
	must(t, err)
	_, err = s.Barrier(t.Context())
	must(t, err)
	must(t, s.Apply(t.Context(), sent, o.answer(t, s, sent)))
}

// settled exchanges until nobody has anything new to say.
func (o *office) settled(t testing.TB, phones ...*Store) {
	t.Helper()
	for range 2 {
		for _, s := range phones {
			o.exchange(t, s)
		}
	}
}

// newPhone is a phone whose owner has signed in and exchanged with the office once.
func newPhone(t testing.TB, o *office, user uuid.UUID) *Store {
	t.Helper()
	return newPhoneIn(t, o, user, t.TempDir())
}

// newPhoneIn is newPhone in a folder, as of a small disk.
func newPhoneIn(t testing.TB, o *office, user uuid.UUID, dir string) *Store {
	t.Helper()
	s := openStore(t, dir)
	must(t, s.SignIn(t.Context(), accounts[user]))
	o.exchange(t, s)
	return s
}

func openStore(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// comes lets time pass until the phone's clock shows another time; it may go back.
func comes(s *Store, shows time.Time) {
	wall, boot := s.wall, s.boot
	passed := shows.Sub(wall())
	s.wall = func() time.Time { return wall().Add(passed) }
	s.boot = func() Boot {
		b := boot()
		b.MS += passed.Milliseconds()
		return b
	}
}

// reopen closes a store and opens its folder again.
func reopen(t testing.TB, s *Store) *Store {
	t.Helper()
	must(t, s.Close())
	return openStore(t, filepath.Dir(s.identity))
}

func checkIn(t testing.TB, s *Store, store uuid.UUID) uuid.UUID {
	t.Helper()
	visit, err := s.CheckIn(t.Context(), store, nowhere, Purpose{})
	must(t, err)
	return visit
}

// addPhoto takes a made-up photo: the bytes go to the disk first, as photo.Take does it.
func addPhoto(ctx context.Context, s *Store, visit uuid.UUID, content string) (uuid.UUID, blob.Ref, error) {
	ref, size, err := s.Blobs.Add(bytes.NewReader([]byte(content)))
	if err != nil {
		return uuid.Nil, ref, err
	}
	id, err := s.AddPhoto(ctx, visit, field.Photo{Kind: "shelf", Ref: ref, Size: size, Width: 16, Height: 9, TakenMS: 1}, []byte("thumb of "+content), Sequel{})
	return id, ref, err
}

func sheetRow(t testing.TB, s *Store, visit, product uuid.UUID) CountRow {
	t.Helper()
	rows, err := s.CountSheet(t.Context(), visit)
	must(t, err)
	for _, r := range rows {
		if r.Product == product {
			return r
		}
	}
	t.Fatalf("product %s is not on the sheet", product)
	return CountRow{}
}

func page(t testing.TB, s *Store, store uuid.UUID) StorePage {
	t.Helper()
	p, err := s.StorePage(t.Context(), store)
	must(t, err)
	return p
}

func visitPage(t testing.TB, s *Store, visit uuid.UUID) VisitPage {
	t.Helper()
	p, err := s.VisitPage(t.Context(), visit)
	must(t, err)
	return p
}

func waits(t testing.TB, s *Store, records, photos int) {
	t.Helper()
	sameWaits(t, s)
	w, err := s.Waiting(t.Context())
	must(t, err)
	if w != (wire.Waiting{Records: records, Photos: photos}) {
		t.Fatalf("waiting %+v, want %d records and %d photos", w, records, photos)
	}
}

// shown returns the values of siblings as JSON, the shown one first.
func shown(values []Sibling) (out []string) {
	for _, v := range values {
		out = append(out, string(v.Value))
	}
	return out
}

func quoted(text string) json.RawMessage {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always encodes
	}
	return b
}

func wantFault(t testing.TB, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("got %v, want the fault %s", err, code)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T any](t testing.TB, got, want T) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Fatalf("got  %s\nwant %s", g, w)
	}
}

// age makes a file look as if nobody had touched it for some days.
func age(t testing.TB, path string, days int) {
	t.Helper()
	then := time.Now().AddDate(0, 0, -days)
	must(t, os.Chtimes(path, then, then))
}
