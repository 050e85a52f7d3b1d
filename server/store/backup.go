package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"storewalk/migrations"
	"storewalk/shared/blob"
	"storewalk/shared/durable"
	"storewalk/shared/fault"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// What lies in a backup's folder. The manifest names the database file, so that a backup that is cut leaves the
// one before it as it was; the photos are the same files for all of them.
const (
	manifestFile   = "manifest.json"
	backupLock     = "lock"
	photosFolder   = "photos"
	databaseFile   = "storewalk.db" // of a server's data
	snapshotPrefix = "snapshot-"    // a database being written, of a backup that runs or was killed
	backupPrefix   = "storewalk-"
)

// A Manifest says what one good backup holds.
type Manifest struct {
	Format     int            `json:"format"` // of the backup's folder
	MadeMS     int64          `json:"made_ms"`
	Schema     int            `json:"schema"` // of the database
	Epoch      record.Replica `json:"epoch"`
	Generation uint64         `json:"generation"`
	Database   string         `json:"database"` // its file name
	SHA256     blob.Ref       `json:"sha256"`
	Size       int64          `json:"size"` // bytes
	Records    int            `json:"records"`
	Photos     int            `json:"photos"` // whose bytes are here
	PhotoBytes int64          `json:"photo_bytes"`
	Awaited    int            `json:"awaited"` // photos whose bytes no phone had sent yet
	// Damaged are photos whose bytes on the server were not theirs any more. They are not in the backup.
	Damaged []blob.Ref `json:"damaged,omitempty"`
}

const manifestFormat = 1

// A Backup is what Store.Backup did.
type Backup struct {
	Manifest
	NewPhotos int // copied now; the others were there
}

// Backup makes dir hold all that this store holds now, while phones and browsers go on. Photos that are there
// already stay; with verify they are read again and mended. When it returns nil the backup is on the disk and
// the store remembers what it covers. When it fails or is killed, the last good backup in dir is as it was.
// Faults: "backup.running", "backup.data_folder", "backup.other_server", "backup.no_room".
func (s *Store) Backup(ctx context.Context, dir string, verify bool) (b Backup, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("store: backup: %w", noRoom(err))
		}
	}()
	if Exists(dir) {
		return b, fault.New(fault.Invalid, "backup.data_folder", nil)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return b, err
	}
	unlock, err := sqldb.Lock(ctx, filepath.Join(dir, backupLock))
	if errors.Is(err, sqldb.ErrLocked) {
		return b, fault.New(fault.Conflict, "backup.running", err)
	}
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := s.mayReplace(ctx, dir); err != nil {
		return b, err
	}
	removeSnapshots(dir)
	b.Manifest = Manifest{Format: manifestFormat, MadeMS: time.Now().UnixMilli()}
	tmp := filepath.Join(dir, snapshotPrefix+rand.Text()+".db")
	defer removeDatabase(tmp)
	if err := s.db.Snapshot(ctx, tmp); err != nil {
		return b, err
	}
	covered, err := b.fill(ctx, s.Blobs, tmp, dir, verify)
	if err != nil {
		return b, err
	}
	if err := b.publish(tmp, dir); err != nil {
		return b, err
	}
	return b, s.cover(ctx, covered)
}

