package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// pushPhoto makes the server hold a photo's record and, when whole, its bytes.
func pushPhoto(t *testing.T, s *Store, c *caller, content string, whole bool) blob.Ref {
	t.Helper()
	ref, size := blob.Ref{}, int64(len(content))
	dir, err := blob.OpenDir(t.TempDir())
	if err == nil {
		ref, _, err = dir.Add(strings.NewReader(content))
	}
	if err == nil && whole {
		_, _, err = s.Blobs.Add(strings.NewReader(content))
	}
	if err = errors.Join(err, dir.Close()); err != nil {
		t.Fatal(err)
	}
	r := record.Record{ID: uuid.New(), Type: field.TypePhoto, Territory: north, Place: record.Place{N: 1}}
	r = c.set(t, r, "photo", field.Photo{Visit: uuid.New(), Store: uuid.New(), Kind: field.PhotoKinds[0], Ref: ref, Size: size, Width: 3, Height: 4, TakenMS: 1})
	if resp := c.push(t, s, r.Encode()); resp.Receipts[0].Status != wire.Applied {
		t.Fatal(resp.Receipts)
	}
	return ref
}

func backup(t *testing.T, s *Store, dir string) Backup {
	t.Helper()
	b, err := s.Backup(t.Context(), dir, false)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// restored fills a new folder from the backup in dir and opens it.
func restored(t *testing.T, dir string) *Store {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	if _, err := Restore(t.Context(), dir, data, false); err != nil {
		t.Fatal(err)
	}
	return reopened(t, data)
}

func reopened(t *testing.T, data string) *Store {
	t.Helper()
	s, err := Open(t.Context(), data, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func state(t *testing.T, s *Store) (h epochState, rid string) {
	t.Helper()
	err := s.db.View(t.Context(), func(tx *sql.Tx) (err error) {
		if h, err = loadEpoch(t.Context(), tx); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT rid FROM replica`).Scan(&rid)
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, rid
}

// names lists the files of a folder that are not photos.
func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != photosFolder {
			out = append(out, e.Name())
		}
	}
	return out
}

func TestWhatABackupHoldsComesBackInANewHistory(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	note := ma.note(t, "kept")
	ma.push(t, s, note.Encode())
	ref := pushPhoto(t, s, ma, "its bytes", true)
	pushPhoto(t, s, ma, "still on the phone", false)
	session, err := s.StartSession(t.Context(), ma.Account)
	if err != nil {
		t.Fatal(err)
	}
	b := backup(t, s, dir)
	if b.Photos != 1 || b.NewPhotos != 1 || b.Awaited != 1 || b.PhotoBytes != 9 || b.Records != count(t, s, `SELECT count(*) FROM record`) {
		t.Fatalf("%+v", b)
	}
	var covers int64
	head := count(t, s, `SELECT seq FROM head WHERE territory = $1`, north.String())
	if err := s.db.Read.QueryRow(`SELECT seq FROM backup_head WHERE territory = $1`, north.String()).Scan(&covers); err != nil || covers != int64(head) {
		t.Fatal(covers, head, err)
	}
	if n := count(t, s, `SELECT count(*) FROM backup_photo WHERE sha256 = $1 AND size = 9`, ref.String()); n != 1 {
		t.Fatal("the server does not know that the photo is safe")
	}
	lost := ma.note(t, "after the backup")
	ma.push(t, s, lost.Encode())
	was, oldRid := state(t, s)

	r := restored(t, dir)
	now, rid := state(t, r)
	if now.Epoch == was.Epoch || rid == oldRid || now.Generation <= was.Generation || now.copied {
		t.Fatalf("%+v %s, was %+v %s", now, rid, was, oldRid)
	}
	if count(t, r, `SELECT count(*) FROM record WHERE id = $1`, note.ID.String()) != 1 || count(t, r, `SELECT count(*) FROM record WHERE id = $1`, lost.ID.String()) != 0 {
		t.Fatal("not the records of the backup")
	}
	f, err := r.Blobs.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || string(got) != "its bytes" {
		t.Fatal(string(got), err)
	}
	if _, err := r.SessionByToken(t.Context(), session); !fault.Is(err, "auth.signed_out") {
		t.Fatal("a browser is still signed in", err)
	}
	if files := names(t, r.dir); !slices.Contains(files, epochFile) || slices.Contains(files, restoringFile) {
		t.Fatal(files)
	}
	// The restored server goes on backing up into the same folder; one that began anew may not.
	backup(t, r, dir)
	if _, err := openStore(t).Backup(t.Context(), dir, false); !fault.Is(err, "backup.other_server") {
		t.Fatal(err)
	}
}

func TestASecondBackupCopiesOnlyNewPhotos(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	first := pushPhoto(t, s, ma, "one", true)
	backup(t, s, dir)
	file := filepath.Join(dir, photosFolder, first.String()[:2], first.String())
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	pushPhoto(t, s, ma, "two", true)
	b := backup(t, s, dir)
	after, err := os.Stat(file)
	if err != nil || !os.SameFile(before, after) || b.NewPhotos != 1 || b.Photos != 2 {
		t.Fatalf("%+v %v", b, err)
	}
	if files := names(t, dir); !slices.Equal(files, []string{backupLock, manifestFile, b.Database}) {
		t.Fatal("an older database stays, or something half done:", files)
	}
	if err := os.WriteFile(file, []byte("eno"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := s.Backup(t.Context(), dir, true); err != nil || b.NewPhotos != 1 || b.Photos != 2 {
		t.Fatalf("a photo of the backup is not mended: %+v %v", b, err)
	}
	if count(t, restored(t, dir), `SELECT count(*) FROM backup_photo`) != 2 {
		t.Fatal("photos")
	}
}

func TestADamagedBackupIsRefusedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	ref := pushPhoto(t, s, ma, "bytes", true)
	b := backup(t, s, dir)
	if _, err := Restore(t.Context(), t.TempDir(), t.TempDir(), false); !fault.Is(err, "backup.none") {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"database": filepath.Join(dir, b.Database),
		"manifest": filepath.Join(dir, manifestFile),
		"photo":    filepath.Join(dir, photosFolder, ref.String()[:2], ref.String()),
	} {
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := slices.Clone(good)
		bad[len(bad)/2] ^= 1
		for what, content := range map[string][]byte{"a flipped bit": bad, "cut short": good[:len(good)-3], "gone": nil} {
			if what == "gone" {
				err = os.Remove(path)
			} else {
				err = os.WriteFile(path, content, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			data := t.TempDir()
			_, err = Restore(t.Context(), dir, data, false)
			if !fault.Is(err, "backup.damaged") && !(what == "gone" && fault.Is(err, "backup.none")) && !(name == "manifest" && what == "a flipped bit" && err == nil) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
			if files := names(t, data); err != nil && len(files) > 0 {
				t.Errorf("%s, %s: %v is left", name, what, files)
			}
			if name == "photo" {
				r, err := Restore(t.Context(), dir, data, true)
				if err != nil || !slices.Equal(r.Skipped, []blob.Ref{ref}) {
					t.Error(what, r.Skipped, err)
				} else if n := count(t, reopened(t, data), `SELECT count(*) FROM backup_photo`); n != 0 {
					t.Error("a photo that is gone is said to be safe")
				}
			}
			if err := os.WriteFile(path, good, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	restored(t, dir)
}

func TestAPhotoDamagedOnTheServerIsNamedAndNotBackedUp(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	ref := pushPhoto(t, s, ma, "bytes", true)
	if err := os.WriteFile(filepath.Join(s.dir, photosFolder, ref.String()[:2], ref.String()), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b := backup(t, s, dir); !slices.Equal(b.Damaged, []blob.Ref{ref}) || b.Photos != 0 {
		t.Fatalf("%+v", b)
	}
	if n := count(t, s, `SELECT count(*) FROM backup_photo`); n != 0 {
		t.Fatal("it is said to be safe")
	}
	restored(t, dir)
}

func TestRestoreTouchesNoFolderInUse(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	backup(t, s, dir)
	before, err := os.ReadFile(filepath.Join(s.dir, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), dir, s.dir, false); !fault.Is(err, "restore.not_empty") {
		t.Fatal(err)
	}
	after, err := os.ReadFile(filepath.Join(s.dir, databaseFile))
	if err != nil || string(before) != string(after) {
		t.Fatal("a database in use was touched", err)
	}
	if _, err := s.Backup(t.Context(), s.dir, false); !fault.Is(err, "backup.data_folder") {
		t.Fatal(err)
	}
	unlock, err := sqldb.Lock(t.Context(), filepath.Join(dir, backupLock)) // as another backup does
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), dir, false); !fault.Is(err, "backup.running") {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
}

func TestARestoreThatWasKilledIsRunAgainAndNotServedBefore(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	pushPhoto(t, s, ma, "bytes", true)
	backup(t, s, dir)
	data := t.TempDir()
	for _, file := range []string{restoringFile, databaseFile + ".part", databaseFile + ".part-wal"} {
		if err := os.WriteFile(filepath.Join(data, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), data, slog.New(slog.DiscardHandler)); !fault.Is(err, "restore.unfinished") {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), dir, data, false); err != nil {
		t.Fatal(err)
	}
	if n := count(t, reopened(t, data), `SELECT count(*) FROM record WHERE type = 'photo'`); n != 1 {
		t.Fatal(n)
	}
}

// TestABackupWhilePhonesPushHoldsWholeExchanges: each push has two notes; a backup never holds one of them, nor a
// feed that says other than the records.
func TestABackupWhilePhonesPushHoldsWholeExchanges(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	callers := []*caller{newCaller(t, s, "ma"), newCaller(t, s, "li")}
	ctx, stop := context.WithCancel(t.Context())
	var pushing sync.WaitGroup
	for _, c := range callers {
		pushing.Go(func() {
			for ctx.Err() == nil {
				visit := uuid.NewString()
				c.push(t, s, c.note(t, visit).Encode(), c.note(t, visit).Encode())
			}
		})
	}
	last := -1
	for range 5 {
		for count(t, s, `SELECT count(*) FROM record`) <= last { // until somebody pushed again
			<-time.After(time.Millisecond)
		}
		dir := t.TempDir()
		b := backup(t, s, dir)
		r := restored(t, dir)
		if b.Records <= last || count(t, r, `SELECT count(*) FROM record`) != b.Records {
			t.Errorf("%d records after %d", b.Records, last)
		}
		last = b.Records
		if n := count(t, r, `SELECT count(*) FROM (SELECT text FROM note GROUP BY text HAVING count(*) <> 2)`); n != 0 {
			t.Errorf("%d halves of a push", n)
		}
		if n := count(t, r, `SELECT count(*) FROM record r LEFT JOIN feed f ON f.record = r.id AND f.territory = r.territory WHERE f.seq IS NULL`); n != 0 {
			t.Errorf("%d records are in no feed", n)
		}
		if n := count(t, r, `SELECT count(*) FROM head h WHERE seq <> (SELECT max(seq) FROM feed f WHERE f.territory = h.territory)`); n != 0 {
			t.Errorf("%d feeds end elsewhere than they say", n)
		}
	}
	stop()
	pushing.Wait()
}

func TestABackupThatIsStoppedLeavesTheOneBefore(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	first := ma.note(t, "first")
	ma.push(t, s, first.Encode())
	good := backup(t, s, dir)
	for i := range 20 {
		pushPhoto(t, s, ma, fmt.Sprint("photo ", i), true)
	}
	// What a killed backup leaves at its worst: a snapshot, a whole new database, a photo half written.
	for _, file := range []string{snapshotPrefix + "X.db", snapshotPrefix + "X.db-wal", backupPrefix + "0123456789abcdef.db", manifestFile + ".new", "photos/tmp/half"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Backup(stopped, dir, false); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if m, err := ReadManifest(dir); err != nil || m.SHA256 != good.SHA256 {
		t.Fatal(m, err)
	}
	if n := count(t, restored(t, dir), `SELECT count(*) FROM note`); n != 1 {
		t.Fatal(n)
	}
	b := backup(t, s, dir)
	if files := names(t, dir); !slices.Equal(files, []string{backupLock, manifestFile, b.Database}) {
		t.Fatal("what the killed one left is still there:", files)
	}
	if _, err := os.Stat(filepath.Join(dir, "photos/tmp/half")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}
