package store

import (
	"context"
	"fmt"

	"storewalk/shared/ledger"
	"storewalk/shared/record"
)

// forks finds writes of a push that carry a number under which the same replica is known to have written something else. Only
// a number that is not above all the known ones can; usually there is none, and no log is read.
type forks struct {
	known    map[record.Replica]uint64                     // the highest number of each that came before this push
	suspects map[record.Replica]map[uint64]ledger.NewEntry // by number
}

// prepare reads how many writes are known of the replicas that a record names.
func (f *forks) prepare(ctx context.Context, u *push, in record.Record) error {
	for _, d := range in.Context().Dots() {
		if _, read := f.known[d.Replica]; read {
			continue
		}
		var last uint64
		err := u.tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(last), 0) FROM arrival WHERE rid = $1`, d.Replica.String()).Scan(&last)
		if err != nil {
			return fmt.Errorf("known writes: %w", err)
		}
		f.known[d.Replica] = last
	}
	return nil
}

// note takes notice of what a record of the push brought.
func (f *forks) note(news []ledger.NewEntry) {
	for _, n := range news {
		if rid := n.Entry.Dot.Replica; n.Entry.Dot.N <= f.known[rid] {
			if f.suspects[rid] == nil {
				f.suspects[rid] = map[uint64]ledger.NewEntry{}
			}
			f.suspects[rid][n.Entry.Dot.N] = n
		}
	}
}

// raise raises an alarm for each dot that came with two contents. Both are kept. Only two copies of one phone's database can
// have made them, and only a person can find the other copy.
func (f *forks) raise(ctx context.Context, u *push) error {
	for rid, suspects := range f.suspects {
		least := uint64(record.MaxLamport)
		for n := range suspects {
			least = min(least, n)
		}
		var forked []record.Dot
		err := knownWrites(ctx, u.tx, rid, least-1, func(n ledger.NewEntry) {
			mine, suspect := suspects[n.Entry.Dot.N]
			if suspect && (mine.Field != n.Field || mine.Entry.Compare(n.Entry) != 0) {
				forked = append(forked, n.Entry.Dot)
			}
		})
		if err != nil {
			return err
		}
		for _, d := range forked {
			if err := alarm(ctx, u.tx, u.phone.Device, alarmFork, fmt.Sprintf("%s:%d", d.Replica, d.N), u.at.atMS); err != nil {
				return err
			}
		}
	}
	return nil
}
