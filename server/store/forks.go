package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"storewalk/shared/ledger"
	"storewalk/shared/record"
)

// forks finds writes of a push that carry a number under which the same replica is known to have written something else. Only
// a number that is not above all the known ones can; usually there is none, and no log is read.
type forks struct {
	known    map[record.Replica]uint64               // the highest number of each that came before this push
	suspects map[record.Replica]map[uint64][]suspect // by number
}

// A suspect is a value that came under a number that was known.
type suspect struct {
	ledger.NewEntry
	covered int64 // no of the record whose copy here has seen that number, so that the value is neither in it nor in its log; else 0
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
		f.suspect(suspect{NewEntry: n})
	}
}

// noteCovered takes notice of what a record of the push did not bring, as its copy here has seen those numbers. Usually these
// values came before and were replaced: its log has them.
func (f *forks) noteCovered(ctx context.Context, tx *sql.Tx, in record.Record, j ledger.Joined) error {
	var covered []ledger.NewEntry
	for name, e := range in.All() {
		if !j.After.Holds(name, e) && e.Dot.N <= f.known[e.Dot.Replica] {
			covered = append(covered, ledger.NewEntry{Field: name, Entry: e})
		}
	}
	if len(covered) == 0 {
		return nil
	}
	var no int64
	err := tx.QueryRowContext(ctx, `SELECT no FROM record WHERE id = $1`, in.ID.String()).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) { // it came with this push
		return nil
	}
	if err == nil {
		covered, err = unlogged(ctx, tx, no, covered)
	}
	for _, c := range covered {
		f.suspect(suspect{NewEntry: c, covered: no})
	}
	return err
}

func (f *forks) suspect(s suspect) {
	dot := s.Entry.Dot
	if dot.N > f.known[dot.Replica] {
		return
	}
	if f.suspects[dot.Replica] == nil {
		f.suspects[dot.Replica] = map[uint64][]suspect{}
	}
	f.suspects[dot.Replica][dot.N] = append(f.suspects[dot.Replica][dot.N], s)
}

// raise raises an alarm for each dot that came with two contents. Both are kept, in the record or, where its copy here has seen
// the number, in the log. Only two copies of one phone's database can have made them, and only a person can find the other copy.
func (f *forks) raise(ctx context.Context, u *push) error {
	for rid, suspects := range f.suspects {
		least := uint64(record.MaxLamport)
		for n := range suspects {
			least = min(least, n)
		}
		forked := map[uint64]bool{}
		err := knownWrites(ctx, u.tx, rid, least-1, func(n ledger.NewEntry) {
			for _, s := range suspects[n.Entry.Dot.N] {
				if s.Field != n.Field || s.Entry.Compare(n.Entry) != 0 {
					forked[n.Entry.Dot.N] = true
				}
			}
		})
		if err != nil {
			return err
		}
		for n := range forked {
			if err := alarm(ctx, u.tx, u.phone.Device, alarmFork, fmt.Sprintf("%s:%d", rid, n), u.at.atMS); err != nil {
				return err
			}
			for _, s := range suspects[n] {
				if s.covered == 0 {
					continue
				}
				if err := logMore(ctx, u.tx, s.covered, []ledger.NewEntry{s.NewEntry}, u.at); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
