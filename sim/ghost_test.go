package sim

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A held is one copy of a record as a database has it.
type held struct {
	rec     record.Record
	version []byte
	acked   []byte // of a phone
	refused string
}

// A state is all that one database holds, husks aside.
type state map[uuid.UUID]held

// phoneState reads a phone's database.
func (w *world) phoneState(p *phone) state {
	return w.read(&p.database, `SELECT id, version, body, acked, refused FROM record`)
}

func (w *world) serverState() state {
	return w.read(&w.server.database, `SELECT id, version, body, NULL, '' FROM record`)
}

func (w *world) read(d *database, query string) state {
	db, err := d.db()
	w.must(err)
	rows, err := db.QueryContext(w.ctx, query)
	w.must(err)
	defer rows.Close()
	out := state{}
	for rows.Next() {
		var id uuid.UUID
		var h held
		var body []byte
		w.must(rows.Scan(&id, &h.version, &body, &h.acked, &h.refused))
		if h.rec, err = record.Decode(body); err != nil { // among others: a live entry that the context does not cover
			w.fail("6 a record can not be read: %v", err)
		}
		if version := h.rec.Version(); !bytes.Equal(version[:], h.version) {
			w.fail("a record is stored under another version than its own")
		}
		if !ledger.IsHusk(h.rec) {
			out[id] = h
		}
	}
	w.must(rows.Err())
	return out
}

func (w *world) number(d *database, query string, args ...any) (n int) {
	db, err := d.db()
	w.must(err)
	w.must(db.QueryRowContext(w.ctx, query, args...).Scan(&n))
	return n
}

// A content names one write whatever dot it goes by: two writes never have all of field, value, author, Lamport
// time and clock in common, because each step of a run has a time of its own.
type content struct {
	rec  uuid.UUID
	hash string
}

func contentOf(id uuid.UUID, n ledger.NewEntry) content {
	return content{id, asWritten(n).ContentHash()}
}

// contents lists the live entries of a record.
func contents(r record.Record) []ledger.NewEntry { return ledger.News(record.Record{}, r) }

// A write is what somebody once entered, and what they replaced by it knowingly.
type write struct {
	content
	field    string
	value    string
	who      string
	number   int
	replaced []content
	dot      record.Dot // as it was first named
	unsure   []content  // of those replaced, the writer's own of which it could not know whether the server had them: see ghost.back
	upTo     record.Dot // the last of these that there can be
}

// A ghost is the history of all writes, kept outside of every database.
type ghost struct {
	w      *world
	writes map[content]*write
	keep   map[content]string           // these, by who had them last when some memory was lost, or what replaced them knowingly, must be live in the end
	made   int                          // writes after the beginning
	saw    map[content]map[content]bool // of each delete, what its writer had been shown of the record

	names map[record.Dot]content    // what each dot was first given to
	lives map[record.Replica]string // which life of which machine writes under a name
	last  map[lastOf]uint64         // the number of a replica's last write to a record
	sent  map[record.Replica]uint64 // how many of its writes may be known elsewhere
	past  map[uuid.UUID][]record.Record
	// back has each name under which an older copy of a phone's database writes on that the phone can not take for one, because it
	// lacks exchanges but neither openings nor writes; and its counter then. Until the server has told it, it does not know which of its writes up
	// to there were sent by the life before.
	back map[record.Replica]uint64
}

type lastOf struct {
	replica record.Replica
	rec     uuid.UUID
}

func newGhost(w *world) *ghost {
	g := &ghost{w: w, writes: map[content]*write{}, keep: map[content]string{}, saw: map[content]map[content]bool{},
		names: map[record.Dot]content{}, lives: map[record.Replica]string{}, last: map[lastOf]uint64{}, sent: map[record.Replica]uint64{}, past: map[uuid.UUID][]record.Record{}, back: map[record.Replica]uint64{}}
	g.entered("the office", w.server.life, state{}, w.serverState(), nil)
	g.made = 0
	return g
}

