package sim

import (
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// checkLaws joins copies of a record that were about at different times: the order and the number of joins never matter,
// and what was seen stays seen.
func (w *world) checkLaws(s state) {
	for _, id := range w.sorted(s) {
		past := append(w.ghost.past[id], s[id].rec)
		a, b, c := pick(w, past), pick(w, past), pick(w, past)
		ab := record.Join(a, b)
		switch {
		case record.Join(a, a).Version() != a.Version():
			w.fail("2 %s joined with itself is another record", w.name(id))
		case ab.Version() != record.Join(b, a).Version():
			w.fail("2 two copies of %s join to different records", w.name(id))
		case record.Join(ab, c).Version() != record.Join(a, record.Join(b, c)).Version():
			w.fail("2 three copies of %s join to different records", w.name(id))
		case !ab.Context().Covers(a.Context()) || !ab.Context().Covers(b.Context()):
			w.fail("2 a join of %s has seen less than its parts", w.name(id))
		}
	}
}

// checkGaps: below a cursor there is nothing that a phone does not hold.
func (w *world) checkGaps(p *phone, cursors []wire.Cursor) {
	has, epoch := w.phoneState(p), w.epoch()
	db, err := w.server.db()
	w.must(err)
	for _, c := range cursors {
		if c.Epoch.String() != epoch {
			continue
		}
		rows, err := db.QueryContext(w.ctx, `SELECT id, body FROM record WHERE territory = $1 AND seq <= $2`, c.Territory.String(), c.Seq)
		w.must(err)
		for rows.Next() {
			var id uuid.UUID
			var body []byte
			w.must(rows.Scan(&id, &body))
			r, err := record.Decode(body)
			w.must(err)
			if !has[id].rec.Context().Covers(r.Context()) {
				rows.Close()
				w.fail("10 %s read its feed up to %d and lacks %s %s", p.name, c.Seq, r.Type, w.name(id))
			}
		}
		w.must(rows.Err())
	}
}
