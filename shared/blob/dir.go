// Package blob keeps photo bytes under the hash of their content.
// The phone and the server use the same Dir, so a photo that arrives is the photo that was taken.
package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"
)

// Failures a caller tells apart with errors.Is.
var (
	ErrCorrupt    = errors.New("blob: content does not match its ref")
	ErrOffset     = errors.New("blob: not the offset the blob has reached")
	ErrSuperseded = errors.New("blob: a newer request took over")
)

// Folders beside the blobs, which live in folders named by the first two hex digits of their ref.
const (
	tmpFolder  = "tmp"  // files being added, under random names
	partFolder = "part" // files arriving in pieces, under the name of the blob they will be
	badFolder  = "bad"  // files with a blob's name and other bytes, made when the first is found
)

// A File is one that a Dir writes.
type File interface {
	io.Writer
	Sync() error  // makes all that was written durable
	Name() string // its path when it was opened
}

// A Dir is a folder of blobs. A file with a blob's name is whole and on disk, always.
// Its methods may be called from several goroutines, by one process at a time.
type Dir struct {
	// Through, when set, stands between the Dir and each file it writes. It is how a test fills or breaks the disk:
	// return a file that fails, or that forgets what was not synced. Set it before the Dir is used.
	Through func(File) File

	root *os.Root

	mu      sync.Mutex
	holders map[Ref]*holder // who is appending to which partial
}

// OpenDir opens or creates the folder at path. Call Close when done.
func OpenDir(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("blob: open: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("blob: open: %w", err)
	}
	for _, folder := range []string{tmpFolder, partFolder} {
		if err := root.MkdirAll(folder, 0o700); err != nil {
			root.Close()
			return nil, fmt.Errorf("blob: open: %w", err)
		}
	}
	return &Dir{root: root, holders: map[Ref]*holder{}}, nil
}

// Close ends running appends and closes the folder.
func (d *Dir) Close() error {
	d.mu.Lock()
	var refs []Ref
	for ref := range d.holders {
		refs = append(refs, ref)
	}
	d.mu.Unlock()
	for _, ref := range refs {
		d.Interrupt(ref)
	}
	return d.root.Close()
}

// Add stores everything in src and returns its Ref and its size in bytes. When it returns, the blob survives a power cut.
func (d *Dir) Add(src io.Reader) (Ref, int64, error) { return d.put(src, nil) }

// Put stores src, which must have the content of ref; if not, it stores nothing and returns ErrCorrupt.
func (d *Dir) Put(ref Ref, src io.Reader) error {
	_, _, err := d.put(src, &ref)
	return err
}

// Open returns the whole blob, or an error that is fs.ErrNotExist. The caller closes it.
func (d *Dir) Open(ref Ref) (*os.File, error) { return d.root.Open(name(ref)) }

// Has returns the size of the blob in bytes and whether all of it is here.
func (d *Dir) Has(ref Ref) (size int64, ok bool) {
	info, err := d.root.Stat(name(ref))
	if err != nil {
		return 0, false
	}
	return info.Size(), true
}

// Remove deletes the blob and what arrived of it. To remove what is not there is no error.
func (d *Dir) Remove(ref Ref) error {
	h := d.hold(context.Background(), ref)
	defer d.release(ref, h)
	for _, file := range []string{partName(ref), name(ref)} {
		if err := d.root.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("blob: remove %s: %w", ref, err)
		}
	}
	return nil
}

// SetAside takes a blob away whose bytes are not those of its ref any more, as a disk damages them, so that it can be
// added again. The file is kept in a folder of its own.
func (d *Dir) SetAside(ref Ref) error {
	err := d.root.MkdirAll(badFolder, 0o700)
	if err == nil {
		err = d.root.Rename(name(ref), path.Join(badFolder, ref.String()))
	}
	if err == nil {
		err = errors.Join(d.syncFolder(badFolder), d.syncFolder(path.Dir(name(ref))))
	}
	if err != nil {
		return fmt.Errorf("blob: set %s aside: %w", ref, err)
	}
	return nil
}

// Sweep deletes what nobody needs: files whose writing was cut, and blobs and partials that keep does not want.
// Only files untouched for minAge go, so that a blob whose record is about to be written stays.
// It returns the number of files deleted.
func (d *Dir) Sweep(ctx context.Context, keep func(Ref) bool, minAge time.Duration) (removed int, err error) {
	// The entry's age is asked for only once it is unwanted: a folder of thousands needs no thousand stats.
	err = fs.WalkDir(d.root.FS(), ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			return nil // finished or removed while we looked
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		}
		folder, base := path.Split(file)
		if ref, err := ParseRef(base); err == nil && keep(ref) {
			if folder != partFolder+"/" {
				return nil
			}
			if _, whole := d.Has(ref); !whole {
				return nil
			}
		}
		info, err := entry.Info()
		if err != nil || time.Since(info.ModTime()) < minAge {
			return nil
		}
		if err := d.root.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		removed++
		return nil
	})
	if err != nil {
		return removed, fmt.Errorf("blob: sweep: %w", err)
	}
	return removed, nil
}

func (d *Dir) put(src io.Reader, want *Ref) (ref Ref, size int64, err error) {
	tmp := path.Join(tmpFolder, rand.Text())
	f, err := d.root.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Ref{}, 0, fmt.Errorf("blob: add: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			d.root.Remove(tmp)
			ref, size, err = Ref{}, 0, fmt.Errorf("blob: add: %w", err)
		}
	}()
	file, h := d.through(f), sha256.New()
	if size, err = io.Copy(io.MultiWriter(file, h), src); err != nil {
		return ref, size, err
	}
	h.Sum(ref[:0])
	if want != nil && ref != *want {
		return ref, size, ErrCorrupt
	}
	if err := errors.Join(file.Sync(), f.Close()); err != nil {
		return ref, size, err
	}
	return ref, size, d.adopt(tmp, ref)
}

// adopt gives a whole, synced file its blob's name, and makes the name survive a power cut.
func (d *Dir) adopt(file string, ref Ref) error {
	folder := path.Dir(name(ref))
	if err := d.root.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := d.root.Rename(file, name(ref)); err != nil {
		return err
	}
	// The folder itself may be new, so its own name must be on disk too.
	return errors.Join(d.syncFolder(folder), d.syncFolder("."))
}

func (d *Dir) syncFolder(folder string) error {
	f, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d *Dir) through(f *os.File) File {
	if d.Through == nil {
		return f
	}
	return d.Through(f)
}

func name(ref Ref) string {
	s := ref.String()
	return s[:2] + "/" + s
}

func partName(ref Ref) string { return partFolder + "/" + ref.String() }
