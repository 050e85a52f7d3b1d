package store

import (
	"bytes"
	"crypto/ed25519"
	"database/sql"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A prover is a phone that signs a chain of photos. Its times are minutes: of the server's clock since the test began, and
// of the boot clock.
type prover struct {
	*caller
	key    ed25519.PrivateKey
	base   int64 // Unix milliseconds of minute 0
	visit  uuid.UUID
	photos []field.Photo
}

func newProver(t *testing.T, s *Store) *prover {
	t.Helper()
	p := &prover{caller: newCaller(t, s, "ma"), key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)), visit: uuid.New()}
	p.base = time.Now().Add(-72 * time.Hour).UnixMilli()
	text := base64.StdEncoding.EncodeToString(p.key.Public().(ed25519.PublicKey))
	_, device, err := s.EnrolDevice(t.Context(), p.Account, text, "phone")
	if err != nil {
		t.Fatal(err)
	}
	p.Device = device
	return p
}

func (p *prover) at(minute int64) int64 { return p.base + minute*60_000 }

// link signs a photo as the next of the chain, as change leaves it.
func (p *prover) link(clock int64, boot string, bootMinute, server, heard int64, change func(*field.Photo)) field.Photo {
	f := field.Photo{Visit: p.visit, Kind: "shelf", Ref: [32]byte{byte(len(p.photos) + 1)}, Size: 10, TakenMS: p.at(clock), Proof: &field.Proof{
		Device: p.Device, Day: "2026-11-22", N: 1, AtMS: p.at(clock), BootID: boot, BootMS: bootMinute * 60_000, HeardMS: heard * 60_000}}
	if server >= 0 {
		f.Proof.ServerMS = p.at(server)
	}
	if n := len(p.photos); n > 0 {
		f.Proof.Prev, f.Proof.N = p.photos[n-1].Link(), p.photos[n-1].Proof.N+1
	}
	if change != nil {
		change(&f)
	}
	f.Sign(p.key)
	p.photos = append(p.photos, f)
	return f
}

// arrive pushes photos and returns their ids.
func (p *prover) arrive(t *testing.T, s *Store, photos ...field.Photo) (ids []uuid.UUID) {
	t.Helper()
	for _, f := range photos {
		r := p.set(t, record.Record{ID: uuid.New(), Type: field.TypePhoto, Territory: north, Place: record.Place{N: 1}}, "photo", f)
		if got := p.push(t, s, r.Encode()).Receipts[0]; got.Code != "" {
			t.Fatal("a photo was refused", got)
		}
		ids = append(ids, r.ID)
	}
	return ids
}

