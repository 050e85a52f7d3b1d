package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// An Asking names a request that is being written down and says how it begins. Its first edit makes the record: nothing
// typed is lost, and who writes nothing leaves nothing behind.
type Asking struct {
	ID      uuid.UUID // made by the caller, once for one request
	Store   uuid.UUID
	Visit   uuid.UUID // nil when the store asked by phone
	Kind    string    // one of field.RequestKinds
	SpokeMS int64     // when the store spoke, by this phone's clock
}

// SetRequest keeps one field of a request: "kind", "urgent", "text", "promise" or "spoke". The faults are those of
// field.ValidateNote and "store.not_found".
func (s *Store) SetRequest(ctx context.Context, q Asking, name string, value any, seen Seen) error {
	nothing := false
	switch v := value.(type) {
	case string:
		if name != "kind" {
			if err := field.ValidateNote(v); err != nil {
				return err
			}
		}
		nothing = strings.TrimSpace(v) == ""
	case bool:
		nothing = !v
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		return s.ask(ctx, tx, q, nothing, ledger.Edit{ID: q.ID, Field: name, Value: value, Seen: seen})
	})
}

// SetRequestLink says that a request is about, or proven by, what has the id, see field.RequestLink; kind "" takes that back.
func (s *Store) SetRequestLink(ctx context.Context, q Asking, to uuid.UUID, kind string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		return s.ask(ctx, tx, q, kind == "", with(ledger.Edit{ID: q.ID}, field.LinkPrefix+to.String(), kind))
	})
}

// ask writes an edit of a request, and before its first one how it begins; nothing says that the edit alone is no reason
// to begin. What was removed on this phone comes back when it is written on.
func (s *Store) ask(ctx context.Context, tx *sql.Tx, q Asking, nothing bool, e ledger.Edit) error {
	r, ok, err := ledger.Load(ctx, tx, q.ID)
	if err != nil {
		return err
	}
	if ok {
		if r.Type != field.TypeRequest {
			return requestNotFound()
		}
		edits, err := kept(ctx, tx, q.ID)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, append(edits, e)...)
	}
	if nothing {
		return nil
	}
	territory, err := askTerritory(ctx, tx, q)
	if err != nil {
		return err
	}
	w, err := s.writer(ctx, tx)
	if err != nil {
		return err
	}
	head := ledger.Edit{ID: q.ID, Type: field.TypeRequest, Territory: territory}
	_, err = ledger.Write(ctx, tx, w, with(head, "kind", q.Kind), with(head, "store", q.Store), with(head, "visit", q.Visit),
		with(head, "owner", w.Author), with(head, "spoke", q.SpokeMS), e)
	return err
}

// askTerritory is that of the visit, which may have left with its store, else that of the store.
func askTerritory(ctx context.Context, tx *sql.Tx, q Asking) (uuid.UUID, error) {
	if q.Visit != uuid.Nil {
		_, territory, err := loadVisit(ctx, tx, q.Visit)
		return territory, err
	}
	r, ok, err := ledger.Load(ctx, tx, q.Store)
	if err == nil && (!ok || r.Type != field.TypeStore) {
		err = fault.New(fault.NotFound, "store.not_found", nil)
	}
	return r.Territory, err
}

func requestNotFound() error { return fault.New(fault.NotFound, "request.not_found", nil) }

// loadRequest returns a request that somebody holds, removed or not.
func loadRequest(ctx context.Context, tx *sql.Tx, id uuid.UUID) (r record.Record, q field.Request, err error) {
	r, ok, err := ledger.Load(ctx, tx, id)
	if err == nil && (!ok || r.Type != field.TypeRequest) {
		err = requestNotFound()
	}
	return r, field.RequestOf(r), err
}

// A RequestDraft is what is being written of the next step of a request and belongs to no event yet.
type RequestDraft struct {
	Text   string `json:"text,omitempty"`
	Rating int    `json:"rating,omitempty"` // of the follow-up
}

const (
	draftEvent = "event"          // the field of a draft of the next step
	codeUnsent = "request.unsent" // why it is a draft
)

// SetRequestDraft keeps what is being written of the next step, so that it is there after a restart.
func (s *Store) SetRequestDraft(ctx context.Context, id uuid.UUID, d RequestDraft) error {
	if err := field.ValidateNote(d.Text); err != nil {
		return err
	}
	return s.change(ctx, func(tx *sql.Tx) error { return setRequestDraft(ctx, tx, id, d) })
}

