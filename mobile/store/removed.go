package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Removable says whether the person signed in may remove a photo or a note: their own, while the visit goes on or for
// a day after it began. What is older the office may have worked with. A request they may remove for a day, as long as
// nobody else has done anything about it.
type Removable struct {
	May bool
	Saw record.Vector // what of the record they were shown; goes back with Remove and Restore
}

// removeFor is how long after check-in, by this phone's clock, what belongs to the visit may be removed. A check-in
// that lies in the future was made by a clock that was ahead; it may be at most this far ahead.
const removeFor = 24 * time.Hour

// young reports whether what began then, by the clock of a phone, began within removeFor of now.
func (p people) young(beganMS int64) bool {
	return p.now.Sub(time.UnixMilli(beganMS)).Abs() < removeFor
}

// A Removal is a photo, a note or a request that somebody removed. Nothing of it is lost.
type Removal struct {
	Removable
	Record uuid.UUID
	Type   string // field.TypePhoto, field.TypeNote or field.TypeRequest
	Kind   string // of the photo or the request
	Text   string // the first characters of the note or the request
	News   string // the kind of news that the note is; "" for the note of a visit
	Gone   bool   // hidden; otherwise it is shown, because Other wrote something that By had not seen
	By     string // name
	ByMS   int64  // by the clock of their phone
	Other  string
	Kept   bool // what Other wrote is an undo: they want to keep it
	// MayRestore: it is of a visit of the person signed in.
	MayRestore bool
}

// Remove hides a photo, a note or a request, as far as the person was shown it. Removing what is hidden changes nothing. A fault
// "removal.closed" says that it is not theirs or too old.
func (s *Store) Remove(ctx context.Context, id uuid.UUID, saw record.Vector) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		r, row, who, err := s.removalVisit(ctx, tx, id)
		if err != nil || r.Judge().Fate == record.Gone {
			return err
		}
		if !removable(r, row, who).May {
			return fault.New(fault.Conflict, "removal.closed", nil)
		}
		e, err := ledger.Deletion(ctx, tx, id, saw)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, e)
	})
}

// Restore takes back the removal of a photo, a note or a request, as far as the person was shown it. Restoring what nobody removes
// changes nothing. A fault "removal.closed" says that it is of somebody else's visit.
func (s *Store) Restore(ctx context.Context, id uuid.UUID, saw record.Vector) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		r, row, _, err := s.removalVisit(ctx, tx, id)
		if err != nil || r.Judge().Fate == record.Live {
			return err
		}
		if !row.Mine {
			return fault.New(fault.Conflict, "removal.closed", nil)
		}
		e, err := ledger.Restoration(ctx, tx, id, saw)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, e)
	})
}

// removalVisit loads a photo or a note and its visit, or a request, for the person signed in. A request is of who took it
// down, whosever visit it was.
func (s *Store) removalVisit(ctx context.Context, tx *sql.Tx, id uuid.UUID) (r record.Record, row VisitRow, who people, err error) {
	if who, err = s.loadPeople(ctx, tx); err != nil {
		return r, row, who, err
	}
	r, ok, err := ledger.Load(ctx, tx, id)
	if err != nil {
		return r, row, who, err
	}
	if !ok || !field.Deletable(r.Type) {
		return r, row, who, fault.New(fault.NotFound, "record.not_found", nil)
	}
	visit := field.PhotoOf(r).Visit
	switch r.Type {
	case field.TypeRequest:
		return r, VisitRow{Mine: field.RequestOf(r).Owner == who.me}, who, nil
	case field.TypeNote:
		visit = field.NoteOf(r).Visit
	}
	v, _, err := loadVisit(ctx, tx, visit)
	if err != nil {
		return r, row, who, err
	}
	row = VisitRow{ID: visit, Mine: v.Manager == who.me, CheckOutMS: v.CheckOut.AtMS}
	err = tx.QueryRowContext(ctx, `SELECT check_in_ms FROM visit WHERE id = $1`, visit.String()).Scan(&row.CheckInMS)
	return r, row, who, err
}

