package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// SetTick says whether a service item was done or an announcement told: name is the field of its row's Part.
func (s *Store) SetTick(ctx context.Context, visit uuid.UUID, name string, done bool, seen Seen) error {
	return s.setList(ctx, visit, name, field.Tick{Done: done, AtMS: s.wall().UnixMilli()}, seen)
}

// SetAnswer keeps the answer to a question, whose shape the question's kind says; nil takes it back. A text is no longer
// than a note may be: "note.too_long". A signature that cannot be drawn again is none.
func (s *Store) SetAnswer(ctx context.Context, visit uuid.UUID, question string, answer any, seen Seen) error {
	var err error
	switch answer := answer.(type) {
	case string:
		err = field.ValidateNote(answer)
	case field.FreeAnswer:
		err = field.ValidateNote(answer.Free)
	case field.Signature:
		err = answer.Validate()
	}
	if err != nil {
		return err
	}
	return s.setList(ctx, visit, field.AnswerPrefix+question, answer, seen)
}

// SetGap keeps why something is missing; what is a Lack's. The fault is that of SetAnswer.
func (s *Store) SetGap(ctx context.Context, visit uuid.UUID, what, reason string, seen Seen) error {
	reason = strings.TrimSpace(reason)
	if err := field.ValidateNote(reason); err != nil {
		return err
	}
	return s.setList(ctx, visit, field.GapPrefix+what, reason, seen)
}

// SetAttendance keeps whether a store came to a group visit and what came of it; nil takes the store off the list.
func (s *Store) SetAttendance(ctx context.Context, visit, store uuid.UUID, a *field.Attendance, seen Seen) error {
	if a != nil {
		if err := field.ValidateNote(a.Outcome); err != nil {
			return err
		}
	}
	return s.setList(ctx, visit, field.AttendeePrefix+store.String(), a, seen)
}

// setList writes one field of a visit's checklist.
func (s *Store) setList(ctx context.Context, visit uuid.UUID, name string, value any, seen Seen) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		v, territory, err := loadVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		e := listEdit(visit, territory)
		e.Field, e.Value, e.Seen = name, value, seen
		return s.write(ctx, tx, append(listHead(visit, territory, v), e)...)
	})
}

func listEdit(visit, territory uuid.UUID) ledger.Edit {
	return ledger.Edit{ID: field.ChecklistID(visit), Type: field.TypeChecklist, Territory: territory}
}

// listHead says whose list it is.
func listHead(visit, territory uuid.UUID, v field.Visit) []ledger.Edit {
	e := listEdit(visit, territory)
	head := []ledger.Edit{with(e, "visit", visit), with(e, "store", v.Store)}
	if v.Template != uuid.Nil {
		head = append(head, with(e, "template", v.Template))
	}
	return head
}

// closeGaps writes down what a visit lacks of its template that nobody gave a reason for. A reason for what is there by now
// stays: it is no gap any more, and somebody may have given it elsewhere.
func closeGaps(ctx context.Context, tx *sql.Tx, visit uuid.UUID) ([]ledger.Edit, error) {
	v, err := readVisited(ctx, tx, visit)
	if err != nil {
		return nil, err
	}
	var edits []ledger.Edit
	e := listEdit(visit, v.territory)
	for _, l := range v.lacks() {
		name := field.GapPrefix + l.What
		if v.Visit.Template != uuid.Nil && len(v.list.Seen(name)) == 0 {
			e.Field, e.Value, e.Seen = name, "", nil
			edits = append(edits, e)
		}
	}
	if len(edits) == 0 {
		return nil, nil
	}
	return append(listHead(visit, v.territory, v.Visit), edits...), nil
}

// SetMode changes how a visit is made: name is one of modeFields. A position that this visit fixed for its store is taken
// back when it turns out that nobody was there.
func (s *Store) SetMode(ctx context.Context, visit uuid.UUID, name string, value any, seen Seen) error {
	if !slices.Contains(modeFields, name) {
		return fmt.Errorf("store: a visit's %s is no mode", name)
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		v, _, err := loadVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		edits := []ledger.Edit{{ID: visit, Field: name, Value: value, Seen: seen}}
		if name == "channel" {
			moved, err := placeBy(ctx, tx, visit, v, value == field.ByPhone)
			if err != nil {
				return err
			}
			edits = append(edits, moved...)
		}
		return s.write(ctx, tx, edits...)
	})
}

// placeBy fixes the position of a store by a visit, or takes it back.
func placeBy(ctx context.Context, tx *sql.Tx, visit uuid.UUID, v field.Visit, byPhone bool) ([]ledger.Edit, error) {
	r, ok, err := ledger.Load(ctx, tx, v.Store)
	if err != nil || !ok {
		return nil, err
	}
	if !byPhone {
		return fixPlace(r, v.CheckIn), nil
	}
	if at := field.StoreOf(r).Position; !at.Valid() || at != v.CheckIn.Position {
		return nil, nil
	}
	return []ledger.Edit{{ID: v.Store, Field: "position", Value: field.Position{}, Seen: r.Seen("position")}}, nil
}
