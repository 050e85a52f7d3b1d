package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// A NewsRow is what a manager heard of the market, or saw of a competitor, in a visit.
type NewsRow struct {
	ID        uuid.UUID
	StoreName string
	Township  string // division code
	Territory uuid.UUID
	Author    Person
	Written   Stamp
	ArrivedMS int64
	Corrected bool  // a later one stands for it
	Seen      Thumb // the photo that shows it; its id is nil when there is none
	field.Note
}

// A NewsFilter narrows the list of news; the zero filter shows the newest of all.
type NewsFilter struct {
	Kind      string
	Territory uuid.UUID
	Before    string // NewsPage.Older of the page before
	Limit     int    // rows of one page; 0 is 30
}

// A NewsPage is one page of news, that which reached the server last first. What was corrected is shown as it is now.
type NewsPage struct {
	Rows  []NewsRow
	Older string // what to ask for next; "" at the end
}

// News lists what was heard of the market.
func (s *Store) News(ctx context.Context, f NewsFilter) (page NewsPage, err error) {
	if f.Limit <= 0 {
		f.Limit = defaultPage
	}
	ms, last, at := "", "", int64(0)
	if f.Before != "" {
		ms, last, _ = strings.Cut(f.Before, "_")
		if at, err = strconv.ParseInt(ms, 10, 64); err != nil {
			return page, fault.New(fault.Invalid, "request.malformed", err)
		}
	}
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		page.Rows, err = readNews(ctx, tx, `($1 = '' OR n.kind = $1) AND ($2 = '' OR r.territory = $2)
			AND NOT EXISTS (SELECT 1 FROM note c WHERE c.visit = n.visit AND c.corrects = n.id AND c.gone = 0)
			AND ($3 = 0 OR r.received_ms < $3 OR r.received_ms = $3 AND r.id < $4)
			ORDER BY r.received_ms DESC, r.id DESC LIMIT $5`, f.Kind, orNone(f.Territory), at, last, f.Limit+1)
		return err
	})
	if len(page.Rows) > f.Limit {
		page.Rows = page.Rows[:f.Limit]
		end := page.Rows[f.Limit-1]
		page.Older = fmt.Sprintf("%d_%s", end.ArrivedMS, end.ID)
	}
	return page, err
}

func orNone(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

// newsOf lists the news of one visit, oldest first; what was corrected stays readable.
func newsOf(ctx context.Context, tx *sql.Tx, visit uuid.UUID) ([]NewsRow, error) {
	return readNews(ctx, tx, `n.visit = $1 ORDER BY n.lam, n.id`, visit.String())
}

// readNews reads the news n, in records r, that fit a condition.
func readNews(ctx context.Context, tx *sql.Tx, condition string, args ...any) ([]NewsRow, error) {
	out, err := query(ctx, tx, func(rows *sql.Rows) (n NewsRow, err error) {
		var at, offset, changed int64
		err = rows.Scan(id(&n.ID), &n.StoreName, &n.Township, id(&n.Territory), id(&n.Author.ID), &n.Author.Name, &at, &offset, &changed, &n.ArrivedMS, &n.Corrected)
		n.Written = stamp(at, offset, changed)
		return n, err
	}, `SELECT n.id, COALESCE(s.name, ''), COALESCE(s.township, ''), r.territory, n.author, COALESCE(p.name, ''), n.written_ms, `+offsetOf("text", wroteAt("n.written_ms"))+`, r.changed_ms, r.received_ms,
		EXISTS (SELECT 1 FROM note c WHERE c.visit = n.visit AND c.corrects = n.id AND c.gone = 0)
		FROM note n JOIN record r ON r.id = n.id LEFT JOIN store s ON s.id = n.store LEFT JOIN person p ON p.id = n.author
		WHERE n.kind <> '' AND n.gone = 0 AND n.blank = 0 AND `+condition, args...)
	if err != nil {
		return nil, err
	}
	for i := range out {
		n := &out[i]
		r, _, err := ledger.Load(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		n.Note = field.NoteOf(r)
		if n.Seen.Photo = n.Note.Photo; n.Seen.Photo != uuid.Nil {
			err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT kind FROM photo WHERE id = $1), ''), EXISTS (SELECT 1 FROM thumbnail WHERE photo = $1)`,
				n.Seen.Photo.String()).Scan(&n.Seen.Kind, &n.Seen.Here)
			if err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
