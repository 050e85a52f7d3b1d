package store

import (
	"context"

	"storewalk/shared/ledger"
)

// Load writes many edits as the person signed in, in one transaction, by the same rules as a tap: for
// whatever fills a phone without its screens, such as the simulation and the benchmarks.
func (s *Store) Load(ctx context.Context, edits []ledger.Edit) error { return s.edit(ctx, edits...) }
