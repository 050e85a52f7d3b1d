package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// allocate gives a file size bytes of the disk, which nothing else can take.
func allocate(f *os.File, size int64) error { return unix.Fallocate(int(f.Fd()), 0, 0, size) }
