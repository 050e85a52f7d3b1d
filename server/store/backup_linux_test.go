package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"storewalk/shared/fault"
)

// smallDisk is a file system of its own with eight megabytes.
func smallDisk(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skip("a small disk needs the right to mount one: ", err)
	}
	t.Cleanup(func() {
		// A process that another test starts has all files open for a moment.
		err := syscall.Unmount(dir, 0)
		for deadline := time.Now().Add(time.Minute); errors.Is(err, syscall.EBUSY) && time.Now().Before(deadline); err = syscall.Unmount(dir, 0) {
			<-time.After(time.Millisecond)
		}
		if err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves free bytes, by and large, on a disk, and returns what makes room again.
func fill(t *testing.T, disk string, free int64) (empty func()) {
	t.Helper()
	ballast := filepath.Join(disk, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for err == nil {
		var n int
		n, err = f.Write(make([]byte, 16<<10))
		size += int64(n)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(max(0, size-free)), f.Close()); err != nil {
		t.Fatal(err)
	}
	return func() { remove(t, ballast) }
}

func TestAFullDiskLeavesTheBackupBeforeAndRestoresNothingByHalves(t *testing.T) {
	t.Parallel()
	s, disk := openStore(t), smallDisk(t)
	dir := filepath.Join(disk, "backup")
	ma := newCaller(t, s, "ma")
	photo := func(i int) { pushPhoto(t, s, ma, string(bytes.Repeat([]byte("x"), 60_000))+fmt.Sprint(i), true) }
	photo(0)
	good := backup(t, s, dir)
	for i := range 5 {
		photo(i + 1)
	}
	full := 0
	for free := int64(0); free < 1500<<10; free += 90 << 10 {
		empty := fill(t, disk, free)
		b, err := s.Backup(t.Context(), dir, false)
		switch {
		case fault.Is(err, "backup.no_room"):
			full++
		case err != nil:
			t.Fatal(free, err)
		default:
			good = b
		}
		if m, err := ReadManifest(dir); err != nil || m.SHA256 != good.SHA256 {
			t.Fatal(free, m, err)
		}
		restored(t, dir)
		empty()
	}
	if b := backup(t, s, dir); full == 0 || b.Photos != 6 {
		t.Fatal(full, b)
	}
	full = 0
	for free := int64(0); free < 3000<<10; free += 180 << 10 {
		empty, data := fill(t, disk, free), filepath.Join(disk, "data")
		_, err := Restore(t.Context(), dir, data, false)
		if fault.Is(err, "backup.no_room") {
			full++
			if files, err := os.ReadDir(data); err == nil && len(files) > 0 {
				t.Fatal(free, files)
			}
		} else if err != nil {
			t.Fatal(free, err)
		}
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
		empty()
	}
	if full == 0 {
		t.Fatal("the disk was never full")
	}
}
