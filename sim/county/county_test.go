package county

import (
	"path/filepath"
	"testing"
	"time"

	"storewalk/mobile/store"
	"storewalk/shared/wire"
)

func TestACountyHasWhatItSaysAndKeepsIt(t *testing.T) {
	t.Parallel()
	few := Size{Stores: 500, Visits: 250, Requests: 50}
	// A fourth of the requests come with a walk, and three of these thirteen are of the first store, which has one.
	const walks, applications = 11, 3
	cache := t.TempDir()
	for state, waits := range map[string]wire.Waiting{
		Settled: {},
		Waiting: {Records: 4*few.Visits + few.Requests + walks + applications + disagreements, Photos: few.Photos()},
	} {
		c, err := Prepare(t.Context(), few, cache, filepath.Join(t.TempDir(), state), state, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), c.Dir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		stores, err := s.Stores(t.Context(), "")
		if err != nil || len(stores) != few.Stores {
			t.Fatal(len(stores), err)
		}
		got, err := s.Waiting(t.Context())
		if err != nil || got != waits {
			t.Errorf("%s: %+v waits, want %+v (%v)", state, got, waits, err)
		}
		if p, err := s.SyncPage(t.Context()); err != nil || state == Settled && (!p.AllBackedUp || p.BackedUp.Photos != few.Photos()) {
			t.Errorf("not all is backed up: %+v (%v)", p.BackedUp, err)
		}
		page, err := s.VisitPage(t.Context(), c.Visits[0])
		if err != nil || len(page.Photos) != crowd {
			t.Errorf("%d photos of one visit (%v)", len(page.Photos), err)
		}
	}
	if kept, err := filepath.Glob(filepath.Join(cache, "*")); err != nil || len(kept) != 1 {
		t.Errorf("both are copies of one that was built once, not of %v", kept)
	}
}
