package store

import (
	"bytes"
	"testing"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// TestWhatWasPutAsideIsTakenInOnceNothingIsInTheWay: a manager wrote in a territory that was not theirs, and
// it becomes theirs.
func TestWhatWasPutAsideIsTakenInOnceNothingIsInTheWay(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	if err := s.SetTerritories(t.Context(), ma.Account, []uuid.UUID{south}); err != nil {
		t.Fatal(err)
	}
	forgetGrants(t, s)
	note := ma.note(t, "kept")
	visit := record.Record{ID: uuid.New(), Type: field.TypeVisit, Territory: north, Place: record.Place{N: 1}}
	visit = ma.set(t, visit, "check_in", field.Moment{AtMS: time.Now().UnixMilli()})
	for _, r := range ma.push(t, s, note.Encode(), visit.Encode(), []byte(`{"broken`+"\xff")).Receipts {
		if r.Status != wire.Quarantined {
			t.Fatal(r)
		}
	}
	of := func() map[string]Aside {
		t.Helper()
		list, err := s.Quarantined(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]Aside{}
		for _, a := range list {
			raw, err := s.QuarantinedRaw(t.Context(), a.ID)
			if err != nil || a.Device != ma.Device || !bytes.HasPrefix(raw, []byte(a.Raw)) {
				t.Fatalf("%+v %q %v", a, raw, err)
			}
			out[string(raw)] = a
		}
		return out
	}
	before := of()
	if len(before) != 3 {
		t.Fatal(before)
	}
	one := before[string(note.Encode())]
	if err := s.TakeAgain(t.Context(), one.ID); !fault.Is(err, "aside.still") {
		t.Fatal("a territory that is not theirs:", err)
	}
	if err := s.SetTerritories(t.Context(), ma.Account, []uuid.UUID{north}); err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeDevice(t.Context(), ma.Device); err != nil { // what it sent is good all the same
		t.Fatal(err)
	}
	if err := s.TakeAgain(t.Context(), one.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.TakeAgain(t.Context(), one.ID); !fault.Is(err, "aside.not_found") {
		t.Fatal("taken twice:", err)
	}
	if n := count(t, s, `SELECT count(*) FROM record WHERE id = $1 AND received_ms = $2`, note.ID.String(), one.ReceivedMS); n != 1 {
		t.Fatal("it did not arrive, or not when it did")
	}
	if phones, err := s.QuarantinedPhones(t.Context()); err != nil || len(phones) != 1 || phones[0].N != 2 || phones[0].Owner.ID != ma.Account {
		t.Fatal(phones, err)
	}
	taken, still, err := s.TakeAllAgain(t.Context(), ma.Device)
	if taken != 1 || still != 1 || err != nil {
		t.Fatal(taken, still, err)
	}
	if left := of(); len(left) != 1 {
		t.Fatal(left)
	}
	li := newCaller(t, s, "li")
	got := 0
	for _, f := range li.push(t, s).Feeds {
		if f.Territory == north {
			got = len(f.Puts)
		}
	}
	if got != 2 {
		t.Fatal(got, "of 2 reached a colleague's phone")
	}
}

func TestAlarmsAreListedWithTheirPhone(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	ma.push(t, s)
	ma.push(t, s)
	ma.link = "a copy of the database goes on from an older state"
	resp, err := s.Sync(t.Context(), ma.Principal, wire.SyncRequest{Proto: wire.Proto, Replica: ma.rid, Cur: ma.link, Next: "x"})
	if err != nil || !resp.Reincarnate {
		t.Fatal(resp, err)
	}
	all, err := s.Alarms(t.Context())
	if err != nil || len(all) != 1 || all[0].Code != "alarm.clone" || all[0].Owner.ID != ma.Account || all[0].Phone != "ma" || all[0].AtMS == 0 {
		t.Fatalf("%+v %v", all, err)
	}
}
