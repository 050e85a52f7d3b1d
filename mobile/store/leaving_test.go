package store

import (
	"database/sql"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// A restored server has lost the move by which a store came here, and moves it elsewhere from where it lay before: all that
// the phone hears is that the store left there.
func TestAStoreLeavesBySomeOtherTerritoryThanTheOneThatThisPhoneBelieves(t *testing.T) {
	t.Parallel()
	other := field.TerritoryID("yuanzhou-2")
	for name, c := range map[string]struct {
		left record.Place // since when it is said to have left other, after the place that the phone knows
		gone bool
	}{
		"it came here from there":    {record.Place{}, false},
		"it moved from there later":  {record.Place{N: 1}, true},
		"a restored server moved it": {record.Place{Epoch: 1}, true},
	} {
		o := newOffice(t)
		s := newPhone(t, o, li)
		have, _ := copyOf(t, s, shop)
		place := record.Place{Epoch: have.Place.Epoch + c.left.Epoch, N: have.Place.N + c.left.N}
		f := wire.Feed{Territory: other, Epoch: o.epoch, Seq: 1, Outs: []wire.Out{{ID: shop, Place: wire.PlaceOf(place)}}}
		must(t, s.Apply(t.Context(), nil, wire.SyncResponse{Feeds: []wire.Feed{f}}))
		if _, here := copyOf(t, s, shop); here == c.gone {
			t.Errorf("%s: on the phone: %t", name, here)
		}
	}
}

// copyOf returns a record as it is on the phone.
func copyOf(t *testing.T, s *Store, id uuid.UUID) (r record.Record, here bool) {
	t.Helper()
	must(t, s.db.View(t.Context(), func(tx *sql.Tx) (err error) {
		r, here, err = ledger.Load(t.Context(), tx, id)
		here = here && !ledger.IsHusk(r)
		return err
	}))
	return r, here
}
