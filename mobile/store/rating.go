package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
)

// A Rating is how content a store was when it was asked last.
type Rating struct {
	Score    int // 1 to 5; 0 when it was never asked
	Question field.Text
	AtMS     int64 // check-in of the visit
}

// lastRating finds the first rating of the latest survey that has one, in visits that were made at one store, the newest first.
func lastRating(ctx context.Context, tx *sql.Tx, visits []VisitRow) (Rating, error) {
	for _, v := range visits {
		list, ok, err := loadPart(ctx, tx, field.ChecklistID(v.ID))
		if err != nil {
			return Rating{}, err
		}
		if !ok {
			continue
		}
		visit, _, err := ledger.Load(ctx, tx, v.ID)
		if err != nil {
			return Rating{}, err
		}
		template, _, err := ledger.Load(ctx, tx, field.VisitOf(visit).Template)
		if err != nil {
			return Rating{}, err
		}
		for _, q := range field.TemplateOf(template).Survey {
			score := 0
			answer, ok := field.Answer(list, q.ID)
			if q.Kind == field.AskRating && ok && json.Unmarshal(answer, &score) == nil && score >= 1 && score <= 5 {
				return Rating{score, q.Text, v.CheckInMS}, nil
			}
		}
	}
	return Rating{}, nil
}