// entered takes notice of what one action of a person changed in one database. seen is what they had been shown
// of the field that they edited, or nil when what they did replaces no other's value.
func (g *ghost) entered(who string, life int, before, after state, seen []record.Dot) {
	for _, id := range slices.SortedFunc(maps.Keys(after), compareIDs) {
		was, is := before[id].rec, after[id].rec
		fresh := ledger.News(was, is)
		g.ownLast(who, was, id, fresh)
		if len(fresh) > 0 {
			g.past[id] = append(g.past[id], is)
		}
		for _, n := range fresh {
			g.made++
			g.minted(fmt.Sprint(who, " ", life), was, is, n)
			wr := &write{content: contentOf(id, n), field: n.Field, value: string(n.Entry.Value), who: who, number: len(g.writes) + 1, dot: n.Entry.Dot, upTo: record.Dot{Replica: n.Entry.Dot.Replica, N: g.back[n.Entry.Dot.Replica]}}
			for _, old := range was.Entries(n.Field) {
				if slices.ContainsFunc(is.Entries(n.Field), func(e record.Entry) bool { return e.Dot == old.Dot }) {
					continue
				}
				if before[id].rec.Context().Len() > 0 && seen != nil && !slices.Contains(seen, old.Dot) && old.Dot.Replica != n.Entry.Dot.Replica {
					g.w.fail("3 %s replaced a value of %s.%s that nobody was shown", who, g.w.name(id), n.Field)
				}
				c := contentOf(id, ledger.NewEntry{Field: n.Field, Entry: old})
				wr.replaced = append(wr.replaced, c)
				if old.Dot.Replica == wr.upTo.Replica && old.Dot.N <= wr.upTo.N {
					wr.unsure = append(wr.unsure, c)
				}
			}
			if g.writes[wr.content] != nil {
				g.w.fail("two writes can not be told apart: %+v", wr)
			}
			g.writes[wr.content], g.keep[wr.content] = wr, who
			if len(before) > 0 {
				g.w.note("  %s writes w%d %s.%s replacing %s", who, wr.number, g.w.name(id), n.Field, g.numbers(wr.replaced))
			}
		}
		for _, name := range was.Names() {
			if len(is.Entries(name)) < len(was.Entries(name)) && !slices.ContainsFunc(fresh, func(n ledger.NewEntry) bool { return n.Field == name }) {
				g.w.fail("3 %s took a value away from %s.%s without writing one", who, g.w.name(id), name)
			}
		}
	}
}

// minted checks the name of a write. Once two lives of one folder are about, what the server has not told apart yet is
// excused.
func (g *ghost) minted(machine string, was, is record.Record, n ledger.NewEntry) {
	dot := n.Entry.Dot
	if top, _ := is.Winner(n.Field); top.Dot != dot && !slices.ContainsFunc(ledger.News(was, is), func(o ledger.NewEntry) bool { return o.Entry.Dot == top.Dot }) {
		g.w.fail("9 %s wrote %s.%s, which then shows something else", machine, g.w.name(is.ID), n.Field)
	}
	c := contentOf(is.ID, n)
	if !g.w.doubled {
		if first, used := g.names[dot]; used && first != c {
			g.w.fail("7 %s gave dot %.4s:%d to two writes", machine, dot.Replica, dot.N)
		}
		if life, used := g.lives[dot.Replica]; used && life != machine {
			g.w.fail("15 %s writes under the name of %s", machine, life)
		}
	}
	g.names[dot], g.lives[dot.Replica] = c, machine
}

// ownLast checks that nobody writes over a copy of a record that lacks their own last write.
func (g *ghost) ownLast(who string, was record.Record, id uuid.UUID, fresh []ledger.NewEntry) {
	for _, n := range fresh {
		if at := (lastOf{n.Entry.Dot.Replica, id}); was.Context().N(at.replica) < g.last[at] && !g.w.doubled {
			g.w.fail("8 %s wrote over a copy of %s that lacks its own last write", who, g.w.name(id))
		}
	}
	for _, n := range fresh {
		at := lastOf{n.Entry.Dot.Replica, id}
		g.last[at] = max(g.last[at], n.Entry.Dot.N)
	}
}

func (g *ghost) numbers(cs []content) string {
	out := ""
	for _, c := range cs {
		if wr := g.writes[c]; wr != nil {
			out += fmt.Sprintf(" w%d", wr.number)
		} else {
			out += " ?"
		}
	}
	return cmp.Or(out, " nothing")
}

// lost is called when a machine has lost its memory for good: what must be kept from now on is what is live on a
// phone, and what this history of the server ever took.
func (g *ghost) lost() {
	g.keep = map[content]string{}
	for _, p := range g.w.phones {
		for id, h := range g.w.phoneState(p) {
			for _, n := range contents(h.rec) {
				if !g.w.bad[id] {
					g.keep[contentOf(id, n)] = p.name
				}
			}
		}
	}
	for id, es := range g.w.everCame() {
		for _, e := range es {
			g.keep[contentOf(id, e)] = "the server"
		}
	}
}

