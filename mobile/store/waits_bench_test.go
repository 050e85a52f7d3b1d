package store

import (
	"database/sql"
	"fmt"
	"testing"

	"storewalk/shared/blob"
	"storewalk/shared/field"
)

// BenchmarkAllWaits sets side by side what pages and writes cost on a phone of which the server has everything, and on the
// same phone when it has nothing. The second may cost a few times the first; what reads all that waits costs a hundred times.
func BenchmarkAllWaits(b *testing.B) {
	c := newCounty(b)
	s, ctx := c.store, b.Context()
	n := 0
	for _, state := range []struct{ name, become string }{
		{"settled", `UPDATE record SET acked = version, acked_ms = 1; UPDATE upload SET sent = size, done_ms = 1`},
		{"waiting", `UPDATE record SET acked = NULL; UPDATE upload SET sent = 0, done_ms = 0`},
	} {
		must(b, s.db.Tx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, state.become)
			return err
		}))
		for _, act := range []struct {
			name string
			do   func() error
		}{
			{"SyncPage", func() error { _, err := s.SyncPage(ctx); return err }},
			{"Visits", func() error { _, err := s.Visits(ctx, 60); return err }},
			{"CountPhotos", func() error { _, err := s.CountPhotos(ctx); return err }},
			{"NextPush", func() error { _, err := s.NextPush(ctx, 32<<10); return err }},
			{"AddPhoto", func() error {
				n++
				p := field.Photo{Kind: "shelf", Ref: blob.Ref{2, byte(n), byte(n >> 8), byte(n >> 16)}, Size: 1, Width: 1, Height: 1, TakenMS: 1}
				_, err := s.AddPhoto(ctx, c.visit, p, fmt.Appendf(nil, "thumbnail %d", n), Sequel{})
				return err
			}},
		} {
			b.Run(act.name+"/"+state.name, func(b *testing.B) {
				for b.Loop() {
					must(b, act.do())
				}
			})
		}
	}
}
