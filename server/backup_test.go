package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// shelf fills a data folder with a phone's photos, n at each call.
func shelf(t *testing.T, dir string) (add func(n int)) {
	t.Helper()
	st, err := store.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	if err := st.EnsureTerritory(t.Context(), "west", "west", "640402"); err != nil {
		t.Fatal(err)
	}
	account, err := st.AddAccount(t.Context(), store.NewAccount{Login: "ma", Name: "Ma", Role: field.RoleManager, Password: "correct horse",
		Territories: []uuid.UUID{field.TerritoryID("west")}})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := st.EnrolDevice(t.Context(), account, "key", "phone")
	if err != nil {
		t.Fatal(err)
	}
	phone, err := st.DeviceByToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	rid, made, last := record.Replica{1}, uint64(0), ""
	return func(n int) {
		t.Helper()
		req := wire.SyncRequest{Proto: wire.Proto, Replica: rid, ClockMS: time.Now().UnixMilli(), Cur: last, Next: uuid.NewString()}
		last = req.Next
		for range n {
			made++
			ref, size, err := st.Blobs.Add(bytes.NewReader(fmt.Appendf(bytes.Repeat([]byte("x"), 4000), "photo %d", made)))
			if err != nil {
				t.Fatal(err)
			}
			value, err := record.Value(field.Photo{Visit: uuid.New(), Store: uuid.New(), Kind: field.PhotoKinds[0], Ref: ref, Size: size, Width: 3, Height: 4, TakenMS: 1})
			if err != nil {
				t.Fatal(err)
			}
			r := record.Record{ID: uuid.New(), Type: field.TypePhoto, Territory: field.TerritoryID("west"), Place: record.Place{N: 1}}
			req.Push = append(req.Push, r.Set("photo", record.Entry{Dot: record.Dot{Replica: rid, N: made}, Lam: 1, Value: value}, nil).Encode())
		}
		resp, err := st.Sync(t.Context(), phone, req)
		if err != nil || resp.Receipts[0].Status != wire.Applied {
			t.Fatal(resp.Receipts, err)
		}
	}
}

func TestABackupIsMadeWhileTheServerRunsAndRestoredBesideIt(t *testing.T) {
	t.Parallel()
	data, dir, fresh := t.TempDir(), filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "data")
	shelf(t, data)(3)
	serving(t, data)
	for _, want := range []string{"3 photos (3 new, 0 still on phones)", "3 photos (0 new, 0 still on phones)"} {
		if code, out, errs := said(t, "", "backup", dir, "--data", data); code != 0 || !strings.Contains(out, want) {
			t.Fatal(code, out, errs)
		}
	}
	for name, args := range map[string][]string{
		"restore.not_empty":  {"restore", dir, "--data", data},
		"backup.none":        {"restore", data, "--data", fresh},
		"backup.data_folder": {"backup", data, "--data", data},
		"backup.no_data":     {"backup", dir, "--data", t.TempDir()},
	} {
		if code, out, errs := said(t, "", args...); code != 1 || !strings.Contains(errs, name) || strings.HasPrefix(errs, "server: "+name) {
			t.Error(name, code, out, errs)
		}
	}
	if code, out, errs := said(t, "", "restore", dir, "--data", fresh); code != 0 || !strings.Contains(out, "3 photos") {
		t.Fatal(code, out, errs)
	}
	serving(t, fresh)
	if n := query(t, fresh, `SELECT count(*) FROM photo`); n != 3 {
		t.Fatal(n)
	}
	if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := said(t, "", "restore", dir, "--data", t.TempDir()); code != 1 || !strings.Contains(errs, "backup.damaged") {
		t.Fatal(code, errs)
	}
}

// TestAKilledBackupLeavesTheOneBefore kills the real process at different moments of its work.
func TestAKilledBackupLeavesTheOneBefore(t *testing.T) {
	t.Parallel()
	data, dir := t.TempDir(), t.TempDir()
	add := shelf(t, data)
	add(50)
	if code, _, errs := said(t, "", "backup", dir, "--data", data); code != 0 {
		t.Fatal(errs)
	}
	good, err := store.ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	held := 50
	for name, reached := range map[string]func() bool{
		"as the snapshot is made":      func() bool { return matches(t, dir, "snapshot-*.db") > 0 },
		"with a few photos copied":     func() bool { return matches(t, dir, "photos/??/*") > held+3 },
		"with nearly all of them":      func() bool { return matches(t, dir, "photos/??/*") > held+90 },
		"as the database is completed": func() bool { return matches(t, dir, "photos/??/*") >= held+100 },
	} {
		add(100)
		held = matches(t, dir, "photos/??/*")
		cmd := process(t, "backup", dir, "--data", data)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		over := false
		for !over && !reached() {
			select {
			case err := <-ended:
				over = true
				ended <- err
			default:
			}
		}
		cmd.Process.Kill()
		<-ended
		now, err := store.ReadManifest(dir)
		if err != nil || now.Photos < good.Photos {
			t.Fatal(name, now, err)
		}
		good = now
		fresh := filepath.Join(t.TempDir(), "data")
		if r, err := store.Restore(context.WithoutCancel(t.Context()), dir, fresh, false); err != nil || r.Photos != good.Photos {
			t.Fatal(name, r, err)
		}
		if n := query(t, fresh, `SELECT count(*) FROM photo`); n < good.Photos {
			t.Error(name, n, good.Photos)
		}
	}
	if code, out, errs := said(t, "", "backup", dir, "--data", data); code != 0 || !strings.Contains(out, "450 photos") {
		t.Fatal(out, errs)
	}
	if n := matches(t, dir, "storewalk-*.db") + matches(t, dir, "snapshot-*"); n != 1 {
		t.Error(n, "databases")
	}
}

func matches(t *testing.T, dir, pattern string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range found {
		if folder := filepath.Base(filepath.Dir(f)); folder != "tmp" && !strings.HasSuffix(f, "-journal") {
			n++
		}
	}
	return n
}
