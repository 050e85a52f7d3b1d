package sim

import (
	"database/sql"
	"path/filepath"
	"slices"

	"github.com/google/uuid"
)

// checkDigests: what is equal compares as equal; and when a bit flips on some disk it is found and mended, without
// anything being wiped. Everything is at rest.
func (w *world) checkDigests() {
	w.compareAll()
	told := w.differences()
	if told > w.told { // a restored server may have forgotten some
		w.fail("14 a difference was found between equals:%s", w.lastDifference())
	}
	id := w.decay()
	if id == uuid.Nil {
		return
	}
	for range 2 { // the first may be the one that only sends what another lacks
		w.compareAll()
	}
	w.told = w.differences()
	if w.told == told {
		w.fail("14 nobody found the bit that flipped in %s%s", w.name(id), w.copies(id))
	}
	s := w.serverState() // which fails for what is damaged
	for _, p := range w.phones {
		w.checkScope(p, s)
	}
	w.ghost.check(s)
}

// compareAll lets every phone compare what it holds.
func (w *world) compareAll() {
	for _, p := range w.phones {
		w.tick()
		p.sync.Compare()
		if err := p.sync.Round(w.ctx); err != nil {
			w.fail("18 %s: a round that compares, on a good line: %v", p.name, err)
		}
	}
	w.line.past = nil // requests about what was damaged change something once more
}

// differences grows with each alarm that a comparison or damage raised, the same one once more too.
func (w *world) differences() int {
	return w.number(&w.server.database, `SELECT coalesce(sum(at_ms), 0) FROM alarm WHERE code IN ('alarm.digest', 'alarm.damaged', 'alarm.fork')`)
}

func (w *world) lastDifference() string {
	db, err := w.server.db()
	w.must(err)
	var text string
	w.must(db.QueryRowContext(w.ctx, `SELECT ' ' || code || ' ' || detail FROM alarm WHERE code IN ('alarm.digest', 'alarm.damaged', 'alarm.fork')
		ORDER BY at_ms DESC LIMIT 1`).Scan(&text))
	return text
}

// decay turns one bit in one copy of a record that a phone and the server hold, and returns which.
func (w *world) decay() uuid.UUID {
	p := pick(w, w.phones)
	has, server := w.phoneState(p), w.serverState()
	var both []uuid.UUID
	for _, id := range w.sorted(has) {
		if _, ok := server[id]; ok && has[id].rec.Territory == server[id].rec.Territory {
			both = append(both, id)
		}
	}
	if len(both) == 0 {
		return uuid.Nil
	}
	id := pick(w, both)
	at, copy := &w.server.database, server[id]
	where := "the server"
	if w.chance(0.5) {
		at, copy, where = &p.database, has[id], p.name
	}
	column, bytes := "body", copy.rec.Encode()
	if w.chance(0.2) {
		column, bytes = "version", slices.Clone(copy.version)
	}
	bit := w.rnd.IntN(8 * len(bytes))
	w.fault(decayed, "bit %d of the %s of %s flips on %s", bit, column, w.name(id), where)
	bytes[bit/8] ^= 1 << (bit % 8)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(at.dir, "storewalk.db")+"?_pragma=busy_timeout(5000)")
	w.must(err)
	defer db.Close()
	if column == "body" {
		_, err = db.ExecContext(w.ctx, `UPDATE record SET body = CAST($1 AS TEXT) WHERE id = $2`, bytes, id.String())
	} else {
		_, err = db.ExecContext(w.ctx, `UPDATE record SET version = $1 WHERE id = $2`, bytes, id.String())
	}
	w.must(err)
	return id
}
