package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Purpose is what a visit is made for. The zero value leaves that to what is planned for the store today or was asked for
// at once.
type Purpose struct {
	Task     uuid.UUID
	Template uuid.UUID // instead of the task's
}

// CheckIn starts a visit at a store, or returns the one the person signed in has in progress there, which takes the
// purpose on if it has one. at says where; its time is the phone's clock. The first visit to a store whose position is
// not known fixes it.
func (s *Store) CheckIn(ctx context.Context, store uuid.UUID, at field.Moment, why Purpose) (visit uuid.UUID, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		w, err := s.writer(ctx, tx)
		if err != nil {
			return err
		}
		r, ok, err := ledger.Load(ctx, tx, store)
		if err != nil {
			return err
		}
		now := s.clock(ctx, tx).Now() // for what is planned; what is written down is the phone's time, which the office puts right
		err = tx.QueryRowContext(ctx, `SELECT id FROM visit WHERE store = $1 AND manager = $2 AND check_out_ms = 0 ORDER BY lam DESC LIMIT 1`,
			store.String(), w.Author.String()).Scan(&visit)
		if err == nil {
			return takeOn(ctx, tx, w, now, visit, r, why)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "store.not_found", nil)
		}
		visit, at.AtMS = uuid.New(), w.WallMS
		e := ledger.Edit{ID: visit, Type: field.TypeVisit, Territory: r.Territory}
		edits := []ledger.Edit{with(e, "store", store), with(e, "manager", w.Author), with(e, "check_in", at)}
		p, err := plan(ctx, tx, w, now, r, why)
		if err != nil {
			return err
		}
		edits = append(edits, p.edits(e)...)
		_, err = ledger.Write(ctx, tx, w, append(edits, fixPlace(r, at)...)...)
		return err
	})
	return visit, err
}

// takeOn gives a visit in progress the purpose that a person came with again.
func takeOn(ctx context.Context, tx *sql.Tx, w ledger.Writer, now time.Time, visit uuid.UUID, store record.Record, why Purpose) error {
	if why == (Purpose{}) {
		return nil
	}
	v, _, err := ledger.Load(ctx, tx, visit)
	if err != nil {
		return err
	}
	if has := field.VisitOf(v); has.Task == why.Task && (why.Template == uuid.Nil || has.Template == why.Template) {
		return nil
	}
	p, err := plan(ctx, tx, w, now, store, why)
	if err != nil {
		return err
	}
	edits := p.edits(ledger.Edit{ID: visit})
	for i, e := range edits {
		edits[i].SeenAll, edits[i].Seen = false, v.Seen(e.Field)
	}
	_, err = ledger.Write(ctx, tx, w, edits...)
	return err
}

// A planned is the purpose of a visit, worked out.
type planned struct {
	task, template uuid.UUID
	trigger        string
}

// edits leaves out what is not known.
func (p planned) edits(e ledger.Edit) (out []ledger.Edit) {
	if p.task != uuid.Nil {
		out = append(out, with(e, "task", p.task))
	}
	if p.template != uuid.Nil {
		out = append(out, with(e, "template", p.template))
	}
	if p.trigger != "" {
		out = append(out, with(e, "trigger", p.trigger))
	}
	return out
}

// newDays is how long after its licence a store is new, in days.
const newDays = 60

// plan finds out what a visit is for: the task that is given, or else the plan of today or an instant task that is
// not done here; and what it has to do: the template that is given, that of the task, or that of the kind of visit. A template is
// named only if it is here.
func plan(ctx context.Context, tx *sql.Tx, w ledger.Writer, now time.Time, store record.Record, why Purpose) (p planned, err error) {
	if p.task = why.Task; p.task == uuid.Nil {
		err := tx.QueryRowContext(ctx, `SELECT t.id FROM task t JOIN task_store s ON s.task = t.id
			WHERE t.manager = $1 AND t.closed = 0 AND s.store = $4 AND (t.kind = $3 AND t.day = $2 OR $6 AND t.kind = $5 AND NOT EXISTS
			  (SELECT 1 FROM visit v WHERE v.store = s.store AND v.manager = t.manager AND v.task = t.id AND v.check_out_ms <> 0))
			ORDER BY t.kind = $3 DESC, t.due_ms = 0, t.due_ms, t.id LIMIT 1`, w.Author.String(), field.DayOf(now), field.TaskRoute,
			store.ID.String(), field.TaskInstant, why.Template == uuid.Nil).Scan(&p.task)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return p, err
		}
	}
	var task field.Task
	if p.task != uuid.Nil {
		r, _, err := ledger.Load(ctx, tx, p.task)
		if err != nil {
			return p, err
		}
		task = field.TaskOf(r)
		p.trigger = field.VisitRoutine
	}
	kind := field.VisitRoutine
	if task.Kind == field.TaskInstant {
		p.trigger, kind = field.VisitInstant, field.VisitInstant
	}
	var visited bool
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM visit WHERE store = $1)`, store.ID.String()).Scan(&visited)
	if err != nil {
		return p, err
	}
	opened := field.StoreOf(store).Opened
	isNew := !visited && opened >= field.DayOf(now.AddDate(0, 0, -newDays))
	if isNew && kind == field.VisitRoutine {
		kind = field.VisitNewStore // even when the plan says no more than that the store is on the way
	}
	for _, id := range []uuid.UUID{why.Template, unless(isNew && kind == field.VisitNewStore, task.Template), field.TemplateID(kind), field.TemplateID(field.VisitRoutine)} {
		if id == uuid.Nil {
			continue
		}
		_, ok, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return p, err
		}
		if ok {
			p.template = id
			break
		}
	}
	return p, nil
}

func unless(not bool, id uuid.UUID) uuid.UUID {
	if not {
		return uuid.Nil
	}
	return id
}

// nearEnough is the accuracy in metres with which a visit fixes the position of its store.
const nearEnough = 100

// fixPlace gives a store whose position is not known that of a visit there. A position of which the phone does not know how
// exact it is (its accuracy is 0) may be anywhere in the county.
func fixPlace(store record.Record, at field.Moment) []ledger.Edit {
	exact := at.Position.Acc > 0 && at.Position.Acc <= nearEnough
	if field.StoreOf(store).Position.Valid() || !at.Position.Valid() || at.Mocked || !exact {
		return nil
	}
	return []ledger.Edit{{ID: store.ID, Field: "position", Value: at.Position, Seen: store.Seen("position")}}
}

// CheckOut ends a visit. Ending it again changes nothing. What is still missing stays in its checklist as a gap,
// with the reason if one was given. at is as in CheckIn.
func (s *Store) CheckOut(ctx context.Context, visit uuid.UUID, at field.Moment) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		v, _, err := loadVisit(ctx, tx, visit)
		if err != nil || v.CheckOut.AtMS != 0 {
			return err
		}
		w, err := s.writer(ctx, tx)
		if err != nil {
			return err
		}
		at.AtMS = w.WallMS
		gaps, err := closeGaps(ctx, tx, visit)
		if err != nil {
			return err
		}
		_, err = ledger.Write(ctx, tx, w, append(gaps, ledger.Edit{ID: visit, Field: "check_out", Value: at})...)
		return err
	})
	if err == nil {
		s.reserve.give() // no photo is expected any more
	}
	return err
}
