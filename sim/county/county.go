// Package county builds the data folder of a phone that holds the most one phone may hold: 5,000 stores, 100,000 count
// lines, 20,000 photos. What the office decided comes by the feed; what the person did is written by the function that is
// under every tap, many to a transaction. The same day always makes the same records.
package county

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"storewalk/migrations"
	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// A Size is how much there is: beside these, twenty lines and four photos of each visit, but one has two hundred photos and
// some have none.
type Size struct {
	Stores   int // of all, one in fifty visits is to the first
	Visits   int // by the person of the phone; a multiple of Requests
	Requests int
}

// Whole is the most that one phone may hold: with 100,000 lines and 20,000 photos.
var Whole = Size{Stores: 5_000, Visits: 5_000, Requests: 1_000}

// Photos is how many there are.
func (s Size) Photos() int { return s.Visits * photosPerVisit }

const (
	linesPerVisit  = 20
	photosPerVisit = 4
	crowd          = 200 // photos of one visit
	busy           = 50  // one visit of so many is to the first store
	routeStops     = 38
)

// Two states of the same records.
const (
	Waiting = "waiting" // nothing was ever sent, as right after the server was lost
	Settled = "settled" // everything is on the server and in its backup
)

// A County says what to look at in a folder that Prepare made.
type County struct {
	Dir      string
	Me       uuid.UUID
	Stores   []uuid.UUID // the first has most visits
	Visits   []uuid.UUID // newest first; the first has most photos, and all are finished
	Photos   []uuid.UUID // of the same visits, four of each
	Requests []uuid.UUID
}

// me has visited the stores; desk wrote what the office decides.
var (
	me   = field.UserID("li")
	desk = field.UserID("zhao")
)

// territories are the districts of the phone, by their place in guyuan.Counties.
var territories = []string{"yuanzhou", "xiji", "longde", "jingyuan", "pengyang"}

// Prepare returns a fresh copy of the county in dir in one of the two states as of a day. What it builds it keeps in
// cache: the next copies of the same day take a second.
func Prepare(ctx context.Context, of Size, cache, dir, state string, day time.Time) (County, error) {
	m, err := newMaker(of, day)
	if err != nil {
		return County{}, err
	}
	kept := filepath.Join(cache, m.name())
	if _, err := os.Stat(filepath.Join(kept, "done")); err != nil {
		if err := m.build(ctx, cache, kept); err != nil {
			return County{}, fmt.Errorf("county: %w", err)
		}
	}
	c := County{Dir: dir, Me: me}
	for i := range of.Stores {
		c.Stores = append(c.Stores, m.storeID(i))
	}
	for i := range of.Requests {
		c.Requests = append(c.Requests, newID("request", i))
	}
	for i := of.Visits - 1; i >= 0; i-- {
		c.Visits = append(c.Visits, visitID(i))
		if i > of.Visits/2 {
			for j := range photosPerVisit {
				c.Photos = append(c.Photos, photoID(i, j))
			}
		}
	}
	return c, copyPhone(ctx, kept, state, dir)
}

// name changes whenever the folder would.
func (m *maker) name() string {
	h := sha256.New()
	fmt.Fprint(h, version, m.size, m.today, migrations.Projection)
	return m.today + "-" + hex.EncodeToString(h.Sum(nil)[:4])
}

// version is to be raised with each change of what is built.
const version = 2

// build makes both states beside their place and moves them there when they are whole.
func (m *maker) build(ctx context.Context, cache, kept string) (err error) {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(cache, "building-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	m.dir = filepath.Join(tmp, Waiting)
	for _, step := range []func(context.Context) error{m.office, m.pictures, m.past, m.disagree} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := copyPhone(ctx, tmp, Waiting, filepath.Join(tmp, Settled)); err != nil {
		return err
	}
	m.dir = filepath.Join(tmp, Settled)
	if err := m.settle(ctx); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, "done"), nil, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, kept)
}

// copyPhone copies a state. Photos never change: they are linked.
func copyPhone(ctx context.Context, kept, state, dir string) error {
	from := filepath.Join(kept, state)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, f := range files {
		how := "-a"
		if f.Name() == "photos" {
			how = "-al"
		}
		if out, err := exec.CommandContext(ctx, "cp", how, filepath.Join(from, f.Name()), dir+"/").CombinedOutput(); err != nil {
			return fmt.Errorf("copy: %w: %s", err, out)
		}
	}
	return nil
}

// open opens the phone of the folder that is being built.
func (m *maker) open(ctx context.Context, do func(*store.Store) error) error {
	s, err := store.Open(ctx, m.dir)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// inside opens the database itself, for what would be years of taps.
func (m *maker) inside(ctx context.Context, do func(db *sqldb.DB) error) error {
	db, err := sqldb.Open(ctx, filepath.Join(m.dir, "storewalk.db"), migrations.Device())
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.Close())
}

// inParts does a thing n times, many to a transaction.
func inParts(ctx context.Context, db *sqldb.DB, n int, do func(tx *sql.Tx, i int) error) error {
	const part = 100
	for from := 0; from < n; from += part {
		err := db.Tx(ctx, func(tx *sql.Tx) error {
			for i := from; i < min(from+part, n); i++ {
				if err := do(tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
