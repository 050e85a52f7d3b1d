package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/receipt"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

func TestAReceiptIsVerifiedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	dir, empty := t.TempDir(), t.TempDir()
	shelf(t, dir)(2)
	st, err := store.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	phones, err := st.Phones(t.Context())
	if err != nil || len(phones) != 1 {
		t.Fatal(phones, err)
	}
	resp, err := st.Receipt(t.Context(), auth.Principal{Account: phones[0].Owner.ID, Device: phones[0].ID},
		wire.ReceiptRequest{Proto: wire.Proto, Replica: record.Replica{1}, Days: []string{"2026-11-30"}})
	if err != nil || resp.Receipt == nil {
		t.Fatal(resp, err)
	}
	signed := receipt.Signed(resp.Receipt)
	run := func(code, data string) (int, string) {
		var o, e bytes.Buffer
		got := command(t.Context(), []string{"receipt", "verify", code, "--data", data}, &console{nil, &o, &e})
		return got, o.String() + e.String()
	}
	for _, code := range []string{signed.Code(), signed.URL("https://a.example"), receipt.Group(signed.Short())} {
		if exit, out := run(code, dir); exit != 0 || !strings.Contains(out, "genuine: "+receipt.Group(signed.Short())) || !strings.Contains(out, "now: all of it is here") || !strings.Contains(out, "2 photos") {
			t.Fatal(exit, out)
		}
	}
	forged := bytes.Clone(signed)
	forged[90] ^= 4
	for code, want := range map[string]string{receipt.Signed(forged).Code(): "forged", signed.Code()[:100]: "part of the code is missing", "ZZZZ-ZZZZ-ZZZZ": "short code"} {
		if exit, out := run(code, dir); exit != 1 || !strings.Contains(out, want) {
			t.Error(exit, out)
		}
	}
	if exit, out := run(signed.Code(), empty); exit != 1 || strings.Contains(out, "genuine") {
		t.Error("a folder without a server knows it", exit, out)
	}
	photo, err := receipt.Signed(resp.Receipt).Read()
	if err != nil || photo.Photos != 2 {
		t.Fatal(photo, err)
	}
}
