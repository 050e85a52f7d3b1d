package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
)

type receiptVerify struct {
	data
	Code string `arg:"" help:"The code, the address, or the twelve characters."`
}

// Run says what a receipt says and whether all of it is here now. A receipt that is not genuine, or of which something is
// missing, is a failure.
func (r *receiptVerify) Run(ctx context.Context, c *console) error {
	if !store.Exists(r.Data) {
		return fault.New(fault.NotFound, "backup.no_data", nil)
	}
	var v store.Verified
	if err := r.with(ctx, func(st *store.Store) (err error) {
		v, err = st.VerifyReceipt(ctx, r.Code)
		return err
	}); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "genuine: %s, signed %s for %s (phone %s, %s)\n", v.Short, time.UnixMilli(v.AtMS).In(field.Zone).Format(time.DateTime),
		v.Person.Name, v.Phone, v.Device)
	for _, d := range v.Days {
		fmt.Fprintf(c.out, "%s: %d visits, %d photos, %d count lines\n", d.Date, d.Visits, d.Photos, d.Lines)
	}
	fmt.Fprintf(c.out, "in all: %d records with writes up to %d, %d photos; in a backup then: %t\n", v.Receipt.Records, v.Counter, v.Receipt.Photos, v.BackedUp)
	if v.Uncovered > 0 {
		fmt.Fprintf(c.out, "not covered: %d records that the phone's storage damaged before they were sent\n", v.Uncovered)
	}
	if v.Restored {
		fmt.Fprintln(c.out, "the server was restored from a backup since")
	}
	switch {
	case v.Whole():
		fmt.Fprintln(c.out, "now: all of it is here")
		return nil
	case v.Unsure():
		return errors.New("whether all of it is here can not be told: records that were changed later came back as they are now")
	}
	for _, d := range v.MissingDays {
		fmt.Fprintf(c.out, "now, %s: %d visits, %d photos, %d count lines\n", d.Now.Date, d.Now.Visits, d.Now.Photos, d.Now.Lines)
	}
	return fmt.Errorf("missing now: %d records, %d photos; damaged: %d records", v.MissingRecords(), v.MissingPhotos(), v.Damaged)
}
