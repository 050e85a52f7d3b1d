package store

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"storewalk/migrations"
	"storewalk/mobile/identity"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/ledger"
	"storewalk/shared/pulse"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// A Store is the data folder of one phone: the database, the photos and the identity. Only one process
// may have it open. Its methods may be called from any goroutine.
type Store struct {
	Blobs *blob.Dir // photo bytes, by their hash
	Key   ed25519.PrivateKey

	db       *sqldb.DB
	lock     *identity.Lock
	identity string // path of the identity file
	print    string // fingerprint of Key
	boot     func() Boot
	wall     func() time.Time // what this phone's clock shows
	reserve  reserve
	tries    tries
	unlocked atomic.Bool // for this run only: the disk was too full to write it
	marked   marked
	changed  pulse.Pulse
	lastLand atomic.Pointer[land]
	looked   atomic.Pointer[look] // by which a page was last read
	learnt   atomic.Uint64        // how often a write learnt something of the clock
	known    atomic.Uint64        // how often such a write has ended: what it wrote is there to be read
}

// Open opens or creates the phone's data in dir, by the clocks of this system. It returns a fault "db.in_use" when another process has
// it open, "db.newer" when a newer app wrote it, "disk.full" when there is no room, not even what the last opening kept for this.
func Open(ctx context.Context, dir string) (*Store, error) {
	return OpenBy(ctx, dir, time.Now, bootClock)
}

// OpenBy is Open by other clocks: what the phone's clock shows, and the one that nobody sets.
func OpenBy(ctx context.Context, dir string, wall func() time.Time, boot func() Boot) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	lock, err := identity.Acquire(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	s := &Store{lock: lock, identity: filepath.Join(dir, "identity.json"), boot: boot, wall: wall}
	err = s.open(ctx, dir)
	if fault.Is(err, "disk.full") && os.Remove(sparePath(dir)) == nil { // what the last opening kept
		if err = s.shut(); err == nil {
			s.db, s.Blobs = nil, nil
			err = s.open(ctx, dir)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), s.Close())
	}
	keepSpare(dir)
	return s, nil
}

func (s *Store) open(ctx context.Context, dir string) (err error) {
	if s.Key, err = identity.Key(filepath.Join(dir, "device.key")); err != nil {
		return err
	}
	s.print = identity.Fingerprint(s.Key)
	s.reserve.path = filepath.Join(dir, "reserve")
	if err := s.reserve.keep(0); err != nil { // what a killed app had kept
		return err
	}
	if s.tries, err = openTries(dir); err != nil {
		return err
	}
	if s.Blobs, err = blob.OpenDir(filepath.Join(dir, "photos")); err != nil {
		return err
	}
	if s.db, err = sqldb.Open(ctx, filepath.Join(dir, "storewalk.db"), migrations.Device()); err != nil {
		return err
	}
	if err := s.identify(ctx); err != nil {
		return err
	}
	if err := s.commit(ctx, func(tx *sql.Tx) error {
		if err := ledger.Prepare(ctx, tx); err != nil {
			return err
		}
		if err := checkWaits(ctx, tx); err != nil {
			return err
		}
		if err := s.placeDrafts(ctx, tx); err != nil {
			return err
		}
		if err := s.beginComparing(ctx, tx); err != nil {
			return err
		}
		return s.rereadUnread(ctx, tx)
	}); err != nil {
		return err
	}
	return s.sweep(ctx)
}

// Close waits for running statements and lets go of the folder.
func (s *Store) Close() error { return errors.Join(s.shut(), s.lock.Release()) }

// shut closes what open opened.
func (s *Store) shut() error {
	var errs []error
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.Blobs != nil {
		errs = append(errs, s.Blobs.Close())
	}
	return errors.Join(errs...)
}

// Watch returns a channel that gets a value soon after each change, and the function that ends it.
func (s *Store) Watch() (changes <-chan struct{}, stop func()) { return s.changed.Watch() }

// change runs fn in one transaction and, when it has committed, tells the watchers. When the disk is full it takes the
// room that was kept for photos: words go first.
func (s *Store) change(ctx context.Context, fn func(*sql.Tx) error) error {
	learnt := s.learnt.Load()
	err := s.commit(ctx, fn)
	if fault.Is(err, "disk.full") && s.reserve.give() {
		err = s.commit(ctx, fn)
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if s.learnt.Load() != learnt {
		s.known.Add(1)
	}
	s.settleLock(ctx)
	s.changed.Beat()
	return nil
}

// sweep removes photo files that no record names, which a crash between the file and its record leaves. So
// does a database restored from a backup, but then the records come back from the server: hence sweepAge. It looks at every
// file, for which somebody waits who starts the app: so it is done once a week.
func (s *Store) sweep(ctx context.Context) error {
	var last int64
	if _, err := getMeta(ctx, s.db.Read, metaSwept, &last); err != nil {
		return err
	}
	if since := s.wall().Sub(time.UnixMilli(last)); since >= 0 && since < sweepEvery { // else, or the clock was set
		return nil
	}
	known := map[string]bool{}
	rows, err := s.db.Read.QueryContext(ctx, `SELECT sha256 FROM upload UNION SELECT sha256 FROM photo`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var sha string
		if err := rows.Scan(&sha); err != nil {
			return err
		}
		known[sha] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if _, err := s.Blobs.Sweep(ctx, func(r blob.Ref) bool { return known[r.String()] }, sweepAge); err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(tx *sql.Tx) error { return setMetaJSON(ctx, tx, metaSwept, s.wall().UnixMilli()) })
	if fault.Is(err, "disk.full") { // the app opens: it is done again at the next start
		return nil
	}
	return err
}

// sweepAge gives a phone time to meet the server before it gives up the bytes of a photo without a record.
const sweepAge = 30 * 24 * time.Hour

const sweepEvery = 7 * 24 * time.Hour

// writer signs what the person enters now, by the phone's clock.
func (s *Store) writer(ctx context.Context, tx *sql.Tx) (ledger.Writer, error) {
	var user string
	err := tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = $1`, metaUser).Scan(&user)
	if errors.Is(err, sql.ErrNoRows) {
		return ledger.Writer{}, signedOut(nil)
	}
	if err != nil {
		return ledger.Writer{}, err
	}
	id, err := uuid.Parse(user)
	if err != nil {
		return ledger.Writer{}, err
	}
	now := s.wall()
	return ledger.Writer{Author: id, WallMS: now.UnixMilli()}, s.mindClock(ctx, tx, now, s.boot())
}

// edit writes edits as the person signed in.
func (s *Store) edit(ctx context.Context, edits ...ledger.Edit) error {
	return s.change(ctx, func(tx *sql.Tx) error { return s.write(ctx, tx, edits...) })
}

func (s *Store) write(ctx context.Context, tx *sql.Tx, edits ...ledger.Edit) error {
	w, err := s.writer(ctx, tx)
	if err != nil {
		return err
	}
	_, err = ledger.Write(ctx, tx, w, edits...)
	return err
}