// removable says whether a photo or a note of a visit, or a request, is one that a person may remove.
func removable(r record.Record, v VisitRow, who people) Removable {
	if r.Type == field.TypeRequest {
		return removableRequest(r, who)
	}
	name := "photo"
	if r.Type == field.TypeNote {
		name = "text"
	}
	e, ok := r.Winner(name)
	young := v.CheckOutMS == 0 || who.young(v.CheckInMS)
	return Removable{May: ok && young && v.Mine && e.Author == who.me.String(), Saw: r.Context()}
}

func removableRequest(r record.Record, who people) Removable {
	q := field.RequestOf(r)
	kind, _ := r.Winner("kind")
	others := slices.ContainsFunc(q.Events, func(ev field.RequestEvent) bool { return ev.Author != who.me.String() })
	return Removable{May: q.Owner == who.me && who.young(who.times.Right(kind, kind.Wall)) && !others, Saw: r.Context()}
}

// removedRequest says who removed a request.
func removedRequest(ctx context.Context, tx *sql.Tx, id uuid.UUID, who people) (m Removal, err error) {
	r, q, err := loadRequest(ctx, tx, id)
	if err != nil {
		return m, err
	}
	m = Removal{Removable: removableRequest(r, who), Record: id, Type: r.Type, Kind: q.Kind, Text: q.Text, MayRestore: q.Owner == who.me}
	var by, other string
	err = tx.QueryRowContext(ctx, `SELECT gone, author, removed_ms, other, kept FROM removal WHERE record = $1`, id.String()).
		Scan(&m.Gone, &by, &m.ByMS, &other, &m.Kept)
	m.By, m.Other = who.names[by], who.names[other]
	return m, err
}

// whatMay fills in what the person may remove of what a page shows, and what was removed.
func (p *VisitPage) whatMay(ctx context.Context, tx *sql.Tx, who people) error {
	fill := func(id uuid.UUID, to *Removable) error {
		r, ok, err := loadPart(ctx, tx, id)
		if ok {
			*to = removable(r, p.Row, who)
		}
		return err
	}
	for i := range p.Photos {
		if err := fill(p.Photos[i].ID, &p.Photos[i].Removable); err != nil {
			return err
		}
	}
	for i := range p.Notes {
		if err := fill(p.Notes[i].ID, &p.Notes[i].Removable); err != nil {
			return err
		}
	}
	var err error
	if p.Removed, err = removals(ctx, tx, p.Row, who); err != nil {
		return err
	}
	for i := range p.Removed {
		if err := fill(p.Removed[i].Record, &p.Removed[i].Removable); err != nil {
			return err
		}
	}
	return nil
}

func removals(ctx context.Context, tx *sql.Tx, v VisitRow, who people) ([]Removal, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT m.record, m.type, coalesce(p.kind, ''), coalesce(substr(n.text, 1, 80), ''), coalesce(n.kind, ''), m.gone, m.author, m.removed_ms, m.other, m.kept
		FROM removal m LEFT JOIN photo p ON p.id = m.record LEFT JOIN note n ON n.id = m.record
		WHERE m.visit = $1 ORDER BY m.type DESC, p.taken_ms, n.lam, m.record`, v.ID.String())
	if err != nil {
		return nil, fmt.Errorf("removed: %w", err)
	}
	defer rows.Close()
	var out []Removal
	var requests []uuid.UUID
	for rows.Next() {
		r := Removal{MayRestore: v.Mine}
		var by, other string
		if err := rows.Scan(&r.Record, &r.Type, &r.Kind, &r.Text, &r.News, &r.Gone, &by, &r.ByMS, &other, &r.Kept); err != nil {
			return nil, fmt.Errorf("removed: %w", err)
		}
		if r.By, r.Other = who.names[by], who.names[other]; r.Type == field.TypeRequest {
			requests = append(requests, r.Record)
			continue
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("removed: %w", err)
	}
	for _, id := range requests {
		r, err := removedRequest(ctx, tx, id, who)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// wanted says of the bytes u of a photo that they are to be sent: unless every photo that they belong to was removed.
const wanted = `(u.kept = 0 AND u.sha256 NOT IN (` + removedBytes + `))`

// removedBytes lists the bytes of which every photo was removed. It reads only those that were.
const removedBytes = `SELECT g.sha256 FROM photo g WHERE g.gone = 1 AND NOT EXISTS (SELECT 1 FROM photo w WHERE w.sha256 = g.sha256 AND w.gone = 0)`
