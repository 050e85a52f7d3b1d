package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A VisitList is how a visit was made and what was done of its list.
type VisitList struct {
	Visit     field.Visit
	Place     field.Position // of the store; zero when it is not known
	With      []Person
	Name      field.Text // of the template; zero when there was none
	Items     []ListItem
	Survey    []ListAnswer
	Gaps      []ListGap
	Told      []field.Text // titles
	Attendees []ListAttendee
}

// A ListItem is one service item.
type ListItem struct {
	Name    field.Text
	Done    bool
	Answers []ListAnswer
}

// A ListAnswer is a question with its answer, nil for none.
type ListAnswer struct {
	field.Question
	Answer json.RawMessage
}

// A ListGap is what was missing at check-out; Item and Text say what in the words of the template.
type ListGap struct {
	field.Lack
	ItemName field.Text
	Text     field.Text // of the question
	Reason   string     // a code of field.GapReasons, or words; "" when none was given
}

// A ListAttendee is a store in a group visit.
type ListAttendee struct {
	Store uuid.UUID
	Name  string
	field.Attendance
}

func visitList(ctx context.Context, tx *sql.Tx, visit uuid.UUID) (l VisitList, err error) {
	r, _, err := ledger.Load(ctx, tx, visit)
	if err != nil {
		return l, err
	}
	l.Visit = field.VisitOf(r)
	store, _, err := ledger.Load(ctx, tx, l.Visit.Store)
	if err != nil {
		return l, err
	}
	l.Place = field.StoreOf(store).Position
	for _, who := range l.Visit.With {
		p := Person{ID: who}
		if p.Name, err = ledger.NameOf(ctx, tx, `SELECT name FROM person WHERE id = $1`, who); err != nil {
			return l, err
		}
		l.With = append(l.With, p)
	}
	list, _, err := ledger.Load(ctx, tx, field.ChecklistID(visit))
	if err != nil {
		return l, err
	}
	template, _, err := ledger.Load(ctx, tx, l.Visit.Template)
	if err != nil {
		return l, err
	}
	h, err := ledger.Haul(ctx, tx, visit)
	if err != nil {
		return l, err
	}
	l.template(field.TemplateOf(template), list, h)
	err = l.fields(ctx, tx, list)
	return l, err
}

// template fills in what the template asks for.
func (l *VisitList) template(t field.Template, list record.Record, h field.Haul) {
	answers := func(questions []field.Question) (out []ListAnswer) {
		for _, q := range questions {
			value, _ := field.Answer(list, q.ID)
			out = append(out, ListAnswer{q, value})
		}
		return out
	}
	l.Name = t.Name
	for _, i := range t.Items {
		l.Items = append(l.Items, ListItem{Name: named(i.Name, i.Code), Done: t.DoneItem(i, list, h), Answers: answers(i.Questions)})
	}
	l.Survey = answers(t.Survey)
	for _, name := range list.Names() {
		what, ok := strings.CutPrefix(name, field.GapPrefix)
		if !ok || field.Void(list, name) || t.Filled(field.LackOf(what), l.Visit, list, h) {
			continue
		}
		g := ListGap{Lack: field.LackOf(what), Reason: field.Gap(list, what)}
		for _, i := range t.Items {
			if i.Code == g.Item {
				g.ItemName = named(i.Name, i.Code)
			}
			for _, q := range i.Questions {
				if q.ID == g.Question {
					g.ItemName, g.Text = named(i.Name, i.Code), q.Text
				}
			}
		}
		for _, q := range t.Survey {
			if q.ID == g.Question {
				g.Text = q.Text
			}
		}
		l.Gaps = append(l.Gaps, g)
	}
}

func named(t field.Text, code string) field.Text {
	if t == (field.Text{}) {
		t.ZH = code
	}
	return t
}

// fields fills in the announcements that were told and the stores that were picked.
func (l *VisitList) fields(ctx context.Context, tx *sql.Tx, list record.Record) (err error) {
	names := slices.Clone(list.Names())
	slices.Sort(names)
	for _, name := range names {
		if id, ok := field.Told(name); ok {
			if tick, _ := field.TickOf(list, name); tick.Done {
				r, _, err := ledger.Load(ctx, tx, id)
				if err != nil {
					return err
				}
				l.Told = append(l.Told, field.AnnouncementOf(r).Title)
			}
		}
		id, ok := field.Attendee(name)
		if !ok {
			continue
		}
		a, ok := field.AttendanceOf(list, id)
		if !ok {
			continue
		}
		row := ListAttendee{Store: id, Attendance: a}
		if row.Name, err = ledger.NameOf(ctx, tx, `SELECT name FROM store WHERE id = $1`, id); err != nil {
			return err
		}
		l.Attendees = append(l.Attendees, row)
	}
	return nil
}
