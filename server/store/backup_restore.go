package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"storewalk/migrations"
	"storewalk/shared/blob"
	"storewalk/shared/durable"
	"storewalk/shared/fault"
	"storewalk/shared/sqldb"
)

// restoringFile is in a data folder while Restore fills it. A store does not open such a folder: it would begin
// an empty database beside the photos.
const restoringFile = "restoring"

// A Restored is what Restore did.
type Restored struct {
	Manifest
	// Skipped are photos whose bytes in the backup are damaged or gone; phones that hold them send them again.
	Skipped []blob.Ref
}

// Restore fills the empty folder data with the last good backup in dir and begins a new history of the server:
// phones send back what they hold, and nothing is ever written under a name used before. Everything is
// checked against the hashes; one that differs is a fault "backup.damaged", and data is empty again. With
// skipDamaged, photos that differ are left out. A Restore that was killed may be run again.
// Other faults: "backup.none", "restore.not_empty", "restore.running", "backup.no_room", "db.newer".
func Restore(ctx context.Context, dir, data string, skipDamaged bool) (r Restored, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("store: restore: %w", noRoom(err))
		}
	}()
	if r.Manifest, err = ReadManifest(dir); err != nil {
		return r, err
	}
	done, err := claim(ctx, data)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, done(err == nil)) }()
	part := filepath.Join(data, databaseFile+".part")
	removeDatabase(part)
	got, size, err := copyFile(filepath.Join(dir, r.Database), part)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r, fault.New(fault.Invalid, "backup.damaged", err)
	case err != nil:
		return r, err
	case got != r.SHA256 || size != r.Size:
		return r, fault.New(fault.Invalid, "backup.damaged", fmt.Errorf("%s is not the file that was written", r.Database))
	}
	if err := r.fill(ctx, part, dir, data, skipDamaged); err != nil {
		return r, err
	}
	if err := durable.Sync(part); err != nil {
		return r, err
	}
	return r, durable.Rename(part, filepath.Join(data, databaseFile))
}

// claim makes the folder exist and be this process's to fill. done lets go of it, emptied unless all went well.
func claim(ctx context.Context, data string) (done func(ok bool) error, err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(data)
	if err != nil {
		return nil, err
	}
	ours := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == restoringFile })
	if len(entries) > 0 && !ours {
		return nil, fault.New(fault.Conflict, "restore.not_empty", fmt.Errorf("%s holds %s", data, entries[0].Name()))
	}
	marker := filepath.Join(data, restoringFile)
	unlock, err := sqldb.Lock(ctx, marker)
	if errors.Is(err, sqldb.ErrLocked) {
		return nil, fault.New(fault.Conflict, "restore.running", err)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(marker))
	}
	return func(ok bool) error {
		var errs []error
		if !ok {
			removeDatabase(filepath.Join(data, databaseFile+".part"))
			removeDatabase(filepath.Join(data, databaseFile))
			errs = append(errs, os.RemoveAll(filepath.Join(data, photosFolder)), os.RemoveAll(filepath.Join(data, epochFile)))
		}
		// The marker goes last, and while it is still locked: nobody takes the folder for a finished one.
		return errors.Join(append(errs, os.Remove(marker), durable.Sync(data), unlock())...)
	}, durable.Sync(data)
}

// fill brings the photos and gives the database its new history.
func (r *Restored) fill(ctx context.Context, database, dir, data string, skipDamaged bool) (err error) {
	db, err := sqldb.Open(ctx, database, migrations.Server())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	from, err := blob.OpenDir(filepath.Join(dir, photosFolder))
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := blob.OpenDir(filepath.Join(data, photosFolder))
	if err != nil {
		return err
	}
	defer to.Close()
	return db.Tx(ctx, func(tx *sql.Tx) error {
		listed, err := pairs(ctx, tx, `SELECT sha256, size FROM backup_photo`)
		if err != nil {
			return err
		}
		if len(listed) != r.Photos {
			return fault.New(fault.Invalid, "backup.damaged", fmt.Errorf("%d photos listed, %d in the manifest", len(listed), r.Photos))
		}
		for _, text := range slices.Sorted(maps.Keys(listed)) {
			ref, err := blob.ParseRef(text)
			if err == nil {
				err = bring(ctx, from, to, ref)
			}
			if damaged := errors.Is(err, blob.ErrCorrupt) || errors.Is(err, fs.ErrNotExist); damaged && !skipDamaged {
				return fault.New(fault.Invalid, "backup.damaged", fmt.Errorf("photo %s: %w", text, err))
			} else if damaged {
				r.Skipped = append(r.Skipped, ref)
				if _, err := tx.ExecContext(ctx, `DELETE FROM backup_photo WHERE sha256 = $1`, text); err != nil {
					return err
				}
			} else if err != nil {
				return err
			}
		}
		_, _, err = settleEpoch(ctx, tx, data)
		return err
	})
}

// bring copies a photo, unless a killed restore already did.
func bring(ctx context.Context, from, to *blob.Dir, ref blob.Ref) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, ok := to.Has(ref); ok {
		return nil
	}
	src, err := from.Open(ref)
	if err != nil {
		return err
	}
	defer src.Close()
	return to.Put(ref, src)
}
