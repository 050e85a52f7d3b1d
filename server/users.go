package main

import (
	"context"
	"strings"

	"storewalk/server/store"
)

type userList struct{ data }

// Run prints one line for each person who has an account.
func (u *userList) Run(ctx context.Context, c *console) error {
	return u.with(ctx, func(st *store.Store) error {
		accounts, err := st.Accounts(ctx)
		if err != nil {
			return err
		}
		names, err := st.TerritoryNames(ctx)
		if err != nil {
			return err
		}
		out := c.table("LOGIN", "NAME", "ROLE", "STATE", "TERRITORIES")
		for _, a := range accounts {
			state := "in use"
			if a.DisabledMS != 0 {
				state = "blocked"
			}
			held, err := territoriesOf(ctx, st, a.ID, names)
			if err != nil {
				return err
			}
			out.row(a.Login, a.Name, a.Role, state, strings.Join(held, ", "))
		}
		return out.print()
	})
}

type userBlock struct {
	data
	Login string `help:"Who may not sign in any more." required:""`
}

// Run blocks the person's account, browsers and phones. What the phones have not sent stays on them.
func (u *userBlock) Run(ctx context.Context) error { return setBlocked(ctx, u.data, u.Login, true) }

type userUnblock struct {
	data
	Login string `help:"Who may sign in again." required:""`
}

// Run lets the person in again. A phone that called meanwhile asks for the password, and then sends what it holds.
func (u *userUnblock) Run(ctx context.Context) error { return setBlocked(ctx, u.data, u.Login, false) }

func setBlocked(ctx context.Context, d data, login string, blocked bool) error {
	return d.with(ctx, func(st *store.Store) error {
		a, err := st.AccountByLogin(ctx, login)
		if err != nil {
			return err
		}
		return st.SetDisabled(ctx, a.ID, blocked)
	})
}
