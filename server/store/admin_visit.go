package store

import (
	"bytes"
	"context"
	"database/sql"
	"maps"
	"slices"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A PastVisit is a visit that was made before this server knew of it.
type PastVisit struct {
	ID        uuid.UUID
	Territory uuid.UUID
	Visit     field.Visit
	Counts    map[uuid.UUID]field.CountLine // by product
	Note      string
}

// AddPastVisits takes over visits as if each had arrived when it ended, and returns how many were new. Give
// them oldest first. A visit that is known already is left alone.
func (s *Store) AddPastVisits(ctx context.Context, visits []PastVisit) (added int, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		added = 0
		for _, v := range visits {
			if _, known, err := ledger.Load(ctx, tx, v.ID); err != nil {
				return err
			} else if known {
				continue
			}
			w := ledger.Writer{Author: v.Visit.Manager, WallMS: v.Visit.CheckOut.AtMS}
			written, err := ledger.Write(ctx, tx, w, v.edits()...)
			if err != nil {
				return err
			}
			for _, r := range written {
				if err := publish(ctx, tx, record.Record{}, r, arrival{atMS: v.Visit.CheckOut.AtMS}); err != nil {
					return err
				}
			}
			added++
		}
		return nil
	})
	return added, err
}

func (v PastVisit) edits() []ledger.Edit {
	count, note := field.CountID(v.ID), uuid.NewSHA1(v.ID, []byte(field.TypeNote))
	at := func(id uuid.UUID, typ, name string, value any) ledger.Edit {
		return ledger.Edit{ID: id, Type: typ, Territory: v.Territory, Field: name, Value: value}
	}
	out := []ledger.Edit{
		at(v.ID, field.TypeVisit, "store", v.Visit.Store), at(v.ID, field.TypeVisit, "manager", v.Visit.Manager),
		at(v.ID, field.TypeVisit, "check_in", v.Visit.CheckIn), at(v.ID, field.TypeVisit, "check_out", v.Visit.CheckOut),
	}
	if len(v.Counts) > 0 {
		out = append(out, at(count, field.TypeCount, "visit", v.ID), at(count, field.TypeCount, "store", v.Visit.Store))
	}
	for _, product := range slices.SortedFunc(maps.Keys(v.Counts), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }) {
		out = append(out, at(count, field.TypeCount, field.LineField(product), v.Counts[product]))
	}
	if v.Note != "" {
		out = append(out, at(note, field.TypeNote, "visit", v.ID), at(note, field.TypeNote, "store", v.Visit.Store),
			at(note, field.TypeNote, "text", v.Note))
	}
	return out
}
