// Package durable writes small files so that a crash, or a power cut, leaves the old one or the new one, whole.
package durable

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes b the content of the file at path. The caller is the file's only writer: the new content is first
// written beside it under a fixed name, where what a crash left is overwritten.
func Write(path string, b []byte) (err error) {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(b); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return Rename(f.Name(), path)
}

// WriteJSON makes v, as JSON that a person can read, the content of the file at path.
func WriteJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return Write(path, append(b, '\n'))
}

// ReadJSON reads a file that WriteJSON wrote into v. A file that is missing, that is damaged, or whose JSON has another
// shape leaves v as it is, all of it: whoever keeps such files treats that as knowing nothing.
func ReadJSON[T any](path string, v *T) error {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var read T // Unmarshal fills in what fits before it fails
	if json.Unmarshal(b, &read) == nil {
		*v = read
	}
	return nil
}

// Rename moves a file whose content is on the disk to path.
func Rename(from, path string) error {
	if err := os.Rename(from, path); err != nil {
		return err
	}
	return Sync(filepath.Dir(path))
}

// Sync makes a file's content, or a folder's names, survive a power cut.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
