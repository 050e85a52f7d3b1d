package store

import (
	"crypto/ed25519"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// chainOf returns the photos taken on a phone in the order of their chain, or fails when they are not one.
func chainOf(t testing.TB, s *Store) (out []field.Photo) {
	t.Helper()
	rows, err := s.db.Read.QueryContext(t.Context(), `SELECT id FROM photo`)
	must(t, err)
	defer rows.Close()
	next := map[string]field.Photo{}
	for rows.Next() {
		var id uuid.UUID
		must(t, rows.Scan(&id))
		p := field.PhotoOf(loadRecord(t, s.db, id))
		if !p.SignedBy(s.Key.Public().(ed25519.PublicKey)) {
			t.Fatalf("not signed by this phone: %+v", p)
		}
		if _, twice := next[p.Proof.Prev]; twice {
			t.Fatalf("two links behind %q", p.Proof.Prev)
		}
		next[p.Proof.Prev] = p
	}
	must(t, rows.Err())
	for p, ok := next[""]; ok; p, ok = next[p.Link()] {
		if n := len(out); n > 0 && !p.Proof.Follows(*out[n-1].Proof) {
			t.Fatalf("%+v behind %+v", p.Proof, out[n-1].Proof)
		}
		out = append(out, p)
	}
	equal(t, len(out), len(next))
	return out
}

func TestEachPhotoIsALinkThatThisPhoneSigned(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	boot := Boot{ID: "monday", MS: 5_000}
	s.boot = func() Boot { return boot }
	visit := checkIn(t, s, shop)
	take := func(content string) {
		t.Helper()
		_, _, err := addPhoto(t.Context(), s, visit, content)
		must(t, err)
	}
	take("before any answer")
	must(t, s.Apply(t.Context(), nil, wire.SyncResponse{ServerMS: 1_800_000_000_000}))
	boot.MS = 9_000
	take("after one")
	s = reopen(t, s)
	boot = Boot{ID: "tuesday", MS: 100}
	s.boot = func() Boot { return boot }
	take("after a start")
	c := chainOf(t, s)
	equal(t, len(c), 3)
	equal(t, *c[0].Proof, field.Proof{Day: c[0].Proof.Day, N: 1, AtMS: c[0].Proof.AtMS, BootID: "monday", BootMS: 5_000, Sig: c[0].Proof.Sig})
	equal(t, [2]int64{c[1].Proof.ServerMS, c[1].Proof.HeardMS}, [2]int64{1_800_000_000_000, 5_000})
	equal(t, [2]int64{c[2].Proof.ServerMS, c[2].Proof.HeardMS}, [2]int64{1_800_000_000_000, 0}) // when is not known any more
	if ago := time.Since(time.UnixMilli(c[2].Proof.AtMS)); ago.Abs() > time.Minute {
		t.Fatal(ago)
	}
}

func TestADayOfTheChainNeverGoesBack(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	set := func(day string, n int) { // as if the last photo had been taken on that day
		must(t, s.change(t.Context(), func(tx *sql.Tx) error {
			return setMetaJSON(t.Context(), tx, metaLink, lastLink{Day: day, N: n, Link: "before"})
		}))
	}
	for _, c := range []struct {
		last string
		n    int
	}{{"2020-01-01", 1}, {"2120-01-01", 8}} { // the clock was put right: by then the day of the future has its numbers
		set(c.last, 7)
		id, _, err := addPhoto(t.Context(), s, visit, c.last)
		must(t, err)
		p := field.PhotoOf(loadRecord(t, s.db, id)).Proof
		equal(t, p.N, c.n)
		if p.Prev != "before" || p.Day < c.last {
			t.Fatalf("%+v after %s", p, c.last)
		}
	}
}

func TestAPhotoThatCouldNotBeKeptIsNoLink(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	_, _, err := addPhoto(t.Context(), s, visit, "one")
	must(t, err)
	refuse := errors.New("the battery died")
	err = s.change(t.Context(), func(tx *sql.Tx) error {
		p := field.Photo{Visit: visit}
		return errors.Join(s.prove(t.Context(), tx, &p), refuse)
	})
	if !errors.Is(err, refuse) {
		t.Fatal(err)
	}
	_, _, err = addPhoto(t.Context(), s, visit, "two")
	must(t, err)
	equal(t, len(chainOf(t, s)), 2)
}

func TestAPhoneThatIsEnrolledAnewBeginsAChain(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	for i, device := range []uuid.UUID{{}, {7}, {7}} {
		a := accounts[li]
		a.Device = device
		must(t, s.SignIn(t.Context(), a))
		id, _, err := addPhoto(t.Context(), s, visit, strings.Repeat("x", i+1))
		must(t, err)
		p := field.PhotoOf(loadRecord(t, s.db, id)).Proof
		equal(t, p.Device, device)
		equal(t, p.Prev == "", i < 2)
	}
}

func TestTheClockOfTheSystemGoesOn(t *testing.T) {
	t.Parallel()
	a := bootClock()
	if a.ID == "" {
		t.Skip("this system has no boot clock")
	}
	if b := bootClock(); a.ID != b.ID || a.MS <= 0 || b.MS < a.MS {
		t.Fatal(a, b)
	}
}
