package store

import (
	"crypto/rand"
	"math"
	"testing"
	"time"

	"storewalk/shared/wire"
)

func TestTheOfficeIsShownOnlyWhatAPhoneCanBe(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	for _, c := range []struct{ told, want int }{{math.MinInt, 0}, {-1, 0}, {7, 7}, {math.MaxInt, maxRecords}} {
		for _, clock := range []int64{math.MinInt64, math.MaxInt64, 0, time.Now().UnixMilli()} {
			req := wire.SyncRequest{Proto: wire.Proto, Replica: ma.rid, Cur: ma.link, Next: rand.Text(), ClockMS: clock,
				App: "store\u202ewalk\x00\x1b[2J 1.0\n走店", Waiting: wire.Waiting{Records: c.told, Photos: c.told},
				Found: []wire.Found{{Territory: north, Here: c.told, There: c.told, Differ: c.told, Damaged: c.told}}}
			ma.link = req.Next
			if _, err := s.Sync(t.Context(), ma.Principal, req); err != nil {
				t.Fatal(err)
			}
			phones, err := s.Phones(t.Context())
			if err != nil || len(phones) != 1 {
				t.Fatal(phones, err)
			}
			p := phones[0]
			if p.App != "storewalk[2J 1.0走店" || p.WaitingRecords != c.want || p.WaitingPhotos != c.want {
				t.Errorf("told %d: %+v", c.told, p)
			}
			if ahead := p.OffsetMS; ahead < -maxOffsetMS || ahead > maxOffsetMS || clock == math.MaxInt64 && ahead <= 0 || clock <= 0 && ahead >= 0 {
				t.Errorf("a clock of %d is %d ms ahead", clock, ahead)
			}
			alarms, err := s.Alarms(t.Context())
			if err != nil || len(alarms) == 0 {
				t.Fatal(alarms, err)
			}
			want := wire.Found{Territory: north, Here: c.want, There: c.want, Differ: c.want, Damaged: c.want}
			found := false
			for _, a := range alarms {
				found = found || a.Found == want
			}
			if !found {
				t.Errorf("told %d: %+v", c.told, alarms)
			}
		}
	}
}
