package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
)

// SQLite spends more time on compiling a short statement than on running it, and database/sql compiles one
// anew each time it is used inside a transaction. So each connection here keeps the statements it has
// compiled, by their text: the same few dozen serve for ever.

// maxKept bounds the statements of one connection; texts made at run time (a filter) come and go.
const maxKept = 200

// A connector opens connections that keep their statements.
type connector struct {
	dsn    string
	driver driver.Driver
}

// openPool returns a pool on the file that dsn names.
func openPool(dsn string) (*sql.DB, error) {
	plain, err := sql.Open("sqlite", dsn) // opens nothing yet; only its driver is wanted
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector{dsn, plain.Driver()}), plain.Close()
}

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	inner, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	full, ok := inner.(fullConn)
	if !ok {
		return nil, errors.Join(errors.New("sqldb: the driver lacks what database/sql offers"), inner.Close())
	}
	return &keepingConn{fullConn: full, kept: map[string]*keptStmt{}}, nil
}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver }

// A fullConn is what modernc.org/sqlite's connections are.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// A keepingConn is one connection with its compiled statements. database/sql lets one goroutine use it at a
// time, but a statement may still have open rows when the same text is run again.
type keepingConn struct {
	fullConn
	kept map[string]*keptStmt
}

type keptStmt struct {
	stmt fullStmt
	busy bool // its rows are open
}

type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// statement returns the compiled form of a query, or nil when it is not kept: a script, a rare kind of
// statement, or one that is busy.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStmt, error) {
	if s := c.kept[query]; s != nil {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if !worthKeeping(query) {
		return nil, nil
	}
	if len(c.kept) >= maxKept {
		c.forget()
	}
	stmt, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	full, ok := stmt.(fullStmt)
	if !ok {
		return nil, stmt.Close()
	}
	s := &keptStmt{stmt: full}
	c.kept[query] = s
	return s, nil
}

func worthKeeping(query string) bool {
	verb, _, _ := strings.Cut(strings.TrimLeft(query, " \t\n"), " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return !strings.Contains(query, ";")
	}
	return false
}

// forget closes the statements that are not in use.
func (c *keepingConn) forget() {
	for query, s := range c.kept {
		if !s.busy {
			s.stmt.Close() // it only frees memory
			delete(c.kept, query)
		}
	}
}

// ExecContext implements driver.ExecerContext. A statement that changes something is short and runs to its
// end: ctx is looked at before, not by a goroutine beside it.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.fullConn.ExecContext(ctx, query, args)
	}
	return s.stmt.ExecContext(context.WithoutCancel(ctx), args)
}

// QueryContext implements driver.QueryerContext.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.fullConn.QueryContext(ctx, query, args)
	}
	rows, err := s.stmt.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &keptRows{rows, s}, nil
}

// Close implements driver.Conn.
func (c *keepingConn) Close() error {
	c.forget()
	return c.fullConn.Close()
}

// keptRows give their statement back when they are closed.
type keptRows struct {
	driver.Rows
	s *keptStmt
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	r.s.busy = false
	return r.Rows.Close()
}
