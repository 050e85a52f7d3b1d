package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A NoteRow is one note of a visit.
type NoteRow struct {
	ID        uuid.UUID
	Author    string
	WrittenMS int64
	Text      Text
	Corrects  uuid.UUID
	Removable
}

// noteID makes the id of a person's note on a visit, so that it is found again after a restart.
func noteID(visit, author uuid.UUID) uuid.UUID { return uuid.NewSHA1(visit, author[:]) }

func notes(ctx context.Context, tx *sql.Tx, visit uuid.UUID, who people) ([]NoteRow, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, author, written_ms, corrects FROM note WHERE visit = $1 AND gone = 0 AND kind = '' ORDER BY lam, id`, visit.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []NoteRow
	for rows.Next() {
		var n NoteRow
		var author string
		if err := rows.Scan(&n.ID, &author, &n.WrittenMS, &n.Corrects); err != nil {
			return nil, err
		}
		n.Author = who.names[author]
		out = append(out, n)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Text, err = noteText(ctx, tx, out[i].ID, who); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func noteText(ctx context.Context, tx *sql.Tx, id uuid.UUID, who people) (Text, error) {
	r, _, err := loadPart(ctx, tx, id)
	if err != nil {
		return Text{}, err
	}
	return text(ctx, tx, r, id, "text", who)
}

// correction finds the draft of a visit that is not the draft of mine, the note written during the visit.
func correction(ctx context.Context, tx *sql.Tx, visit, mine uuid.UUID, who people) (n NoteRow, err error) {
	err = tx.QueryRowContext(ctx, `SELECT record FROM draft WHERE visit = $1 AND record <> $2`, visit.String(), mine.String()).Scan(&n.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return NoteRow{}, nil
	}
	if err == nil {
		n.Corrects = mine
		n.Text, err = noteText(ctx, tx, n.ID, who)
	}
	return n, err
}

// SetNote keeps the note of the person signed in on a visit, without the space around it. After check-out a
// note does not change any more: the text becomes a new note that names the one it corrects; correction is its
// id, made by the caller once for one correction, or nil while the visit is in progress. A text that is too
// long is kept as the visit's draft and its fault returned. Either way it takes the place of an earlier draft.
func (s *Store) SetNote(ctx context.Context, visit, correction uuid.UUID, value string, seen Seen) error {
	trimmed := strings.TrimSpace(value)
	return s.setText(ctx, field.ValidateNote(trimmed), value, visit, func(tx *sql.Tx) ([]ledger.Edit, error) {
		v, err := s.noteVisit(ctx, tx, visit)
		if err != nil {
			return nil, err
		}
		id := v.mine
		if v.closed {
			if correction == uuid.Nil {
				return nil, fault.New(fault.Conflict, "visit.closed", nil)
			}
			id = correction
		}
		if err := v.dropDraft(ctx, tx); err != nil {
			return nil, err
		}
		edits, err := kept(ctx, tx, id)
		return append(edits, v.edits(id, v.closed, trimmed, seen)...), err
	})
}

// kept takes the removal of a note back that was made on this phone, since its author writes on.
func kept(ctx context.Context, tx *sql.Tx, id uuid.UUID) ([]ledger.Edit, error) {
	r, _, err := loadPart(ctx, tx, id)
	if err != nil || r.Judge().Fate != record.Gone {
		return nil, err
	}
	e, err := ledger.Restoration(ctx, tx, id, record.Vector{})
	return []ledger.Edit{e}, err
}

// SplitNoteDraft saves the draft of a visit, which is too long for one note, as several notes, each as long as
// may be. seen is what the person saw of the note that the first of them replaces while the visit is in progress.
func (s *Store) SplitNoteDraft(ctx context.Context, visit uuid.UUID, seen Seen) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		v, err := s.noteVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		var id uuid.UUID
		var draft string
		err = tx.QueryRowContext(ctx, `SELECT record, text FROM draft WHERE visit = $1`, visit.String()).Scan(&id, &draft)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // it has been done
		}
		if err != nil {
			return err
		}
		if v.closed && id == v.mine {
			id = uuid.New()
		}
		edits, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		for i, part := range splitNote(draft) {
			if i > 0 {
				id, seen = uuid.New(), nil
			}
			edits = append(edits, v.edits(id, v.closed, part, seen)...)
		}
		if err := v.dropDraft(ctx, tx); err != nil {
			return err
		}
		return s.write(ctx, tx, edits...)
	})
}

// splitNote cuts a text into parts that may each be a note, after a line or a sentence where there is one.
func splitNote(text string) (parts []string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		end, n, begins := 0, 0, 0
		before := rune(0)
		for end < len(text) && n < field.MaxNoteRunes {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !joins(before, r) {
				begins = end
			}
			end, n, before = end+size, n+1, r
		}
		if end < len(text) {
			if r, _ := utf8.DecodeRuneInString(text[end:]); joins(before, r) && begins > 0 {
				end = begins // a picture of several characters stays whole
			}
			for _, after := range []string{"\n", "。", ". ", "，", " "} {
				if i := strings.LastIndex(text[:end], after); i > end/2 {
					end = i + len(after)
					break
				}
			}
		}
		parts, text = append(parts, strings.TrimSpace(text[:end])), text[end:]
	}
	return parts
}

// joins reports whether a rune is drawn as one with that before it: emoji of several characters, flags, accents.
func joins(before, r rune) bool {
	const joiner, flagA, flagZ, toneA, toneZ = 0x200D, 0x1F1E6, 0x1F1FF, 0x1F3FB, 0x1F3FF
	return r == joiner || before == joiner || unicode.In(r, unicode.Mn, unicode.Me) || toneA <= r && r <= toneZ ||
		flagA <= r && r <= flagZ && flagA <= before && before <= flagZ
}

// A visited is what it takes to write notes of one visit.
type visited struct {
	id, store, territory uuid.UUID
	mine                 uuid.UUID // id of the note of the person signed in
	closed               bool
}

func (s *Store) noteVisit(ctx context.Context, tx *sql.Tx, visit uuid.UUID) (v visited, err error) {
	r, territory, err := loadVisit(ctx, tx, visit)
	if err != nil {
		return v, err
	}
	w, err := s.writer(ctx, tx)
	return visited{id: visit, store: r.Store, territory: territory, mine: noteID(visit, w.Author), closed: r.CheckOut.AtMS != 0}, err
}

// edits makes a whole note; the last is its text.
func (v visited) edits(id uuid.UUID, corrects bool, text string, seen Seen) (out []ledger.Edit) {
	e := ledger.Edit{ID: id, Type: field.TypeNote, Territory: v.territory}
	if corrects {
		out = append(out, with(e, "corrects", v.mine))
	}
	last := e
	last.Field, last.Value, last.Seen = "text", text, seen
	return append(out, with(e, "visit", v.id), with(e, "store", v.store), last)
}

func (v visited) dropDraft(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM draft WHERE visit = $1 OR record = $2`, v.id.String(), v.mine.String())
	return err
}

// placeDrafts finds the visits of drafts that an earlier version wrote without them.
func (s *Store) placeDrafts(ctx context.Context, tx *sql.Tx) error {
	var some bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM draft WHERE visit = '' AND field = 'text')`).Scan(&some)
	if err != nil || !some {
		return err
	}
	who, err := s.loadPeople(ctx, tx)
	if err != nil {
		return err
	}
	visits, err := queryIDs(ctx, tx, `SELECT id FROM visit`)
	if err != nil {
		return err
	}
	for _, v := range visits {
		_, err := tx.ExecContext(ctx, `UPDATE draft SET visit = $1 WHERE visit = '' AND field = 'text' AND record = $2`, v.String(), noteID(v, who.me).String())
		if err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE draft SET visit = (SELECT visit FROM note WHERE id = draft.record)
		WHERE visit = '' AND field = 'text' AND EXISTS (SELECT 1 FROM note WHERE id = draft.record)`)
	return err
}
