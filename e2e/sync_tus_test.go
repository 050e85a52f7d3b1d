package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	phonestore "storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// syncTusClient returns a folder that has the stock client at the versions its lock file pins. The folder is
// kept between runs, in the user's cache.
func syncTusClient(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("the stock tus client needs Node: ", err)
		}
	}
	h := sha256.New()
	files := []string{"package.json", "package-lock.json", "finish.js"}
	for _, name := range files {
		b, err := os.ReadFile(filepath.Join("testdata", "tus", name))
		if err != nil {
			t.Fatal(err)
		}
		h.Write(b)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	dir := filepath.Join(cache, "storewalk-tus-"+hex.EncodeToString(h.Sum(nil)[:8]))
	if _, err := os.Stat(filepath.Join(dir, "installed")); err == nil {
		return dir
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		syncCopy(t, filepath.Join("testdata", "tus"), dir, name)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		t.Skipf("npm can not install the stock tus client here: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "installed"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestSyncAStockTusClientFinishesAnUpload gives the address of a photo that a phone has begun to tus-js-client.
func TestSyncAStockTusClientFinishesAnUpload(t *testing.T) {
	t.Parallel()
	client := syncTusClient(t)
	for name, begun := range map[string]int64{"from its first byte": 0, "from where the phone was cut": 120_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			p := w.phone("ma")
			visit, err := p.CheckIn(t.Context(), syncCorner, field.Moment{}, phonestore.Purpose{})
			p.try(err)
			p.round()
			photo := p.photo(visit, 400_000)
			w.line.breakAfter(syncUp, 1500+begun, nil)
			p.mayFail()
			w.line.mend()
			if begun == 0 { // the record has come, the bytes have not
				if err := w.store.Blobs.Remove(photo.Ref); err != nil {
					t.Fatal(err)
				}
			}
			a, _, err := p.Account(t.Context())
			p.try(err)
			node := exec.CommandContext(t.Context(), "node", "finish.js", syncFile(t, p, photo), w.line.url()+wire.PathBlobs+photo.Ref.String(), a.Token, "150000")
			node.Dir = client
			if out, err := node.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("done")) {
				t.Fatalf("%v\n%s", err, out)
			}
			w.holds(photo)
			before := w.requests.Load()
			p.round()
			w.settled(p)
			if n := w.requests.Load() - before; n != 1 {
				t.Error("the phone took", n, "requests to learn that its photo is there")
			}
		})
	}
}

// syncFile writes a phone's photo where another program can read it.
func syncFile(t testing.TB, p *syncPhone, photo field.Photo) string {
	t.Helper()
	in, err := p.Blobs.Open(photo.Ref)
	p.try(err)
	defer in.Close()
	out, err := os.Create(filepath.Join(t.TempDir(), "photo.jpg"))
	p.try(err)
	defer out.Close()
	_, err = in.WriteTo(out)
	p.try(err)
	return out.Name()
}
