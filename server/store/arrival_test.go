package store

import (
	"math"
	"testing"

	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

func TestEachWriteHasTheClockThatItWasMadeBy(t *testing.T) {
	t.Parallel()
	const now, hour = int64(1_800_000_000_000), int64(3_600_000)
	at := func(ms int64) *int64 { return &ms }
	phone, before, other := record.Replica{1}, record.Replica{2}, record.Replica{3}
	a := arrivalOf(wire.SyncRequest{ClockMS: now + hour, Clocks: []wire.Clock{
		{Replica: phone, Lam: 30},
		{Replica: phone, Lam: 10, ClockMS: at(now - 5*hour)},
		{Replica: phone, Lam: 20, AheadMS: at(7 * hour)},
		{Replica: before, Lam: 1, AheadMS: at(-2 * hour)},
		{Replica: phone, Lam: 40, ClockMS: at(math.MinInt64)},
		{Replica: phone, Lam: 50, ClockMS: at(math.MaxInt64)},
		{Replica: phone, Lam: 60, AheadMS: at(math.MinInt64)},
		{Replica: phone, Lam: 70, AheadMS: at(math.MaxInt64)},
	}}, now)
	entry := func(rid record.Replica, lam uint64) record.Entry {
		return record.Entry{Dot: record.Dot{Replica: rid, N: lam}, Lam: lam}
	}
	for _, tt := range []struct {
		rid  record.Replica
		lam  uint64
		want int64
	}{
		{phone, 9, hour}, {phone, 10, -5 * hour}, {phone, 19, -5 * hour}, {phone, 20, 7 * hour}, {phone, 30, hour},
		{before, 1, -2 * hour}, {before, 90, -2 * hour}, {other, 15, hour},
		{phone, 40, -maxOffsetMS}, {phone, 50, maxOffsetMS}, {phone, 60, -maxOffsetMS}, {phone, math.MaxUint64, maxOffsetMS},
	} {
		if got := a.offset(entry(tt.rid, tt.lam)); got != tt.want {
			t.Errorf("write %d of %v: %d, want %d", tt.lam, tt.rid[0], got, tt.want)
		}
	}
	news := []ledger.NewEntry{{Entry: entry(phone, 31)}, {Entry: entry(phone, 12)}, {Entry: entry(phone, 25)}}
	if got := a.first(news); got != -5*hour {
		t.Errorf("the first of some is %d ahead", got)
	}
	if got := a.first(nil); got != hour {
		t.Errorf("of none it is %d", got)
	}
	if got := arrivalOf(wire.SyncRequest{ClockMS: math.MinInt64}, now).offset(entry(phone, 1)); got != -maxOffsetMS {
		t.Errorf("the clock of the request is %d ahead", got)
	}
}
