package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A NewsRow is what was heard of the market, or seen of a competitor, in a visit.
type NewsRow struct {
	ID        uuid.UUID
	Author    string
	Mine      bool
	WrittenMS int64
	field.Note
	Corrected bool   // a later one stands for it
	Photo     []byte // thumbnail of the photo that shows it; nil when there is none here
	Removable
	seen    map[string]Seen
	several map[string]int
}

// Seen returns what was shown of a field, for SetNews.
func (n NewsRow) Seen(name string) Seen { return n.seen[name] }

// Differing returns how many values a field holds at once; 1 when nobody differs.
func (n NewsRow) Differing(name string) int { return max(1, n.several[name]) }

// A NewsEdit is one field of a piece of news. ID is made by the caller, once for each piece.
type NewsEdit struct {
	ID       uuid.UUID
	Corrects uuid.UUID // what it stands for, when that was written before check-out; else nil
	Kind     string    // field.NoteMarket or field.NoteCompetitor
	Field    string    // one of field.NoteFields
	Value    any
	Seen     Seen
}

// MaxNewsRunes is how many characters of text a piece of news has: more is a note.
const MaxNewsRunes = 2_000

// SetNews keeps a field of a piece of news. A correction begins as a copy of what it corrects. After check-out what was
// written in the visit does not change any more: "visit.closed". A text that is too long is a fault "note.too_long".
func (s *Store) SetNews(ctx context.Context, visit uuid.UUID, n NewsEdit) error {
	if !slices.Contains(field.NoteFields, n.Field) {
		return fmt.Errorf("store: news have no %s", n.Field)
	}
	if text, ok := n.Value.(string); ok {
		text = strings.TrimSpace(text)
		limit := field.MaxTextRunes
		if n.Field == "text" {
			limit = MaxNewsRunes
		}
		if utf8.RuneCountInString(text) > limit {
			return fault.New(fault.Invalid, "note.too_long", nil)
		}
		n.Value = text
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		v, err := s.noteVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		now, held, err := loadPart(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		was := field.NoteOf(now)
		if v.closed && was.Corrects == uuid.Nil && (held || n.Corrects == uuid.Nil) {
			return fault.New(fault.Conflict, "visit.closed", nil)
		}
		edits, err := kept(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		e := ledger.Edit{ID: n.ID, Type: field.TypeNote, Territory: v.territory}
		if !held {
			edits = append(edits, with(e, "visit", v.id), with(e, "store", v.store), with(e, "kind", n.Kind))
			more, err := beginNews(ctx, tx, e, n.Corrects)
			if err != nil {
				return err
			}
			edits = append(edits, more...)
		}
		e.Field, e.Value, e.Seen = n.Field, n.Value, n.Seen
		return s.write(ctx, tx, append(edits, e)...)
	})
}

// beginNews makes a new piece of news whole: of a correction it is what it corrects, and every one has a text.
func beginNews(ctx context.Context, tx *sql.Tx, e ledger.Edit, corrects uuid.UUID) ([]ledger.Edit, error) {
	if corrects == uuid.Nil {
		return []ledger.Edit{with(e, "text", "")}, nil
	}
	r, _, err := ledger.Load(ctx, tx, corrects)
	if err != nil {
		return nil, err
	}
	was := field.NoteOf(r)
	out := []ledger.Edit{with(e, "corrects", corrects), with(e, "text", was.Text)}
	for name, value := range map[string]any{"brand": was.Brand, "what": was.What, "price": was.PriceFen, "photo": was.Photo} {
		if _, ok := r.Winner(name); ok {
			out = append(out, with(e, name, value))
		}
	}
	return out, nil
}

// news lists what was heard of the market in a visit, oldest first. Pieces in which nobody wrote anything are none.
func news(ctx context.Context, tx *sql.Tx, visit uuid.UUID, row VisitRow, who people) (out []NewsRow, err error) {
	ids, err := queryIDs(ctx, tx, `SELECT id FROM note WHERE visit = $1 AND gone = 0 AND kind <> '' AND (blank = 0 OR corrects <> $2) ORDER BY lam, id`, visit.String(), uuid.Nil.String())
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		r, _, err := loadPart(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		n := newsRow(r, row, who)
		if n.Note.Photo != uuid.Nil {
			err = tx.QueryRowContext(ctx, `SELECT jpeg FROM thumbnail WHERE photo = $1`, n.Note.Photo.String()).Scan(&n.Photo)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, err
			}
		}
		out = append(out, n)
	}
	for i := range out {
		out[i].Corrected = slices.ContainsFunc(out, func(n NewsRow) bool { return n.Corrects == out[i].ID })
	}
	return out, nil
}

func newsRow(r record.Record, row VisitRow, who people) NewsRow {
	n := NewsRow{ID: r.ID, Note: field.NoteOf(r), Removable: removable(r, row, who), seen: map[string]Seen{}, several: map[string]int{}}
	if e, ok := r.Winner("text"); ok {
		n.Author, n.Mine, n.WrittenMS = who.names[e.Author], e.Author == who.me.String(), e.Wall
	}
	for _, name := range field.NoteFields {
		n.seen[name], n.several[name] = r.Seen(name), len(r.Siblings(name))
	}
	return n
}

// brandsAtOnce is how many brands are offered.
const brandsAtOnce = 8

// Brands lists competitors that were written of lately, by anybody whose news are here: names to tap.
func (s *Store) Brands(ctx context.Context) (out []string, err error) {
	rows, err := s.db.Read.QueryContext(ctx, `SELECT brand FROM note WHERE kind = $1 AND brand <> '' AND gone = 0
		GROUP BY brand ORDER BY max(lam) DESC, brand LIMIT $2`, field.NoteCompetitor, brandsAtOnce)
	if err != nil {
		return nil, fmt.Errorf("store: brands: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var brand string
		if err := rows.Scan(&brand); err != nil {
			return nil, fmt.Errorf("store: brands: %w", err)
		}
		out = append(out, brand)
	}
	return out, rows.Err()
}
