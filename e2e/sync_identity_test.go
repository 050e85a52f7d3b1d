package e2e

import (
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"storewalk/migrations"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// syncCopy copies the named files of a phone's folder; a file that is not there is removed from the copy.
func syncCopy(t testing.TB, from, to string, names ...string) {
	t.Helper()
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			os.Remove(filepath.Join(to, name))
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// syncReplica is the name that a database writes under.
func syncReplica(t testing.TB, dir string) (rid string) {
	t.Helper()
	db := syncOpen(t, dir)
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), `SELECT rid FROM replica`).Scan(&rid); err != nil {
		t.Fatal(err)
	}
	return rid
}

// The files of a phone's folder that a backup may bring back: the database, or everything.
var (
	syncDatabase = []string{"storewalk.db", "storewalk.db-wal", "storewalk.db-shm"}
	syncFolder   = append([]string{"identity.json", "device.key"}, syncDatabase...)
)

func TestSyncAPhoneWhoseDatabaseIsReplacedByAnOlderCopyLosesOnlyWhatItNeverSent(t *testing.T) {
	t.Parallel()
	for name, files := range map[string][]string{"the database": syncDatabase} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			a, b := w.phone("ma"), w.phone("li")
			visit := a.visit(500)
			a.round()
			note := func(p *syncPhone, text string) {
				p.t.Helper()
				p.try(p.SetStoreText(t.Context(), syncCorner, "note", text, syncSeen(t, p, syncCorner, "note")))
			}
			note(a, "unsent when copied")
			a.close()
			backup := t.TempDir()
			syncCopy(t, a.dir, backup, files...)

			a = newSyncPhone(t, a.dir)
			note(a, "sent after the copy")
			a.try(a.SetCount(t.Context(), visit, syncProduct, field.CountLine{Cartons: 77}, syncSeen(t, a, field.CountID(visit), field.LineField(syncProduct))))
			second := a.visit(600)
			a.round()
			b.round()
			a.visit(650) // never sent: gone with the database
			before := syncReplica(t, a.dir)
			a.close()
			syncCopy(t, backup, a.dir, files...)

			a = newSyncPhone(t, a.dir)
			note(b, "by li meanwhile")
			note(a, "after the restore")
			third := a.visit(700)
			for _, p := range []*syncPhone{a, b, a, b} {
				p.round()
			}
			w.settled(a, b)
			note(a, "and once more")
			a.round()
			b.round()
			w.settled(a, b)
			if syncReplica(t, a.dir) == before {
				t.Error("the phone writes on under an id whose numbers are used")
			}
			for _, p := range []*syncPhone{a, b} {
				for _, id := range []uuid.UUID{visit, second, third} {
					if page, err := p.VisitPage(t.Context(), id); err != nil || page.Counted != 2 || len(page.Photos) != 1 {
						t.Error("a visit is not whole", err)
					}
				}
				if got := syncSiblings(t, p.dir, field.CountID(visit), field.LineField(syncProduct)); len(got) != 1 ||
					got[0] != `{"cartons":77,"packs":0,"display":false,"out":false}` {
					t.Error("what was sent after the copy is undone", got)
				}
			}
			if got := syncSiblings(t, w.dir, syncCorner, "note"); got[0] != `"and once more"` {
				t.Error(got)
			}
			// Every text that left a phone is in the server's log.
			for _, text := range []string{`"sent after the copy"`, `"by li meanwhile"`, `"after the restore"`, `"and once more"`} {
				if n := syncCount(t, w.dir, `SELECT count(*) FROM write_log WHERE value = $1`, text); n != 1 {
					t.Errorf("%s is in the log %d times", text, n)
				}
			}
			for _, id := range []uuid.UUID{visit, second, third} {
				page, err := b.VisitPage(t.Context(), id)
				b.try(err)
				if _, ok := w.store.Blobs.Has(page.Photos[0].Ref); !ok {
					t.Error("a photo's bytes did not arrive")
				}
			}
		})
	}
}

// TestSyncAPhoneThatDoesNotKnowWhatItHadSentShowsANumberAgainAndLosesNone brings back a database that lacks exchanges and no
// writes, which nothing on the phone tells from the newest. The server finds it. Of a number under which both lives wrote,
// neither knows by then that it was the same write: so what the second replaced before it asked is shown beside its successor.
func TestSyncAPhoneThatDoesNotKnowWhatItHadSentShowsANumberAgainAndLosesNone(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	write := func(text string) {
		t.Helper()
		a.try(a.SetStoreText(t.Context(), syncCorner, "phone", text, syncSeen(t, a, syncCorner, "phone")))
	}
	write("111")
	a.close()
	backup := t.TempDir()
	syncCopy(t, a.dir, backup, syncDatabase...)
	a = newSyncPhone(t, a.dir)
	a.round()
	before := syncReplica(t, a.dir)
	a.close()
	syncCopy(t, backup, a.dir, syncDatabase...)

	a = newSyncPhone(t, a.dir)
	if syncReplica(t, a.dir) != before {
		t.Fatal("the phone noticed: then 222 takes the place of 111, and this test is needless")
	}
	write("222")
	for _, p := range []*syncPhone{a, b, a} {
		p.round()
	}
	w.settled(a, b)
	for _, dir := range []string{w.dir, a.dir, b.dir} {
		if got := syncSiblings(t, dir, syncCorner, "phone"); len(got) != 2 || got[0] != `"222"` || got[1] != `"111"` {
			t.Error(got)
		}
	}
	all := syncAll(t, b)
	if len(all) != 1 || len(all[0].Values) != 2 {
		t.Fatalf("%+v", all)
	}
	b.try(b.Settle(t.Context(), all[0].Record, all[0].Field, all[0].Values[0].Value, all[0].Seen))
	b.round()
	a.round()
	w.settled(a, b)
	if got := syncSiblings(t, a.dir, syncCorner, "phone"); len(got) != 1 || got[0] != `"222"` {
		t.Error(got)
	}
}

