package store

import (
	"context"
	"database/sql"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// lastVisits reads the last ten visits of a store, the newest first: those made there, and the group visits made at another
// store that have this one on their list. open is the one in progress here by the person signed in, or nil.
func lastVisits(ctx context.Context, tx *sql.Tx, who people, store uuid.UUID) (out []VisitRow, open uuid.UUID, err error) {
	all, err := visits(ctx, tx, who, `WHERE v.id IN (
		SELECT id FROM (SELECT id FROM visit WHERE store = $1 ORDER BY lam DESC LIMIT 10) UNION ALL
		SELECT id FROM (SELECT v.id FROM attendance a JOIN visit v ON v.id = a.visit WHERE a.store = $1 AND v.store <> $1 ORDER BY v.lam DESC LIMIT 10))
		ORDER BY v.lam DESC`, store.String())
	if err != nil {
		return nil, uuid.Nil, err
	}
	for _, v := range all {
		if v.Store != store {
			if v.Attendance, err = attended(ctx, tx, v.ID, store); err != nil {
				return nil, uuid.Nil, err
			}
			if v.Attendance == nil {
				continue
			}
		} else if open == uuid.Nil && v.Mine && v.CheckOutMS == 0 {
			open = v.ID
		}
		if len(out) < 10 {
			out = append(out, v)
		}
	}
	return out, open, nil
}

// attended returns what a group visit was for a store; nil when the visit is none, or no longer one.
func attended(ctx context.Context, tx *sql.Tx, visit, store uuid.UUID) (*field.Attendance, error) {
	v, _, err := ledger.Load(ctx, tx, visit)
	if err != nil || !field.VisitOf(v).Group {
		return nil, err
	}
	list, _, err := ledger.Load(ctx, tx, field.ChecklistID(visit))
	if err != nil {
		return nil, err
	}
	a, ok := field.AttendanceOf(list, store)
	if !ok {
		return nil, nil
	}
	return &a, nil
}
