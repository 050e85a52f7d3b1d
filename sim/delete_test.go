package sim

import (
	"slices"

	phonestore "storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// asWritten leaves out of a delete what it saw, which is told by dots: a life that is renamed says it anew.
func asWritten(n ledger.NewEntry) ledger.NewEntry {
	if _, ok := record.DecodeDelete(n.Entry.Value); ok && n.Field == record.Deleted {
		n.Entry.Value = []byte(`"deleted"`)
	}
	return n
}

// removeOrKeep lets the person with the phone remove a photo or a note, or take that back; so does the office.
func (w *world) removeOrKeep(p *phone) {
	if w.chance(0.25) {
		w.officeKeeps()
		return
	}
	visits, err := p.st.Visits(w.ctx, 1000)
	w.must(err)
	var remove, keep []uuid.UUID
	of := map[uuid.UUID]uuid.UUID{} // the visits of notes in progress
	for _, v := range visits {
		page, err := p.st.VisitPage(w.ctx, v.ID)
		w.must(err)
		for _, r := range page.Photos {
			if r.May {
				remove = append(remove, r.ID)
			}
		}
		for _, n := range page.Notes {
			if n.May {
				remove, of[page.MyNote.ID] = append(remove, n.ID), v.ID
			}
		}
		for _, r := range page.Removed {
			keep = append(keep, r.Record)
		}
	}
	switch open := slices.IndexFunc(visits, func(v phonestore.VisitRow) bool { return v.Mine && v.CheckOutMS == 0 }); {
	case len(keep) > 0 && w.chance(0.4):
		w.keep(p, pick(w, keep))
	case len(remove) > 0:
		id := pick(w, remove)
		w.twinWrites(p, of[id])
		w.remove(p, id)
	case open >= 0:
		w.writeNote(p, visits[open].ID)
	default:
		w.edit(p)
	}
}

// writeNote writes on in the note of a visit in progress.
func (w *world) writeNote(p *phone, visit uuid.UUID) {
	page, err := p.st.VisitPage(w.ctx, visit)
	w.must(err)
	w.note("%s: notes in %s", p.name, w.name(visit))
	seen := append(phonestore.Seen{}, page.MyNote.Text.Seen...)
	w.local(p, seen, func() error { return p.st.SetNote(w.ctx, visit, uuid.Nil, "记"+w.text(), seen) })
}

// twinWrites lets a clone of the phone write on in the note of a visit, if there is one and the visit goes on there.
func (w *world) twinWrites(p *phone, visit uuid.UUID) {
	for _, q := range w.phones {
		if q == p || q.account != p.account {
			continue
		}
		page, err := q.st.VisitPage(w.ctx, visit)
		if err == nil && page.Row.CheckOutMS == 0 && w.chance(0.7) {
			w.tick()
			w.writeNote(q, visit)
			return
		}
	}
}

// glimpse is what the person was shown of a record: now, or when they opened the page.
func (w *world) glimpse(p *phone, id uuid.UUID, now record.Record) record.Record {
	shown, open := p.glimpses[id]
	if !open || w.chance(0.6) {
		shown = now
	}
	p.glimpses[id] = now
	return shown
}

func (w *world) remove(p *phone, id uuid.UUID) {
	now := w.phoneState(p)[id].rec
	shown := w.glimpse(p, id, now)
	saw, seen := shown.Context(), map[content]bool{}
	for _, n := range contents(shown) {
		seen[contentOf(id, n)] = true
	}
	rid, _ := w.replica(p)
	for _, n := range contents(now) { // whoever removes here has seen what they wrote here
		if n.Entry.Dot.Replica == rid {
			seen[contentOf(id, n)] = true
		}
	}
	if w.rule != nil && w.rule.remove != nil {
		saw = w.rule.remove(w, saw)
	}
	w.note("%s: removes %s", p.name, w.name(id))
	w.local(p, append([]record.Dot{}, now.SeenBy(record.Deleted, saw)...), func() error { return p.st.Remove(w.ctx, id, saw) })
	for _, n := range ledger.News(now, w.phoneState(p)[id].rec) {
		w.ghost.saw[contentOf(id, n)] = seen
	}
}

func (w *world) keep(p *phone, id uuid.UUID) {
	now := w.phoneState(p)[id].rec
	saw := w.glimpse(p, id, now).Context()
	w.note("%s: keeps %s", p.name, w.name(id))
	w.local(p, append([]record.Dot{}, now.SeenBy(record.Deleted, saw)...), func() error { return p.st.Restore(w.ctx, id, saw) })
}

// officeKeeps lets the office take a removal back.
func (w *world) officeKeeps() {
	s := w.serverState()
	var ids []uuid.UUID
	for _, id := range w.sorted(s) {
		if s[id].rec.Judge().Fate != record.Live {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return
	}
	id := pick(w, ids)
	visit := field.PhotoOf(s[id].rec).Visit
	if s[id].rec.Type == field.TypeNote {
		visit = field.NoteOf(s[id].rec).Visit
	}
	d, err := w.server.st.VisitByID(w.ctx, visit)
	if fault.Is(err, "visit.not_found") {
		return // it has not come yet
	}
	w.must(err)
	for _, r := range d.Removed {
		if r.Record == id {
			w.note("office: keeps %s", w.name(id))
			w.office(func() error { return w.server.st.Restore(w.ctx, supervisor, id, r.Seen) })
			w.ghost.entered("the office", w.server.life, s, w.serverState(), append([]record.Dot{}, r.Seen...))
			return
		}
	}
	w.fail("5 the office does not say that %s was removed", w.name(id))
}

// checkDeletes: what a delete saw is hidden until somebody takes it back, and nothing else is. Once a phone lived twice
// under one name, what was deleted may be shown again: the other life's copy of a write has a name that no delete knows.
func (w *world) checkDeletes(who string, d *database, s state) {
	for _, id := range w.sorted(s) {
		if !field.Deletable(s[id].rec.Type) {
			continue
		}
		var saws []map[content]bool
		var others []content
		for _, n := range contents(s[id].rec) {
			if saw, ok := w.ghost.saw[contentOf(id, n)]; ok {
				saws = append(saws, saw)
			} else {
				others = append(others, contentOf(id, n))
			}
		}
		unseen := slices.ContainsFunc(others, func(c content) bool {
			return !slices.ContainsFunc(saws, func(saw map[content]bool) bool { return saw[c] })
		})
		hidden := w.number(d, `SELECT coalesce(max(gone), 0) FROM (SELECT gone FROM photo WHERE id = $1 UNION ALL SELECT gone FROM note WHERE id = $1)`, id.String()) == 1
		switch deleted := len(saws) > 0 && !unseen; {
		case hidden && !deleted:
			w.fail("5 %s hides %s %s, of which no delete saw all%s", who, s[id].rec.Type, w.name(id), w.copies(id))
		case deleted && !hidden && !w.doubled:
			w.fail("5 %s shows %s %s, which was deleted%s", who, s[id].rec.Type, w.name(id), w.copies(id))
		}
	}
}

// seeAll lets a delete claim to have seen all that any phone has written or will write.
func seeAll(w *world, saw record.Vector) record.Vector {
	for _, p := range w.phones {
		rid, _ := w.replica(p)
		saw = saw.With(record.Dot{Replica: rid, N: record.MaxLamport})
	}
	return saw
}