// mayReplace refuses a folder whose backup is not of a past of this database: after a disaster a server that
// began anew would replace the only copy of what was lost.
func (s *Store) mayReplace(ctx context.Context, dir string) error {
	m, err := ReadManifest(dir)
	if fault.Is(err, "backup.none") {
		return nil
	}
	if err != nil {
		return err
	}
	var ours bool
	err = s.db.Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM replica WHERE epoch = $1) OR EXISTS (SELECT 1 FROM former WHERE epoch = $1)`,
		m.Epoch.String()).Scan(&ours)
	if err == nil && !ours {
		err = fault.New(fault.Conflict, "backup.other_server", nil)
	}
	return err
}

// covered is what a backup holds, as the store remembers it.
type covered struct {
	heads  map[string]int64
	photos map[string]int64 // sizes in bytes
}

// fill copies the photos that the snapshot names and completes the snapshot: it knows what the backup holds, and
// that it is a copy.
func (b *Backup) fill(ctx context.Context, from *blob.Dir, snapshot, dir string, verify bool) (c covered, err error) {
	if err := sqldb.Check(ctx, snapshot); err != nil {
		return c, err
	}
	photos, err := blob.OpenDir(filepath.Join(dir, photosFolder))
	if err != nil {
		return c, err
	}
	defer photos.Close()
	// What a killed backup left half written; every whole photo stays.
	if _, err := photos.Sweep(ctx, func(blob.Ref) bool { return true }, 0); err != nil {
		return c, err
	}
	db, err := sqldb.Open(ctx, snapshot, migrations.Server())
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.Tx(ctx, func(tx *sql.Tx) error {
		if err := b.describe(ctx, tx); err != nil {
			return err
		}
		refs, err := photoRefs(ctx, tx)
		if err != nil {
			return err
		}
		c.photos = map[string]int64{}
		for _, ref := range refs {
			size, err := b.copyPhoto(ctx, from, photos, ref, verify)
			if err != nil {
				return err
			}
			if size >= 0 {
				c.photos[ref.String()] = size
				b.Photos, b.PhotoBytes = b.Photos+1, b.PhotoBytes+size
			}
		}
		if len(b.Damaged) == 0 { // else a phone would take such a photo for safe
			if c.heads, err = pairs(ctx, tx, `SELECT territory, seq FROM head`); err != nil {
				return err
			}
		}
		for _, query := range []string{`DELETE FROM backup_photo`, `DELETE FROM backup_head`, `UPDATE replica SET copied = 1 WHERE one = 1`} {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return err
			}
		}
		return c.save(ctx, tx)
	})
	return c, err
}

// copyPhoto makes the backup hold a photo and returns its size, or -1 when the server does not have it.
func (b *Backup) copyPhoto(ctx context.Context, from, to *blob.Dir, ref blob.Ref, verify bool) (int64, error) {
	if err := ctx.Err(); err != nil {
		return -1, err
	}
	size, here := from.Has(ref)
	held, there := to.Has(ref)
	if there && (!here || held == size) {
		if !verify || intact(to, ref) {
			return held, nil
		}
	}
	src, err := from.Open(ref)
	if errors.Is(err, fs.ErrNotExist) {
		b.Awaited++
		return -1, nil
	}
	if err != nil {
		return -1, err
	}
	defer src.Close()
	err = to.Put(ref, src)
	if errors.Is(err, blob.ErrCorrupt) {
		b.Damaged = append(b.Damaged, ref)
		return -1, nil
	}
	if err == nil {
		b.NewPhotos++
	}
	return size, err
}

func intact(d *blob.Dir, ref blob.Ref) bool {
	f, err := d.Open(ref)
	if err != nil {
		return false
	}
	f.Close()
	got, _, err := sum(f.Name())
	return err == nil && got == ref
}

func (b *Backup) describe(ctx context.Context, tx *sql.Tx) error {
	h, err := loadEpoch(ctx, tx)
	if err != nil {
		return err
	}
	b.Epoch, b.Generation = h.Epoch, h.Generation
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&b.Schema); err != nil {
		return err
	}
	return tx.QueryRowContext(ctx, `SELECT count(*) FROM record`).Scan(&b.Records)
}

// publish makes the snapshot the backup: the file first, then the manifest that names it.
func (b *Backup) publish(snapshot, dir string) (err error) {
	if err := durable.Sync(snapshot); err != nil {
		return err
	}
	if b.SHA256, b.Size, err = sum(snapshot); err != nil {
		return err
	}
	b.Database = backupPrefix + b.SHA256.String()[:16] + ".db"
	if err := durable.Rename(snapshot, filepath.Join(dir, b.Database)); err != nil {
		return err
	}
	if err := durable.WriteJSON(filepath.Join(dir, manifestFile), b.Manifest); err != nil {
		return err
	}
	names, err := os.ReadDir(dir)
	for _, n := range names {
		if strings.HasPrefix(n.Name(), backupPrefix) && n.Name() != b.Database {
			err = errors.Join(err, os.Remove(filepath.Join(dir, n.Name())))
		}
	}
	return err
}

// cover remembers what a good backup holds. Killed before it, the store knows less than is true.
func (s *Store) cover(ctx context.Context, c covered) error {
	return s.change(ctx, func(tx *sql.Tx) error { return c.save(ctx, tx) })
}

func (c covered) save(ctx context.Context, tx *sql.Tx) error {
	for territory, seq := range c.heads {
		if _, err := tx.ExecContext(ctx, `INSERT INTO backup_head (territory, seq) VALUES ($1, $2)
			ON CONFLICT (territory) DO UPDATE SET seq = excluded.seq WHERE backup_head.seq < excluded.seq`, territory, seq); err != nil {
			return err
		}
	}
	for ref, size := range c.photos {
		if _, err := tx.ExecContext(ctx, `INSERT INTO backup_photo (sha256, size) VALUES ($1, $2)
			ON CONFLICT (sha256) DO NOTHING`, ref, size); err != nil {
			return err
		}
	}
	return nil
}

// backedUp returns the number up to which a good backup holds a feed.
func backedUp(ctx context.Context, tx *sql.Tx, territory uuid.UUID) (seq int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM backup_head WHERE territory = $1`, territory.String()).Scan(&seq)
	if err != nil {
		return 0, fmt.Errorf("backup of %s: %w", territory, err)
	}
	return seq, nil
}