// check compares the server's live values with those that the history wants live. Once a phone lived twice under one
// name, a value may be shown again that one life replaced before it heard that the other had sent it: of a number that
// both used, nobody can tell by then whether it was the same write.
func (g *ghost) check(s state) {
	covered := map[content]bool{}
	var cover func(c content)
	cover = func(c content) {
		if g.writes[c] == nil {
			g.w.fail("a value that nobody wrote was replaced in %s", g.w.name(c.rec))
		}
		for _, old := range g.writes[c].replaced {
			if !covered[old] {
				covered[old] = true
				cover(old)
			}
		}
	}
	for c := range g.keep {
		if g.writes[c] == nil {
			g.w.fail("a value that nobody wrote is in %s", g.w.name(c.rec))
		}
		cover(c)
	}
	live := map[content]bool{}
	for id, h := range s {
		for _, n := range contents(h.rec) {
			live[contentOf(id, n)] = true
		}
	}
	for c := range live { // also what was on its way when its phone forgot it
		if g.writes[c] != nil {
			cover(c)
		}
	}
	again := g.surelyReplaced(live)
	for _, id := range g.w.sorted(s) {
		for _, n := range contents(s[id].rec) {
			c := contentOf(id, n)
			switch {
			case g.writes[c] == nil:
				g.w.fail("a value that nobody wrote is in %s.%s: %s", g.w.name(id), n.Field, n.Entry.Value)
			case again[c] && !g.w.doubled:
				g.w.fail("4 w%d of %s is shown again: %s.%s", g.writes[c].number, g.writes[c].who, g.w.name(id), n.Field)
			}
		}
	}
	for _, wr := range slices.SortedFunc(maps.Values(g.writes), func(a, b *write) int { return a.number - b.number }) {
		if g.keep[wr.content] != "" && !covered[wr.content] && !live[wr.content] {
			g.w.fail("3 w%d of %s is lost, held by %s: %s.%s = %.60s%s", wr.number, wr.who, g.keep[wr.content], g.w.name(wr.rec), wr.field, wr.value, g.w.copies(wr.rec))
		}
	}
}

// surelyReplaced is what must not be shown again: all that something replaced which is live or must be, but for the writes
// under its own name of which their writer could not know whether the server had them, see ghost.back.
func (g *ghost) surelyReplaced(live map[content]bool) map[content]bool {
	unsure := map[content]bool{}
	for _, wr := range g.writes {
		for _, c := range wr.unsure {
			unsure[c] = true
		}
	}
	out, passed := map[content]bool{}, map[content]bool{}
	var follow func(c content, upTo record.Dot)
	follow = func(c content, unsureTo record.Dot) {
		wr := g.writes[c]
		for _, old := range wr.replaced {
			upTo := unsureTo
			if slices.Contains(wr.unsure, old) {
				upTo = wr.upTo
			} else if dot := g.writes[old].dot; dot.Replica != upTo.Replica || dot.N > upTo.N {
				if !out[old] {
					out[old] = true
					follow(old, record.Dot{})
				}
				continue
			}
			if !passed[old] {
				passed[old] = true
				follow(old, upTo)
			}
		}
	}
	for c := range g.writes {
		if live[c] || g.keep[c] != "" && !unsure[c] {
			follow(c, record.Dot{})
		}
	}
	return out
}

// copies describes every copy of a record, for the message of a violation.
func (w *world) copies(id uuid.UUID) string {
	describe := func(who string, s state) string {
		h, ok := s[id]
		if !ok {
			return fmt.Sprintf("\n    %s: none", who)
		}
		return fmt.Sprintf("\n    %s: acked %t refused %q place %v in %d %s", who, bytes.Equal(h.acked, h.version), h.refused, h.rec.Place,
			territoryIndex(h.rec.Territory), h.rec.Encode())
	}
	out := describe("server", w.serverState())
	for _, p := range w.phones {
		out += describe(p.name, w.phoneState(p))
		db, err := p.db()
		w.must(err)
		var body, cursors string
		if db.QueryRowContext(w.ctx, `SELECT body, (SELECT group_concat(substr(territory, 1, 4) || ':' || seq) FROM cursor) FROM record WHERE id = $1`, id.String()).Scan(&body, &cursors) == nil {
			out += fmt.Sprint(" ", body, cursors)
		}
	}
	return out + fmt.Sprintf("\n    put aside: %d", w.number(&w.server.database, `SELECT count(*) FROM quarantine`))
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
