package syncer

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/password"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// Enrol signs in at a server and keeps the account. It is the only thing that needs a network to begin with.
// Faults: "server.address", "auth.wrong_password", "auth.other_user", "network.…".
func (s *Syncer) Enrol(ctx context.Context, server, login, text, device string) error {
	base, err := BaseURL(server)
	if err != nil {
		return err
	}
	if err := s.mayEnrol(ctx, login); err != nil {
		return err
	}
	c := &client{base: base, http: s.http}
	var resp wire.EnrolResponse
	err = c.post(ctx, wire.PathEnrol, wire.EnrolRequest{
		Login: login, Password: text, PublicKey: s.store.Key.Public().(ed25519.PublicKey), Device: device}, &resp)
	if err != nil {
		return err
	}
	if resp.Token == "" || resp.User == uuid.Nil {
		return notStorewalk(errors.New("no token or no user"))
	}
	err = s.store.SignIn(ctx, store.Account{Server: base, ServerID: resp.Server, Login: login, User: resp.User, Name: resp.Name, Device: resp.Device, Token: resp.Token,
		ReceiptKey: base64.StdEncoding.EncodeToString(resp.ReceiptKey), Verifier: password.Hash(text)})
	if err == nil {
		s.Wake()
	}
	return err
}

// mayEnrol refuses another person while this phone holds work that is not on the server, before the server makes another
// phone of it.
func (s *Syncer) mayEnrol(ctx context.Context, login string) error {
	fold := func(text string) string { return strings.ToLower(strings.TrimSpace(text)) }
	a, ok, err := s.store.Account(ctx)
	if err != nil || !ok || fold(a.Login) == fold(login) {
		return err
	}
	u, err := s.store.Unfinished(ctx)
	if err == nil && u.KeepsOthersOut() {
		err = fault.New(fault.Conflict, "auth.other_user", nil)
	}
	return err
}