// TestSyncAClockThatIsYearsWrongDecidesNothing runs one phone on a clock of its own: synctest's begins in the
// year 2000, and a sleep takes it as far ahead as one likes.
func TestSyncAClockThatIsYearsWrongDecidesNothing(t *testing.T) {
	t.Parallel()
	for name, ahead := range map[string]time.Duration{"decades behind": 0, "decades ahead": 60 * 365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			right := w.phone("ma")
			dir := t.TempDir()
			write := func(p *syncPhone, name string, texts ...string) {
				p.t.Helper()
				for _, text := range texts {
					p.try(p.SetStoreText(p.t.Context(), syncCorner, name, text, syncSeen(p.t, p, syncCorner, name)))
				}
			}
			wrongly := func(do func(p *syncPhone)) {
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(ahead)
					p := newSyncPhone(t, dir)
					if _, ok, err := p.Account(t.Context()); err != nil || !ok {
						p.try(p.Enrol(t.Context(), w.line.url(), "li", syncPassword, "phone"))
					}
					do(p)
					p.close()
					w.line.hangUp() // the phone's idle connections belong to its clock
				})
			}
			wrongly(func(p *syncPhone) { p.round() })
			// Offline, both write. Who wrote more often saw more: the higher Lamport time wins, on whichever clock.
			write(right, "phone", "1", "2", "3")
			write(right, "backup_phone", "1")
			wrongly(func(p *syncPhone) {
				write(p, "backup_phone", "7", "8", "9")
				write(p, "phone", "9")
				p.visit(300)
				p.round()
			})
			right.round()
			wrongly(func(p *syncPhone) { p.round() })
			want := map[string]string{"phone": "3", "backup_phone": "9"}
			for _, dir := range []string{w.dir, right.dir, dir} {
				r := syncRecord(t, dir, syncCorner)
				for name := range want {
					if s := r.Siblings(name); len(s) != 2 {
						t.Error(name, s)
					}
				}
			}
			lam := func(name string, i int) record.Entry { return syncRecord(t, w.dir, syncCorner).Siblings(name)[i] }
			for name := range want {
				first, second := lam(name, 0), lam(name, 1)
				if first.Lam < second.Lam || first.Compare(second) <= 0 {
					t.Error(name, "is not in causal order")
				}
			}
			// After seeing both, the wrong clock's word replaces the right clock's, and the other way round.
			wrongly(func(p *syncPhone) {
				write(p, "phone", "555")
				p.round()
			})
			right.round()
			if got := syncSiblings(t, right.dir, syncCorner, "phone"); len(got) != 1 || got[0] != `"555"` {
				t.Error(got)
			}
			write(right, "phone", "666")
			right.round()
			wrongly(func(p *syncPhone) {
				p.round()
				if page, err := p.StorePage(p.t.Context(), syncCorner); err != nil || page.Phone.Value != "666" || len(page.Phone.Siblings) != 1 {
					t.Error(page.Phone, err)
				}
				w.settled(p)
			})
			w.settled(right)
			phones, err := w.store.Phones(t.Context())
			right.try(err)
			off := 0
			for _, p := range phones {
				if d := time.Duration(p.OffsetMS) * time.Millisecond; max(d, -d) > 5*365*24*time.Hour {
					off++
				} else if max(d, -d) > time.Minute {
					t.Error("a right clock is called wrong", d)
				}
			}
			if off != 1 {
				t.Error("the server noted", off, "wrong clocks")
			}
		})
	}
}

// TestSyncWhatAnOlderVersionDoesNotKnowGoesThroughItUnharmed writes a type and a field of a later version on
// one phone, and edits the record on another.
func TestSyncWhatAnOlderVersionDoesNotKnowGoesThroughItUnharmed(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	a.close()
	db, err := sqldb.Open(t.Context(), filepath.Join(a.dir, "storewalk.db"), migrations.Device())
	a.try(err)
	odd := uuid.New()
	value := json.RawMessage(`{"rungs":[1.50,{"<x>":null}],"text":"a & b"}`)
	a.try(db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := ledger.Write(t.Context(), tx, ledger.Writer{Author: w.users["ma"]},
			ledger.Edit{ID: odd, Type: "ladder", Territory: syncWest, Field: "steps", Value: value},
			ledger.Edit{ID: syncCorner, Field: "opening_hours", Value: value},
			ledger.Edit{ID: syncCorner, Field: "phone", Value: map[string]string{"now": "an object"}, SeenAll: true})
		return err
	}))
	a.try(db.Close())
	a = newSyncPhone(t, a.dir)
	a.round()
	b.round()
	w.settled(a, b)
	b.try(b.SetStoreText(t.Context(), syncCorner, "note", "an older app was here", nil))
	if page, err := b.StorePage(t.Context(), syncCorner); err != nil || page.Phone.Value == "" {
		t.Error("a value of another shape is not shown at all", err)
	}
	b.round()
	a.round()
	w.settled(a, b)
	for _, dir := range []string{w.dir, a.dir, b.dir} {
		for id, name := range map[uuid.UUID]string{odd: "steps", syncCorner: "opening_hours"} {
			if e, ok := syncRecord(t, dir, id).Winner(name); !ok || string(e.Value) != string(value) {
				t.Errorf("%s: %s", name, e.Value)
			}
		}
	}
}
