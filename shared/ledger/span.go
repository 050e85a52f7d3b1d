package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Span is a run of this database's own writes that one clock timed, which nobody set meanwhile: from a Lamport time on, up
// to the next span. Lamport times only rise here and stay with a write that gets another dot, so that a span holds for what
// Reincarnate renames too.
type Span struct {
	Replica record.Replica `json:"rid"` // under which it began
	Lam     uint64         `json:"lam"`
	Boot    string         `json:"boot"`          // the start of the device
	StartMS int64          `json:"start"`         // when that was by the clock
	AheadMS int64          `json:"ahead"`         // how far the clock was ahead of the server's
	Known   bool           `json:"known"`         // AheadMS is known
	OffMS   int64          `json:"off,omitempty"` // how far the clock was set ahead since
}

// Spans are those of a database, oldest first; a server has none.
type Spans []Span

const spansKey = "clocks" // in table meta

// LoadSpans reads the spans of the database. What cannot be read says nothing: it only dates what is kept, and stops nobody.
func LoadSpans(ctx context.Context, tx *sql.Tx) (s Spans, err error) {
	var text string
	err = tx.QueryRowContext(ctx, `SELECT coalesce((SELECT value FROM meta WHERE key = $1), '')`, spansKey).Scan(&text)
	if err != nil {
		return nil, fmt.Errorf("ledger: clocks: %w", err)
	}
	if text == "" || json.Unmarshal([]byte(text), &s) != nil {
		return nil, nil
	}
	return s, nil
}

// At returns the span of a write with a Lamport time; before the first it is zero.
func (s Spans) At(lam uint64) (w Span) {
	if i := s.at(lam); i >= 0 {
		w = s[i]
	}
	return w
}

func (s Spans) at(lam uint64) int {
	i := len(s) - 1
	for i >= 0 && s[i].Lam > lam {
		i--
	}
	return i
}

// Of finds the span of an entry: its place, and -1 where nothing is known of the clock. self is the replica that writes now.
// An entry may have got the name of a later replica than that of its span, never that of an earlier one: such an entry another
// life of this database wrote.
func (s Spans) Of(e record.Entry, self record.Replica) int {
	i := s.at(e.Lam)
	if i < 0 || s[i].Replica == e.Dot.Replica {
		return i
	}
	began := func(rid record.Replica) int {
		return slices.IndexFunc(s, func(w Span) bool { return w.Replica == rid })
	}
	named := began(e.Dot.Replica)
	if named < 0 && e.Dot.Replica == self { // it has begun none yet
		named = len(s)
	}
	if named > began(s[i].Replica) {
		return i
	}
	return -1
}

// KeepSpans keeps the spans of the database.
func KeepSpans(ctx context.Context, tx *sql.Tx, now Spans) error {
	text, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("ledger: clocks: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, spansKey, string(text)); err != nil {
		return fmt.Errorf("ledger: clocks: %w", err)
	}
	return nil
}

// Redate puts the times in the typed tables right where OffMS has changed.
func Redate(ctx context.Context, tx *sql.Tx, was, now Spans) error {
	all := slices.Concat(was, now)
	if !slices.ContainsFunc(all, func(w Span) bool { return was.At(w.Lam).OffMS != now.At(w.Lam).OffMS }) {
		return nil
	}
	self, _, err := Self(ctx, tx)
	if err != nil {
		return err
	}
	ids, err := timed(ctx, tx, self, all)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, err := Get(ctx, tx, id)
		if err != nil {
			return err
		}
		r, sound := c.Record()
		if !sound || !moved(r, Times{was, self}, Times{now, self}) {
			continue
		}
		if err := project(ctx, tx, r, r, Times{now, self}); err != nil {
			return err
		}
	}
	return nil
}

// moved reports whether a time of a record is another now.
func moved(r record.Record, was, now Times) bool {
	for _, e := range r.All() {
		if was.Right(e, 1) != now.Right(e, 1) {
			return true
		}
	}
	return false
}

// forkSpans gives the spans from a write on, as that is the first of this life alone, the name under which it goes on: what the
// other life wrote under the old one is not of this clock.
func forkSpans(ctx context.Context, tx *sql.Tx, recs []record.Record, fork record.Dot, self record.Replica) error {
	was, err := LoadSpans(ctx, tx)
	if err != nil || len(was) == 0 {
		return err
	}
	var lam uint64
	for _, r := range recs {
		for _, e := range r.All() {
			if e.Dot.Replica == fork.Replica && e.Dot.N >= fork.N && (lam == 0 || e.Lam < lam) {
				lam = e.Lam
			}
		}
	}
	if lam == 0 {
		return nil
	}
	var now Spans
	for i, w := range was {
		if next := i+1 == len(was) || was[i+1].Lam > lam; w.Lam < lam && next {
			now = append(now, w)
			w.Lam = lam
		}
		if w.Lam >= lam {
			w.Replica = self
		}
		now = append(now, w)
	}
	return KeepSpans(ctx, tx, now)
}

// timed lists the records whose rows hold a time that a replica of the spans, or self, may have written.
func timed(ctx context.Context, tx *sql.Tx, self record.Replica, spans Spans) ([]uuid.UUID, error) {
	rids := []record.Replica{self}
	for _, w := range spans {
		if !slices.Contains(rids, w.Replica) {
			rids = append(rids, w.Replica)
		}
	}
	list, err := json.Marshal(rids)
	if err != nil {
		return nil, fmt.Errorf("ledger: clocks: %w", err)
	}
	rows, err := tx.QueryContext(ctx, `SELECT id FROM record WHERE type IN ('visit', 'photo', 'note', 'count', 'checklist', 'request')
		AND EXISTS (SELECT 1 FROM json_each($1) j WHERE instr(body, j.value))`, string(list))
	if err != nil {
		return nil, fmt.Errorf("ledger: clocks: %w", err)
	}
	defer rows.Close()
	var ids []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("ledger: clocks: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Times says what the times that this database wrote are by the clock as it is now. The typed tables hold them so.
type Times struct {
	spans Spans
	self  record.Replica
}

// LoadTimes reads what is known of the clocks.
func LoadTimes(ctx context.Context, tx *sql.Tx) (t Times, err error) {
	if t.spans, err = LoadSpans(ctx, tx); err == nil && len(t.spans) > 0 {
		t.self, _, err = Self(ctx, tx)
	}
	return t, err
}

// Right returns a time in an entry; 0 is none.
func (t Times) Right(e record.Entry, ms int64) int64 {
	if len(t.spans) == 0 || ms == 0 {
		return ms
	}
	if i := t.spans.Of(e, t.self); i >= 0 {
		return ms + t.spans[i].OffMS
	}
	return ms
}

// Ahead is how far the clock was ahead of the server's that timed an entry, if that is known.
func (t Times) Ahead(e record.Entry) (ms int64, known bool) {
	if len(t.spans) == 0 {
		return 0, false
	}
	if i := t.spans.Of(e, t.self); i >= 0 {
		return t.spans[i].AheadMS, t.spans[i].Known
	}
	return 0, false
}

// CheckIn is when a visit began, by the clock as it is now.
func (t Times) CheckIn(visit record.Record) int64 {
	e, _ := visit.Winner("check_in")
	return t.Right(e, field.VisitOf(visit).CheckIn.AtMS)
}

// Request returns a request with its times.
func (t Times) Request(r record.Record) field.Request {
	q := field.RequestOf(r)
	if len(t.spans) == 0 {
		return q
	}
	return q.By(func(name string, ms int64) int64 {
		e, _ := r.Winner(name)
		return t.Right(e, ms)
	})
}
