package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A RequestRow is a request (诉求) in a list.
type RequestRow struct {
	ID        uuid.UUID
	Store     uuid.UUID
	StoreName string
	Visit     uuid.UUID // nil when it was asked by phone
	Kind      string
	Urgent    bool
	Text      string
	Owner     string // name of who is to see it through
	Mine      bool   // that is the person signed in
	State     string
	SpokeMS   int64
	Next      string // the event that is due, see field.Request; "" when it is closed
	DueMS     int64  // when it is; 0 when no clock runs
	EndedMS   int64  // when it was closed
	Rating    int    // by the store then, 0 without
	Sent      bool   // the server holds it as it is here
}

// dueFirst is the order in which requests q are to be worked on. What only waits for the follow-up comes after what has
// a clock.
const dueFirst = `ORDER BY q.due_ms = 0, q.due_ms, q.urgent DESC, q.spoke_ms, q.id`

// workFirst is the same for lists, by the phone's clock: what is due at a time that can not be comes first of all, see
// field.DueByAWrongClock. At the end it would be forgotten.
func workFirst(now time.Time) string {
	return strings.Replace(dueFirst, `q.due_ms = 0`, fmt.Sprintf(`q.due_ms = 0, q.due_ms <= %d`, field.LatestDue(now.UnixMilli())), 1)
}

func requestRows(ctx context.Context, tx *sql.Tx, who people, where string, args ...any) ([]RequestRow, error) {
	rows, err := tx.QueryContext(ctx, `SELECT q.id, q.store, coalesce(s.name, ''), q.visit, q.kind, q.urgent, q.text, q.owner, q.state,
		q.spoke_ms, q.due_ms, q.ended_ms, q.rating, r.version IS r.acked
		FROM request q JOIN record r ON r.id = q.id LEFT JOIN store s ON s.id = q.store `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []RequestRow
	for rows.Next() {
		var q RequestRow
		var owner string
		if err := rows.Scan(&q.ID, &q.Store, &q.StoreName, &q.Visit, &q.Kind, &q.Urgent, &q.Text, &owner, &q.State,
			&q.SpokeMS, &q.DueMS, &q.EndedMS, &q.Rating, &q.Sent); err != nil {
			return nil, err
		}
		q.Owner, q.Mine = who.names[owner], owner == who.me.String()
		q.Next, _ = field.Request{Kind: q.Kind, State: q.State}.Due()
		out = append(out, q)
	}
	return out, rows.Err()
}

// The requests that a list shows.
const (
	RequestsMine   = "mine" // not closed, to be seen through by the person signed in
	RequestsAll    = "all"  // not closed
	RequestsClosed = "closed"
)

// A RequestList is a list of requests, and how many there are of each kind of list.
type RequestList struct {
	Rows              []RequestRow // requestsAtOnce at most
	Mine, All, Closed int
	StoreName         string    // when it is of one store
	Removed           []Removal // of one store: what was removed of it
}

// Of is how many requests there are to show.
func (l RequestList) Of(which string) int {
	switch which {
	case RequestsMine:
		return l.Mine
	case RequestsClosed:
		return l.Closed
	}
	return l.All
}

// requestsAtOnce is how many rows a list has at most.
const requestsAtOnce = 200

// Requests lists the requests of one store, or of all when that is nil: the one due first on top, of the closed ones the
// one closed last.
func (s *Store) Requests(ctx context.Context, store uuid.UUID, which string) (l RequestList, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		me, of := who.me.String(), orEmpty(store)
		err = tx.QueryRowContext(ctx, `SELECT coalesce(sum(state <> 'closed' AND owner = $1), 0), coalesce(sum(state <> 'closed'), 0),
			coalesce(sum(state = 'closed'), 0), coalesce((SELECT name FROM store WHERE id = $2), '')
			FROM request WHERE $2 = '' OR store = $2`, me, of).Scan(&l.Mine, &l.All, &l.Closed, &l.StoreName)
		if err != nil {
			return err
		}
		where := `WHERE ($2 = '' OR q.store = $2) AND q.state <> 'closed' AND ($3 <> 'mine' OR q.owner = $1) ` + workFirst(s.wall())
		if which == RequestsClosed {
			where = `WHERE ($2 = '' OR q.store = $2) AND q.state = 'closed' AND $1 <> $3 ORDER BY q.ended_ms DESC, q.id`
		}
		if l.Rows, err = requestRows(ctx, tx, who, where+` LIMIT $4`, me, of, which, requestsAtOnce); err != nil || store == uuid.Nil {
			return err
		}
		l.Removed, err = removedRequests(ctx, tx, store, who)
		return err
	})
	if err != nil {
		return RequestList{}, fmt.Errorf("store: requests: %w", err)
	}
	return l, nil
}

// removedRequests lists the requests of a store that somebody removed and nobody wrote on since.
func removedRequests(ctx context.Context, tx *sql.Tx, store uuid.UUID, who people) (out []Removal, err error) {
	ids, err := queryIDs(ctx, tx, `SELECT record FROM removal WHERE store = $1 AND type = $2 AND gone = 1 ORDER BY removed_ms DESC, record`,
		store.String(), field.TypeRequest)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		m, err := removedRequest(ctx, tx, id, who)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// A RequestSum is how many requests wait, for the day's list.
type RequestSum struct {
	All, Mine int // not closed
	Late      int // whose clock has run out, or can not be right
	DueMS     int64
	Next      string // what is due then
}

func sumRequests(ctx context.Context, tx *sql.Tx, me string, now time.Time) (sum RequestSum, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(owner = $1), 0), coalesce(sum(due_ms > 0 AND due_ms < $2 OR due_ms > $3), 0)
		FROM request q WHERE state IN ('open', 'started', 'on_site', 'solved')`, me, now.UnixMilli(), field.LatestDue(now.UnixMilli())).Scan(&sum.All, &sum.Mine, &sum.Late)
	if err != nil || sum.All == 0 {
		return sum, err
	}
	var q field.Request
	err = tx.QueryRowContext(ctx, `SELECT kind, state, due_ms FROM request q WHERE state IN ('open', 'started', 'on_site', 'solved') `+workFirst(now)+` LIMIT 1`).
		Scan(&q.Kind, &q.State, &sum.DueMS)
	sum.Next, _ = q.Due()
	return sum, err
}
