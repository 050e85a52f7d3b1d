package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A RequestFilter keeps requests out; the zero filter lists those of all stores that are not closed.
type RequestFilter struct {
	Store, Visit uuid.UUID
	Closed       bool   // those that are closed
	Any          bool   // closed or not
	After        string // RequestPage.Next of the page before
	Limit        int    // rows of one page; 0 is 30
}

// A RequestPage is one page of requests.
type RequestPage struct {
	Rows []RequestRow
	All  int    // requests on all pages
	Late int    // of these, whose clock has run out
	Next string // what to ask for next; "" at the end
}

// A requestPlace says where a request stands in a list, by times that are right by the server's clock.
type requestPlace struct {
	id           uuid.UUID
	first, then  int64 // the smaller, the higher up
	due          int64
	spoke, ended int64
	otherClocks  bool
}

func (p requestPlace) compare(o requestPlace) int {
	return cmp.Or(cmp.Compare(p.first, o.first), cmp.Compare(p.then, o.then), cmp.Compare(p.id.String(), o.id.String()))
}

// Requests lists requests a page at a time: those whose clock has run out first, the longest ago on top; then the one that runs
// out first; those that only wait for the follow-up after them; of closed ones the one closed last. All of them are put in
// order before a page is cut off: a clock that was off hides none that is late.
func (s *Store) Requests(ctx context.Context, f RequestFilter) (page RequestPage, err error) {
	if f.Limit <= 0 {
		f.Limit = defaultPage
	}
	var after requestPlace
	if f.After != "" {
		var text string
		if _, err := fmt.Sscanf(f.After, "%d_%d_%s", &after.first, &after.then, &text); err != nil {
			return page, fault.New(fault.Invalid, "request.malformed", err)
		}
		after.id, _ = uuid.Parse(text) // what is none comes before all that are
	}
	now := time.Now().UnixMilli()
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		places, err := requestPlaces(ctx, tx, f)
		if err != nil {
			return err
		}
		page.All = len(places)
		for _, p := range places {
			if p.due != 0 && p.due < now {
				page.Late++
			}
		}
		if f.After != "" {
			at, found := slices.BinarySearchFunc(places, after, requestPlace.compare)
			if found {
				at++
			}
			places = places[at:]
		}
		if len(places) > f.Limit {
			places = places[:f.Limit]
			last := places[f.Limit-1]
			page.Next = fmt.Sprintf("%d_%d_%s", last.first, last.then, last.id)
		}
		page.Rows, err = requestRows(ctx, tx, places)
		return err
	})
	if err != nil {
		return RequestPage{}, fmt.Errorf("store: requests: %w", err)
	}
	return page, nil
}

// requestPlaces lists all requests that a filter lets through, in their order.
func requestPlaces(ctx context.Context, tx *sql.Tx, f RequestFilter) ([]requestPlace, error) {
	where, args := []string{`1 = 1`}, []any{}
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, fmt.Sprintf(condition, len(args)))
	}
	if f.Store != uuid.Nil {
		add(`q.store = $%d`, f.Store.String())
	}
	if f.Visit != uuid.Nil {
		add(`q.visit = $%d`, f.Visit.String())
	}
	switch {
	case f.Any:
	case f.Closed:
		add(`q.state = $%d`, field.RequestClosed)
	default:
		add(`q.state <> $%d`, field.RequestClosed)
	}
	places, err := query(ctx, tx, func(rows *sql.Rows) (p requestPlace, err error) {
		err = rows.Scan(id(&p.id), &p.due, &p.spoke, &p.ended, &p.otherClocks)
		return p, err
	}, `SELECT q.id, q.due_ms, q.spoke_ms, q.ended_ms, `+byOtherClocks+` FROM request q JOIN record r ON r.id = q.id WHERE `+strings.Join(where, " AND "), args...)
	if err != nil {
		return nil, err
	}
	const last = 1 << 60 // no clock runs: after all of which one does
	for i := range places {
		p := &places[i]
		if p.otherClocks {
			row := RequestRow{ID: p.id}
			if _, err := row.correct(ctx, tx); err != nil {
				return nil, err
			}
			p.due, p.spoke, p.ended = row.DueMS, row.Spoke.AtMS, row.EndedMS
		}
		switch {
		case f.Closed && !f.Any:
			p.first, p.then = -p.ended, 0
		case p.due == 0:
			p.first, p.then = last, p.spoke
		default:
			p.first, p.then = p.due, p.spoke
		}
	}
	slices.SortFunc(places, requestPlace.compare)
	return places, nil
}

// requestRows reads the requests of a page in its order.
func requestRows(ctx context.Context, tx *sql.Tx, places []requestPlace) ([]RequestRow, error) {
	if len(places) == 0 {
		return nil, nil
	}
	at, marks, args := map[uuid.UUID]int{}, []string{}, []any{}
	for i, p := range places {
		at[p.id] = i
		args = append(args, p.id.String())
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := readRequests(ctx, tx, `WHERE q.id IN (`+strings.Join(marks, ",")+`)`, args...)
	slices.SortFunc(rows, func(a, b RequestRow) int { return at[a.ID] - at[b.ID] })
	return rows, err
}
