package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// Subject finds out what a field of a record is about, and what the ids in its values mean.
func Subject(ctx context.Context, tx *sql.Tx, r record.Record, name string, values ...json.RawMessage) (s field.Subject, err error) {
	if err := about(ctx, tx, &s, r, name); err != nil {
		return s, err
	}
	if r.Type == field.TypeStore && name == "township" || r.Type == field.TypeApplication && name == "change" {
		t, _, err := Load(ctx, tx, r.Territory)
		if err != nil {
			return s, err
		}
		s.Townships = field.TerritoryOf(t).Townships
	}
	return s, named(ctx, tx, &s, values)
}

func about(ctx context.Context, tx *sql.Tx, s *field.Subject, r record.Record, name string) (err error) {
	product, ok := field.LineProduct(name)
	if id, link := strings.CutPrefix(name, field.LinkPrefix); link && r.Type == field.TypeRequest {
		product, err = uuid.Parse(id)
		ok = err == nil
	}
	if ok {
		s.Product, err = NameOf(ctx, tx, `SELECT name FROM product WHERE id = $1`, product)
		return err
	}
	if r.Type != field.TypeChecklist {
		return nil
	}
	if id, ok := field.Told(name); ok {
		a, _, err := Load(ctx, tx, id)
		s.Told = field.AnnouncementOf(a).Title
		return err
	}
	if id, ok := field.Attendee(name); ok {
		s.Attendee, err = NameOf(ctx, tx, `SELECT name FROM store WHERE id = $1`, id)
		return err
	}
	c := field.ChecklistOf(r)
	visit, _, err := Load(ctx, tx, c.Visit)
	if err != nil {
		return err
	}
	template, _, err := Load(ctx, tx, cmp.Or(field.VisitOf(visit).Template, c.Template))
	if err != nil {
		return err
	}
	s.Find(field.TemplateOf(template), name)
	return nil
}

// NameOf is a name found by an id, or "" when there is none.
func NameOf(ctx context.Context, tx *sql.Tx, query string, id uuid.UUID) (name string, err error) {
	err = tx.QueryRowContext(ctx, query, id.String()).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// named finds the names of the records whose ids the values are, or list.
func named(ctx context.Context, tx *sql.Tx, s *field.Subject, values []json.RawMessage) error {
	s.Names, s.Photos = map[uuid.UUID]field.Text{}, map[uuid.UUID]field.Photo{}
	for _, v := range values {
		var one uuid.UUID
		var many []uuid.UUID
		if json.Unmarshal(v, &many) != nil && json.Unmarshal(v, &one) == nil {
			many = []uuid.UUID{one}
		}
		for _, id := range many {
			if _, known := s.Names[id]; known || id == uuid.Nil {
				continue
			}
			r, _, err := Load(ctx, tx, id)
			if err != nil {
				return err
			}
			if s.Names[id] = calledBy(r); r.Type == field.TypePhoto {
				s.Photos[id] = field.PhotoOf(r)
			}
		}
	}
	return nil
}

// calledBy is what people call a record; nothing when it has no name.
func calledBy(r record.Record) field.Text {
	plain := func(name string) field.Text { return field.Text{ZH: name, EN: name} }
	switch r.Type {
	case field.TypeUser:
		return plain(field.UserOf(r).Name)
	case field.TypeStore:
		return plain(field.StoreOf(r).Name)
	case field.TypeProduct:
		return plain(field.ProductOf(r).Name)
	case field.TypeTask:
		return plain(field.TaskOf(r).Title)
	case field.TypeTemplate:
		return field.TemplateOf(r).Name
	case field.TypeAnnouncement:
		return field.AnnouncementOf(r).Title
	}
	return field.Text{}
}
