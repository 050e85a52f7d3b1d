package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"storewalk/shared/password"

	"modernc.org/sqlite"
)

// writing are the connections that databases write with, by their address; nil for one that gets no other: its disk is too full.
var writing sync.Map

func init() {
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, dsn string) error {
		if !strings.Contains(dsn, "_txlock=immediate") {
			return nil
		}
		if now, known := writing.Load(dsn); known && now == nil {
			return tooFull{}
		}
		writing.Store(dsn, conn)
		return nil
	})
}

// tooFull is what SQLite says when there is no room.
type tooFull struct{}

func (tooFull) Error() string { return "database or disk is full" }
func (tooFull) Code() int     { return 13 }

// beginless lets no transaction of s begin any more, until the returned function is called: it lost its connection, and there is
// no room for another.
func beginless(t *testing.T, s *Store) (room func()) {
	t.Helper()
	begins := func() error { return s.db.Tx(t.Context(), func(*sql.Tx) error { return nil }) }
	for dsn, conn := range writing.Range {
		if !strings.Contains(dsn.(string), filepath.Dir(s.identity)) {
			continue
		}
		writing.Store(dsn, nil)
		room = func() { writing.Delete(dsn) }
		for begins() == nil { // it is given up when it was interrupted in a query that never ends
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			_, err := conn.(sqlite.ExecQuerierContext).QueryContext(ctx, `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c`, nil)
			if cancel(); err == nil {
				t.Fatal("it counted to the end")
			}
		}
	}
	wantFault(t, begins(), "disk.full")
	return room
}

// Where not even a transaction begins, nothing of it has read who is signed in, or what was tried before.
func TestTheLockWorksWhereNoTransactionBegins(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	a := accounts[li]
	must(t, s.SignIn(t.Context(), a))
	room := beginless(t, s)
	wantFault(t, s.Lock(t.Context()), "lock.no_password") // it would never open again
	equal(t, isLocked(t, s), false)
	room()
	a.Verifier = password.Hash("正确的密码")
	must(t, s.SignIn(t.Context(), a))
	now := time.Now()
	s.wall = func() time.Time { return now }
	try := func(text string) error {
		_, err := s.Unlock(t.Context(), text)
		return err
	}
	must(t, s.Lock(t.Context()))
	wantFault(t, try("falsch"), "lock.wrong") // there is room: it counts in the database

	room = beginless(t, s)
	for range freeTries {
		wantFault(t, try("falsch"), "lock.wrong")
	}
	wantFault(t, try("正确的密码"), "lock.wait") // the fourth wrong one was one too many
	now = now.Add(time.Hour)
	s.boot = func() Boot { return Boot{} }
	must(t, try("正确的密码"))
	equal(t, isLocked(t, s), false)
	must(t, s.Lock(t.Context()))
	equal(t, isLocked(t, s), true)
	room()
	s = reopen(t, s)
	equal(t, isLocked(t, s), true)
	must(t, try("正确的密码"))
	equal(t, isLocked(t, s), false)
	equal(t, s.lockFails(t), 0)
}
