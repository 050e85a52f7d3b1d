package store

import (
	"context"
	"database/sql"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// SetPlace says that a store is where the phone is; seen is what the person was shown of where it was. A place that the
// phone does not have ("place.none", "place.refused") or makes up ("place.mocked") is not the store's, as in CheckIn: what
// the phone said is then kept for the office in the person's field.PlacedField.
func (s *Store) SetPlace(ctx context.Context, store uuid.UUID, at field.Moment, seen Seen) error {
	why := noPlace(at)
	err := s.change(ctx, func(tx *sql.Tx) error {
		w, err := s.writer(ctx, tx)
		if err != nil {
			return err
		}
		e := ledger.Edit{ID: store, Type: field.TypeStore, Field: "position", Value: at.Position, Seen: seen}
		if why == nil {
			if err := noteMove(ctx, tx, store, at.Position); err != nil {
				return err
			}
		} else {
			at.AtMS = w.WallMS
			e = with(ledger.Edit{ID: store, Type: field.TypeStore}, field.PlacedField(w.Author), at)
		}
		_, err = ledger.Write(ctx, tx, w, e)
		return err
	})
	if err != nil {
		return err
	}
	return why
}

// noPlace says why what the phone knows of where it is can not be where a store is, or returns nil.
func noPlace(at field.Moment) error {
	code := ""
	switch {
	case at.Mocked:
		code = "place.mocked"
	case at.Lack == field.LackRefused:
		code = "place.refused"
	case !at.Position.Valid():
		code = "place.none"
	default:
		return nil
	}
	return fault.New(fault.Conflict, code, nil)
}

// RestorePlace puts a store back to where it was, or to nowhere, in place of what the person was shown: it undoes SetPlace.
func (s *Store) RestorePlace(ctx context.Context, store uuid.UUID, was field.Position, seen Seen) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		if err := forgetMove(ctx, tx, store, was); err != nil {
			return err
		}
		return s.write(ctx, tx, ledger.Edit{ID: store, Type: field.TypeStore, Field: "position", Value: was, Seen: seen})
	})
}
