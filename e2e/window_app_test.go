package e2e

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	phonestore "storewalk/mobile/store"
	"storewalk/mobile/syncer"

	"github.com/google/uuid"
)

// enrolledPhone is the folder of a phone whose person signed in at an office of its own, and a store of theirs. The app that can
// be shown on it is not open.
func enrolledPhone(t *testing.T) (dir string, store uuid.UUID) {
	t.Helper()
	appOrSkip(t)
	office := startOffice(t)
	dir = filepath.Join(t.TempDir(), "phone")
	st, err := phonestore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	sync := syncer.New(st, "storewalk e2e", slog.New(slog.DiscardHandler))
	err = errors.Join(sync.Enrol(t.Context(), office, "li", "liupanshan-li", "window"), sync.Round(t.Context()))
	stores, storesErr := st.Stores(t.Context(), "")
	if err := errors.Join(err, storesErr, st.Close()); err != nil {
		t.Fatal(err)
	}
	return dir, stores[0].ID
}

// The app as it is built for a phone, in a real window: touches end on the disk, and the app opens again where the
// person was.
func TestTouchesInARealWindowAreOnTheDisk(t *testing.T) {
	dir, store := enrolledPhone(t)
	visits := func() int {
		return syncCount(t, dir, `SELECT count(*) FROM visit v JOIN meta m ON m.key = 'user' AND m.value = v.manager WHERE v.check_out_ms = 0`)
	}
	g := startGlass(t, dir, nil)
	g.Tap("tab.stores")
	g.Tap("store." + store.String())
	g.Tap("visit.checkin")
	g.Until("a visit that was begun by a touch is on the disk", func() bool { return visits() == 1 })
	if err := g.Close(); err != nil { // killed, as a phone does
		t.Log(err)
	}
	g = startGlass(t, dir, nil)
	g.Wait("visit.checkout")
	if n := visits(); n != 1 {
		t.Fatal(n, "visits in progress after the app was killed")
	}
}
