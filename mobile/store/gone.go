package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A goneVisit is all that this phone remembers of a visit whose store has left its territories, once all of it has been sent
// and dropped: enough for the day's total to tell of it.
type goneVisit struct {
	Visit   uuid.UUID `json:"visit"`
	Manager uuid.UUID `json:"manager"`
	BeganMS int64     `json:"at"` // as in beganMS
}

// maxGone is how many are remembered, the latest: more than anybody makes in a day.
const maxGone = 200

func noteGone(ctx context.Context, tx *sql.Tx, gone []goneVisit) error {
	if len(gone) == 0 {
		return nil
	}
	var all []goneVisit
	if _, err := getMeta(ctx, tx, metaGone, &all); err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(had goneVisit) bool { // it had come back in between
		return slices.ContainsFunc(gone, func(g goneVisit) bool { return g.Visit == had.Visit })
	})
	all = append(all, gone...)
	slices.SortStableFunc(all, func(a, b goneVisit) int { return cmp.Compare(b.BeganMS, a.BeganMS) })
	return setMetaJSON(ctx, tx, metaGone, all[:min(maxGone, len(all))])
}

// countLeft counts the day's visits of stores that have left: those that are still here, and those that are not. The server
// has both: nothing is dropped here before it does. A photo's bytes may still be on their way after its visit has gone.
func (d *DayEnd) countLeft(ctx context.Context, tx *sql.Tx, person uuid.UUID, begun begun) error {
	from, to, _ := field.DaySpan(d.Date)
	for _, of := range []struct {
		out    *Left
		visits string
		args   []any
	}{
		{&d.Left, `visit v WHERE ` + ofBegun + ` AND EXISTS (SELECT 1 FROM leaving WHERE record IN (v.id, v.store))`, []any{begun.list()}},
		{&d.Gone, `(SELECT e.value ->> 'visit' AS id, e.value ->> 'manager' AS manager, e.value ->> 'at' AS began_ms FROM meta m, json_each(m.value) e
			WHERE m.key = '` + metaGone + `') v WHERE NOT EXISTS (SELECT 1 FROM visit b WHERE b.id = v.id)
			AND v.manager = $1 AND v.began_ms >= $2 AND v.began_ms < $3`, []any{person.String(), from, to}},
	} {
		err := tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(`+visitWaits+`), 0),
			coalesce(sum((SELECT count(DISTINCT p.sha256) FROM photo p WHERE p.visit = v.id AND `+photoWaits+`)), 0),
			coalesce(sum((SELECT count(*) FROM record r WHERE r.refused <> '' AND r.version IS r.acked AND r.id IN `+allOfVisit+`)), 0)
			FROM `+of.visits, of.args...).
			Scan(&of.out.Visits, &of.out.Waiting.Records, &of.out.Waiting.Photos, &of.out.Aside)
		if err != nil {
			return fmt.Errorf("visits that left: %w", err)
		}
	}
	return nil
}
