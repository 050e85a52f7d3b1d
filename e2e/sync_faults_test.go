package e2e

import (
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/wire"
)

func TestSyncWhateverTheNetworkDoesNothingIsLostAndItWorksAfterwards(t *testing.T) {
	t.Parallel()
	const json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	a.visit(100) // with the place of the store and the order of its shelves, which later visits do not send again
	a.round()
	records, photos := 3, 1
	for _, c := range []struct {
		name, code string
		begin, end func()
	}{
		{"nothing listens", "network.unreachable", func() { w.line.refuse(); w.line.hangUp() }, func() { a.try(w.line.open()) }},
		{"a page to sign in", "network.not_storewalk", w.says("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"), nil},
		{"a redirect", "network.not_storewalk", w.says("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), nil},
		{"half a body", "network.cut", w.says(json + "Content-Length: 500\r\n\r\n{\"server_ms\":1,\"receipts\":[{\"s\":\"app"), nil},
		{"half a body of unknown length", "network.cut", w.says(json + "\r\n{\"server_ms\":1,\"receipts\":[{\"s\":\"app"), nil},
		{"somebody else's JSON", "network.not_storewalk", w.says(json + "Content-Length: 12\r\n\r\n{\"ok\": true}"), nil},
		{"an answer without receipts", "network.not_storewalk", w.says(json + "Content-Length: 31\r\n\r\n{\"server_ms\":1,\"receipts\":null}"), nil},
		{"a line that ends at once", "network.cut", func() { w.line.breakAfter(syncUp, 0, nil) }, nil},
		{"a server that stopped", "network.cut", func() { w.stop() }, func() { w.start() }},
	} {
		visit := a.visit(2000)
		records, photos = records+3, photos+1
		c.begin()
		err := a.Round(t.Context())
		if fault.Is(err, "network.cut") && c.code != "network.cut" {
			err = a.Round(t.Context()) // the connection from before ended under it
		}
		if !fault.Is(err, c.code) {
			t.Errorf("%s: %v", c.name, err)
		}
		page, err := a.SyncPage(t.Context())
		if err != nil || page.Code != c.code || page.TriedMS == 0 || page.Waiting != (wire.Waiting{Records: 3, Photos: 1}) {
			t.Errorf("%s: the page says %q, %+v waiting", c.name, page.Code, page.Waiting)
		}
		if a, _, err := a.Account(t.Context()); err != nil || a.Token == "" {
			t.Errorf("%s: signed out", c.name)
		}
		w.line.mend()
		if c.end != nil {
			c.end()
		}
		a.round()
		w.settled(a)
		if page, err := a.SyncPage(t.Context()); err != nil || page.Code != "" || page.OKMS != page.TriedMS {
			t.Errorf("%s: afterwards the page says %q", c.name, page.Code)
		}
		if p, err := a.VisitPage(t.Context(), visit); err != nil || len(p.Photos) != 1 || p.Photos[0].DoneMS == 0 {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	b.round()
	w.settled(a, b)
	if n := syncCount(t, w.dir, `SELECT count(*) FROM visit`); n != photos {
		t.Error(n, "visits, want", photos)
	}
	if n := syncCount(t, w.dir, `SELECT count(*) FROM record WHERE type IN ('visit', 'count', 'note')`); n != records {
		t.Error(n, "records, want", records)
	}
}

// says returns what makes the line answer in the server's place.
func (w *syncWorld) says(answer string) func() { return func() { w.line.say(answer) } }

func TestSyncAPhoneThatWasShutOutKeepsEverythingAndSendsItAfterSigningInAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		out, in func(w *syncWorld) error
	}{
		"the phone was blocked": {func(w *syncWorld) error {
			phones, err := w.store.Phones(w.t.Context())
			if err == nil {
				err = w.store.RevokeDevice(w.t.Context(), phones[0].ID)
			}
			return err
		}, func(*syncWorld) error { return nil }},
		"the account was blocked": {func(w *syncWorld) error { return w.store.SetDisabled(w.t.Context(), w.users["ma"], true) },
			func(w *syncWorld) error { return w.store.SetDisabled(w.t.Context(), w.users["ma"], false) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			p := w.phone("ma")
			first := p.visit(700)
			p.try(c.out(w))
			if err := p.Round(t.Context()); !fault.Is(err, "auth.revoked") {
				t.Fatal(err)
			}
			a, ok, err := p.Account(t.Context())
			if err != nil || !ok || a.Revoked != "auth.revoked" || a.Token != "" || a.User != w.users["ma"] {
				t.Fatal(a.Revoked, ok, err)
			}
			p.waits(5, 1) // visit, count, note, the store's place and the order of its shelves
			if page, err := p.VisitPage(t.Context(), first); err != nil || page.Counted != 2 || !page.Photos[0].Here {
				t.Fatal(page, err)
			}
			p.visit(900) // work goes on
			p.waits(8, 2)
			if err := p.Round(t.Context()); !fault.Is(err, "auth.signed_out") {
				t.Fatal(err)
			}
			if a, _, err = p.Account(t.Context()); err != nil || a.Revoked != "auth.revoked" {
				t.Fatal("the reason is forgotten", a.Revoked, err)
			}
			p.try(c.in(w))
			p.try(p.Enrol(t.Context(), w.line.url(), "ma", syncPassword, "phone"))
			p.round()
			w.settled(p)
			if n := syncCount(t, w.dir, `SELECT count(*) FROM visit`); n != 2 {
				t.Fatal(n, "visits")
			}
			if a, _, err = p.Account(t.Context()); err != nil || a.Revoked != "" || a.Token == "" {
				t.Fatal(a.Revoked, err)
			}
		})
	}
}
