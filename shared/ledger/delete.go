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

// Deletion is the edit that deletes a record as the writer was shown it: saw is its context then. What this replica
// itself wrote to it counts as seen. Errors: a fault "record.not_found", also for a type that can not be deleted.
//
// Deleting what is deleted already, with all that the writer was shown, is an edit too: look at the record's Judge first.
func Deletion(ctx context.Context, tx *sql.Tx, id uuid.UUID, saw record.Vector) (Edit, error) {
	r, saw, err := toDelete(ctx, tx, id, saw)
	return Edit{ID: id, Type: r.Type, Territory: r.Territory, Field: record.Deleted, Value: record.DeleteValue(saw), Seen: r.SeenBy(record.Deleted, saw)}, err
}

// Restoration is the edit that takes back the deletes that the writer was shown; the rest is as with Deletion.
func Restoration(ctx context.Context, tx *sql.Tx, id uuid.UUID, saw record.Vector) (Edit, error) {
	r, saw, err := toDelete(ctx, tx, id, saw)
	return Edit{ID: id, Type: r.Type, Territory: r.Territory, Field: record.Deleted, Value: record.UndeleteValue, Seen: r.SeenBy(record.Deleted, saw)}, err
}

func toDelete(ctx context.Context, tx *sql.Tx, id uuid.UUID, saw record.Vector) (record.Record, record.Vector, error) {
	r, held, err := Load(ctx, tx, id)
	if err != nil {
		return r, saw, err
	}
	if !held || IsHusk(r) || !field.Deletable(r.Type) {
		return r, saw, fault.New(fault.NotFound, "record.not_found", fmt.Errorf("%s %s", r.Type, id))
	}
	self, err := loadReplica(ctx, tx)
	if err != nil {
		return r, saw, err
	}
	return r, saw.With(record.Dot{Replica: self.rid, N: r.Context().N(self.rid)}), nil
}
