package wire_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"storewalk/shared/field"
)

// A goldenProof is a signed photo and what a client must come to.
type goldenProof struct {
	Public []byte      `json:"public_key"`
	Link   string      `json:"link"` // what the next photo names in prev
	Photo  field.Photo `json:"photo"`
}

func TestTheProofOfAPhotoIsAsInItsGoldenFile(t *testing.T) {
	t.Parallel()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	p := field.PhotoOf(goldenRecords(t)["photo"])
	p.Item, p.Mocked = "image", true
	p.Proof = &field.Proof{Device: goldenUser, Day: "2026-11-22", N: 2, Prev: strings.Repeat("5e", 32), AtMS: p.TakenMS + 900,
		BootID: "b1ab58a3-2e4f-4d6e-9a0c-1f2e3d4c5b6a", BootMS: 7_200_000, ServerMS: p.TakenMS - 3_600_000, HeardMS: 3_601_000}
	p.Sign(key)
	public := key.Public().(ed25519.PublicKey)
	got, err := json.Marshal(goldenProof{public, p.Link(), p})
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(golden, "proof.json"))
	if err != nil || !bytes.Equal(got, bytes.TrimSpace(want)) {
		t.Fatalf("%v: it is now\n%s", err, got)
	}
	var back goldenProof
	if err := json.Unmarshal(want, &back); err != nil || !back.Photo.SignedBy(back.Public) || back.Photo.Link() != back.Link {
		t.Fatal("what is read is not what was signed", err)
	}
}
