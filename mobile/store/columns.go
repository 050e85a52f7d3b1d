package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Columns are the rows of a long list, read at once. database/sql makes two objects or more of each value, 60,000 of the
// names of 5,000 stores, and collecting them as garbage costs more than reading them. Here SQLite joins each column to one
// text, an array of JSON, and the values are cut out of it where they lie: one that is used keeps all of it in memory. Numbers
// are whole ones: SQLite would round others.
//
// Each call of text, id or number takes the next value of the row, in the order of the columns.
type columns struct {
	n    int      // rows that next has not come to
	left []string // of each column, the comma or bracket before its next value and all behind it
	at   int      // the column of the next value
	err  error    // what was found that is no such value; all rows are read then
}

// readColumns runs a query and reads some of its columns, named as in "id, name". The rows come in the order of the query, which SQLite
// keeps for json_group_array. NULL is no value.
func readColumns(ctx context.Context, tx *sql.Tx, names, query string, args ...any) (*columns, error) {
	c := &columns{left: make([]string, strings.Count(names, ",")+1)}
	into := []any{&c.n}
	for i := range c.left {
		into = append(into, &c.left[i])
	}
	arrays := `json_group_array(` + strings.ReplaceAll(names, ", ", `), json_group_array(`) + `)`
	err := tx.QueryRowContext(ctx, `SELECT count(*), `+arrays+` FROM (`+query+`)`, args...).Scan(into...)
	return c, err
}

// next goes on to the next row; there is one when it returns true.
func (c *columns) next() bool {
	if c.n == 0 || c.err != nil {
		return false
	}
	c.n--
	c.at = 0
	return true
}

// cut takes the next value as it stands in the array.
func (c *columns) cut() string {
	left := c.left[c.at][1:]
	end := 0
	if left[0] == '"' {
		for end = 1; left[end] != '"'; end++ {
			if left[end] == '\\' { // what follows is part of the text, a quotation mark too
				end++
			}
		}
	}
	for left[end] != ',' && left[end] != ']' {
		end++
	}
	c.left[c.at] = left[end:]
	c.at++
	return left[:end]
}

func (c *columns) text() string {
	quoted := c.cut()
	switch {
	case quoted[0] != '"':
		c.fail(fmt.Errorf("%s is no text", quoted))
		return ""
	case strings.IndexByte(quoted, '\\') >= 0:
		return c.unescaped(quoted)
	}
	return quoted[1 : len(quoted)-1]
}

func (c *columns) unescaped(quoted string) (s string) {
	c.fail(json.Unmarshal([]byte(quoted), &s))
	return s
}

// id takes an id, or uuid.Nil for "".
func (c *columns) id() (id uuid.UUID) {
	text := c.text()
	if text == "" {
		return uuid.Nil
	}
	id, err := uuid.Parse(text)
	c.fail(err)
	return id
}

func (c *columns) number() int64 {
	n, err := strconv.ParseInt(c.cut(), 10, 64)
	c.fail(err)
	return n
}

func (c *columns) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}
