package sqldb

import (
	"context"
	"database/sql"
	"strings"
)

// Rows are rows on their way into tables. They are written several with one statement, which costs less than
// one each. The zero value is empty and ready to use.
type Rows struct {
	inserts map[string]*insert
	order   []*insert
}

// An insert is the rows of one statement.
type insert struct {
	query  string
	many   string // the query for most rows at once; "" until it is needed
	width  int    // values in a row
	values []any
}

// Add puts a row behind the others. The query is the statement for this row alone: "INSERT INTO … (…) VALUES ($1, $2)",
// each value once and in order, with what may follow. Rows of one query keep their order.
func (r *Rows) Add(query string, values ...any) {
	s := r.inserts[query]
	if s == nil {
		s = &insert{query: query, width: len(values)}
		if r.inserts == nil {
			r.inserts = map[string]*insert{}
		}
		r.inserts[query] = s
		r.order = append(r.order, s)
	}
	s.values = append(s.values, values...)
}

// Write writes all rows and forgets them.
func (r *Rows) Write(ctx context.Context, tx *sql.Tx) error {
	for _, s := range r.order {
		for left := s.values; len(left) > 0; {
			n := together(len(left) / s.width)
			if _, err := tx.ExecContext(ctx, s.text(n), left[:n*s.width]...); err != nil {
				return err
			}
			left = left[n*s.width:]
		}
		clear(s.values)
		s.values = s.values[:0]
	}
	return nil
}

// most is how many rows one statement writes: more cost no less each.
const most = 32

// together returns how many of n rows go into the next statement: one of three numbers, so that few texts are compiled.
func together(n int) int {
	switch {
	case n >= most:
		return most
	case n >= 8:
		return 8
	}
	return 1
}

// text returns the query for n rows. Where one of them fails, those before it stay until the transaction is undone, as
// it must be anyhow: to take them back SQLite would copy every page it changes.
func (s *insert) text(n int) string {
	switch {
	case n == 1:
		return s.query
	case n == most && s.many != "":
		return s.many
	}
	head, rest, _ := strings.Cut(strings.Replace(s.query, "INSERT INTO", "INSERT OR FAIL INTO", 1), "VALUES (")
	_, tail, _ := strings.Cut(rest, ")")
	row := "(?" + strings.Repeat(", ?", s.width-1) + ")"
	text := head + "VALUES " + row + strings.Repeat(", "+row, n-1) + tail
	if n == most {
		s.many = text
	}
	return text
}
