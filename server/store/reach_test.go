package store

import (
	"strings"
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func TestAPhotoIsOnlyThereForPhonesOfItsTerritory(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, wang := newCaller(t, s, "ma"), newCaller(t, s, "wa")
	if err := s.SetTerritories(t.Context(), wang.Account, []uuid.UUID{south}); err != nil {
		t.Fatal(err)
	}
	forgetGrants(t, s)
	photo := field.Photo{Kind: "shelf", Ref: [32]byte{1}, Size: 10}
	r := ma.set(t, record.Record{ID: uuid.New(), Type: field.TypePhoto, Territory: north, Place: record.Place{N: 1}}, "photo", photo)
	ma.push(t, s, r.Encode())
	if n, err := s.PhotoSize(t.Context(), ma.Principal, wire.BlobAsk{Ref: photo.Ref}); n != 10 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := s.PhotoSize(t.Context(), wang.Principal, wire.BlobAsk{Ref: photo.Ref}); !fault.Is(err, "blob.unknown") {
		t.Fatal(err)
	}
}

func TestWhatIsAPersonsOwnReachesThatPersonsPhonesAndNobodyElses(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	token, _, err := s.EnrolDevice(t.Context(), ma.Account, "key2", "ma's new phone")
	if err != nil {
		t.Fatal(err)
	}
	again := &caller{rid: record.Replica{9, 9}}
	if again.Principal, err = s.DeviceByToken(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if resp := ma.push(t, s); len(resp.Feeds) != 2 {
		t.Errorf("%d feeds for who has nothing of their own", len(resp.Feeds))
	}
	own := record.Record{ID: field.PhrasesID(ma.Account), Type: field.TypePhrases, Territory: field.Personal(ma.Account), Place: record.Place{N: 1}}
	own = ma.set(t, own, field.PhraseField(uuid.UUID{1}), field.Phrase{Text: "约好周三送货。", Rank: 1})
	if resp := ma.push(t, s, own.Encode()); resp.Receipts[0].Status != wire.Applied {
		t.Fatalf("%+v", resp.Receipts)
	}
	brings := func(c *caller) bool {
		t.Helper()
		for _, f := range c.push(t, s).Feeds {
			for _, put := range f.Puts {
				if strings.Contains(string(put), "约好周三送货") {
					return true
				}
			}
		}
		return false
	}
	if !brings(again) || brings(li) || brings(ma) {
		t.Error("not where it belongs")
	}
	for name, change := range map[string]func(*record.Record){
		"into another person's": func(r *record.Record) { r.Territory = field.Personal(ma.Account) },
		"over another person's": func(r *record.Record) { r.ID, r.Territory = own.ID, field.Personal(li.Account) },
	} {
		r := record.Record{ID: field.PhrasesID(li.Account), Type: field.TypePhrases, Territory: field.Personal(li.Account), Place: record.Place{N: 1}}
		change(&r)
		r = li.set(t, r, field.PhraseField(uuid.UUID{2}), field.Phrase{Text: "别人的"})
		if got := li.push(t, s, r.Encode()).Receipts[0]; got.Code != "record.out_of_scope" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	bad := ma.set(t, own, field.PhraseField(uuid.UUID{3}), map[string]any{"text": strings.Repeat("长", 300), "rank": 1})
	if got := ma.push(t, s, bad.Encode()).Receipts[0]; got.Code != "record.bad_value" {
		t.Errorf("%+v", got)
	}
}
