package store

import (
	"database/sql"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// claiming is a record in which the caller says to have seen all that another replica ever writes.
func (c *caller) claiming(t *testing.T, r record.Record, other record.Replica) record.Record {
	t.Helper()
	far := record.Entry{Dot: record.Dot{Replica: other, N: record.MaxLamport}, Lam: 1, Value: []byte(`1`)}
	return c.set(t, r.Set("claim", far, nil), "claim", 2)
}

// Whoever may push could make what waits on another phone vanish, by saying that it has seen it already.
func TestNobodyHasSeenWhatAnotherPhoneHasNotSent(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	shared := ma.note(t, "first")
	ma.push(t, s, shared.Encode())

	visit := uuid.New()
	fresh := record.Record{ID: field.CountID(visit), Type: field.TypeCount, Territory: north, Place: record.Place{N: 1}}
	refused := wire.Receipt{Status: wire.Quarantined, Code: "record.bad_value"}
	for i, got := range li.push(t, s, li.claiming(t, shared, ma.rid).Encode(), li.claiming(t, fresh, ma.rid).Encode()).Receipts {
		if got != refused {
			t.Errorf("record %d: %+v", i, got)
		}
	}

	edited := ma.set(t, shared, "later", "written in the hills")
	counted := ma.set(t, fresh, "visit", visit)
	for i, got := range ma.push(t, s, edited.Encode(), counted.Encode()).Receipts {
		if got.Status != wire.Applied {
			t.Errorf("what waited, %d: %+v", i, got)
		}
	}
}

// A server that was restored does not know what its phones have seen.
func TestARestoredServerBelievesWhatPhonesHaveSeen(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	shared := ma.note(t, "first")
	ma.push(t, s, shared.Encode())
	err := s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO former (epoch, rid, counter) SELECT 'lost', rid, counter FROM replica`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := li.push(t, s, li.claiming(t, shared, ma.rid).Encode()).Receipts[0].Status; got == wire.Quarantined {
		t.Error(got)
	}
}
