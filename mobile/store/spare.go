package store

import (
	"errors"
	"os"
	"path/filepath"
)

// spareRoom is how many bytes are kept for opening the database on a disk that is full: what was written can then be read,
// and the lock be opened.
const spareRoom = 512 << 10

func sparePath(dir string) string { return filepath.Join(dir, "spare") }

// keepSpare takes the room for the next opening, or as much of it as there is.
func keepSpare(dir string) {
	f, err := os.OpenFile(sparePath(dir), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return // as it is full, with nothing to spare
	}
	for size := int64(spareRoom); ; size /= 2 {
		if size < 32<<10 {
			err = os.Remove(f.Name())
			break
		}
		if err = allocate(f, size); err == nil {
			break
		}
		_ = f.Truncate(0) // what could be had of it is given back; if it is not, the next try has less
	}
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
	}
}
