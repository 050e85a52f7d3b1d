package store

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/mobile/identity"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func TestASecondProcessIsRefusedAndHarmsNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), dirVariable+"="+filepath.Dir(s.identity))
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "db.in_use") {
		t.Fatalf("%v %s", err, out)
	}
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 1}, nil))
	before := selfOf(t, s)
	s = reopen(t, s)
	equal(t, selfOf(t, s).Replica, before.Replica)
	equal(t, page(t, s, shop).OpenVisit, visit)
}

func selfOf(t *testing.T, s *Store) identity.Database {
	t.Helper()
	db, fresh, err := s.self(t.Context())
	must(t, err)
	if fresh {
		t.Fatal("the database names nobody")
	}
	return db
}

// copyFile is what a backup does. The store must be closed, or path be no database.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, b, 0o600))
}

func dbFile(s *Store) string { return filepath.Join(filepath.Dir(s.identity), "storewalk.db") }

// unsent returns the dots of everything waiting.
func unsent(t *testing.T, s *Store) (out []string) {
	t.Helper()
	sent, err := s.NextPush(t.Context(), wire.MaxBudget)
	must(t, err)
	for _, o := range sent {
		r, err := record.Decode(o.Body)
		must(t, err)
		for _, name := range r.Names() {
			for _, d := range r.Seen(name) {
				out = append(out, name+" "+d.Replica.String())
			}
		}
	}
	return out
}

