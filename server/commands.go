package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"storewalk/server/importer"
	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// with runs fn on the folder's store, for commands that have nothing to log.
func (d data) with(ctx context.Context, fn func(*store.Store) error) error {
	st, err := d.open(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(fn(st), st.Close())
}

type importStores struct {
	data
	File          string `arg:"" help:"CSV file; - reads the standard input."`
	Territory     string `help:"Short name of the territory, such as yuanzhou." required:"" placeholder:"SLUG"`
	TerritoryName string `help:"What people call the territory; makes it when it does not exist." placeholder:"NAME"`
	County        string `help:"Six-digit code of the territory's county." placeholder:"CODE"`
}

// Run imports the file, or reports every mistake in it and changes nothing.
func (i *importStores) Run(ctx context.Context, c *console) error {
	stores, err := read(c, i.File, importer.Stores)
	if err != nil {
		return err
	}
	return i.with(ctx, func(st *store.Store) error {
		if err := st.EnsureTerritory(ctx, i.Territory, i.TerritoryName, i.County); err != nil {
			return err
		}
		return counted(c, "stores")(st.ImportStores(ctx, field.TerritoryID(i.Territory), stores))
	})
}

type importProducts struct {
	data
	File string `arg:"" help:"CSV file; - reads the standard input."`
}

// Run imports the file, or reports every mistake in it and changes nothing.
func (i *importProducts) Run(ctx context.Context, c *console) error {
	products, err := read(c, i.File, importer.Products)
	if err != nil {
		return err
	}
	return i.with(ctx, func(st *store.Store) error {
		return counted(c, "products")(st.ImportProducts(ctx, products))
	})
}

// read opens a file and parses all of it. Mistakes in it are reported to the console.
func read[T any](c *console, file string, parse func(io.Reader) ([]T, []importer.Problem)) ([]T, error) {
	in := c.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	rows, problems := parse(in)
	if len(problems) == 0 {
		return rows, nil
	}
	w, err := terminal(importer.Words())
	if err == nil {
		err = importer.Report(c.err, w, problems)
	}
	return nil, errors.Join(err, errors.New("nothing was imported"))
}

func counted(c *console, what string) func(added, changed, same int, err error) error {
	return func(added, changed, same int, err error) error {
		if err == nil {
			fmt.Fprintf(c.out, "%s: %d added, %d changed, %d the same\n", what, added, changed, same)
		}
		return err
	}
}

type userAdd struct {
	data
	Login     string   `help:"What the person types to sign in." required:""`
	Name      string   `help:"The person's name." required:""`
	Role      string   `help:"${enum}." enum:"manager,supervisor" required:""`
	Password  string   `help:"At least 8 characters; without it, one line of the standard input."`
	Territory []string `help:"Short name of a territory the person's phone holds; may be given again." placeholder:"SLUG"`
}

// Run adds the account.
func (u *userAdd) Run(ctx context.Context, c *console) error {
	password, err := passwordOf(c, u.Password)
	if err != nil {
		return err
	}
	return u.with(ctx, func(st *store.Store) error {
		a := store.NewAccount{Login: u.Login, Name: u.Name, Role: u.Role, Password: password}
		for _, slug := range u.Territory {
			if err := st.EnsureTerritory(ctx, slug, "", ""); err != nil {
				return fmt.Errorf("%s: %w", slug, err)
			}
			a.Territories = append(a.Territories, field.TerritoryID(slug))
		}
		_, err := st.AddAccount(ctx, a)
		return err
	})
}

type userPassword struct {
	data
	Login    string `help:"Whose password it is." required:""`
	Password string `help:"At least 8 characters; without it, one line of the standard input."`
}

// Run changes the password and signs the person's browsers out.
func (u *userPassword) Run(ctx context.Context, c *console) error {
	password, err := passwordOf(c, u.Password)
	if err != nil {
		return err
	}
	return u.with(ctx, func(st *store.Store) error {
		a, err := st.AccountByLogin(ctx, u.Login)
		if err != nil {
			return err
		}
		return st.SetPassword(ctx, a.ID, password)
	})
}

type deviceList struct{ data }

// Run prints one line for each phone.
func (d *deviceList) Run(ctx context.Context, c *console) error {
	return d.with(ctx, func(st *store.Store) error {
		phones, err := st.Phones(ctx)
		if err != nil {
			return err
		}
		out := c.table("ID", "OWNER", "PHONE", "SEEN", "WAITING", "STATE")
		for _, p := range phones {
			state := "in use"
			if p.RevokedMS != 0 {
				state = "revoked"
			}
			out.row(p.ID.String(), p.Owner.Name, p.Name, time.UnixMilli(p.SeenMS).In(field.Zone).Format(clock),
				fmt.Sprintf("%d records, %d photos", p.WaitingRecords, p.WaitingPhotos), state)
		}
		return out.print()
	})
}

const clock = "2006-01-02 15:04"

type deviceRevoke struct {
	data
	ID uuid.UUID `arg:"" help:"The phone's id, from device list."`
}

// Run blocks the phone. What it has not sent stays on it.
func (d *deviceRevoke) Run(ctx context.Context) error {
	return d.with(ctx, func(st *store.Store) error { return st.RevokeDevice(ctx, d.ID) })
}
