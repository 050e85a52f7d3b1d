package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
)

type backup struct {
	data
	Dir    string `arg:"" help:"Folder of the backup, on another disk; made when missing. Only new photos are copied." placeholder:"DIR"`
	Verify bool   `help:"Read the photos that are there again and mend them."`
}

// Run makes the backup, also while a server runs. A photo that the server itself holds damaged is a failure,
// after all the rest is safe.
func (b *backup) Run(ctx context.Context, c *console) error {
	// To open a wrong folder would make a server there, and its backup would look like one.
	if !store.Exists(b.Data) {
		return fault.New(fault.NotFound, "backup.no_data", nil)
	}
	var done store.Backup
	err := b.with(ctx, func(st *store.Store) (err error) {
		done, err = st.Backup(ctx, b.Dir, b.Verify)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "backup: %d records, %d photos (%d new, %d still on phones), %d bytes\n",
		done.Records, done.Photos, done.NewPhotos, done.Awaited, done.Size+done.PhotoBytes)
	if len(done.Damaged) > 0 {
		return fmt.Errorf("the backup is good, but %d photos on the server are damaged and not in it: %v", len(done.Damaged), done.Damaged)
	}
	return nil
}

type restore struct {
	data
	Dir         string `arg:"" help:"Folder of the backup." placeholder:"DIR"`
	SkipDamaged bool   `help:"Go on without photos whose bytes in the backup are damaged."`
}

// Run restores and says what nobody else can bring back.
func (r *restore) Run(ctx context.Context, c *console) error {
	done, err := store.Restore(ctx, r.Dir, r.Data, r.SkipDamaged)
	if err != nil {
		return err
	}
	// Opened once: what is served later can be opened.
	st, err := r.open(ctx, slog.New(slog.DiscardHandler))
	if err == nil {
		err = errors.Join(st.Ping(ctx), st.Close())
	}
	if err != nil {
		return err
	}
	made := time.UnixMilli(done.MadeMS).In(field.Zone).Format(clock)
	fmt.Fprintf(c.out, "restore: %d records, %d photos, as of %s\n", done.Records, done.Photos-len(done.Skipped), made)
	if len(done.Skipped) > 0 {
		fmt.Fprintf(c.out, "left out, damaged: %v\n", done.Skipped)
	}
	fmt.Fprintf(c.out, "Start the server: each phone sends back what it holds.\n"+
		"Do again what was done here after %s: accounts, passwords, blocked phones.\n", made)
	return nil
}
