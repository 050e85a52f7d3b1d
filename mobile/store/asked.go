package store

import (
	"context"
	"database/sql"
	"slices"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

const (
	askedShown = 5  // applications on the page of a store
	askedRead  = 30 // and those that are looked through for a field
)

// asked reads what the office was asked for about a store.
func (b *Background) asked(ctx context.Context, tx *sql.Tx, store uuid.UUID, who people) error {
	all, err := applications(ctx, tx, who, `SELECT id FROM application WHERE store = $1 ORDER BY made_ms > 0, made_ms DESC, id LIMIT $2`, store.String(), askedRead)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, Application.blank)
	b.Pending, b.Asked = all[:min(askedShown, len(all))], map[string]Application{}
	settled := map[string]bool{}
	for _, a := range all {
		if !a.Submitted() && !a.Mine {
			continue
		}
		for name := range a.Change {
			if _, newer := b.Asked[name]; newer || settled[name] {
				continue
			}
			one := a
			one.Undone, one.Coming = among(a.Undone, name), among(a.Coming, name)
			if a.Decision.State == field.DecisionApproved && one.Undone == nil && one.Coming == nil {
				settled[name] = true
				continue
			}
			b.Asked[name] = one
		}
	}
	return nil
}

// among returns a name alone if it is one of some, else nil.
func among(names []string, name string) []string {
	if slices.Contains(names, name) {
		return []string{name}
	}
	return nil
}
