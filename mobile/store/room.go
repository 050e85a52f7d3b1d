package store

import (
	"fmt"
	"path/filepath"
	"syscall"

	"storewalk/shared/wire"
)

// Room returns how full the phone is, in bytes: of the storage on which its data lies.
func (s *Store) Room() (wire.Storage, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(s.identity), &st); err != nil {
		return wire.Storage{}, fmt.Errorf("store: room: %w", err)
	}
	block := uint64(st.Bsize)
	return wire.Storage{Free: int64(uint64(st.Bavail) * block), Used: int64((uint64(st.Blocks) - uint64(st.Bfree)) * block)}, nil
}
