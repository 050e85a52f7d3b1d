package field

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"testing"

	"storewalk/shared/blob"

	"github.com/google/uuid"
)

func proved() Photo {
	return Photo{Visit: uuid.UUID{1}, Store: uuid.UUID{2}, Kind: "shelf", Ref: blob.Ref{3}, Size: 4, Width: 5, Height: 6, TakenMS: 7,
		Position: Position{Lat: 36.0158, Lon: 106.2426, Acc: 12}, Item: "image",
		Proof: &Proof{Device: uuid.UUID{8}, Day: "2026-11-22", N: 2, Prev: "ab", AtMS: 9, BootID: "b", BootMS: 10, ServerMS: 11, HeardMS: 12}}
}

func TestEverythingThatMattersOfAPhotoIsSigned(t *testing.T) {
	t.Parallel()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	pub := key.Public().(ed25519.PublicKey)
	p := proved()
	p.Sign(key)
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodePhoto(b)
	if err != nil || !back.SignedBy(pub) || back.Link() != p.Link() {
		t.Fatal("a photo that was sent is not the one that was signed", err)
	}
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	if back.SignedBy(other) || back.SignedBy(nil) || (Photo{}).SignedBy(pub) {
		t.Fatal("signed by somebody else")
	}
	for name, change := range map[string]func(*Photo){
		"visit":      func(p *Photo) { p.Visit[3]++ },
		"store":      func(p *Photo) { p.Store[3]++ },
		"kind":       func(p *Photo) { p.Kind = "before" },
		"item":       func(p *Photo) { p.Item = "" },
		"hash":       func(p *Photo) { p.Ref[0]++ },
		"taken":      func(p *Photo) { p.TakenMS++ },
		"position":   func(p *Photo) { p.Position.Lon += 0.00001 },
		"mocked":     func(p *Photo) { p.Mocked = true },
		"imported":   func(p *Photo) { p.Imported = true },
		"device":     func(p *Photo) { p.Proof.Device[0]++ },
		"day":        func(p *Photo) { p.Proof.Day = "2026-11-21" },
		"number":     func(p *Photo) { p.Proof.N-- },
		"link":       func(p *Photo) { p.Proof.Prev = "" },
		"clock":      func(p *Photo) { p.Proof.AtMS++ },
		"boot":       func(p *Photo) { p.Proof.BootID = "" },
		"boot clock": func(p *Photo) { p.Proof.BootMS++ },
		"server":     func(p *Photo) { p.Proof.ServerMS++ },
		"heard":      func(p *Photo) { p.Proof.HeardMS++ },
		"signature":  func(p *Photo) { p.Proof.Sig[5]++ },
	} {
		changed, err := DecodePhoto(b)
		if err != nil {
			t.Fatal(err)
		}
		change(&changed)
		if changed.SignedBy(pub) {
			t.Errorf("nobody sees that the %s was changed", name)
		}
	}
}

// TestTheStatementIsTheOneOfTheProtocol: phones that are out there sign it.
func TestTheStatementIsTheOneOfTheProtocol(t *testing.T) {
	t.Parallel()
	const want = `storewalk photo 1
08000000-0000-0000-0000-000000000000 "2026-11-22" 2 "ab"
0300000000000000000000000000000000000000000000000000000000000000 01000000-0000-0000-0000-000000000000 02000000-0000-0000-0000-000000000000 "shelf" "image"
7 9 "b" 10 11 12
36.0158000 106.2426000 12.0 false false
`
	if got := string(proved().statement()); got != want {
		t.Fatalf("got\n%s", got)
	}
	if got := proved().Link(); got != "b03d4b7839f5d3ee72469c71114a2eef860acb694cf121a71379e37f52ca8273" {
		t.Fatal(got)
	}
}

func TestALinkFollowsInItsDayOrBeginsALaterOne(t *testing.T) {
	t.Parallel()
	link := func(day string, n int) Proof { return Proof{Day: day, N: n} }
	for _, c := range []struct {
		before, after Proof
		want          bool
	}{
		{link("2026-11-22", 3), link("2026-11-22", 4), true},
		{link("2026-11-22", 3), link("2026-11-23", 1), true},
		{link("2026-11-22", 3), link("2026-11-22", 5), false},
		{link("2026-11-22", 3), link("2026-11-22", 3), false},
		{link("2026-11-22", 3), link("2026-11-23", 2), false},
		{link("2026-11-22", 3), link("2026-11-21", 1), false},
	} {
		if got := c.after.Follows(c.before); got != c.want {
			t.Errorf("%v after %v: %v", c.after, c.before, got)
		}
	}
}
