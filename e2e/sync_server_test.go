package e2e

import (
	"testing"

	"storewalk/shared/fault"
)

func TestSyncDataOfOneServerNeverEndsUpOnAnother(t *testing.T) {
	t.Parallel()
	first, second := newSyncWorld(t), newSyncWorld(t)
	p := first.phone("ma")
	p.visit(300)
	p.round()
	if err := p.Enrol(t.Context(), second.line.url(), "ma", syncPassword, "phone"); !fault.Is(err, "auth.other_server") {
		t.Fatal(err)
	}
	if n := syncCount(t, second.dir, `SELECT count(*) FROM record WHERE type = 'visit'`); n != 0 {
		t.Error(n, "visits on a server that is not theirs")
	}
	p.visit(400) // the phone goes on with its own
	p.round()
	first.settled(p)
	first.stop() // the same server, started again, is the same
	first.start()
	err := p.Enrol(t.Context(), first.line.url(), "ma", syncPassword, "phone")
	if fault.Is(err, "network.cut") { // the connection from before may be found dead only now
		err = p.Enrol(t.Context(), first.line.url(), "ma", syncPassword, "phone")
	}
	p.try(err)
}
