package ledger

import (
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// work writes the rows of what is planned, asked for and done. It returns where a person meets a conflict of the
// record; known is false for other types. gone says that the record was removed.
func (p *projector) work(r record.Record, gone bool) (store, visit uuid.UUID, known bool) {
	id, territory := r.ID.String(), r.Territory.String()
	switch r.Type {
	case field.TypeTask:
		t := field.TaskOf(r)
		p.insert(`INSERT INTO task (id, territory, kind, manager, day, due_ms, closed) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (id) DO UPDATE SET territory = excluded.territory, kind = excluded.kind, manager = excluded.manager,
			  day = excluded.day, due_ms = excluded.due_ms, closed = excluded.closed`,
			id, territory, t.Kind, t.Manager.String(), t.Day, t.DueMS, bit(t.Closed))
		p.remove(`DELETE FROM task_store WHERE task = $1`)
		for i, s := range t.Stores {
			p.insert(`INSERT INTO task_store (task, store, position) VALUES ($1, $2, $3) ON CONFLICT (task, store) DO NOTHING`, id, s.String(), i)
		}
	case field.TypeAnnouncement:
		a := field.AnnouncementOf(r)
		p.insert(`INSERT INTO announcement (id, territory, from_ms, until_ms, closed) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (id) DO UPDATE SET territory = excluded.territory, from_ms = excluded.from_ms,
			  until_ms = excluded.until_ms, closed = excluded.closed`,
			id, territory, a.FromMS, a.UntilMS, bit(a.Closed))
	case field.TypeChecklist:
		c := field.ChecklistOf(r)
		store, visit = c.Store, c.Visit
		p.told(r, c)
		p.attendance(r, c)
	case field.TypeRequest:
		q := p.times.Request(r)
		store, visit = q.Store, q.Visit
		p.request(r, q, gone || q.Empty())
	case field.TypeApplication:
		a := field.ApplicationOf(r)
		store, visit = a.Store, a.Visit
		kind, _ := r.Winner("kind")
		p.insert(`INSERT INTO application (id, territory, store, visit, kind, state, author, made_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (id) DO UPDATE SET territory = excluded.territory, store = excluded.store, visit = excluded.visit,
			  kind = excluded.kind, state = excluded.state, author = excluded.author, made_ms = excluded.made_ms`,
			id, territory, store.String(), visit.String(), a.Kind, a.Decision.State, kind.Author, a.MadeMS)
	case field.TypeWalk:
		store = field.WalkOf(r).Store
	default:
		return uuid.Nil, uuid.Nil, false
	}
	if store != uuid.Nil || visit != uuid.Nil {
		p.about(r, store, visit)
	}
	return store, visit, true
}

func (p *projector) about(r record.Record, store, visit uuid.UUID) {
	p.insert(`INSERT INTO about (record, store, visit) VALUES ($1, $2, $3)
		ON CONFLICT (record) DO UPDATE SET store = excluded.store, visit = excluded.visit`, r.ID.String(), store.String(), visit.String())
}

// told writes which announcements were told in a visit.
func (p *projector) told(r record.Record, c field.Checklist) {
	p.remove(`DELETE FROM told WHERE record = $1`)
	for _, name := range r.Names() {
		if !strings.HasPrefix(name, field.ToldPrefix) {
			continue
		}
		announcement, ok := field.Told(name)
		e, _ := r.Winner(name)
		if tick, known := field.TickOf(r, name); ok && known && tick.Done {
			p.insert(`INSERT INTO told (visit, announcement, store, record, told_ms) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (visit, announcement) DO NOTHING`, c.Visit.String(), announcement.String(), c.Store.String(), r.ID.String(), p.times.Right(e, tick.AtMS))
		}
	}
}

// attendance writes which stores a group visit is with.
func (p *projector) attendance(r record.Record, c field.Checklist) {
	p.remove(`DELETE FROM attendance WHERE record = $1`)
	for _, name := range r.Names() {
		store, ok := field.Attendee(name)
		if _, listed := field.AttendanceOf(r, store); ok && listed {
			p.insert(`INSERT INTO attendance (store, visit, record) VALUES ($1, $2, $3) ON CONFLICT (store, visit) DO NOTHING`,
				store.String(), c.Visit.String(), r.ID.String())
		}
	}
}

// request writes the row of a request, unless nobody is to see it.
func (p *projector) request(r record.Record, q field.Request, hidden bool) {
	if hidden {
		p.remove(`DELETE FROM request WHERE id = $1`)
		return
	}
	_, due := q.Due()
	p.insert(`INSERT INTO request (id, territory, store, visit, kind, urgent, text, owner, state, spoke_ms, due_ms, rating, ended_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET territory = excluded.territory, store = excluded.store, visit = excluded.visit,
		  kind = excluded.kind, urgent = excluded.urgent, text = excluded.text, owner = excluded.owner, state = excluded.state,
		  spoke_ms = excluded.spoke_ms, due_ms = excluded.due_ms, rating = excluded.rating, ended_ms = excluded.ended_ms`,
		r.ID.String(), r.Territory.String(), q.Store.String(), q.Visit.String(), q.Kind, bit(q.Urgent), q.Text, q.Owner.String(), q.State,
		q.SpokeMS, due, q.Rating, q.EndedMS)
}
