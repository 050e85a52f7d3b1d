package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Checklist is what there is to do in a visit and how much of it is done.
type Checklist struct {
	ID         uuid.UUID // of the record that holds it
	Visit      field.Visit
	TemplateID uuid.UUID
	Template   field.Template
	Newer      bool // the template has a form that this app does not know: names are right, the rest may not be
	Choices    []TemplateChoice
	Items      []ItemRow
	Survey     []QuestionRow
	Tell       []TellRow
	Attendees  []AttendeeRow
	People     []Person // who may have come along
	Lacks      []LackRow
	seen       map[string]Seen // by field of the visit
}

// ModeSeen returns what was shown of one of modeFields, for SetMode.
func (c Checklist) ModeSeen(name string) Seen { return c.seen[name] }

// A TemplateChoice is a list that a visit may have.
type TemplateChoice struct {
	ID   uuid.UUID
	Kind string
	Name field.Text
}

// A Part is one field of a checklist.
type Part struct {
	Record   uuid.UUID
	Field    string
	Seen     Seen
	Siblings []Sibling // two or more: a conflict, the shown value first
}

// An ItemRow is one service item.
type ItemRow struct {
	field.TemplateItem
	Part
	Done      bool
	Needs     []NeedRow
	Questions []QuestionRow
}

// A NeedRow is a kind of photo that is asked for.
type NeedRow struct {
	field.PhotoNeed
	Have int
}

// A QuestionRow is a question and its answer.
type QuestionRow struct {
	field.Question
	Part
	Answer json.RawMessage // nil when there is none
}

// A TellRow is an announcement to tell a store that was not told it before.
type TellRow struct {
	ID uuid.UUID
	field.Announcement
	Part
	Told bool
}

// An AttendeeRow is a store that was picked for a group visit.
type AttendeeRow struct {
	Store uuid.UUID
	Name  string
	field.Attendance
	Part
}

// A Person is one whom screens may name.
type Person struct {
	ID   uuid.UUID
	Name string
	Role string
}

// A LackRow is something that is missing, and why.
type LackRow struct {
	field.Lack
	Part
	Reason string
}

// modeFields are the fields of a visit that say how it is made; they may change until check-out.
var modeFields = []string{"trigger", "channel", "group", "with", "template"}

// Checklist reads the list of a visit, or returns a fault "visit.not_found".
func (s *Store) Checklist(ctx context.Context, visit uuid.UUID) (c Checklist, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		v, err := readVisited(ctx, tx, visit)
		if err != nil {
			return err
		}
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		part := func(name string) Part {
			return Part{Record: field.ChecklistID(visit), Field: name, Seen: v.list.Seen(name), Siblings: siblings(v.list, name, who)}
		}
		c = Checklist{ID: field.ChecklistID(visit), Visit: v.Visit, TemplateID: v.Visit.Template, Template: v.template,
			Newer: v.template.Format > field.TemplateFormat, seen: map[string]Seen{}}
		for _, name := range modeFields {
			c.seen[name] = v.rec.Seen(name)
		}
		for _, item := range v.template.Items {
			row := ItemRow{TemplateItem: item, Part: part(field.ItemPrefix + item.Code), Done: v.template.DoneItem(item, v.list, v.haul)}
			for _, n := range item.Photos {
				row.Needs = append(row.Needs, NeedRow{n, v.haul.Of(item.Code, n.Kind)})
			}
			row.Questions = questionRows(item.Questions, v.list, part)
			c.Items = append(c.Items, row)
		}
		c.Survey = questionRows(v.template.Survey, v.list, part)
		for _, l := range v.lacks() {
			name := field.GapPrefix + l.What
			c.Lacks = append(c.Lacks, LackRow{l, part(name), field.Gap(v.list, l.What)})
		}
		if c.Tell, err = tell(ctx, tx, v, part, s.wall()); err != nil {
			return err
		}
		if c.Attendees, err = attendees(ctx, tx, v.list, part); err != nil {
			return err
		}
		if c.Choices, err = choices(ctx, tx, v.Visit.Template); err != nil {
			return err
		}
		c.People, err = colleagues(ctx, tx, who.me)
		return err
	})
	if err != nil {
		return Checklist{}, fmt.Errorf("store: checklist: %w", err)
	}
	return c, nil
}

func questionRows(questions []field.Question, list record.Record, part func(string) Part) (out []QuestionRow) {
	for _, q := range questions {
		row := QuestionRow{Question: q, Part: part(field.AnswerPrefix + q.ID)}
		row.Answer, _ = field.Answer(list, q.ID)
		out = append(out, row)
	}
	return out
}

