package main

import (
	"context"
	"fmt"
	"slices"

	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

type userTerritories struct {
	data
	Login     string   `help:"Whose phones." required:""`
	Territory []string `help:"Short name of a territory that the phones hold from now on; given once for each." placeholder:"SLUG" xor:"which"`
	None      bool     `help:"The phones hold no territory from now on." xor:"which"`
}

// Run makes these, and no others, the person's territories: phones send what they hold of the others first. Without any it
// changes nothing. Then it lists what the phones hold.
func (u *userTerritories) Run(ctx context.Context, c *console) error {
	return u.with(ctx, func(st *store.Store) error {
		a, err := st.AccountByLogin(ctx, u.Login)
		if err != nil {
			return err
		}
		if u.None || len(u.Territory) > 0 {
			territories, err := u.ids(ctx, st)
			if err != nil {
				return err
			}
			if err := st.SetTerritories(ctx, a.ID, territories); err != nil {
				return err
			}
		}
		names, err := st.TerritoryNames(ctx)
		if err != nil {
			return err
		}
		held, err := territoriesOf(ctx, st, a.ID, names)
		for _, name := range held {
			fmt.Fprintln(c.out, name)
		}
		return err
	})
}

// territoriesOf returns those of the names that belong to territories which an account's phones hold.
func territoriesOf(ctx context.Context, st *store.Store, account uuid.UUID, names []store.NamedTerritory) (held []string, err error) {
	granted, err := st.Territories(ctx, account)
	for _, t := range names {
		if slices.Contains(granted, t.ID) {
			held = append(held, t.Name)
		}
	}
	return held, err
}

func (u *userTerritories) ids(ctx context.Context, st *store.Store) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for _, slug := range u.Territory {
		id := field.TerritoryID(slug)
		if err := st.HasTerritory(ctx, id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

type storeMove struct {
	data
	Licence   string `arg:"" help:"Licence number of the store."`
	Territory string `help:"Short name of the territory it goes to." required:"" placeholder:"SLUG"`
}

// Run moves the store and everything recorded there.
func (m *storeMove) Run(ctx context.Context) error {
	return m.with(ctx, func(st *store.Store) error {
		storeOf, err := st.StoresByLicence(ctx)
		if err != nil {
			return err
		}
		return st.MoveStore(ctx, storeOf(m.Licence), field.TerritoryID(m.Territory))
	})
}