func TestWhoAPhoneIsAfterEachThingThatCanHappenToItsFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		happens func(t *testing.T, s *Store) *Store // with an unsent count; returns the store opened again
		renewed bool
	}{
		"closed and opened": {func(t *testing.T, s *Store) *Store { return reopen(t, s) }, false},
		"opened often": {func(t *testing.T, s *Store) *Store {
			for range 4 {
				s = reopen(t, s)
			}
			return s
		}, false},
		"killed between the file and the database": {func(t *testing.T, s *Store) *Store {
			file, err := identity.Read(s.identity)
			must(t, err)
			file.Opens++
			must(t, s.Close())
			must(t, file.Write(s.identity))
			return openStore(t, filepath.Dir(s.identity))
		}, false},
		"killed there three times in a row": {func(t *testing.T, s *Store) *Store {
			must(t, s.Close())
			before := filepath.Join(t.TempDir(), "before.db")
			copyFile(t, dbFile(s), before)
			for range 3 {
				must(t, openStore(t, filepath.Dir(s.identity)).Close())
				copyFile(t, before, dbFile(s)) // it was not committed
			}
			return openStore(t, filepath.Dir(s.identity))
		}, false},
		"database cloned to another phone": {func(t *testing.T, s *Store) *Store {
			must(t, s.Close())
			dir := t.TempDir()
			copyFile(t, dbFile(s), filepath.Join(dir, "storewalk.db"))
			return openStore(t, dir)
		}, true},
		"identity file lost": {func(t *testing.T, s *Store) *Store {
			must(t, os.Remove(s.identity))
			return reopen(t, s)
		}, true},
		"identity file cut short": {func(t *testing.T, s *Store) *Store {
			must(t, os.Truncate(s.identity, 20))
			return reopen(t, s)
		}, true},
		"key lost": {func(t *testing.T, s *Store) *Store {
			must(t, os.Remove(filepath.Join(filepath.Dir(s.identity), "device.key")))
			return reopen(t, s)
		}, true},
		"restored from a backup two openings ago": {func(t *testing.T, s *Store) *Store {
			must(t, s.Close())
			backup := filepath.Join(t.TempDir(), "backup.db")
			copyFile(t, dbFile(s), backup)
			s = reopen(t, openStore(t, filepath.Dir(s.identity)))
			must(t, s.Close())
			copyFile(t, backup, dbFile(s))
			return openStore(t, filepath.Dir(s.identity))
		}, true},
		"restored from a backup of this morning, with writes sent since": {func(t *testing.T, s *Store) *Store {
			must(t, s.Close())
			backup := filepath.Join(t.TempDir(), "backup.db")
			copyFile(t, dbFile(s), backup)
			s = openStore(t, filepath.Dir(s.identity))
			must(t, s.SetStoreText(t.Context(), shop, "note", "周三进货", nil))
			_, err := s.Barrier(t.Context())
			must(t, err)
			must(t, s.Close())
			copyFile(t, backup, dbFile(s))
			return openStore(t, filepath.Dir(s.identity))
		}, true},
		"restored from a backup of this morning, with a write since that was never sent": {func(t *testing.T, s *Store) *Store {
			must(t, s.Close())
			backup := filepath.Join(t.TempDir(), "backup.db")
			copyFile(t, dbFile(s), backup)
			s = openStore(t, filepath.Dir(s.identity))
			must(t, s.SetStoreText(t.Context(), shop, "note", "周三进货", nil))
			must(t, s.Close())
			copyFile(t, backup, dbFile(s))
			return openStore(t, filepath.Dir(s.identity))
		}, true},
		"restored from a backup of this morning, with nothing written since": {func(t *testing.T, s *Store) *Store {
			must(t, s.Close())
			backup := filepath.Join(t.TempDir(), "backup.db")
			copyFile(t, dbFile(s), backup)
			must(t, openStore(t, filepath.Dir(s.identity)).Close())
			copyFile(t, backup, dbFile(s))
			return openStore(t, filepath.Dir(s.identity))
		}, false},
		"restored from a backup of yesterday, after a power cut that took the mark": {func(t *testing.T, s *Store) *Store {
			must(t, s.Close())
			backup := filepath.Join(t.TempDir(), "backup.db")
			copyFile(t, dbFile(s), backup)
			s = openStore(t, filepath.Dir(s.identity))
			must(t, s.SetStoreText(t.Context(), shop, "note", "周三进货", nil))
			s = reopen(t, s)
			must(t, s.Close())
			must(t, os.Truncate(filepath.Join(filepath.Dir(s.identity), "lock"), 0))
			copyFile(t, backup, dbFile(s))
			return openStore(t, filepath.Dir(s.identity))
		}, true},
		"killed between writes and their mark": {func(t *testing.T, s *Store) *Store {
			mark := filepath.Join(t.TempDir(), "lock")
			copyFile(t, filepath.Join(filepath.Dir(s.identity), "lock"), mark)
			must(t, s.SetCount(t.Context(), page(t, s, shop).OpenVisit, furong, field.CountLine{Cartons: 3, Packs: 1}, nil))
			must(t, s.SetCount(t.Context(), page(t, s, shop).OpenVisit, furong, field.CountLine{Cartons: 3}, nil))
			must(t, s.Close())
			copyFile(t, mark, filepath.Join(filepath.Dir(s.identity), "lock"))
			return openStore(t, filepath.Dir(s.identity))
		}, false},
		"another app's lock file, which marks nothing": {func(t *testing.T, s *Store) *Store {
			must(t, s.Close())
			must(t, os.WriteFile(filepath.Join(filepath.Dir(s.identity), "lock"), nil, 0o600))
			return openStore(t, filepath.Dir(s.identity))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newPhone(t, newOffice(t), li)
			visit := checkIn(t, s, shop)
			must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Cartons: 3}, nil))
			before, dots := selfOf(t, s), unsent(t, s)

			s = c.happens(t, s)
			after := selfOf(t, s)
			equal(t, after.Replica != before.Replica, c.renewed)
			equal(t, unsent(t, s), dots) // nothing is renamed
			equal(t, sheetRow(t, s, visit, furong).Line.Cartons, 3)
			if file, err := identity.Read(s.identity); err != nil || file.Replica != after.Replica || file.Opens != after.Opens || file.InDoubt(after, s.print) {
				t.Fatalf("%+v %+v %v", file, after, err)
			}
			again := selfOf(t, reopen(t, s))
			equal(t, again.Replica, after.Replica) // one new name, not one each time
		})
	}
}