// A listed is a visit with what says what it lacks.
type listed struct {
	field.Visit
	rec       record.Record // of the visit
	territory uuid.UUID
	list      record.Record // its checklist
	template  field.Template
	haul      field.Haul
}

func (v listed) lacks() []field.Lack { return v.template.Lacks(v.Visit, v.list, v.haul) }

func readVisited(ctx context.Context, tx *sql.Tx, visit uuid.UUID) (v listed, err error) {
	if v.Visit, v.territory, err = loadVisit(ctx, tx, visit); err != nil {
		return v, err
	}
	if v.rec, _, err = ledger.Load(ctx, tx, visit); err != nil {
		return v, err
	}
	if v.list, _, err = loadPart(ctx, tx, field.ChecklistID(visit)); err != nil {
		return v, err
	}
	if v.Visit.Template != uuid.Nil {
		r, _, err := ledger.Load(ctx, tx, v.Visit.Template)
		if err != nil {
			return v, err
		}
		v.template = field.TemplateOf(r)
	}
	v.haul, err = ledger.Haul(ctx, tx, visit)
	return v, err
}

// tell finds the announcements that hold now, are meant for the store of the visit and were not told it before.
func tell(ctx context.Context, tx *sql.Tx, v listed, part func(string) Part, now time.Time) (out []TellRow, err error) {
	times, err := ledger.LoadTimes(ctx, tx)
	if err != nil {
		return nil, err
	}
	checkOut, _ := v.rec.Winner("check_out")
	at := times.Right(checkOut, v.CheckOut.AtMS)
	if at == 0 {
		at = max(times.CheckIn(v.rec), now.UnixMilli()) // a clock that goes back takes nothing away
	}
	ids, err := queryIDs(ctx, tx, `SELECT id FROM announcement a
		WHERE closed = 0 AND from_ms <= $1 AND (until_ms = 0 OR until_ms > $1) AND territory IN ($2, $3)
		  AND NOT EXISTS (SELECT 1 FROM told t WHERE t.store = $4 AND t.announcement = a.id AND t.visit <> $5)
		ORDER BY from_ms DESC, id`, at, v.territory.String(), field.Common.String(), v.Store.String(), v.rec.ID.String())
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		a := field.AnnouncementOf(r)
		meant := len(a.Stores) == 0
		for _, s := range a.Stores {
			meant = meant || s == v.Store
		}
		name := field.ToldPrefix + id.String()
		tick, _ := field.TickOf(v.list, name)
		if meant && (v.CheckOut.AtMS == 0 || tick.Done) { // of a visit that is over, what was told
			out = append(out, TellRow{ID: id, Announcement: a, Part: part(name), Told: tick.Done})
		}
	}
	return out, nil
}

func attendees(ctx context.Context, tx *sql.Tx, list record.Record, part func(string) Part) (out []AttendeeRow, err error) {
	for _, name := range list.Names() {
		id, ok := field.Attendee(name)
		if !ok {
			continue
		}
		a, ok := field.AttendanceOf(list, id)
		if !ok {
			continue
		}
		row := AttendeeRow{Store: id, Attendance: a, Part: part(name)}
		if row.Name, err = ledger.NameOf(ctx, tx, `SELECT name FROM store WHERE id = $1`, id); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// choices are the templates of the kinds of visit, and the one there is.
func choices(ctx context.Context, tx *sql.Tx, now uuid.UUID) (out []TemplateChoice, err error) {
	ids := []uuid.UUID{field.TemplateID(field.VisitRoutine), field.TemplateID(field.VisitInstant),
		field.TemplateID(field.VisitInspection), field.TemplateID(field.VisitNewStore)}
	known := now == uuid.Nil
	for _, id := range ids {
		known = known || id == now
	}
	if !known {
		ids = append(ids, now)
	}
	for _, id := range ids {
		r, ok, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if t := field.TemplateOf(r); ok && (!t.Closed || id == now) {
			out = append(out, TemplateChoice{id, t.Kind, t.Name})
		}
	}
	return out, nil
}

func colleagues(ctx context.Context, tx *sql.Tx, me uuid.UUID) (out []Person, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, name, role FROM person WHERE id <> $1 ORDER BY name, id`, me.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Person
		if err := rows.Scan(&p.ID, &p.Name, &p.Role); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
