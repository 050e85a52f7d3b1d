package store

import (
	"cmp"
	"slices"

	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

// An arrival says when a change came and how far ahead the clocks were that its writes were made by.
type arrival struct {
	atMS     int64
	offsetMS int64         // of the sending device's clock when it called
	clocks   []formerClock // by which others it wrote before
}

// A formerClock is one that a phone wrote by, from a Lamport time on.
type formerClock struct {
	rid      record.Replica
	lam      uint64
	offsetMS int64
}

// arrivalOf works out how far the clocks of a request are ahead.
func arrivalOf(req wire.SyncRequest, nowMS int64) arrival {
	a := arrival{atMS: nowMS, offsetMS: clockOffset(req.ClockMS, nowMS)}
	for _, c := range req.Clocks {
		f := formerClock{rid: c.Replica, lam: c.Lam, offsetMS: a.offsetMS}
		switch {
		case c.ClockMS != nil:
			f.offsetMS = clockOffset(*c.ClockMS, nowMS)
		case c.AheadMS != nil:
			f.offsetMS = min(max(*c.AheadMS, -maxOffsetMS), maxOffsetMS)
		}
		a.clocks = append(a.clocks, f)
	}
	slices.SortStableFunc(a.clocks, func(x, y formerClock) int { return cmp.Compare(x.lam, y.lam) })
	return a
}

// offset is how far ahead the clock was that an entry was written by.
func (a arrival) offset(e record.Entry) int64 {
	for _, c := range slices.Backward(a.clocks) {
		if c.rid == e.Dot.Replica && c.lam <= e.Lam {
			return c.offsetMS
		}
	}
	return a.offsetMS
}

// first is the offset of the first of some writes.
func (a arrival) first(news []ledger.NewEntry) int64 {
	if len(a.clocks) == 0 || len(news) == 0 {
		return a.offsetMS
	}
	return a.offset(slices.MinFunc(news, func(x, y ledger.NewEntry) int { return cmp.Compare(x.Entry.Lam, y.Entry.Lam) }).Entry)
}
