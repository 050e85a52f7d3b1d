package main

import (
	"context"

	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

type userTerritories struct {
	data
	Login     string   `help:"Whose phones." required:""`
	Territory []string `help:"Short name of a territory; given once for each. None: the phones hold none." placeholder:"SLUG"`
}

// Run makes these, and no others, the person's territories. Phones send what they hold of the others first.
func (u *userTerritories) Run(ctx context.Context) error {
	return u.with(ctx, func(st *store.Store) error {
		a, err := st.AccountByLogin(ctx, u.Login)
		if err != nil {
			return err
		}
		territories, err := u.ids(ctx, st)
		if err != nil {
			return err
		}
		return st.SetTerritories(ctx, a.ID, territories)
	})
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
		return st.MoveStore(ctx, field.StoreID(m.Licence), field.TerritoryID(m.Territory))
	})
}
