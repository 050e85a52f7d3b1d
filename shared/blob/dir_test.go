package blob

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

func TestWhatIsAddedCanBeOpenedUnderItsHash(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	ref, size, err := d.Add(strings.NewReader("photo"))
	if err != nil || size != 5 || ref != sha256.Sum256([]byte("photo")) {
		t.Fatal(ref, size, err)
	}
	if again, _, err := d.Add(strings.NewReader("photo")); err != nil || again != ref {
		t.Fatal(again, err)
	}
	if err := d.Put(ref, strings.NewReader("photo")); err != nil {
		t.Fatal(err)
	}
	if got := content(t, d, ref); got != "photo" {
		t.Fatalf("%q", got)
	}
	if size, ok := d.Has(ref); size != 5 || !ok {
		t.Fatal(size, ok)
	}
	if _, err := d.Open(Ref{}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if n := files(t, d); n != 1 {
		t.Fatalf("%d files for one blob", n)
	}
}

func TestWhatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	if err := d.Put(Ref{1}, strings.NewReader("other")); !errors.Is(err, ErrCorrupt) {
		t.Fatal(err)
	}
	if _, _, err := d.Add(iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	d.Through = fullAfter(2)
	if _, _, err := d.Add(strings.NewReader("photo")); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if n := files(t, d); n != 0 {
		t.Fatalf("%d files left behind", n)
	}
}

func TestRemoveDeletesTheBlobAndItsPartialAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	ref, _, err := d.Add(strings.NewReader("photo"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Append(t.Context(), Ref{1}, 9, 0, strings.NewReader("half")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := errors.Join(d.Remove(ref), d.Remove(Ref{1})); err != nil {
			t.Fatal(err)
		}
	}
	if n := files(t, d); n != 0 {
		t.Fatalf("%d files left", n)
	}
}

func TestSweepTakesOldFilesThatNobodyNeeds(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	add := func(s string) Ref {
		ref, _, err := d.Add(strings.NewReader(s))
		if err != nil {
			t.Fatal(err)
		}
		return ref
	}
	wanted, orphan, fresh := add("wanted"), add("orphan"), add("fresh")
	wantedPart, orphanPart := Ref{1}, Ref{2}
	for _, ref := range []Ref{wantedPart, orphanPart} {
		if _, err := d.Append(t.Context(), ref, 9, 0, strings.NewReader("half")); err != nil {
			t.Fatal(err)
		}
	}
	leftover := partName(wanted) // the same photo came another way
	for _, file := range []string{tmpFolder + "/CUT", leftover} {
		if err := d.root.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-2 * time.Hour)
	for _, file := range []string{name(wanted), name(orphan), partName(wantedPart), partName(orphanPart), tmpFolder + "/CUT", leftover} {
		if err := d.root.Chtimes(file, old, old); err != nil {
			t.Fatal(err)
		}
	}
	keep := func(ref Ref) bool { return ref == wanted || ref == wantedPart }
	if n, err := d.Sweep(t.Context(), keep, time.Hour); n != 4 || err != nil {
		t.Fatal(n, err)
	}
	for file, want := range map[string]bool{
		name(wanted): true, name(fresh): true, partName(wantedPart): true,
		name(orphan): false, partName(orphanPart): false, tmpFolder + "/CUT": false, leftover: false,
	} {
		if _, err := d.root.Stat(file); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", file, err == nil, want)
		}
	}
	if n, err := d.Sweep(t.Context(), keep, 0); n != 1 || err != nil {
		t.Fatal("the fresh orphan is old now", n, err)
	}
}

func openDir(t *testing.T) *Dir {
	t.Helper()
	d, err := OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func content(t *testing.T, d *Dir, ref Ref) string {
	t.Helper()
	f, err := d.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// files counts all files below d, whatever they are.
func files(t *testing.T, d *Dir) (n int) {
	t.Helper()
	err := filepath.WalkDir(d.root.Name(), func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// fullAfter makes a disk on which each file may have only room bytes more.
func fullAfter(room int) func(File) File {
	return func(f File) File { return &fullDisk{f, room} }
}

type fullDisk struct {
	File
	room int
}

func (f *fullDisk) Write(b []byte) (int, error) {
	if len(b) <= f.room {
		f.room -= len(b)
		return f.File.Write(b)
	}
	n, err := f.File.Write(b[:f.room])
	f.room -= n
	if err == nil {
		err = syscall.ENOSPC
	}
	return n, err
}

// photo returns size random bytes and their ref.
func photo(seed uint64, size int) ([]byte, Ref) {
	b := make([]byte, size)
	src := rand.NewChaCha8([32]byte{byte(seed)})
	src.Read(b)
	return b, sha256.Sum256(b)
}
