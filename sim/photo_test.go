package sim

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"storewalk/shared/blob"
)

// A photoFile is a file of photos that a watched disk writes.
type photoFile struct {
	blob.File
	d *disk
}

// through is what a machine's folder of photos writes through.
func (d *disk) through(f blob.File) blob.File {
	if info, err := os.Stat(f.Name()); err == nil {
		if name := filepath.Base(f.Name()); d.photos[name] == nil {
			size := info.Size()
			d.photos[name] = &size
		}
	}
	return photoFile{f, d}
}

func (f photoFile) Write(b []byte) (int, error) {
	if f.d.before(true) {
		n, err := f.File.Write(b[:len(b)/2])
		if err != nil {
			return n, err
		}
		f.d.struck()
		rest, err := f.Write(b[n:])
		return n + rest, err
	}
	if f.d.full {
		return 0, syscall.ENOSPC
	}
	return f.File.Write(b)
}

func (f photoFile) Sync() error {
	f.d.before(false)
	err := f.File.Sync()
	if info, statErr := os.Stat(f.Name()); err == nil && statErr == nil {
		*f.d.photos[filepath.Base(f.Name())] = info.Size()
	}
	return err
}

// durable returns how many bytes of a photo would survive a power cut; known is false when none were ever written.
func (d *disk) durable(name string) (size int64, known bool) {
	if d.photos[name] == nil {
		return 0, false
	}
	return *d.photos[name], true
}

// losePhotos cuts off what the power cut took of the photos. One that was finished since was not: the process that did was
// gone already.
func (d *disk) losePhotos() error {
	for name, size := range d.cut {
		part := filepath.Join(d.dir, "photos", "part", name)
		for _, path := range []string{part, filepath.Join(d.dir, "photos", name[:2], name)} {
			info, err := os.Stat(path)
			if err == nil && info.Size() > size {
				err = errors.Join(os.Truncate(path, size), os.Rename(path, part))
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	d.cut = nil
	return nil
}
