package store

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"storewalk/shared/blob"
)

// sum returns the hash of a file and its size in bytes.
func sum(path string) (ref blob.Ref, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return ref, 0, err
	}
	defer f.Close()
	return copySum(io.Discard, f)
}

// copySum copies src and returns the hash and the size of what it copied.
func copySum(dst io.Writer, src io.Reader) (ref blob.Ref, size int64, err error) {
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(dst, h), src)
	h.Sum(ref[:0])
	return ref, size, err
}

// copyFile copies a file, durably, and returns the hash and the size of what it copied.
func copyFile(from, to string) (ref blob.Ref, size int64, err error) {
	src, err := os.Open(from)
	if err != nil {
		return ref, 0, err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return ref, 0, err
	}
	ref, size, err = copySum(dst, src)
	if err := errors.Join(err, dst.Sync(), dst.Close()); err != nil {
		return ref, size, fmt.Errorf("copy to %s: %w", to, err)
	}
	return ref, size, nil
}

// removeDatabase removes what is left of a database file and SQLite's files beside it.
func removeDatabase(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(path + suffix) // most of them are not there
	}
}
