package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// Move puts a record into another territory since a later place, and returns it before and after.
func Move(ctx context.Context, tx *sql.Tx, id, territory uuid.UUID, since record.Place) (before, after record.Record, err error) {
	c, err := Get(ctx, tx, id)
	if err == nil && c.damaged {
		err = fault.New(fault.Conflict, "record.damaged", fmt.Errorf("%s %s", c.typ, id))
	}
	if err != nil || !c.held {
		return before, after, err
	}
	after = c.rec
	after.Territory, after.Place = territory, since
	return c.rec, after, put(ctx, tx, c.rec, after, c.ownN)
}

// Drop removes a record that has left this database's scope. A husk remains: its id and place, and the number
// of this replica's last write to it, so that an older copy that comes back is known as such.
func Drop(ctx context.Context, tx *sql.Tx, id uuid.UUID, since record.Place) error {
	c, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	husk := record.Record{ID: id, Type: c.typ, Place: since}
	if !c.held {
		husk.Type = huskType
	}
	if c.rec.Place.Compare(since) > 0 {
		husk.Place = c.rec.Place
	}
	return c.put(ctx, tx, husk)
}

// ForgetPlace lets any place count as later than the one that a husk remembers, as when the history that gave it was
// lost.
func ForgetPlace(ctx context.Context, tx *sql.Tx, id uuid.UUID) error {
	c, err := Get(ctx, tx, id)
	if err != nil || !c.held || c.damaged || !IsHusk(c.rec) {
		return err
	}
	husk := c.rec
	husk.Place = record.Place{}
	return put(ctx, tx, c.rec, husk, c.ownN)
}

// huskType is the type of a husk whose record never was here. Like a husk's lack of a territory it gives way to
// any other in a join.
const huskType = "-"

// IsHusk reports whether nothing is left here of a record but its place.
func IsHusk(r record.Record) bool { return r.Context().Len() == 0 }

// LiesLater reports whether this copy knows a later place of the record than in tells: in is from before the
// record moved.
func (c Copy) LiesLater(in record.Record) bool {
	return c.held && !c.damaged && c.rec.Place.Compare(in.Place) > 0
}

// unproject removes a record's rows from the typed tables, those of the copy that was held.
func unproject(ctx context.Context, tx *sql.Tx, r record.Record) error {
	p := projector{ctx: ctx, tx: tx, before: r, id: r.ID.String()}
	switch r.Type {
	case field.TypeTerritory, field.TypeProduct, field.TypeStore, field.TypeVisit, field.TypeNote, field.TypePhoto,
		field.TypeAnnouncement, field.TypeRequest, field.TypeApplication:
		p.remove(`DELETE FROM ` + r.Type + ` WHERE id = $1`) // these tables bear their type's name
	case field.TypeUser:
		p.remove(`DELETE FROM person WHERE id = $1`)
	case field.TypeCount:
		p.removeLines()
	case field.TypeTask:
		p.remove(`DELETE FROM task WHERE id = $1`)
		p.remove(`DELETE FROM task_store WHERE task = $1`)
	case field.TypeChecklist:
		p.remove(`DELETE FROM told WHERE record = $1`)
		p.remove(`DELETE FROM attendance WHERE record = $1`)
	case field.TypeThumbnail:
		p.remove(`DELETE FROM thumbnail WHERE record = $1`)
	}
	p.remove(`DELETE FROM about WHERE record = $1`)
	p.remove(`DELETE FROM conflict WHERE record = $1`)
	p.remove(`DELETE FROM removal WHERE record = $1`)
	if p.err != nil {
		return fmt.Errorf("ledger: unproject %s %s: %w", r.Type, r.ID, p.err)
	}
	return nil
}
