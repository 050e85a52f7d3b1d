package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"storewalk/demo/shelf"
)

// The camera is another program, under which the app is killed: the program goes on, and the app that starts again has the
// photo, once.
func TestAnAppThatIsKilledUnderTheCameraHasThePhotoWhenItStartsAgain(t *testing.T) {
	dir, store := enrolledPhone(t)
	booth := t.TempDir()
	picture, err := shelf.Draw(shelf.Options{Seed: 1, Width: 1600, Height: 1200})
	program := filepath.Join(booth, "camera")
	shutter := filepath.Join(booth, "pressed")
	script := fmt.Sprintf("#!/bin/sh\ntouch %[1]s/open\nuntil [ -e %[2]s ]; do [ -d %[1]s ] || exit; sleep 0.05; done\ncp %[1]s/seen.jpg \"$1\"\n", booth, shutter)
	err = errors.Join(err, os.WriteFile(filepath.Join(booth, "seen.jpg"), picture, 0o600), os.WriteFile(program, []byte(script), 0o700))
	if err != nil {
		t.Fatal(err)
	}
	there := func(path string) func() bool {
		return func() bool { _, err := os.Stat(path); return err == nil }
	}

	g := startGlass(t, dir, nil, "--camera", program)
	g.Tap("tab.stores")
	g.Tap("store." + store.String())
	g.Tap("visit.checkin")
	g.Tap("photo.take.shelf")
	g.Until("the camera opens", there(filepath.Join(booth, "open")))
	if err := g.Close(); err != nil { // killed, as a phone does
		t.Log(err)
	}
	if n := syncCount(t, dir, `SELECT count(*) FROM awaited WHERE kept = 0`); n != 1 {
		t.Fatal(n, "photos are awaited after the app was killed")
	}
	if err := os.WriteFile(shutter, nil, 0o600); err != nil {
		t.Fatal(err)
	}

	g = startGlass(t, dir, nil, "--camera", program)
	g.Wait("visit.checkout") // the app is where it was
	g.Until("the photo is kept", func() bool { return syncCount(t, dir, `SELECT count(*) FROM photo WHERE kind = 'shelf'`) == 1 })
	g.reach("photo.show.0")
	g.Until("nothing is left with the camera", func() bool {
		files, err := os.ReadDir(filepath.Join(dir, "camera"))
		return err == nil && len(files) == 0 && syncCount(t, dir, `SELECT count(*) FROM awaited`) == 0
	})
	if n := syncCount(t, dir, `SELECT count(*) FROM photo`); n != 1 {
		t.Error(n, "photos of one")
	}
}
