package store

import (
	"database/sql"
	"testing"

	"storewalk/shared/ledger"
)

func spansOf(t testing.TB, s *Store) (all ledger.Spans) {
	t.Helper()
	must(t, s.db.View(t.Context(), func(tx *sql.Tx) (err error) {
		all, err = ledger.LoadSpans(t.Context(), tx)
		return err
	}))
	return all
}
