package store

import (
	"context"
	"fmt"

	"storewalk/shared/record"
)

// overclaims reports whether a pushed record says that its phone has seen writes of somebody else's phone that never came
// here. Nobody can have: phones hear of each other only from this server. Joined, such a record would make writes that
// still wait on that phone vanish everywhere, for they would count as replaced. have is the copy that is here.
//
// What may still be true is believed: of a replica of the same person, of one that never called, and of any when this
// server was restored, since it does not know what it has lost.
func (u *push) overclaims(ctx context.Context, in, have record.Record, held bool) (bool, error) {
	for _, d := range in.Context().Dots() {
		if d.Replica == u.rid || d.N <= have.Context().N(d.Replica) {
			continue
		}
		if !held { // perhaps the disk has lost it here, and this phone brings it back
			if err := u.forks.prepare(ctx, u, in); err != nil {
				return false, err
			}
			if d.N <= u.forks.known[d.Replica] {
				continue
			}
		}
		foreign, known := u.foreign[d.Replica]
		if !known {
			err := u.tx.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM former)
				AND EXISTS (SELECT 1 FROM chain c JOIN device d ON d.id = c.device WHERE c.rid = $1 AND d.account <> $2)`,
				d.Replica.String(), u.phone.Account.String()).Scan(&foreign)
			if err != nil {
				return false, fmt.Errorf("whose replica %s is: %w", d.Replica, err)
			}
			u.foreign[d.Replica] = foreign
		}
		if foreign {
			return true, nil
		}
	}
	return false, nil
}
