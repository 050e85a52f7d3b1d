package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Subject says, in a person's words, what a field is about whose name holds a code or an id. It is zero for a field whose
// name says enough.
type Subject struct {
	Item     field.Text     // name of the service item
	Question field.Question // with its ID
	Told     field.Text     // title of the announcement
	Attendee string         // name of the store that came to a group visit
	Product  string         // name
}

// subject finds out what a field of a record is about.
func subject(ctx context.Context, tx *sql.Tx, r record.Record, name string) (s Subject, err error) {
	if product, ok := field.LineProduct(name); ok {
		s.Product, err = nameOf(ctx, tx, `SELECT name FROM product WHERE id = $1`, product)
		return s, err
	}
	if r.Type != field.TypeChecklist {
		return s, nil
	}
	if id, ok := field.Told(name); ok {
		a, _, err := ledger.Load(ctx, tx, id)
		s.Told = field.AnnouncementOf(a).Title
		return s, err
	}
	if id, ok := field.Attendee(name); ok {
		s.Attendee, err = nameOf(ctx, tx, `SELECT name FROM store WHERE id = $1`, id)
		return s, err
	}
	c := field.ChecklistOf(r)
	visit, _, err := ledger.Load(ctx, tx, c.Visit)
	if err != nil {
		return s, err
	}
	template, _, err := ledger.Load(ctx, tx, cmp.Or(field.VisitOf(visit).Template, c.Template))
	if err != nil {
		return s, err
	}
	s.find(field.TemplateOf(template), lackOf(name))
	return s, nil
}

// lackOf reads the item or question that a field of a checklist is about.
func lackOf(name string) field.Lack {
	if code, ok := strings.CutPrefix(name, field.ItemPrefix); ok {
		return field.Lack{Item: code}
	}
	if id, ok := strings.CutPrefix(name, field.AnswerPrefix); ok {
		return field.Lack{Question: id}
	}
	return field.LackOf(strings.TrimPrefix(name, field.GapPrefix))
}

func (s *Subject) find(t field.Template, l field.Lack) {
	for _, item := range t.Items {
		if item.Code == l.Item {
			s.Item = item.Name
		}
		for _, q := range item.Questions {
			if q.ID == l.Question {
				s.Question, s.Item = q, item.Name
			}
		}
	}
	for _, q := range t.Survey {
		if q.ID == l.Question {
			s.Question = q
		}
	}
}

// nameOf is a name found by an id, or "" when there is none.
func nameOf(ctx context.Context, tx *sql.Tx, query string, id uuid.UUID) (name string, err error) {
	err = tx.QueryRowContext(ctx, query, id.String()).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// named finds the names of the records whose ids the values are, or list.
func named(ctx context.Context, tx *sql.Tx, values []Sibling) (map[uuid.UUID]field.Text, error) {
	names := map[uuid.UUID]field.Text{}
	for _, v := range values {
		var one uuid.UUID
		var many []uuid.UUID
		if json.Unmarshal(v.Value, &many) != nil && json.Unmarshal(v.Value, &one) == nil {
			many = []uuid.UUID{one}
		}
		for _, id := range many {
			if _, known := names[id]; known || id == uuid.Nil {
				continue
			}
			r, _, err := ledger.Load(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			names[id] = calledBy(r)
		}
	}
	return names, nil
}

// calledBy is what people call a record; nothing when it has no name.
func calledBy(r record.Record) field.Text {
	plain := func(name string) field.Text { return field.Text{ZH: name, EN: name} }
	switch r.Type {
	case field.TypeUser:
		return plain(field.UserOf(r).Name)
	case field.TypeStore:
		return plain(field.StoreOf(r).Name)
	case field.TypeTask:
		return plain(field.TaskOf(r).Title)
	case field.TypeTemplate:
		return field.TemplateOf(r).Name
	case field.TypeAnnouncement:
		return field.AnnouncementOf(r).Title
	}
	return field.Text{}
}

// during finds the visit of each author to a store in which they wrote a value, by their own clock. The plus keeps SQLite
// from looking through all visits of the author.
func during(ctx context.Context, tx *sql.Tx, store uuid.UUID, entries []record.Entry, values []Sibling) error {
	for i, e := range entries {
		err := tx.QueryRowContext(ctx, `SELECT check_in_ms FROM visit WHERE store = $1 AND +manager = $2 AND check_in_ms <= $3
			AND (check_out_ms = 0 OR check_out_ms >= $3) ORDER BY check_in_ms DESC LIMIT 1`, store.String(), e.Author, e.Wall).Scan(&values[i].VisitMS)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}
