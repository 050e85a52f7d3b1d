package store

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
)

// smallDisk is a file system of its own with twelve megabytes.
func smallDisk(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=12m"); err != nil {
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

// fill leaves free bytes, by and large, on the disk of dir, and returns what makes room again.
func fill(t *testing.T, dir string, free int64) (empty func()) {
	t.Helper()
	ballast := filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	must(t, err)
	var size int64
	for err == nil {
		var n int
		n, err = f.Write(make([]byte, 64<<10))
		size += int64(n)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	must(t, f.Truncate(max(0, size-free)))
	must(t, f.Close())
	return func() { must(t, os.Remove(ballast)) }
}

func TestADiskThatIsFullLosesNothingWhateverItIsFullFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	disk := smallDisk(t)
	dir := filepath.Join(disk, "data")
	s := newPhoneIn(t, o, li, dir)
	visit := checkIn(t, s, shop)
	packs, photos, failures := 0, 0, 0
	for free := int64(0); free < 400<<10; free += 12 << 10 {
		empty := fill(t, disk, free)
		full := false
		for !full {
			if err := s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: packs + 1}, nil); err == nil {
				packs++
			} else if wantFault(t, err, "disk.full"); true {
				full = true
			}
			if _, _, err := addPhoto(t.Context(), s, visit, string(rune('a'+photos))+"photo"); err == nil {
				photos++
			} else if wantFault(t, err, "disk.full"); true {
				full = true
			}
			if photos > 2_000 {
				t.Fatal("the disk is never full")
			}
		}
		failures++
		equal(t, page(t, s, shop).OpenVisit, visit) // reading goes on
		equal(t, sheetRow(t, s, visit, furong).Line.Packs, packs)
		must(t, s.Close())
		again, err := Open(t.Context(), dir) // the app is started on the full disk
		if err == nil {
			must(t, again.Close())
		} else {
			wantFault(t, err, "disk.full")
		}
		empty()
		s = openStore(t, dir)
		p := visitPage(t, s, visit)
		equal(t, len(p.Photos), photos)
		for _, row := range p.Photos {
			equal(t, row.Here, true)
		}
		equal(t, sheetRow(t, s, visit, furong).Line.Packs, packs)
		packs++
		must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: packs}, nil))
	}
	t.Logf("full %d times, with %d photos and %d counts kept", failures, photos, packs)
	must(t, s.Close()) // the disk goes before the clean-up that would close it
}

func TestAPhoneWhoseDiskIsFullFromTheStartSaysSo(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	for free := int64(0); free < 800<<10; free += 40 << 10 {
		empty := fill(t, disk, free)
		dir := filepath.Join(disk, "data")
		s, err := Open(t.Context(), dir)
		if err == nil {
			must(t, s.Close())
			empty()
			if free == 0 {
				t.Fatal("it opened without a byte to write")
			}
			return
		}
		if !fault.Is(err, "disk.full") {
			t.Fatalf("%d bytes free: %v", free, err)
		}
		empty()
		must(t, os.RemoveAll(dir))
	}
	t.Fatal("it never opened")
}

func TestAFullDiskThatTheAppOpensOnOpensItAlsoWhenItsPhotosAreToBeSwept(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	dir := filepath.Join(disk, "data")
	s := openStore(t, dir)
	must(t, s.SignIn(t.Context(), accounts[li]))
	opens := func(due bool, pages int64) bool {
		if due {
			must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error { return setMetaJSON(t.Context(), tx, metaSwept, int64(1)) }))
		}
		checkpoint(t, s)
		must(t, s.Close())
		empty := fill(t, disk, pages*diskPage)
		full, err := Open(t.Context(), dir)
		if err == nil {
			must(t, full.Close())
		} else if !fault.Is(err, "disk.full") {
			t.Fatal(err)
		}
		empty()
		s, err = Open(t.Context(), dir)
		must(t, err)
		return err == nil && full != nil
	}
	least := int64(0)
	for !opens(false, least) {
		least++
	}
	if !opens(true, least) {
		t.Errorf("with %d pages free it opens, but not when photos are to be swept", least)
	}
	must(t, s.Close())
}