func setRequestDraft(ctx context.Context, tx *sql.Tx, id uuid.UUID, d RequestDraft) error {
	if d == (RequestDraft{}) {
		_, err := tx.ExecContext(ctx, `DELETE FROM draft WHERE record = $1 AND field = $2`, id.String(), draftEvent)
		return err
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO draft (record, field, text, code, visit) VALUES ($1, $2, $3, $4, '')
		ON CONFLICT (record, field) DO UPDATE SET text = excluded.text, code = excluded.code`, id.String(), draftEvent, string(text), codeUnsent)
	return err
}

func requestDraft(ctx context.Context, tx *sql.Tx, id uuid.UUID) (d RequestDraft, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT text FROM draft WHERE record = $1 AND field = $2`, id.String(), draftEvent)
	if err != nil {
		return d, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return d, err
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return d, fmt.Errorf("draft of %s: %w", id, err)
		}
	}
	return d, rows.Err()
}

// AddRequestEvent adds what happened to a request, and makes an end of the draft of it. It is a fault "request.not_now"
// when the state does not allow it any more, "request.rating" when a follow-up says nothing of how content the store is
// and "request.no_words" when a comment is empty; others are those of field.ValidateNote.
func (s *Store) AddRequestEvent(ctx context.Context, id uuid.UUID, kind string, d RequestDraft) error {
	if err := field.ValidateNote(d.Text); err != nil {
		return err
	}
	ev := field.RequestEvent{Kind: kind, AtMS: s.wall().UnixMilli(), Text: strings.TrimSpace(d.Text)}
	switch {
	case kind == field.EventComment && ev.Text == "":
		return fault.New(fault.Invalid, "request.no_words", nil)
	case kind == field.EventFollowUp && (d.Rating < 1 || d.Rating > field.MaxRating):
		return fault.New(fault.Invalid, "request.rating", nil)
	case kind == field.EventFollowUp:
		ev.Rating = d.Rating
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		_, q, err := loadRequest(ctx, tx, id)
		if err != nil {
			return err
		}
		if kind != field.EventComment && !slices.Contains(field.Next(q.State), kind) {
			return fault.New(fault.Conflict, "request.not_now", nil)
		}
		if err := setRequestDraft(ctx, tx, id, RequestDraft{}); err != nil {
			return err
		}
		return s.write(ctx, tx, ledger.Edit{ID: id, Field: field.EventPrefix + uuid.NewString(), Value: ev})
	})
}

// undoFor is how long after an event, by this phone's clock, its author may take it back: it is for a slip of the thumb.
const undoFor = time.Hour

// mayUndo reports whether a person may take the event numbered i back: their own, lately, and the last that counts.
func mayUndo(events []field.RequestEvent, i int, me uuid.UUID, now time.Time) bool {
	ev := events[i]
	if ev.Kind == field.EventUndo || ev.Undone || ev.Author != me.String() || now.Sub(time.UnixMilli(ev.AtMS)).Abs() > undoFor {
		return false
	}
	return !slices.ContainsFunc(events[i+1:], func(later field.RequestEvent) bool {
		return later.Kind != field.EventUndo && !later.Undone
	})
}

// UndoRequestEvent takes an event back that the person signed in has just added: with an event of its own, for events are
// never changed. What was written with it is a draft again. A fault "request.no_undo" says that it is too late.
func (s *Store) UndoRequestEvent(ctx context.Context, id, event uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		w, err := s.writer(ctx, tx)
		if err != nil {
			return err
		}
		r, _, err := loadRequest(ctx, tx, id)
		if err != nil {
			return err
		}
		times, err := ledger.LoadTimes(ctx, tx)
		if err != nil {
			return err
		}
		q := times.Request(r)
		i := slices.IndexFunc(q.Events, func(ev field.RequestEvent) bool { return ev.ID == event })
		switch {
		case i >= 0 && q.Events[i].Undone:
			return nil
		case i < 0 || !mayUndo(q.Events, i, w.Author, s.wall()):
			return fault.New(fault.Conflict, "request.no_undo", nil)
		}
		if d, err := requestDraft(ctx, tx, id); err != nil {
			return err
		} else if d == (RequestDraft{}) {
			if err := setRequestDraft(ctx, tx, id, RequestDraft{Text: q.Events[i].Text, Rating: q.Events[i].Rating}); err != nil {
				return err
			}
		}
		_, err = ledger.Write(ctx, tx, w, ledger.Edit{ID: id, Field: field.EventPrefix + uuid.NewString(),
			Value: field.RequestEvent{Kind: field.EventUndo, AtMS: w.WallMS, Undoes: event}})
		return err
	})
}