func proofsOf(t *testing.T, s *Store, ids ...uuid.UUID) (out []Proof) {
	t.Helper()
	for _, id := range ids {
		if err := s.db.View(t.Context(), func(tx *sql.Tx) error {
			all, err := proofs(t.Context(), tx, `f.id = $1`, id.String())
			out = append(out, all[id])
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func findings(all []Proof) (out []string) {
	for _, p := range all {
		out = append(out, p.Finding)
	}
	return out
}

func TestAChainOfPhotosIsVerifiedAndWhatWasDoneToItIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func([]field.Photo) []field.Photo
		want   []string
	}{
		"as it was taken":     {func(p []field.Photo) []field.Photo { return p }, []string{"good", "good", "good", "good"}},
		"sent out of order":   {func(p []field.Photo) []field.Photo { return []field.Photo{p[2], p[0], p[3], p[1]} }, []string{"good", "good", "good", "good"}},
		"one is taken out":    {func(p []field.Photo) []field.Photo { return []field.Photo{p[0], p[2], p[3]} }, []string{"good", "gap", "good"}},
		"the first is out":    {func(p []field.Photo) []field.Photo { return p[1:] }, []string{"gap", "good", "good"}},
		"no proof at all":     {func(p []field.Photo) []field.Photo { p[3].Proof = nil; return p }, []string{"good", "good", "good", ""}},
		"dated back":          {func(p []field.Photo) []field.Photo { p[1].TakenMS -= 86_400_000; return p }, []string{"good", "bad", "gap", "good"}},
		"another picture":     {func(p []field.Photo) []field.Photo { p[3].Ref = [32]byte{99}; return p }, []string{"good", "good", "good", "bad"}},
		"another kind":        {func(p []field.Photo) []field.Photo { p[3].Kind = "storefront"; return p }, []string{"good", "good", "good", "bad"}},
		"another store":       {func(p []field.Photo) []field.Photo { p[3].Store = uuid.New(); return p }, []string{"good", "good", "good", "bad"}},
		"another visit":       {func(p []field.Photo) []field.Photo { p[3].Visit = uuid.New(); return p }, []string{"good", "good", "good", "bad"}},
		"another item":        {func(p []field.Photo) []field.Photo { p[3].Item = "image"; return p }, []string{"good", "good", "good", "bad"}},
		"called an import":    {func(p []field.Photo) []field.Photo { p[3].Imported = true; return p }, []string{"good", "good", "good", "bad"}},
		"called a mocked one": {func(p []field.Photo) []field.Photo { p[3].Mocked = true; return p }, []string{"good", "good", "good", "bad"}},
		"moved elsewhere":     {func(p []field.Photo) []field.Photo { p[3].Position.Lat++; return p }, []string{"good", "good", "good", "bad"}},
		"another clock":       {func(p []field.Photo) []field.Photo { p[3].Proof.AtMS -= 86_400_000; return p }, []string{"good", "good", "good", "bad"}},
		"another boot clock":  {func(p []field.Photo) []field.Photo { p[3].Proof.BootMS++; return p }, []string{"good", "good", "good", "bad"}},
		"another server time": {func(p []field.Photo) []field.Photo { p[3].Proof.ServerMS++; return p }, []string{"good", "good", "good", "bad"}},
		"another day":         {func(p []field.Photo) []field.Photo { p[3].Proof.Day = "2026-11-23"; return p }, []string{"good", "good", "good", "bad"}},
		"signed by another's key": {func(p []field.Photo) []field.Photo {
			p[3].Sign(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)))
			return p
		}, []string{"good", "good", "good", "bad"}},
		"another device":      {func(p []field.Photo) []field.Photo { p[3].Proof.Device = uuid.New(); return p }, []string{"good", "good", "good", "unknown"}},
		"the same once more":  {func(p []field.Photo) []field.Photo { return append(p, p[1]) }, []string{"good", "forked", "good", "good", "forked"}},
		"two change places":   {func(p []field.Photo) []field.Photo { p[1].Proof, p[2].Proof = p[2].Proof, p[1].Proof; return p }, []string{"good", "bad", "bad", "gap"}},
		"numbered anew":       {func(p []field.Photo) []field.Photo { p[2].Proof.N = 2; return p }, []string{"good", "good", "bad", "gap"}},
		"a link is rewritten": {func(p []field.Photo) []field.Photo { p[2].Proof.Prev = p[0].Link(); return p }, []string{"good", "good", "bad", "gap"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t)
			p := newProver(t, s)
			for i := range int64(4) {
				p.link(60+i, "a", 10+i, 0, 5, nil)
			}
			ids := p.arrive(t, s, c.change(p.photos)...)
			if got := findings(proofsOf(t, s, ids...)); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Fatalf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestAPhoneThatSignsWhatCannotFollowIsTold(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	p := newProver(t, s)
	p.link(1, "a", 1, -1, 0, nil)
	p.link(2, "a", 2, -1, 0, func(f *field.Photo) { f.Proof.N = 7 })
	p.link(3, "a", 3, -1, 0, func(f *field.Photo) { f.Proof.Day, f.Proof.N = "2026-11-23", 1 })
	p.link(4, "a", 4, -1, 0, func(f *field.Photo) { f.Proof.Day, f.Proof.N = "2026-11-22", 1 })
	p.link(5, "a", 5, -1, 0, func(f *field.Photo) { f.Proof.Prev, f.Proof.N = "", 1 }) // a backup of the phone came back
	got := findings(proofsOf(t, s, p.arrive(t, s, p.photos...)...))
	if want := []string{"forked", "order", "good", "order", "forked"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

func TestAPhotoThatComesDaysLaterStillProvesWhenItWasTaken(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * 60
	for name, c := range map[string]struct {
		link     func(*prover)
		from, to int64 // minutes; -1: the arrival
		doubtful bool
	}{
		"the boot clock tells":            {func(p *prover) { p.link(62, "a", 67, 0, 5, nil) }, 62, 62, false},
		"its clock is a minute off":       {func(p *prover) { p.link(63, "a", 67, 0, 5, nil) }, 62, 62, false},
		"its clock was set back an hour":  {func(p *prover) { p.link(2, "a", 67, 0, 5, nil) }, 62, 62, true},
		"its clock was set on":            {func(p *prover) { p.link(122, "a", 67, 0, 5, nil) }, 62, 62, true},
		"its clock jumped a year":         {func(p *prover) { p.link(62-year, "a", 67, 0, 5, nil) }, 62, 62, true},
		"started since":                   {func(p *prover) { p.link(62, "b", 1, 0, 0, nil) }, 0, -1, false},
		"started since, clock set back":   {func(p *prover) { p.link(-30, "b", 1, 0, 0, nil) }, 0, -1, true},
		"started since, clock set on":     {func(p *prover) { p.link(year, "b", 1, 0, 0, nil) }, 0, -1, true},
		"heard later in the same start":   {func(p *prover) { p.link(62, "b", 1, 0, 0, nil); p.link(162, "b", 101, 161, 100, nil) }, 62, 62, false},
		"which tells of a clock set back": {func(p *prover) { p.link(2, "b", 1, 0, 0, nil); p.link(162, "b", 101, 161, 100, nil) }, 62, 62, true},
		"a phone without a boot clock":    {func(p *prover) { p.link(62, "", 0, 0, 0, nil); p.link(62, "", 0, 60, 0, nil) }, 0, -1, false},
		"nothing was ever heard":          {func(p *prover) { p.link(62, "a", 1, -1, 0, nil) }, -2, -1, false},
		"an old picture is brought in": {func(p *prover) {
			p.link(62, "a", 67, 0, 5, func(f *field.Photo) { f.TakenMS, f.Imported = p.at(-year), true })
		}, 62, 62, false},
		"an old picture is passed off as new": {func(p *prover) { p.link(62, "a", 67, 0, 5, func(f *field.Photo) { f.TakenMS = p.at(-year) }) }, 62, 62, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t)
			p := newProver(t, s)
			c.link(p)
			got := proofsOf(t, s, p.arrive(t, s, p.photos...)[0])[0]
			from, to := p.at(c.from), p.at(c.to)
			if c.from == -2 {
				from = 0
			}
			if c.to == -1 && time.Since(time.UnixMilli(got.ToMS)).Abs() < time.Minute {
				to = got.ToMS
			}
			if got.Finding != ProofGood || got.FromMS != from || got.ToMS != to || got.Doubtful != c.doubtful {
				t.Fatalf("%+v, want %d to %d", got, from, to)
			}
		})
	}
}

func TestThePageOfAVisitKnowsTheProofOfEachPhoto(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	p := newProver(t, s)
	p.link(62, "a", 67, 0, 5, func(f *field.Photo) { f.Mocked = true })
	v := p.set(t, record.Record{ID: p.visit, Type: field.TypeVisit, Territory: north, Place: record.Place{N: 1}}, "manager", p.Account)
	p.push(t, s, v.Encode())
	ids := p.arrive(t, s, p.photos...)
	d, err := s.VisitByID(t.Context(), p.visit)
	if err != nil || len(d.AllPhotos) != 1 {
		t.Fatal(d, err)
	}
	got := d.AllPhotos[0].Proof
	if d.AllPhotos[0].Photo != ids[0] || got.Finding != ProofGood || !got.Mocked || got.Sound() {
		t.Fatalf("%+v", got)
	}
}
