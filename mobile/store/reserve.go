package store

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"storewalk/shared/fault"
)

// photoRoom is how many bytes a photo may need, with its thumbnail, its record and the log of the database.
const photoRoom = 2 << 20

// maxReserve is for how many photos room is kept at most.
const maxReserve = 40

// A reserve is a file that keeps room for photos which are about to be taken.
type reserve struct {
	mu   sync.Mutex
	path string
	room int // for how many photos
}

// ReservePhotos keeps room on the disk for n photos, before the camera is opened, and returns for how many there is. When
// there is none for the first of them it is a fault "photo.no_room". With n = 0 the room is given back.
func (s *Store) ReservePhotos(n int) (room int, err error) {
	r := &s.reserve
	r.mu.Lock()
	defer r.mu.Unlock()
	for room = min(n, maxReserve); room > 0; room-- {
		err = r.keep(room)
		if err == nil {
			return room, nil
		}
		if !fault.Is(err, "disk.full") {
			return 0, fmt.Errorf("store: reserve: %w", err)
		}
	}
	if dropErr := r.keep(0); dropErr != nil {
		return 0, fmt.Errorf("store: reserve: %w", dropErr)
	}
	if err != nil {
		err = fault.New(fault.Unavailable, "photo.no_room", err)
	}
	return 0, err
}

// PhotoRoom returns for how many photos there is room, with what is kept for them.
func (s *Store) PhotoRoom() (int, error) {
	r := &s.reserve
	r.mu.Lock()
	defer r.mu.Unlock()
	disk, err := s.Room()
	if err != nil {
		return 0, err
	}
	return r.room + int(disk.Free/photoRoom), nil
}

// UseReserve gives back the room of one photo, which is about to be written.
func (s *Store) UseReserve() error {
	r := &s.reserve
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.room == 0 {
		return nil
	}
	if err := r.keep(r.room - 1); err != nil {
		return fmt.Errorf("store: reserve: %w", err)
	}
	return nil
}

// give gives back all room, for a write that the disk is too full for, and reports whether there was any.
func (r *reserve) give() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.room > 0 && r.keep(0) == nil
}

// keep makes the file one with room for n photos. When it cannot, it is as before.
func (r *reserve) keep(n int) error {
	if n == 0 {
		if err := os.Remove(r.path); err != nil && !os.IsNotExist(err) {
			return err
		}
		r.room = 0
		return nil
	}
	f, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if n > r.room {
		err = allocate(f, int64(n)*photoRoom)
	}
	if err == nil {
		r.room = n
	}
	// Also what could be had of room that was not enough is given back.
	return errors.Join(err, f.Truncate(int64(r.room)*photoRoom), f.Close())
}
