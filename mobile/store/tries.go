package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"storewalk/shared/durable"
)

// triesSize is the length of the file of tries: more than a lockState ever takes.
const triesSize = 512

// tries is a file of fixed length beside the database. Its bytes are written in place, which needs no room: on a full disk
// wrong passwords count there, so that neither filling the disk nor ending the app makes trying cheap, and a person is signed
// out there.
type tries struct{ path string }

// openTries makes the file, where there is none yet.
func openTries(dir string) (tries, error) {
	t := tries{filepath.Join(dir, "tries")}
	if _, err := os.Stat(t.path); !errors.Is(err, fs.ErrNotExist) {
		return t, err
	}
	return t, durable.Write(t.path, padTries([]byte("{}")))
}

func padTries(b []byte) []byte {
	return append(b, bytes.Repeat([]byte{' '}, triesSize-len(b))...)
}

// read returns what the file says; the zero lockState where a crash left half of it.
func (t tries) read() (l lockState, err error) {
	err = durable.ReadJSON(t.path, &l)
	return l, err
}

// write puts l over what the file says.
func (t tries) write(l lockState) error {
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(t.path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("tries: %w", err)
	}
	_, err = f.WriteAt(padTries(b), 0)
	return errors.Join(err, f.Sync(), f.Close())
}

// forget makes the count begin anew, if there is one.
func (t tries) forget() error {
	if l, err := t.read(); err != nil || l == (lockState{}) {
		return err
	}
	return t.write(lockState{})
}