// Exists reports whether dir is a server's data folder.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, databaseFile))
	return err == nil
}

// ReadManifest returns what the last good backup in dir says of itself. Faults: "backup.none", "backup.damaged".
func ReadManifest(dir string) (m Manifest, err error) {
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fault.New(fault.NotFound, "backup.none", err)
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fault.New(fault.Invalid, "backup.damaged", fmt.Errorf("%s: %w", manifestFile, err))
	}
	switch {
	case m.Format > manifestFormat:
		return m, fault.New(fault.Invalid, "db.newer", fmt.Errorf("backup format %d", m.Format))
	case m.Format < 1 || m.Database != filepath.Base(m.Database) || !strings.HasPrefix(m.Database, backupPrefix):
		return m, fault.New(fault.Invalid, "backup.damaged", fmt.Errorf("%s names no database", manifestFile))
	}
	return m, nil
}

// pairs reads rows of a name and a number.
func pairs(ctx context.Context, tx *sql.Tx, query string) (map[string]int64, error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var key string
		var n int64
		if err := rows.Scan(&key, &n); err != nil {
			return nil, err
		}
		out[key] = n
	}
	return out, rows.Err()
}

// photoRefs lists the photos that records name.
func photoRefs(ctx context.Context, tx *sql.Tx) (refs []blob.Ref, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT sha256 FROM photo ORDER BY sha256`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		ref, err := blob.ParseRef(text)
		if err != nil {
			continue // a record without a photo's name
		}
		refs = append(refs, ref)
	}
	return refs, rows.Err()
}

// removeSnapshots removes what killed backups left. The caller holds the folder's lock.
func removeSnapshots(dir string) {
	names, err := filepath.Glob(filepath.Join(dir, snapshotPrefix+"*"))
	for _, name := range names {
		err = cmp.Or(err, os.Remove(name)) // a file that stays takes room and does no harm
	}
}

// noRoom tells a full disk by the code of a backup, whose disk is another than a phone's.
func noRoom(err error) error {
	if fault.Is(err, "disk.full") || errors.Is(err, syscall.ENOSPC) {
		return fault.New(fault.Unavailable, "backup.no_room", err)
	}
	return err
}
