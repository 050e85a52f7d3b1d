package main

import (
	"context"
	"fmt"

	"storewalk/server/store"
	"storewalk/shared/fault"
)

type check struct {
	data
	Photos bool `help:"Read every photo too."`
}

// Run reads everything and says what is damaged; that is a failure.
func (k *check) Run(ctx context.Context, c *console) error {
	if !store.Exists(k.Data) {
		return fault.New(fault.NotFound, "backup.no_data", nil)
	}
	var found store.Check
	err := k.with(ctx, func(st *store.Store) (err error) {
		found, err = st.Check(ctx, k.Photos)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "check: %d records, %d photos\n", found.Records, found.Photos)
	if found.Good() {
		return nil
	}
	if found.Database != "" {
		fmt.Fprintf(c.out, "the database is damaged: %s\nRestore the last backup.\n", found.Database)
	}
	if len(found.Damaged) > 0 {
		fmt.Fprintf(c.out, "damaged records, which phones that hold them mend at their next comparison: %v\n", found.Damaged)
	}
	if len(found.BadPhotos) > 0 {
		fmt.Fprintf(c.out, "damaged photos, set aside; phones that still have them send them again: %v\n", found.BadPhotos)
	}
	return fmt.Errorf("%d records and %d photos are damaged", len(found.Damaged), len(found.BadPhotos))
}
