package syncer

import (
	"context"
	"slices"
	"time"

	"storewalk/shared/digest"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// How often phone and server are compared. Comparing reads all that both hold of a territory.
const (
	compareEvery = time.Hour
	compareFirst = 10 * time.Minute // after the last time, when the app was opened since
)

const (
	maxCompares = 3  // exchanges of one round that compare: one fails when somebody else sends something meanwhile
	maxAsks     = 60 // requests about ranges of one territory in one round
)

// A compare is what a round knows of comparing.
type compare struct {
	due     bool
	tries   int
	differs []uuid.UUID // territories
}

// Compare lets the next round compare all that phone and server hold, also when that is not due. It never blocks.
func (s *Syncer) Compare() { s.compareNow.Store(true) }

// compareDue reports whether this round compares.
func (s *Syncer) compareDue(ctx context.Context) (bool, error) {
	if s.compareNow.Load() {
		return true, nil
	}
	last, err := s.store.ComparedMS(ctx)
	if err != nil {
		return false, err
	}
	every := compareEvery
	if !s.compared {
		every = compareFirst
	}
	age := time.Since(time.UnixMilli(last))
	return age < 0 || age >= every, nil
}

// sums puts into an exchange that pushes nothing what compares the two sides, when that is due. What comparing found is
// told when it is over.
func (s *Syncer) sums(ctx context.Context, req *wire.SyncRequest) (err error) {
	if !s.compare.due || s.compare.tries == maxCompares {
		req.Found, err = s.store.Found(ctx)
		return err
	}
	if len(req.Push) > 0 {
		return nil
	}
	s.compare.tries++
	req.Cursors, req.Except, err = s.store.Sums(ctx)
	return err
}

// heard takes notice of what came of the sums, and reports whether to try once more: others had sent something that the
// phone has only now.
func (s *Syncer) heard(ctx context.Context, req wire.SyncRequest, resp wire.SyncResponse) (again bool, err error) {
	if len(req.Found) > 0 {
		return false, s.store.ToldFound(ctx)
	}
	var differs []uuid.UUID
	compared := false
	for _, f := range resp.Feeds {
		asked := slices.ContainsFunc(req.Cursors, func(c wire.Cursor) bool { return c.Sum != nil && c.Territory == f.Territory })
		switch {
		case asked && f.Compared == "":
			return s.compare.tries < maxCompares, nil
		case asked && f.Compared == wire.OtherSum:
			differs = append(differs, f.Territory)
		}
		compared = compared || asked
	}
	if !compared {
		return false, nil
	}
	s.compare.due, s.compare.differs = false, differs
	if len(differs) > 0 {
		return false, nil
	}
	return false, s.doneComparing(ctx)
}

func (s *Syncer) doneComparing(ctx context.Context) error {
	s.compared = true
	s.compareNow.Store(false)
	return s.store.Compared(ctx, time.Now().UnixMilli())
}

// reconcile finds and mends what differs, and reports whether there was anything to do. A line that is cut leaves it to
// the next round.
func (s *Syncer) reconcile(ctx context.Context, c *client) (any bool, err error) {
	if len(s.compare.differs) == 0 {
		return false, nil
	}
	whole := true
	for _, territory := range s.compare.differs {
		done, err := s.reconcileOne(ctx, c, territory)
		if err != nil {
			return false, err
		}
		whole = whole && done
	}
	s.compare.differs = nil
	if !whole {
		return true, nil
	}
	return true, s.doneComparing(ctx)
}

// reconcileOne mends one territory; done is false when more is left for another round.
func (s *Syncer) reconcileOne(ctx context.Context, c *client, territory uuid.UUID) (done bool, err error) {
	inv, ok, err := s.store.Inventory(ctx, territory)
	if err != nil || !ok {
		return false, err
	}
	walk := inv.Set.Walk()
	done = true
	for n, asks := 0, walk.Ask(wire.MaxRanges); len(asks) > 0; n, asks = n+1, walk.Ask(wire.MaxRanges) {
		if n == maxAsks {
			done = false
			break
		}
		var resp wire.RangesResponse
		req := wire.RangesRequest{Proto: wire.Proto, Cursor: inv.Cursor, Except: inv.Except, Ranges: asks, Budget: wire.MinBudget}
		if err := c.post(ctx, wire.PathRanges, req, &resp); err != nil {
			return false, err
		}
		if resp.ServerMS == 0 {
			return false, notStorewalk(nil)
		}
		if resp.Again {
			return false, nil
		}
		if err := walk.Take(resp.Parts); err != nil {
			return false, notStorewalk(err)
		}
	}
	found := wire.Found{Territory: territory}
	var want []uuid.UUID
	var lacking []digest.Item
	for _, d := range walk.Found() {
		switch {
		case d.Theirs.IsZero():
			found.There++
			lacking = append(lacking, digest.Item{ID: d.ID, Version: d.Mine})
			continue
		case d.Mine.IsZero():
			found.Here++
		default:
			found.Differ++
		}
		want = append(want, d.ID)
	}
	if len(walk.Found()) == 0 {
		return done, nil
	}
	s.log.WarnContext(ctx, "Phone and server differed", "territory", territory, "here", found.Here, "there", found.There, "differ", found.Differ)
	// Told first: a line that is cut now is no reason to forget what was found.
	if err := s.store.NoteFound(ctx, found); err != nil {
		return false, err
	}
	if err := s.store.Lacking(ctx, territory, lacking); err != nil {
		return false, err
	}
	return done, s.fetch(ctx, c, inv.Cursor, want)
}

// fetch gets records by their ids.
func (s *Syncer) fetch(ctx context.Context, c *client, at wire.Cursor, want []uuid.UUID) error {
	for len(want) > 0 {
		ask := want[:min(len(want), wire.MaxWant)]
		var resp wire.RangesResponse
		if err := c.post(ctx, wire.PathRanges, wire.RangesRequest{Proto: wire.Proto, Cursor: at, Want: ask, Budget: s.plain(s.down)}, &resp); err != nil {
			return err
		}
		if resp.ServerMS == 0 || resp.Done < 0 || resp.Done > len(ask) || len(resp.Puts) > resp.Done || resp.Done == 0 && !resp.Again {
			return notStorewalk(nil)
		}
		if resp.Again {
			return nil
		}
		if err := s.store.Mend(ctx, at, resp.Puts); err != nil {
			return err
		}
		want = want[resp.Done:]
	}
	return nil
}
