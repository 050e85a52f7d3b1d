package county

import (
	"path/filepath"
	"testing"
	"time"

	"storewalk/mobile/store"
	"storewalk/shared/wire"
)

// walks is fewer than 250: one in five is of the first store.
const walks = 201

func TestACountyHasWhatItSaysAndKeepsIt(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute to build")
	}
	t.Parallel()
	cache := t.TempDir()
	for state, waits := range map[string]wire.Waiting{Settled: {}, Waiting: {Records: 4*Visits + 1_000 + walks + 50 + disagreements, Photos: Photos}} {
		c, err := Prepare(t.Context(), cache, filepath.Join(t.TempDir(), state), state, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), c.Dir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		stores, err := s.Stores(t.Context(), "")
		if err != nil || len(stores) != Stores {
			t.Fatal(len(stores), err)
		}
		got, err := s.Waiting(t.Context())
		if err != nil || got != waits {
			t.Errorf("%s: %+v waits, want %+v (%v)", state, got, waits, err)
		}
	}
}