func TestARestoredPhoneGetsBackWhatItHadSentAndLosesNothingItWritesThen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	o.exchange(t, s)
	must(t, s.Close())
	backup := filepath.Join(t.TempDir(), "backup.db")
	copyFile(t, dbFile(s), backup)

	s = openStore(t, filepath.Dir(s.identity))
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Cartons: 7}, nil))
	must(t, s.SetCount(t.Context(), visit, zhonghu, field.CountLine{Packs: 4}, nil))
	photo, ref, err := addPhoto(t.Context(), s, visit, "sent as a record, its bytes not yet")
	must(t, err)
	o.exchange(t, s)
	must(t, s.Close())

	copyFile(t, backup, dbFile(s))
	s = openStore(t, filepath.Dir(s.identity))
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Cartons: 9}, nil)) // before anything came back
	o.settled(t, s)
	equal(t, slices.Sorted(slices.Values(shown(sheetRow(t, s, visit, furong).Siblings))), []string{
		`{"cartons":7,"packs":0,"display":false,"out":false}`, `{"cartons":9,"packs":0,"display":false,"out":false}`})
	equal(t, sheetRow(t, s, visit, zhonghu).Line.Packs, 4)
	equal(t, o.load(t, field.CountID(visit)).Version(), loadRecord(t, s.db, field.CountID(visit)).Version())

	rows := visitPage(t, s, visit).Photos
	if len(rows) != 1 || rows[0].ID != photo || !rows[0].Here {
		t.Fatalf("%+v", rows)
	}
	uploads, err := s.NextUploads(t.Context(), 9)
	must(t, err)
	if len(uploads) != 1 || uploads[0].Ref != ref {
		t.Fatalf("the bytes are on this phone only, and nobody sends them: %+v", uploads)
	}
	waits(t, s, 0, 1)
}

func TestPhotosWhoseRecordsWentMissingAreKeptUntilTheyCanReturn(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	_, ref, err := addPhoto(t.Context(), s, checkIn(t, s, shop), "a photo")
	must(t, err)
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error { // as when the database is restored from a backup
		_, err := tx.ExecContext(t.Context(), `DELETE FROM upload; DELETE FROM photo`)
		return err
	}))
	file := filepath.Join(filepath.Dir(s.identity), "photos", ref.String()[:2], ref.String())
	swept := func(ago time.Duration) {
		must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
			return setMetaJSON(t.Context(), tx, metaSwept, time.Now().Add(-ago).UnixMilli())
		}))
		s = reopen(t, s)
	}
	const week = 7 * 24 * time.Hour
	age(t, file, 7)
	swept(2 * week)
	if _, here := s.Blobs.Has(ref); !here {
		t.Fatal("the bytes are gone, and the record may come back from the server")
	}
	age(t, file, 365)
	s = reopen(t, s)
	if _, here := s.Blobs.Has(ref); !here {
		t.Fatal("every start looks at every file")
	}
	for _, ago := range []time.Duration{week + time.Hour, -time.Hour} { // or in the future: a clock was wrong
		swept(ago)
		if _, here := s.Blobs.Has(ref); here {
			t.Fatal("what nobody named for a year is still here")
		}
		_, _, err := s.Blobs.Add(strings.NewReader("a photo"))
		must(t, err)
		age(t, file, 365)
	}
}

func TestTheBarrierCoversEveryWriteThatCanBeInAPushReadBeforeIt(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	sent, err := s.NextPush(t.Context(), wire.MaxBudget)
	must(t, err)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 1}, nil))
	rid, err := s.Barrier(t.Context())
	must(t, err)
	file, err := identity.Read(s.identity)
	must(t, err)
	if db := selfOf(t, s); db.Replica != rid || file.High != db.Counter {
		t.Fatalf("%+v %+v", file, db)
	}
	for _, out := range sent {
		r, err := record.Decode(out.Body)
		must(t, err)
		if n := r.Context().N(rid); n > file.High {
			t.Fatalf("write %d leaves, and the file vouches for %d", n, file.High)
		}
	}
	must(t, os.Remove(s.identity)) // even while the app runs
	_, err = s.Barrier(t.Context())
	must(t, err)
	if file, err = identity.Read(s.identity); err != nil || file.Replica != rid {
		t.Fatalf("%+v %v", file, err)
	}
}

func TestANewPersonIsRefusedWhileTheOldOnesWorkIsHere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	wantFault(t, s.SignIn(t.Context(), accounts[wang]), "auth.other_user")
	must(t, s.Revoked(t.Context(), "auth.revoked"))
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 1}, nil)) // no token is no reason to stop
	must(t, s.SignIn(t.Context(), accounts[li]))
	o.exchange(t, s)
	must(t, s.SignIn(t.Context(), accounts[wang]))
	if page(t, s, shop).OpenVisit != uuid.Nil {
		t.Fatal("one person's open visit is another's")
	}
}
