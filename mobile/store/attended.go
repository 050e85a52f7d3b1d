package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// lastVisits reads the last ten visits of a store, the newest first: those made there, and the group visits made at another
// store that have this one on their list. own are the last ten made there, also where newer group visits leave them no room;
// open is the one in progress here by the person signed in, or nil.
func lastVisits(ctx context.Context, tx *sql.Tx, who people, store uuid.UUID) (out, own []VisitRow, open uuid.UUID, err error) {
	all, err := visits(ctx, tx, who, `WHERE v.id IN (
		SELECT id FROM (SELECT id FROM visit WHERE store = $1 ORDER BY lam DESC LIMIT 10) UNION ALL
		SELECT id FROM (SELECT v.id FROM attendance a JOIN visit v ON v.id = a.visit WHERE a.store = $1 AND v.store <> $1 ORDER BY v.lam DESC LIMIT 10))
		ORDER BY v.lam DESC`, store.String())
	if err != nil {
		return nil, nil, uuid.Nil, err
	}
	for _, v := range all {
		if v.Store != store {
			if v.Attendance, err = attended(ctx, tx, v.ID, store); err != nil {
				return nil, nil, uuid.Nil, err
			}
			if v.Attendance == nil {
				continue
			}
		} else if own = append(own, v); open == uuid.Nil && v.Mine && v.CheckOutMS == 0 {
			open = v.ID
		}
		if len(out) < 10 {
			out = append(out, v)
		}
	}
	return out, own, open, nil
}

// attended returns what a group visit was for a store; nil when the visit is none, or no longer one.
func attended(ctx context.Context, tx *sql.Tx, visit, store uuid.UUID) (*field.Attendance, error) {
	list, err := groupList(ctx, tx, visit)
	if err != nil {
		return nil, err
	}
	a, ok := field.AttendanceOf(list, store)
	if !ok {
		return nil, nil
	}
	return &a, nil
}

// groupList is the checklist of a group visit, which says who came; empty when the visit is none, or no longer one.
func groupList(ctx context.Context, tx *sql.Tx, visit uuid.UUID) (list record.Record, err error) {
	v, _, err := loadPart(ctx, tx, visit)
	if err != nil || !field.VisitOf(v).Group {
		return record.Record{}, err
	}
	list, _, err = loadPart(ctx, tx, field.ChecklistID(visit))
	return list, err
}

// A gathering is a group visit to which a store came that is not the one where it was made.
type gathering struct{ atMS, lam int64 }

// lastCame finds the last gathering of each store that is newer than every visit made there. A store that came was visited,
// one that was only asked to come was not. Few visits are so: of these alone the records are read, once.
func lastCame(ctx context.Context, tx *sql.Tx) (map[uuid.UUID]gathering, error) {
	type row struct {
		store, visit uuid.UUID
		gathering
	}
	var rows []row
	err := eachRow(ctx, tx, func(r *sql.Rows) error {
		var one row
		err := r.Scan(&one.store, &one.visit, &one.atMS, &one.lam)
		rows = append(rows, one)
		return err
	}, `SELECT a.store, a.visit, v.check_in_ms, v.lam FROM attendance a JOIN visit v ON v.id = a.visit
		WHERE v.store <> a.store AND v.lam > coalesce((SELECT max(o.lam) FROM visit o WHERE o.store = a.store), 0) ORDER BY v.lam DESC`)
	if err != nil {
		return nil, fmt.Errorf("gatherings: %w", err)
	}
	came, lists := map[uuid.UUID]gathering{}, map[uuid.UUID]record.Record{}
	for _, r := range rows {
		if _, newer := came[r.store]; newer {
			continue
		}
		list, read := lists[r.visit]
		if !read {
			if list, err = groupList(ctx, tx, r.visit); err != nil {
				return nil, err
			}
			lists[r.visit] = list
		}
		if a, ok := field.AttendanceOf(list, r.store); ok && a.Came {
			came[r.store] = r.gathering
		}
	}
	return came, nil
}
