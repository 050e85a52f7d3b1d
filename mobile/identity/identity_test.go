package identity

import (
	"os"
	"path/filepath"
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/record"
)

func TestADatabaseIsInDoubtExactlyWhenItMayBeAnotherLife(t *testing.T) {
	t.Parallel()
	me, other := record.Replica{1}, record.Replica{2}
	file := State{Replica: me, Fingerprint: "key", Opens: 7, High: 40}
	for name, c := range map[string]struct {
		file State
		db   Database
		key  string
		want bool
	}{
		"the same life":                                {file, Database{me, 7, 41}, "key", false},
		"nothing written since it was sent":            {file, Database{me, 7, 40}, "key", false},
		"killed between the file and the database":     {file, Database{me, 6, 40}, "key", false},
		"database opened by an older app without it":   {file, Database{me, 9, 40}, "key", false},
		"an older copy that missed an opening":         {file, Database{me, 5, 40}, "key", true},
		"a copy from before everything":                {file, Database{me, 0, 0}, "key", true},
		"it lost a write that was sent":                {file, Database{me, 7, 39}, "key", true},
		"another database":                             {file, Database{other, 7, 41}, "key", true},
		"another phone":                                {file, Database{me, 7, 41}, "other key", true},
		"no file: a clone":                             {State{}, Database{me, 7, 41}, "key", true},
		"no file and a database that names nobody":     {State{}, Database{}, "key", true},
		"never sent: what was lost is known nowhere":   {State{Replica: me, Fingerprint: "key", Opens: 7}, Database{me, 7, 0}, "key", false},
		"the first opening, killed after the file":     {State{Replica: me, Fingerprint: "key", Opens: 1}, Database{me, 0, 0}, "key", false},
		"file cut short, so that only rid was legible": {State{Replica: me}, Database{me, 7, 41}, "key", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.file.InDoubt(c.db, c.key); got != c.want {
				t.Fatalf("%+v %+v: %v", c.file, c.db, got)
			}
		})
	}
}

func TestTheFileIsReadAsItWasWrittenAndDamageIsNobody(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "identity.json")
	if f, err := Read(path); err != nil || f != (State{}) {
		t.Fatal(f, err)
	}
	want := State{Replica: record.Replica{1, 2}, Fingerprint: "key", Opens: 3, High: 1 << 53}
	for range 2 { // the second replaces the first
		want.Opens++
		if err := want.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	if f, err := Read(path); err != nil || f != want {
		t.Fatal(f, err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole[1:] { // all but the last line end, without which it is the same
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if f, err := Read(path); err != nil || f != (State{}) {
			t.Fatalf("%d bytes: %+v %v", n, f, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil {
		t.Fatal("a folder was read as an identity")
	}
}

func TestTheKeyIsMadeOnceAndADamagedOneIsNotReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "device.key")
	first, err := Key(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Key(path)
	if err != nil || !first.Equal(again) || Fingerprint(first) != Fingerprint(again) || len(Fingerprint(first)) != 32 {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Key(path); err == nil {
		t.Fatal("five bytes are a key")
	}
	other, err := Key(filepath.Join(t.TempDir(), "device.key"))
	if err != nil || Fingerprint(other) == Fingerprint(first) {
		t.Fatal(err)
	}
}

func TestOnlyOneHoldsTheLock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(path); !fault.Is(err, "db.in_use") {
		t.Fatal(err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(filepath.Join(path, "not", "a", "folder")); err == nil || fault.Is(err, "db.in_use") {
		t.Fatal(err)
	}
}

func TestALockFileSaysHowFarTheDatabaseWasWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	open := func() *Lock {
		t.Helper()
		l, err := Acquire(path)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := open()
	if m := l.Marked(); m != (Mark{}) {
		t.Error("a new file says something", m)
	}
	for _, want := range []Mark{{record.Replica{1}, 7}, {record.Replica{1}, 9}, {record.Replica{1}, 1<<64 - 1}, {record.Replica{0xff, 2}, 0}, {record.Replica{3}, 80}} {
		if err := l.Mark(want); err != nil {
			t.Fatal(err)
		}
		if err := l.Release(); err != nil {
			t.Fatal(err)
		}
		if l = open(); l.Marked() != want {
			t.Error(l.Marked(), want)
		}
	}
	for _, half := range []int64{30, 10, 0} {
		if err := os.Truncate(path, half); err != nil {
			t.Fatal(err)
		}
		if m := l.Marked(); half < 23 && m != (Mark{}) || m.Passed(Database{Replica: record.Replica{3}, Counter: 80}) {
			t.Error(half, m)
		}
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseBehindItsMarkIsAnOlderCopy(t *testing.T) {
	t.Parallel()
	me, other := record.Replica{1}, record.Replica{2}
	mark := Mark{me, 40}
	for name, c := range map[string]struct {
		mark Mark
		db   Database
		want bool
	}{
		"as it was marked":                          {mark, Database{me, 7, 40}, false},
		"killed before its last writes were marked": {mark, Database{me, 7, 43}, false},
		"an older copy":                             {mark, Database{me, 7, 39}, true},
		"a copy from before it took another name":   {mark, Database{other, 7, 90}, true},
		"no mark": {Mark{}, Database{me, 7, 0}, false},
	} {
		if got := c.mark.Passed(c.db); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
