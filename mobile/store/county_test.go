package store

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// A county is the most one phone may hold: 5,000 stores, 60 products, 5,000 visits with counts, photos and
// notes, a hundred of them at one store. Of the last 200 visits nothing has been sent.
type county struct {
	store  *Store
	busy   uuid.UUID // the store with a hundred visits
	visit  uuid.UUID // in progress there
	orders []uuid.UUID
}

const (
	countyStores = 5_000
	countyVisits = 5_000
	countyUnsent = 200
)

func newCounty(t testing.TB) county {
	t.Helper()
	o := newOffice(t)
	s := newPhone(t, o, li)
	c := county{store: s, busy: field.StoreID("0")}
	err := s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		w := ledger.Writer{Author: li, WallMS: time.Now().UnixMilli()}
		put := func(id uuid.UUID, typ string, values ...field.Value) error {
			var edits []ledger.Edit
			for _, v := range values {
				edits = append(edits, ledger.Edit{ID: id, Type: typ, Territory: town, Field: v.Field, Value: v.Value})
			}
			_, err := ledger.Write(t.Context(), tx, w, edits...)
			return err
		}
		for i := range 60 {
			code := fmt.Sprint("69010280000", i+10)
			c.orders = append(c.orders, field.ProductID(code))
			if err := put(c.orders[i], field.TypeProduct, field.Product{Code: code, Name: fmt.Sprint("娇子", i), PriceClass: i%5 + 1, Status: "normal"}.Fields()...); err != nil {
				return err
			}
		}
		for i := range countyStores {
			licence := fmt.Sprint(i)
			p := field.Store{LicenceNo: licence, Name: fmt.Sprint("长兴便利店", i), Owner: "单雄信", Phone: fmt.Sprint(13_900_000_000 + i), Township: fmt.Sprint(640402100 + i%65),
				Position: field.Position{Lat: 36 + float64(i%71)/100, Lon: 106 + float64(i/71)/100}}
			if err := put(field.StoreID(licence), field.TypeStore, p.Fields()...); err != nil {
				return err
			}
		}
		for i := range countyVisits {
			store, lines := field.StoreID(fmt.Sprint(i)), 5
			if i%50 == 0 {
				store, lines = c.busy, len(c.orders)
			}
			if i == countyVisits-countyUnsent {
				if _, err := tx.ExecContext(t.Context(), `UPDATE record SET acked = version, acked_ms = 1; UPDATE upload SET sent = size, done_ms = 1`); err != nil {
					return err
				}
			}
			visit := uuid.New()
			out := field.Value{Field: "check_out", Value: field.Moment{AtMS: int64(i)}}
			if err := put(visit, field.TypeVisit, field.Value{Field: "store", Value: store}, field.Value{Field: "manager", Value: li},
				field.Value{Field: "check_in", Value: field.Moment{AtMS: int64(i)}}, out); err != nil {
				return err
			}
			sheet := []field.Value{{Field: "visit", Value: visit}, {Field: "store", Value: store}}
			for j := range lines {
				sheet = append(sheet, field.Value{Field: field.LineField(c.orders[j]), Value: field.CountLine{Packs: i + j}})
			}
			photo, ref := uuid.New(), blob.Ref{1, byte(i), byte(i >> 8)}
			if err := put(field.CountID(visit), field.TypeCount, sheet...); err != nil {
				return err
			}
			if err := put(noteID(visit, li), field.TypeNote, field.Value{Field: "visit", Value: visit}, field.Value{Field: "store", Value: store},
				field.Value{Field: "text", Value: "缺货，已登记"}); err != nil {
				return err
			}
			if err := put(photo, field.TypePhoto, field.Value{Field: "photo", Value: field.Photo{Visit: visit, Store: store, Ref: ref, Size: 300_000}}); err != nil {
				return err
			}
			if err := put(field.ThumbnailID(photo), field.TypeThumbnail, field.Value{Field: "thumbnail", Value: field.Thumbnail{Photo: photo, JPEG: make([]byte, 4<<10)}}); err != nil {
				return err
			}
			if _, err := tx.ExecContext(t.Context(), `INSERT INTO upload (sha256, size) VALUES ($1, 300000)`, ref.String()); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
	c.visit = checkIn(t, s, c.busy)
	return c
}

// BenchmarkScreens is what each screen waits for on a phone that holds a whole county.
func BenchmarkScreens(b *testing.B) {
	c := newCounty(b)
	s, ctx := c.store, b.Context()
	n := 0
	for _, screen := range []struct {
		name string
		read func() error
	}{
		{"Today", func() error {
			_, err := s.Today(ctx, "", field.Position{Lat: 36, Lon: 106})
			return err
		}},
		{"Map", func() error { _, err := s.Map(ctx); return err }},
		{"DayEnd", func() error { _, err := s.DayEnd(ctx); return err }},
		{"DayVisits", func() error { _, err := s.DayVisits(ctx); return err }},
		{"Stores", func() error { _, err := s.Stores(ctx, ""); return err }},
		{"StoresTyped", func() error { _, err := s.Stores(ctx, "cxbld49"); return err }},
		{"StorePage", func() error { _, err := s.StorePage(ctx, c.busy); return err }},
		{"Visits50", func() error { _, err := s.Visits(ctx, 50); return err }},
		{"VisitPage", func() error { _, err := s.VisitPage(ctx, c.visit); return err }},
		{"CountSheet", func() error { _, err := s.CountSheet(ctx, c.visit); return err }},
		{"SyncPage", func() error { _, err := s.SyncPage(ctx); return err }},
		{"Waiting", func() error { _, err := s.Waiting(ctx); return err }},
		{"Conflicts", func() error { _, err := s.Conflicts(ctx); return err }},
		{"OpenConflicts", func() error { _, err := s.OpenConflicts(ctx); return err }},
		{"NextPush", func() error { _, err := s.NextPush(ctx, 32<<10); return err }},
		{"NextUploads", func() error { _, err := s.NextUploads(ctx, 20); return err }},
		{"SetCount", func() error {
			n++
			return s.SetCount(ctx, c.visit, c.orders[n%60], field.CountLine{Packs: n % 9_000}, nil)
		}},
	} {
		b.Run(screen.name, func(b *testing.B) {
			for b.Loop() {
				must(b, screen.read())
			}
		})
	}
}

// BenchmarkReopen is a start of the app with a county on the phone, and with its typed tables to be rebuilt.
func BenchmarkReopen(b *testing.B) {
	c := newCounty(b)
	dir := filepath.Dir(c.store.identity)
	for _, rebuild := range []bool{false, true} {
		b.Run(fmt.Sprintf("rebuild=%v", rebuild), func(b *testing.B) {
			for b.Loop() {
				if rebuild {
					must(b, c.store.db.Tx(b.Context(), func(tx *sql.Tx) error {
						_, err := tx.ExecContext(b.Context(), `DELETE FROM meta WHERE key = 'projection'`)
						return err
					}))
				}
				must(b, c.store.Close())
				var err error
				c.store, err = Open(b.Context(), dir)
				must(b, err)
			}
		})
	}
	must(b, c.store.Close())
}
