package store

import (
	"crypto/rand"
	"encoding/json"
	"testing"

	"storewalk/shared/wire"
)

// A phone's requests overtake each other on the way. Nothing of a late one is taken, and nobody is told of a double.
func TestALateRequestOfAPhoneIsNoDouble(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	request := func(cur string, was []string, push ...[]byte) wire.SyncRequest {
		r := wire.SyncRequest{Proto: wire.Proto, Replica: ma.rid, Cur: cur, Was: was, Next: rand.Text(), Cursors: ma.cursors}
		for _, raw := range push {
			r.Push = append(r.Push, json.RawMessage(raw))
		}
		return r
	}
	send := func(r wire.SyncRequest) wire.SyncResponse {
		t.Helper()
		resp, err := s.Sync(t.Context(), ma.Principal, r)
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	first := request("", nil, ma.note(t, "answered").Encode())
	unheard := request(first.Next, nil, ma.note(t, "on its way").Encode())
	second := request(first.Next, []string{unheard.Next}, ma.note(t, "written since").Encode())
	last := request(second.Next, nil)
	for _, r := range []wire.SyncRequest{first, second, last} {
		if send(r).Reincarnate {
			t.Fatal("a request in its order is taken for a double's")
		}
	}
	before := count(t, s, `SELECT count(*) FROM record`)
	for name, r := range map[string]wire.SyncRequest{"was answered": first, "was answered later": second, "was never answered": unheard} {
		if resp := send(r); len(resp.Receipts) > 0 || len(resp.Feeds) > 0 {
			t.Errorf("a late request that %s: %+v", name, resp)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM record`); n != before {
		t.Errorf("%d records came late", n-before)
	}
	if n := count(t, s, `SELECT count(*) FROM alarm`); n != 0 {
		t.Errorf("%d alarms", n)
	}
	for range 2 * maxPassed { // and what is kept has an end
		last = request(last.Next, nil)
		send(last)
	}
	if n := count(t, s, `SELECT length(passed) FROM chain`); n > maxPassed*(len(last.Next)+1) {
		t.Errorf("%d characters of former tokens", n)
	}
}

// An older copy of a phone's database names a former request as its last, but its next one nobody has seen.
func TestAnOlderCopyOfAPhoneIsADouble(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	ma.push(t, s)
	old := ma.link
	ma.push(t, s, ma.note(t, "x").Encode())
	ma.push(t, s)
	for _, was := range [][]string{nil, {ma.link + "?"}} {
		resp, err := s.Sync(t.Context(), ma.Principal, wire.SyncRequest{Proto: wire.Proto, Replica: ma.rid, Cur: old, Was: was, Next: rand.Text(), Cursors: ma.cursors})
		if err != nil || !resp.Reincarnate || len(resp.Known) != 1 {
			t.Fatal(resp, err)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM alarm WHERE code = 'alarm.clone'`); n != 1 {
		t.Errorf("%d alarms", n)
	}
}

// An older copy of a phone is the first to call a restored server, which has lost the chains. It has written another value
// under a number whose own was replaced since: taken, it would be gone without a trace.
func TestADoubleIsToldByItsWritesWhereTheChainsAreLost(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	first := ma.note(t, "first")
	second := ma.set(t, first, "text", "second")
	third := ma.set(t, second, "text", "third")
	ma.push(t, s, third.Encode())
	backup(t, s, dir)
	for name, want := range map[string]bool{"the phone": false, "the older copy": true} {
		r := restored(t, dir)
		c, mine := again(t, r, ma), third
		if want {
			c.n = 1
			mine = c.set(t, first, "text", "other")
		}
		resp, err := r.Sync(t.Context(), c.Principal, wire.SyncRequest{Proto: wire.Proto, Replica: c.rid, Next: rand.Text(), Push: []json.RawMessage{mine.Encode()}})
		if err != nil || resp.Reincarnate != want {
			t.Errorf("%s: %+v %v", name, resp.Receipts, err)
		}
		if n := count(t, r, `SELECT count(*) FROM alarm WHERE code = 'alarm.clone'`); n == 0 == want {
			t.Errorf("%s: %d alarms", name, n)
		}
	}
}

// A record that a phone had given away came back to it from a server that was restored to before the phone's last write. To the
// next one, which knows that write again, it says so: an older copy could not.
func TestAPhoneThatKnowsWhichWriteItsCopyLacksIsNoDouble(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	first := ma.note(t, "first")
	second := ma.set(t, first, "text", "second")
	ma.push(t, s, second.Encode())
	last := second.Context().N(ma.rid)
	backup(t, s, dir)
	for _, c := range []struct {
		says   uint64
		double bool
	}{{0, true}, {last - 1, true}, {last, false}} {
		r := restored(t, dir)
		now := again(t, r, ma)
		req := wire.SyncRequest{Proto: wire.Proto, Replica: now.rid, Next: rand.Text(), Push: []json.RawMessage{first.Encode()}}
		if c.says > 0 {
			req.Lacks = []wire.Lack{{ID: first.ID, N: c.says}}
		}
		resp, err := r.Sync(t.Context(), now.Principal, req)
		if err != nil || resp.Reincarnate != c.double {
			t.Errorf("write %d of %d is missing, says the phone: %+v %v", c.says, last, resp, err)
		}
		if n := count(t, r, `SELECT count(*) FROM alarm WHERE code = 'alarm.clone'`); n == 0 == c.double {
			t.Errorf("write %d of %d is missing, says the phone: %d alarms", c.says, last, n)
		}
	}
}
